"""Does an estimate carry its linkage? Invented worlds of N persons, known, in three to five lists.

All is drawn: persons, who stands in which list, and what each list wrote of them, with slips and
gaps.  Each world is asked three times how many persons there are: by its *true* histories (who is
who is known), by the *one* linkage that ``asylia link --out`` writes, and by the *carried* ones, the
plausible partitions that ``--histories`` writes and ``asylia estimate`` mixes.  The models are those
whose assumptions hold here: lists are independent, or two of them find the same half of the persons
more easily, which is a decomposable graph.  So true histories should cover, and whatever is lost is
the linkage's.  ``WRITTEN`` says how lists write; nothing was set on these worlds.
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
from asylia.counts.linking.link import link
from asylia.counts.linking.table import Records
from asylia.counts.sameness import Partition
from asylia.counts.verdict import BOUND, assess
from bench.coverage import clopper_pearson, holds
from bench.worlds import Drawn

MODELS = ("graphs", "loglinear", "chao")
WAYS = ("true", "one", "carried")
EACH = 10  # worlds of each way of writing
_SEED = 4_000


@dataclass(frozen=True)
class Written:
    """How lists write: each chance is one in so many; what a field holds; names there are."""

    slip: float  # in the family name
    other: float  # another given name, year or place altogether
    gap: float  # of a field that is missing
    initial: float
    whole: bool  # the day of birth, and not its year alone
    place: bool
    given: int
    house: int


WRITTEN = {
    "many fields": Written(12, 60, 12, 25, whole=True, place=True, given=200, house=800),
    "few fields": Written(6, 25, 8, 12, whole=False, place=True, given=100, house=400),
    "names and years": Written(5, 20, 8, 10, whole=False, place=False, given=100, house=400),
}


@dataclass(frozen=True)
class World:
    """Records in no order, the person of each, and how many persons there are at all."""

    records: Records
    of: tuple[int, ...]
    persons: int


def drawn(how: Written, *, seed: int, least: int = 400, most: int = 1_600) -> World:
    """Lists that stand for themselves, or of which two find the same half more easily."""
    by = Drawn(seed)
    persons = least + by.of(most - least + 1)
    many = 3 + by.of(3)
    chances = 0.2 + 0.3 * by.random.random((persons, many))[0]
    seen = by.random.random((persons, many)) < chances
    if by.once(2):  # half of all, twice as likely in these two and half as likely if not of it
        alike = by.random.random(persons) < 0.5
        tilted = chances[:2] * np.where(alike, 1.5, 0.5)[:, None]
        seen[:, :2] = by.random.random((persons, 2)) < tilted
    of, at = np.nonzero(seen)
    order = by.random.permutation(len(of))
    of, at = of[order], at[order]
    records = _records(by, how, of.tolist(), ["ABCDE"[one] for one in at.tolist()], persons)
    return World(records, tuple(of.tolist()), persons)


def _records(by: Drawn, how: Written, of: list[int], which: list[str], persons: int) -> Records:
    given, house = by.words(how.given, persons), by.words(how.house, persons)
    towns = by.words(60, persons)
    born = [date(1930, 1, 1).toordinal() + by.of(25_000) for _ in range(persons)]
    rows = [_row(by, how, given, house, towns, born, one) for one in of]
    kinds = ("name", "born", "place")[: 3 if how.place else 2]
    columns = dict(zip(kinds, map(list, zip(*rows, strict=True)), strict=False))
    return Records(list(map(str, range(len(of)))), columns, which)


def _row(
    by: Drawn, how: Written, given: list[str], house: list[str], towns: list[str],
    born: list[int], one: int,
) -> tuple[str, ...]:  # fmt: skip
    def some(of: int) -> int:
        return by.of(len(given)) if by.once(how.other) else of

    first, last = given[some(one)], house[one]
    last = by.slip(last) if by.once(how.slip) else last
    first = first[0] if by.once(how.initial) else first
    day = date.fromordinal(born[some(one)]).isoformat()
    day = "" if by.once(how.gap) else day if how.whole else day[:4]
    town = "" if by.once(how.gap) else towns[some(one)]
    return f"{first} {last}", day, town


def measured(world: World, seed: int = 1) -> dict[str, Any]:
    """Of one world: how many there are, how many stand in a list, and what is said of both."""
    before = os.times()
    lists = world.records.lists
    found = link(world.records, distinct_in_list=True, posterior=True, seed=seed)
    posterior = found.plausible
    assert posterior is not None
    seen = len(set(world.of))
    case: dict[str, Any] = {
        "persons": world.persons,
        "records": len(world.of),
        "lists": len(set(lists)),
        "seen": seen,
        "refused": str(posterior.refused) if posterior.refused else None,
    }
    true = _by(world.of, found.ids)
    tables = {"true": Histories.of(zip(lists, found.ids, strict=True), true)}
    tables["one"] = Histories.of(zip(lists, found.ids, strict=True), found.partition())
    for way, table in tables.items():
        answers = assess(table, models=MODELS, moved=False).answers
        case[way] = {
            name: [one.estimate.low, one.estimate.high] if one.estimate else None
            for name, one in answers.items()
        } | {"observed": table.observed}
    if not posterior.refused:
        drawn = {str(at): one for at, one in enumerate(told.tables(lists, posterior))}
        mixed = linkages.over(drawn, models=MODELS).mixtures
        case["carried"] = {
            name: [one.mixed.low, one.mixed.high] if one.mixed else None
            for name, one in mixed.items()
        } | {"observed": list(posterior.interval95), "minimum": posterior.minimum}
    after = os.times()
    return case | {"CPU seconds": round(sum(after[:2]) - sum(before[:2]), 1)}


def _by(of: Iterable[int], ids: Iterable[str]) -> Partition:
    groups: dict[int, set[str]] = {}
    for person, one in zip(of, ids, strict=True):
        groups.setdefault(person, set()).add(one)
    return Partition(tuple(frozenset(group) for group in groups.values()))


if __name__ == "__main__":
    import sys

    for name, how in WRITTEN.items():
        for at in range(int(sys.argv[1])):
            print(name, json.dumps(measured(drawn(how, seed=_SEED + at))), flush=True)
