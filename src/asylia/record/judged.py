"""What the judgements in force decide, and where they contradict each other.

Upholds: judgements that contradict decide nothing, and all are named; sameness on which they do is
not known.  Nothing is inferred but that sameness is transitive.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
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
            at = waiting.pop()
            pairs = (pair for pair, verdict in self.sameness.items() if verdict == "same")
            near = {other for pair in pairs if at in pair for other in pair} - known
            known |= near
            waiting += near
        return min(known)


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
    for group in _groups(pair for pair, verdict in decided.values.items() if verdict == "same"):
        within = {
            pair for pair, verdict in values.items() if pair <= group and verdict != "not_known"
        }
        if any(values[pair] == "distinct" for pair in within):
            values.update(dict.fromkeys(within, "not_known"))
            apart.append(tuple(dict.fromkeys(by for pair, _, by in told if pair in within)))
    return _Decided(values, tuple(apart))


def _groups(pairs: Iterable[Pair]) -> list[Pair]:
    """What hangs together by these pairs."""
    groups: list[Pair] = []
    for pair in pairs:
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair]
        groups.append(pair.union(*touched))
    return groups


def _overlap(by: str, one: OverlapJudged) -> tuple[Pair, tuple[Relation, str], str]:
    part = one.claim if one.relation == "part" else ""
    return frozenset((one.claim, one.other)), (one.relation, part), by


def _choices_apart(
    choices: tuple[tuple[Judgement, Choice], ...],
) -> Iterable[tuple[str, str]]:
    for (first, one), (second, other) in combinations(choices, 2):
        if one.chosen != other.chosen and set(one.among) & set(other.among):
            yield first.id, second.id
