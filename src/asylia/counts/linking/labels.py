"""Labels: pairs of records of which somebody says that they are one person (or incident), or two.

Upholds: a label that is sure (1) is decided, and holds in every linkage; one that is less sure
teaches the model and binds nothing; one that can't tell does neither, and is counted.  Refuses
decided labels that contradict each other, by way of others too, and names them; ids that no record
has; a label of a record with itself.  Nothing is dropped without a word.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from asylia.counts.linking.encoding import Ints
from asylia.counts.partitions.held import Held, holding
from asylia.counts.sameness import components
from asylia.counts.words import N_, spoken, whole
from asylia.errors import MalformedError, NotFoundError

Verdict = Literal["same", "distinct", "not_known"]
VERDICTS: tuple[Verdict, ...] = ("same", "distinct", "not_known")
SURE = 1.0
_GUESS = 0.5
MOST_TOGETHER = 200  # records that decided labels join into one person
_NAMED = 5  # contradictions, or unknown ids, that a message names
_PLAIN_ID = re.compile(r"[\w.:/-]{1,40}\Z", re.ASCII)


@dataclass(frozen=True)
class Label:
    """What is said of two records, and how sure: 1 is decided, one half would be a guess."""

    one: str
    other: str
    verdict: Verdict
    sure: float = SURE

    def __post_init__(self) -> None:
        if self.one == self.other:
            raise MalformedError(
                spoken(N_("a label is of one record alone: %(id)s"), id=named(self.one))
            )
        if self.verdict not in VERDICTS:
            raise MalformedError("a label is none of same, distinct and not_known")
        if not _GUESS < self.sure <= SURE:
            raise MalformedError("how sure a label is, is no number above 0.5 and up to 1")

    @property
    def pair(self) -> tuple[str, str]:
        """Both ids, the lesser first."""
        return (min(self.one, self.other), max(self.one, self.other))

    @property
    def is_decided(self) -> bool:
        """Whether it holds, whatever the model says."""
        return self.sure == SURE and self.verdict != "not_known"

    @property
    def chance(self) -> float:
        """How likely they are one person, by this label alone."""
        return self.sure if self.verdict == "same" else SURE - self.sure


@dataclass(frozen=True)
class Placed:
    """Labels as rows of a table: what holds, and what teaches."""

    held: Held
    left: Ints  # of the labels that teach
    right: Ints
    same: tuple[float, ...]  # how likely each is one person
    decided: int  # pairs
    not_known: int  # labels


def named(key: str) -> str:
    """An id as a message may show it; "?" where it is more than letters, digits and points."""
    return key if _PLAIN_ID.match(key) else "?"


def place(labels: Sequence[Label], ids: Sequence[str], lists: Sequence[str] = ()) -> Placed:
    """Where labels stand in a table; ``lists``: each record's, where nobody stands twice in one.

    ``MalformedError`` names what contradicts; ``NotFoundError`` names ids that are not there.
    """
    at = {key: row for row, key in enumerate(ids)}
    unknown = dict.fromkeys(key for one in labels for key in one.pair if key not in at)
    if unknown:
        raise NotFoundError(
            spoken(
                N_("ids in labels that no record has (%(many)s): %(ids)s"),
                many=whole(len(unknown)),
                ids=_few(map(named, unknown), ", "),
            ),
            hint="Ids are those of the column id, or lines' numbers where there is none.",
        )
    decided = [one for one in labels if one.is_decided]
    same = {one.pair for one in decided if one.verdict == "same"}
    parted = {one.pair for one in decided if one.verdict == "distinct"}
    keys = sorted({key for pair in same for key in pair})
    groups = components(keys, map(frozenset, same))
    listed = {key: lists[at[key]] for key in keys} if lists else {}
    _check(same, parted, groups, listed)
    teach = [one for one in labels if one.verdict != "not_known"]
    rows = np.array([[at[key] for key in one.pair] for one in teach], np.int64).reshape(-1, 2)
    return Placed(
        held=holding(
            len(ids),
            ([at[key] for key in group] for group in groups),
            ((at[one], at[other]) for one, other in parted),
        ),
        left=np.ascontiguousarray(rows[:, 0]),
        right=np.ascontiguousarray(rows[:, 1]),
        same=tuple(one.chance for one in teach),
        decided=len(same | parted),
        not_known=len(labels) - len(teach),
    )


Pairs = set[tuple[str, str]]


def _check(
    same: Pairs, parted: Pairs, groups: Sequence[frozenset[str]], lists: dict[str, str]
) -> None:
    group_of = {key: at for at, group in enumerate(groups) for key in group}
    torn = [
        pair for pair in sorted(parted) if group_of.get(pair[0], -1) == group_of.get(pair[1], -2)
    ]
    if torn:
        near: dict[str, list[str]] = {}
        for one, other in sorted(same):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
        ways = (f"{named(a)} ≠ {named(b)}, {' = '.join(_way(near, a, b))}" for a, b in torn)
        raise MalformedError(
            spoken(
                N_("decided labels contradict each other (pairs: %(many)s): %(pairs)s"),
                many=whole(len(torn)),
                pairs=_few(ways, "; "),
            ),
            hint="Take one of them back, or say of it that it is less sure than 1.",
        )
    for one, other in _twice(groups, lists):
        raise MalformedError(
            spoken(
                N_("a label joins two records of a list that has nothing twice: %(ids)s"),
                ids=f"{named(one)} = {named(other)}",
            ),
            hint="Take the label back, or do without --distinct-in-list.",
        )
    largest = max(groups, key=len, default=frozenset())
    if len(largest) > MOST_TOGETHER:
        raise MalformedError(
            spoken(
                N_(
                    "decided labels join %(many)s records into one, the first %(id)s; at most "
                    "%(most)s can be"
                ),
                many=whole(len(largest)),
                id=named(min(largest)),
                most=whole(MOST_TOGETHER),
            ),
            hint="Look whether a wrong label joins too many.",
        )


def _twice(groups: Iterable[frozenset[str]], lists: dict[str, str]) -> Iterator[tuple[str, str]]:
    for group in groups:
        first: dict[str, str] = {}
        for key in sorted(group):
            if lists.get(key) and first.setdefault(lists[key], key) != key:
                yield first[lists[key]], key


def _way(near: dict[str, list[str]], one: str, other: str) -> list[str]:
    """The shortest chain of labels from one id to another."""
    before, waiting = {one: one}, deque([one])
    while waiting and other not in before:
        key = waiting.popleft()
        for there in near[key]:
            if there not in before:
                before[there] = key
                waiting.append(there)
    way = [other]
    while way[-1] != one:
        way.append(before[way[-1]])
    return list(map(named, way[::-1]))


def _few(texts: Iterable[str], between: str) -> str:
    first = list(islice(texts, _NAMED + 1))
    return between.join(first[:_NAMED] + ["…"][: len(first) - _NAMED])
