"""What the votes on a pair come to: a table of states, decided purely.

| state | votes in force | adjudication | verdict |
|---|---|---|---|
| open | none | none | none |
| once | fewer than are needed | none | none |
| agreed | enough, all alike | none | theirs |
| apart | enough, not alike | none | none |
| settled | any | in force | the adjudication's |

Upholds: one person has one vote a pair, however many devices; both votes stay, whatever becomes of
them.  What a member writes into the ledger by hand decides nothing that the desk would not have
let that member decide: a vote is taken back by its giver alone, whoever else uses its id, and an
adjudication stands on votes that differ.  Format: ``spec/review.md``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from asylia.casework.review import Adjudication, Noted, Pair, Passed, Undone, Vote
from asylia.record.forms import Verdict

ONE_VOTE = 0.75  # how sure a single vote is, where two are needed
State = Literal["open", "once", "agreed", "apart", "settled"]


@dataclass(frozen=True)
class Standing:
    """How it stands with one pair; ``votes`` by who gave them; ``passed``: into the record."""

    pair: Pair
    votes: Mapping[str, Vote]
    adjudication: Adjudication | None
    adjudicated_by: str
    passed: Passed | None
    needed: int

    @property
    def state(self) -> State:
        """The row of the table above."""
        if self.adjudication:
            return "settled"
        if not self.votes:
            return "open"
        if len(self.votes) < self.needed:
            return "once"
        return "agreed" if len({one.verdict for one in self.votes.values()}) == 1 else "apart"

    @property
    def verdict(self) -> Verdict | None:
        """What is held of the pair, if anything is."""
        if self.adjudication:
            return self.adjudication.verdict
        return next(iter(self.votes.values())).verdict if self.state == "agreed" else None

    @property
    def label(self) -> tuple[Verdict, float] | None:
        """What it says of the pair, and how sure: 1 where that is decided, less by one vote alone.

        None where it says nothing: votes that differ, and what can't be told.
        """
        alone = next(iter(self.votes.values())).verdict if self.state == "once" else None
        verdict = self.verdict or alone
        if verdict is None or verdict == "not_known":
            return None
        return verdict, 1.0 if self.verdict else ONE_VOTE

    def may_adjudicate(self, who: str, people: Iterable[str]) -> bool:
        """A third person settles it, where there is one; else one of the two, with a reason."""
        third = set(people) - self.votes.keys()
        return self.state == "apart" and (who in third or not third)


def standings(
    noted: Iterable[Noted], needed: int, people: Collection[str] | None = None
) -> dict[Pair, Standing]:
    """Each pair that anything was entered about but its opening; ``people``: who is there now."""
    whole = list(noted)
    undone = {(one.content.of, one.by) for one in whole if isinstance(one.content, Undone)}
    unsettled = {of for of, _ in undone}
    votes: dict[Pair, dict[str, Vote]] = {}
    settled: dict[Pair, tuple[Adjudication, str]] = {}
    passed: dict[Pair, Passed] = {}
    for one in whole:
        content = one.content
        if isinstance(content, Vote) and (content.id, one.by) not in undone:
            votes.setdefault(_pair(content.pair), {})[one.by] = content
        elif isinstance(content, Adjudication) and content.id not in unsettled:
            if _may_settle(one, content, whole, people):
                settled[_pair(content.pair)] = (content, one.by)
        elif isinstance(content, Passed):
            passed[_pair(content.pair)] = content
    found = {}
    for pair in {**votes, **settled, **passed}:
        adjudication, by = settled.get(pair, (None, ""))
        given = votes.get(pair, {})
        found[pair] = Standing(pair, given, adjudication, by, passed.get(pair), needed)
    return found


def _may_settle(
    one: Noted, content: Adjudication, whole: Sequence[Noted], people: Collection[str] | None
) -> bool:
    """Whether the votes that it names differ, and nobody else was at the review who could settle.

    Entries of one day have no order that tells which was first, so days alone are compared.
    """
    before = [other for other in whole if other.on <= one.on]
    voted = {
        other.by: other.content.verdict
        for other in before
        if isinstance(other.content, Vote)
        and other.content.id in content.votes
        and other.content.pair == content.pair
    }
    others = {other.by for other in before if people is None or other.by in people} - voted.keys()
    return len(set(voted.values())) > 1 and (one.by not in voted or not others)


def _pair(ids: tuple[str, ...]) -> Pair:
    return (ids[0], ids[1])


@dataclass(frozen=True)
class Implied:
    """What decided pairs say of others by way of a third; ``torn``: pairs that contradict it."""

    cluster: Mapping[str, str]
    apart: frozenset[Pair]
    torn: tuple[Pair, ...]

    def verdict(self, pair: Pair) -> Verdict | None:
        """``same`` or ``distinct`` where it follows; None where it does not."""
        one, other = (self.cluster.get(key, key) for key in pair)
        if one == other:
            return "same"
        return "distinct" if (min(one, other), max(one, other)) in self.apart else None


def implied(known: Iterable[Standing]) -> Implied:
    """What follows from the pairs that are decided."""
    decided = [(one.pair, one.verdict) for one in known]
    cluster: dict[str, str] = {}

    def root(key: str) -> str:
        while cluster.get(key, key) != key:
            key = cluster[key]
        return key

    for (one, other), verdict in decided:
        if verdict == "same":
            first, second = sorted((root(one), root(other)))
            cluster[second] = first
    roots = {key: root(key) for pair, _ in decided for key in pair}
    apart, torn = set(), []
    for pair, verdict in decided:
        if verdict == "distinct":
            one, other = sorted(roots[key] for key in pair)
            apart.add((one, other))
            if one == other:
                torn.append(pair)
    return Implied(roots, frozenset(apart), tuple(torn))
