"""An invented world of 395 persons: an estimate that carries its linkage holds their number.

By the one best linkage it misses, and is surer of it.  How often so, over many worlds, is
``bench/carried.py``'s.
"""

import pytest
from bench.carried import (
    WRITTEN,
    World,
    by_one,
    by_several,
    drawn,
    one_linkage,
    true_histories,
)

from asylia.counts.linking import told
from asylia.counts.linking.link import Linked, link

MODEL = "graphs"


@pytest.fixture(scope="module")
def world() -> World:
    """Names and years in four lists, of which one year in eight is missing and one name slips."""
    return drawn(WRITTEN["names and years"], seed=7, least=300, most=400)


@pytest.fixture(scope="module")
def found(world: World) -> Linked:
    return link(world.records, distinct_in_list=True, posterior=True)


def test_an_interval_over_plausible_linkages_holds_what_one_linkage_misses(
    world: World, found: Linked
) -> None:
    assert found.plausible is not None
    tables = told.tables(world.records.lists, found.plausible)
    known = by_one(true_histories(world), [MODEL])[MODEL]
    one = by_one(one_linkage(world, found), [MODEL])[MODEL]
    carried = by_several(tables, [MODEL])[MODEL]
    assert known is not None
    assert one is not None
    assert carried is not None
    assert known[0] <= world.persons <= known[1]  # so what misses is the linkage's
    assert carried[0] <= world.persons <= carried[1]
    assert one[0] > world.persons  # links were missed, and it knows of no doubt
    assert carried[1] - carried[0] > 1.3 * (one[1] - one[0])
    again = by_several([one_linkage(world, found)] * len(tables), [MODEL])[MODEL]
    assert again is not None
    assert again[0] > world.persons  # many tables that are alike widen nothing
    assert again[1] - again[0] < 1.1 * (one[1] - one[0])


def test_so_does_the_number_of_those_who_have_a_record(world: World, found: Linked) -> None:
    assert found.plausible is not None
    low, high = found.plausible.interval95
    assert low <= world.seen <= high
    assert found.plausible.minimum <= world.seen
    assert found.persons > world.seen  # so what the clusters are is no minimum
