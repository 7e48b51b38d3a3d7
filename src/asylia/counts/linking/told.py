"""What a linkage says of how many persons there are: as one JSON object, as sentences, as tables.

Upholds: the documented minimum is that of the most-merging plausible linkage, without records that
can't be attributed, which are told apart; where chains do not agree no number of persons is told.
Capture histories come one table a drawn partition, so that an estimate carries what is unsure.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from asylia.counts.arrays import Floats
from asylia.counts.codes import code
from asylia.counts.estimate import LEVEL
from asylia.counts.histories import Histories, Pattern
from asylia.counts.linking.link import Linked
from asylia.counts.partitions.chain import Rows
from asylia.counts.partitions.kernel import Ints
from asylia.counts.partitions.posterior import Posterior
from asylia.counts.table import MOST_LISTS, OTHERS, can_be_a_list
from asylia.counts.words import N_, Said, fraction, said, spoken, whole
from asylia.errors import UsageError
from asylia.languages import SOURCE

MOST_TABLES = 25
FIELDS_TO_LEARN_FROM = 3  # docs/decisions/0222


def plain(found: Linked, language: str = SOURCE) -> dict[str, Any]:
    """What ``asylia link --json`` prints under ``linkage``."""
    report: dict[str, Any] = {
        "records": len(found.ids),
        "pairs_compared": found.pairs,
        "clusters_of_two_or_more": found.persons - found.singletons,
        "records_joined_to_none": found.singletons,
    }
    report["cells_unread"] = found.unread
    if found.fields is not None:
        report["fields_compared"] = found.fields
    if found.labelled is not None:
        report["labels"] = {
            "decided_pairs": found.labelled.decided,
            "taught": found.labelled.teach,
            "not_known": found.labelled.not_known,
        }
    drawn = found.plausible
    if drawn is None:
        return report
    held = None if drawn.refused else drawn
    low, high = missed(found, drawn) if held else (None, None)
    return report | {
        "persons": {
            "median": held.median if held else None,
            "interval95": list(held.interval95) if held else None,
            "minimum": held.minimum if held else None,
            "rhat": round(drawn.rhat, 4) if np.isfinite(drawn.rhat) else None,
            "sweeps": drawn.sweeps,
            "refused": drawn.refused.within(language) if drawn.refused else None,
            "code": code(drawn.refused),
        },
        "records_unattributable": len(held.unattributable) if held else None,
        "links_missed_by_clusters95": [low, high] if held else None,
    }


def unread(found: Linked) -> Iterator[Said]:
    """That cells were passed over, where some were."""
    if found.unread:
        yield said(
            N_(
                "Dates or numbers that can't be read, and so count as not known: %(many)s. A day "
                "is 2018-03-05, 05.03.2018, 2018-03, 2018, or two of these with a stroke between."
            ),
            many=whole(found.unread),
        )


def sentences(found: Linked) -> Iterator[Said]:
    """How many persons there are, for somebody who is no statistician."""
    yield from unread(found)
    if found.labelled is not None:
        yield said(
            N_(
                "Labels: %(decided)s decided pairs hold; %(taught)s labels taught the model; "
                "%(open)s could not tell."
            ),
            decided=whole(found.labelled.decided),
            taught=whole(found.labelled.teach),
            open=whole(found.labelled.not_known),
        )
    drawn = found.plausible
    if drawn is None:
        return
    if drawn.refused:
        yield said(N_("How many persons they are of is not told: %(why)s."), why=drawn.refused)
        return
    low, high = drawn.interval95
    yield said(
        N_(
            "They are of about %(middle)s persons, and likely (95 %%) of between %(low)s and "
            "%(high)s."
        ),
        middle=whole(drawn.median), low=whole(low), high=whole(high),
    )  # fmt: skip
    yield said(
        N_("Documented: at least %(least)s persons, by the most-merging plausible linkage."),
        least=whole(drawn.minimum),
    )
    yield said(
        N_(
            "It rests on errors in one field saying little of errors in another: where many "
            "records are wrong in several fields at once, there may be fewer persons."
        )
    )
    if found.fields is not None and found.fields < FIELDS_TO_LEARN_FROM:
        yield said(
            N_(
                "Fewer than three things are compared of each person: how often they are wrong "
                "can't be learnt from so few, and there may well be fewer persons than this."
            )
        )
    if len(drawn.unattributable):
        yield said(
            N_(
                "Records that can't be attributed: %(many)s. Each may be of a person whom another "
                "record has, or of one more; the minimum does not count on them."
            ),
            many=whole(len(drawn.unattributable)),
        )
    else:
        yield said(N_("Every record can be attributed."))
    few, many = missed(found, drawn)
    yield said(
        N_("The clusters lack likely (95 %%) between %(few)s and %(many)s %% of true links."),
        few=fraction(100 * few, ".1f"), many=fraction(100 * many, ".1f"),
    )  # fmt: skip


def missed(found: Linked, drawn: Posterior) -> tuple[float, float]:
    """The share of links that the clusters lack, by plausible partitions: its 95 % interval.

    It is the share that ``counts.missed.put_back`` takes.
    """
    clusters = np.array(found.clusters, np.int64)
    shares = []
    for one in drawn.partitions:
        both = np.unique(one * (clusters.max() + 1) + clusters, return_inverse=True)[1]
        links = _links(one)
        shares.append(1.0 - _links(both) / links if links else 0.0)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(shares, (tail, 1 - tail))
    return round(float(low), 4), round(float(high), 4)


def tables(lists: Sequence[str], drawn: Posterior, most: int = MOST_TABLES) -> list[Histories]:
    """Capture histories of so many plausible partitions; ``lists`` are those of each record."""
    names = named(lists)
    at = np.array([names.index(one) for one in lists])
    step = np.linspace(0, len(drawn.partitions) - 1, min(most, len(drawn.partitions)))
    return [_histories(names, at, drawn.partitions[round(which)]) for which in step]


def named(lists: Sequence[str]) -> tuple[str, ...]:
    """The lists that records are of; ``UsageError`` where they make no table that can be read."""
    names = tuple(sorted(set(lists)))
    if len(names) < 2:
        raise UsageError(
            "capture histories need records of several lists",
            hint="Name the column that says which list a record is of: --column list=COLUMN.",
        )
    if not all(can_be_a_list(name) for name in names):
        raise UsageError(
            "a record is of no list, or of one whose name can't stand in a table of counts",
            hint=spoken(
                N_("Give each record a list; none is called %(names)s."), names=", ".join(OTHERS)
            ),
        )
    if len(names) > MOST_LISTS:
        raise UsageError(
            spoken(
                N_("the records are of more than %(most)s lists, which no estimate takes"),
                most=MOST_LISTS,
            ),
            hint="Pool those that are alike.",
        )
    return names


def _histories(names: tuple[str, ...], at: Any, partition: Rows) -> Histories:
    held = np.zeros((int(partition.max()) + 1, len(names)), bool)
    held[partition, at] = True
    patterns: Counter[Pattern] = Counter(tuple(map(bool, row)) for row in held if row.any())
    return Histories(names, dict(patterns))


def _links(clusters: Rows | Ints) -> float:
    size: Floats = np.bincount(clusters).astype(float)
    return float((size * (size - 1)).sum() / 2)
