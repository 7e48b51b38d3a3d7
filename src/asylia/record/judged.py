"""What the judgements in force decide, and where they contradict each other.

Upholds: judgements that contradict decide nothing, and all are named; sameness on which they do is
not known.  Nothing is inferred but that sameness is transitive.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Generic, TypeVar

from asylia.record.contents import Choice, Judgement, Membership, OverlapJudged, Sameness
from asylia.record.forms import Relation, Verdict
from asylia.record.reading import Record

Pair = frozenset[str]
At = TypeVar("At", bound=Hashable)
Said = TypeVar("Said", bound=Hashable)


@dataclass(frozen=True)
class Judged:
    """Decisions by what they are about; ``contradictions`` are ids of judgements."""

    memberships: dict[tuple[str, str], bool]  # (event or claim, event)
    overlaps: dict[Pair, tuple[Relation, str]]  # relation, and for "part" the claim that is it
    sameness: dict[Pair, Verdict]
    choices: tuple[tuple[Judgement, Choice], ...]
    contradictions: tuple[tuple[str, ...], ...]

    def one_of(self, subject: str) -> str:
        """The id that stands for everything judged to be the same as this subject."""
        known, waiting = {subject}, [subject]
        while waiting:
            near = self._near.get(waiting.pop(), set()) - known
            known |= near
            waiting += near
        return min(known)

    @cached_property
    def _near(self) -> dict[str, set[str]]:
        """Of each subject, those judged to be the same as it."""
        near: dict[str, set[str]] = {}
        for pair, verdict in self.sameness.items():
            if verdict == "same":
                for one in pair:
                    near.setdefault(one, set()).update(pair)
        return near


def judged(record: Record) -> Judged:
    """Gather the judgements in force."""
    members = _decide(
        ((one.member, one.event), one.verdict == "belongs", by.id)
        for by, one in record.decided(Membership)
    )
    overlaps = _decide(_overlap(by.id, one) for by, one in record.decided(OverlapJudged))
    same = _sameness(record)
    choices = record.decided(Choice)
    apart = tuple(_choices_apart(choices))
    return Judged(
        memberships=members.values,
        overlaps=overlaps.values,
        sameness=same.values,
        choices=choices,
        contradictions=(
            *members.contradictions,
            *overlaps.contradictions,
            *same.contradictions,
            *apart,
        ),
    )


@dataclass(frozen=True)
class _Decided(Generic[At, Said]):
    values: dict[At, Said]
    contradictions: tuple[tuple[str, ...], ...]


def _decide(judgements: Iterable[tuple[At, Said, str]]) -> _Decided[At, Said]:
    said: dict[At, dict[Said, list[str]]] = {}
    for at, verdict, judgement in judgements:
        said.setdefault(at, {}).setdefault(verdict, []).append(judgement)
    values = {at: next(iter(verdicts)) for at, verdicts in said.items() if len(verdicts) == 1}
    apart = dict.fromkeys(
        tuple(one for ids in verdicts.values() for one in ids)
        for verdicts in said.values()
        if len(verdicts) > 1
    )
    return _Decided(values, tuple(apart))


def _sameness(record: Record) -> _Decided[Pair, Verdict]:
    """Pairs judged; what some judge to be one and others two, if by way of a third, is open."""
    told = [
        (frozenset(pair), one.verdict, by.id)
        for by, one in record.decided(Sameness)
        for pair in combinations(sorted(set(one.ids)), 2)
    ]
    decided = _decide(told)
    values = dict(decided.values)
    values.update({pair: "not_known" for pair, _, _ in told if pair not in values})
    apart = list(decided.contradictions)
    group_of = _groups(pair for pair, verdict in decided.values.items() if verdict == "same")
    within: dict[str, list[Pair]] = {}
    for pair, verdict in values.items():
        one, *others = {group_of.get(key, "") for key in pair}
        if one and not others and verdict != "not_known":
            within.setdefault(one, []).append(pair)
    torn = {
        pair: group
        for group, pairs in within.items()
        if any(values[pair] == "distinct" for pair in pairs)
        for pair in pairs
    }
    values.update(dict.fromkeys(torn, "not_known"))
    by_group: dict[str, dict[str, None]] = {}
    for pair, _, by in told:
        if pair in torn:
            by_group.setdefault(torn[pair], {})[by] = None
    return _Decided(values, (*apart, *(tuple(ids) for ids in by_group.values())))


def _groups(pairs: Iterable[Pair]) -> dict[str, str]:
    """What hangs together by these pairs: of each key, the key that stands for all of them."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = parent[above]
            key = above
        return key

    for pair in pairs:
        first, *others = pair
        for other in others:
            parent[root(other)] = root(first)
    return {key: root(key) for key in list(parent)}


def _overlap(by: str, one: OverlapJudged) -> tuple[Pair, tuple[Relation, str], str]:
    part = one.claim if one.relation == "part" else ""
    return frozenset((one.claim, one.other)), (one.relation, part), by


def _choices_apart(
    choices: tuple[tuple[Judgement, Choice], ...],
) -> Iterable[tuple[str, str]]:
    for (first, one), (second, other) in combinations(choices, 2):
        if one.chosen != other.chosen and set(one.among) & set(other.among):
            yield first.id, second.id
