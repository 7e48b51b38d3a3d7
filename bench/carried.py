"""Does an estimate carry its linkage? Invented worlds of known size, in three to five lists.

All is drawn: persons, who stands in which list, and what each list wrote of them, with slips and
gaps.  Each world is asked three times how many persons there are: by its *true* histories (who is
who is known), by the *one* linkage that ``asylia link --out`` writes, and by the *carried* ones:
plausible partitions, which ``--histories`` writes and ``asylia estimate`` mixes.  The models are
quick, and their assumptions hold here: lists are independent, or two of them find one half of the
persons more easily, which is a decomposable graph (and of which Chao's bound is none: its interval
is told as an interval, so that a bound that misses is seen).  So true histories should cover, and
what is lost beside them is the linkage's.  Nothing was set on the worlds of ``run()``; a fault was
found on others (``docs/decisions/0221``).
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from asylia.counts import linkages
from asylia.counts.histories import Histories
from asylia.counts.linking import told
from asylia.counts.linking.link import Linked, link
from asylia.counts.linking.table import Records
from asylia.counts.sameness import Partition
from asylia.counts.verdict import assess
from bench.coverage import clopper_pearson
from bench.worlds import Drawn

MODELS = ("graphs", "chao")
WAYS = ("true", "one", "carried")
EACH = 10  # worlds of each way of writing
_SEED, _FURTHER = 5_000, 100
_LISTS = "ABCDE"
_OFTEN = 3.0  # times the errors of a record that was written with care


@dataclass(frozen=True)
class Written:
    """How lists write: each chance is one in so many."""

    slip: float  # in the family name
    other: float  # another person's given name, day or place
    gap: float  # a day or place that is not told
    initial: float  # for the given name
    whole: bool  # the day of birth, and not its year alone
    place: bool
    careless: bool = False  # half of the records err thrice as often in all


WRITTEN = {
    "many fields": Written(12, 60, 12, 25, whole=True, place=True),
    "few fields": Written(6, 25, 8, 12, whole=False, place=True),
    "few fields, careless": Written(12, 50, 16, 25, whole=False, place=True, careless=True),
    "names and years": Written(6, 25, 8, 12, whole=False, place=False),
}


@dataclass(frozen=True)
class World:
    """Records in no order, the person of each, and how many persons there are at all."""

    records: Records
    of: tuple[int, ...]
    persons: int

    @property
    def seen(self) -> int:
        """Persons who have a record."""
        return len(set(self.of))


def drawn(how: Written, *, seed: int, least: int = 400, most: int = 1_600) -> World:
    """Each list holds a fifth to a half of all; in every second world two find one half more."""
    by = Drawn(seed)
    persons = least + by.of(most - least + 1)
    chances = np.tile(0.2 + 0.3 * by.random.random(3 + by.of(3)), (persons, 1))
    if by.once(2):
        chances[:, :2] *= np.where(by.random.random(persons) < 0.5, 1.5, 0.5)[:, None]
    of, at = np.nonzero(by.random.random(chances.shape) < chances)
    order = by.random.permutation(len(of))
    of, at = of[order], at[order]
    return World(_records(by, how, of.tolist(), at.tolist(), persons), tuple(of.tolist()), persons)


def _records(by: Drawn, how: Written, of: list[int], at: list[int], persons: int) -> Records:
    given, house, town = (by.words(kinds, persons) for kinds in (100, 400, 60))
    born = [date(1930, 1, 1).toordinal() + by.of(25_000) for _ in range(persons)]
    rows = []
    for one in of:
        often = _OFTEN if how.careless and by.once(2) else 1.0
        other = [by.of(persons) if by.once(how.other / often) else one for _ in range(3)]
        first, last = given[other[0]], house[one]
        first = first[0] if by.once(how.initial / often) else first
        last = by.slip(last) if by.once(how.slip / often) else last
        day = date.fromordinal(born[other[1]]).isoformat()
        day, place = day if how.whole else day[:4], town[other[2]]
        gone = [by.once(how.gap / often) for _ in range(2)]
        rows.append((f"{first} {last}", "" if gone[0] else day, "" if gone[1] else place))
    name, day_, place_ = map(list, zip(*rows, strict=True))
    columns = {"name": name, "born": day_} | ({"place": place_} if how.place else {})
    return Records(list(map(str, range(len(of)))), columns, [_LISTS[one] for one in at])


def true_histories(world: World) -> Histories:
    """Who stands in which lists, as nobody knows it."""
    groups: dict[int, set[str]] = {}
    for person, one in zip(world.of, world.records.ids, strict=True):
        groups.setdefault(person, set()).add(one)
    return _histories(world, Partition(tuple(map(frozenset, groups.values()))))


def one_linkage(world: World, found: Linked) -> Histories:
    """The same by the clusters alone."""
    return _histories(world, found.partition())


def _histories(world: World, partition: Partition) -> Histories:
    return Histories.of(zip(world.records.lists, world.records.ids, strict=True), partition)


Said = dict[str, list[int] | None]


def by_one(table: Histories, models: Iterable[str] = MODELS) -> Said:
    """The interval of each model, by one linkage, as ``asylia estimate`` has it."""
    found = assess(table, models=models, moved=False).answers
    return {
        name: [one.estimate.low, one.estimate.high] if one.estimate else None
        for name, one in found.items()
    }


def by_several(tables: list[Histories], models: Iterable[str] = MODELS) -> Said:
    """The same by several linkages, as for a file with a column ``linkage``."""
    named = {str(at): one for at, one in enumerate(tables)}
    found = linkages.over(named, models=models).mixtures
    return {
        name: [one.mixed.low, one.mixed.high] if one.mixed else None for name, one in found.items()
    }


def measured(world: World) -> dict[str, Any]:
    """Of one world: how many there are, how many have a record, and what is said of both."""
    before = os.times()
    found = link(world.records, distinct_in_list=True, posterior=True)
    drawn_ = found.plausible
    assert drawn_ is not None
    one = one_linkage(world, found)
    case: dict[str, Any] = {
        "persons": world.persons,
        "records": len(world.of),
        "lists": len(set(world.records.lists)),
        "seen": world.seen,
        "linkage refused": str(drawn_.refused) if drawn_.refused else None,
        "clusters": one.observed,
        "true": by_one(true_histories(world)),
        "one": by_one(one),
    }
    if not drawn_.refused:
        case |= {
            "carried": by_several(told.tables(world.records.lists, drawn_)),
            "seen95": list(drawn_.interval95),
            "minimum": drawn_.minimum,
        }
    after = os.times()
    return case | {"CPU seconds": round(sum(after[:2]) - sum(before[:2]), 1)}


def run(each: int = EACH) -> dict[str, Any]:
    """For each way of writing: how often each way of linking held the number, how wide it was."""
    cases = {
        name: [measured(drawn(how, seed=_SEED + _FURTHER * kind + at)) for at in range(each)]
        for kind, (name, how) in enumerate(WRITTEN.items())
    }
    return {name: summed(found) for name, found in cases.items()}


def summed(cases: list[dict[str, Any]]) -> dict[str, Any]:
    """Persons with a record: interval and minimum; all persons: by model and way of linking."""
    told_ = [one for one in cases if "seen95" in one]
    seen = [one["seen95"][0] <= one["seen"] <= one["seen95"][1] for one in told_]
    return {
        "worlds": len(cases),
        "mean CPU seconds": round(float(np.mean([one["CPU seconds"] for one in cases])), 1),
        "linkage refused": len(cases) - len(told_),
        "persons with a record held": _share(seen),
        "minimum held": _share([one["minimum"] <= one["seen"] for one in told_]),
        **{model: {way: _summed(cases, way, model) for way in WAYS} for model in MODELS},
    }


def _summed(cases: list[dict[str, Any]], way: str, model: str) -> dict[str, Any]:
    said = [(one["persons"], one[way][model]) for one in cases if one.get(way, {}).get(model)]
    wide = [(high - low) / number for number, (low, high) in said]
    middle = [(high + low) / 2 / number for number, (low, high) in said]
    return _share([low <= number <= high for number, (low, high) in said]) | {
        "mean width over the number": round(float(np.mean(wide)), 3) if said else None,
        "mean middle over the number": round(float(np.mean(middle)), 3) if said else None,
    }


def _share(held: list[bool]) -> dict[str, Any]:
    return {
        "answered": len(held),
        "held": sum(held),
        "interval95": clopper_pearson(sum(held), len(held)) if held else None,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
