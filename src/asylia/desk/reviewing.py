"""A review in hand: the table, its weighed pairs, and the one pair that is open; in memory only.

Upholds: names are shown of one pair at a time, and only after its opening was entered; pairs come
by what an answer would tell; who has not voted yet does not see the other's vote.  Nothing here
outlives the lock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from asylia.casework.review import Adjudication, Noted, Opened, Pair, Reviews, Undone, Vote, Why
from asylia.casework.votes import Implied, Standing, implied, standings
from asylia.counts.linking.table import Records
from asylia.counts.linking.weighing import PLAUSIBLE, Trained, Weighed, gains, train
from asylia.desk.review_table import fields_of
from asylia.errors import NotFoundError, RefusedError
from asylia.record.forms import Verdict
from asylia.values import RecordId


@dataclass
class Reviewing:
    """One review at this desk."""

    reviews: Reviews
    record: RecordId
    me: str
    left_out: int
    records: Records = field(repr=False)
    weighed: Weighed = field(repr=False)
    opened: Pair | None = field(default=None, repr=False)

    @classmethod
    def begin(
        cls,
        reviews: Reviews,
        name: str,
        me: str,
        records: Records,
        left_out: int,
        weighed: Weighed,
    ) -> "Reviewing":
        """Enter that the review of a weighed table was begun."""
        return cls(reviews, reviews.begin(name), me, left_out, records, weighed)

    @property
    def name(self) -> str:
        """The table's, as typed."""
        return self.reviews.names().get(self.record, "")

    def noted(self) -> tuple[Noted, ...]:
        """All that was entered."""
        return self.reviews.of(self.record)

    def standings(self) -> dict[Pair, Standing]:
        """How it stands with each pair that was voted on."""
        reviews = self.reviews
        return standings(self.noted(), reviews.reviewers(), reviews.people())

    def trained(self, known: Mapping[Pair, Standing]) -> Trained:
        """The model with what votes and adjudications teach it."""
        rows, same = [], []
        for pair, one in known.items():
            at = self.weighed.at.get(pair)
            if at is not None and one.label is not None:
                verdict, sure = one.label
                rows.append(at)
                same.append(sure if verdict == "same" else 1.0 - sure)
        return train(self.weighed.parts, self.weighed.untrained, rows, same)

    def queue(self) -> Iterator[Pair]:
        """The pairs that wait for this reviewer, by what an answer would tell."""
        known = self.standings()
        follows = implied(known.values())
        told = gains(self.weighed.chances(self.trained(known)))
        for at in np.argsort(-told, kind="stable"):
            pair = self.weighed.pair(int(at))
            if self._waits(pair, known.get(pair), follows):
                yield pair

    def plausible(self) -> dict[Pair, float]:
        """Undecided pairs that may be one person, by how likely that is."""
        known = self.standings()
        chances = self.weighed.chances(self.trained(known))
        likely = ((self.weighed.pair(int(at)), at) for at in np.flatnonzero(chances >= PLAUSIBLE))
        return {
            pair: float(chances[at])
            for pair, at in likely
            if pair not in known or known[pair].verdict is None
        }

    def _waits(self, pair: Pair, one: Standing | None, follows: Implied) -> bool:
        if one is not None and (
            one.state in ("agreed", "apart", "settled") or self.me in one.votes
        ):
            return False
        return bool(one and one.votes) or follows.verdict(pair) is None

    def open(self, pair: Pair, reason: Why) -> None:
        """Enter that this pair is opened, and have it open; the one before closes."""
        if not {*pair} <= {*self.weighed.ids}:
            raise NotFoundError("This pair is not in the table in hand.")
        self.opened = None
        self.reviews.add(self.record, Opened(id=self.reviews.draw_id(), pair=pair, reason=reason))
        self.opened = pair

    def open_next(self) -> bool:
        """Open the next pair that waits; False where none does."""
        self.opened = None
        pair = next(self.queue(), None)
        if pair is not None:
            self.open(pair, "review")
        return pair is not None

    def vote(self, pair: Pair, verdict: Verdict) -> None:
        """Say of the open pair what it is."""
        self._must_be_open(pair)
        self.reviews.add(self.record, Vote(id=self.reviews.draw_id(), pair=pair, verdict=verdict))

    def adjudicate(self, pair: Pair, verdict: Verdict, reason: str) -> None:
        """Settle the open pair, on which reviewers differ."""
        self._must_be_open(pair)
        one = self.standings().get(pair)
        if one is None or not one.may_adjudicate(self.me, self.reviews.people()):
            raise RefusedError(
                "This pair is not yours to settle: the two disagree, and a third can decide.",
                hint="Nothing was saved.",
            )
        ids = tuple(vote.id for vote in one.votes.values())
        self.reviews.add(
            self.record,
            Adjudication(
                id=self.reviews.draw_id(), pair=pair, verdict=verdict, reason=reason, votes=ids
            ),
        )

    def undo(self) -> Pair | None:
        """Take back this reviewer's newest vote that stands; its pair."""
        mine = {
            one.votes[self.me].id: pair
            for pair, one in self.standings().items()
            if self.me in one.votes
        }
        newest = next((n.content for n in reversed(self.noted()) if n.content.id in mine), None)
        if newest is None:
            return None
        self.reviews.add(self.record, Undone(id=self.reviews.draw_id(), of=newest.id))
        return mine[newest.id]

    def unsettle(self, pair: Pair) -> None:
        """Take an adjudication back."""
        one = self.standings().get(pair)
        if one is not None and one.adjudication:
            self.reviews.add(self.record, Undone(id=self.reviews.draw_id(), of=one.adjudication.id))

    def side(self, key: str) -> dict[str, str]:
        """The fields of one of the two open records."""
        if self.opened is None or key not in self.opened:
            raise RefusedError("Only the open pair is shown.")
        return fields_of(self.records, self.records.ids.index(key))

    def _must_be_open(self, pair: Pair) -> None:
        if self.opened != pair:
            raise RefusedError(
                "This pair is not open any more.", hint="Open the next one; nothing was saved."
            )
