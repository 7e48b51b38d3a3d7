"""Whatever can leave at all goes into every format, and what a format has no room for is said."""

import pytest
from tests.record.samples import SAMPLES

from asylia.exchange import cells
from asylia.exchange.export import FORMATS
from asylia.exchange.report import Report
from asylia.record import contents as c
from asylia.record.consent import DISCLOSABLE

from .test_ftm_loader import complaints, loaded
from .world import record_of, whole

OTHERS = (
    c.Claim(id="k2", source="s1", words="so", tellers=(c.Teller(who=""),), subject="e1",
            property="killed", event="e1", said_on="2020", count=c.Count()),
    c.Place(id="q2", names=(c.Name(text="A land", language="en"),), precision="country"),
    c.Exhibit(id="b2", kind="article", description="an invented page", media_type="text/html",
              size=12, sha256=bytes(range(32))),
    c.ExhibitLook(id="lk2", exhibit="b2", others="none", by="Heron", on=20_000),
    c.Custody(id="v2", item="b2", action="taken_in", by="Heron", on=20_000, purpose="safe keeping",
              sha256_after=bytes(range(32))),
)  # fmt: skip


def everything() -> tuple[c.Content, ...]:
    plain = [one for one in SAMPLES if isinstance(one, DISCLOSABLE) and one.id not in ("b1", "v1")]
    return (*plain, *OTHERS)


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_that_can_leave_goes_out(form: str) -> None:
    items = whole(record_of(*everything()))
    assert {one.kind for one in items} == set(DISCLOSABLE)
    assert FORMATS[form](items, Report())


def test_its_loader_finds_nothing_wrong_with_any_kind() -> None:
    items = whole(record_of(*everything()))
    assert complaints(loaded(FORMATS["ftm"](items, Report()))[0]) == []


def test_every_kind_that_a_folder_can_hold_can_be_read_back_but_for_persons_and_judgements() -> (
    None
):
    nouns = {kind.__name__.lower() for kind in DISCLOSABLE}
    assert nouns - set(cells.KINDS) == {"exhibit", "custody"}
    assert set(cells.KINDS) < nouns


def test_a_hash_goes_out_as_digits() -> None:
    items = whole(record_of(*everything()))
    assert bytes(range(32)).hex() in FORMATS["csv"](items, Report()).decode()
