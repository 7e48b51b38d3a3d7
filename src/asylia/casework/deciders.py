"""By whom it was decided that pseudonyms are one person, or two: a role and a day, never a name.

Upholds: what is shown are judgements of sameness in force, those that a count rests on; a role is
read off the fixed reasons by which a linkage review passes on (``passing``), and whatever has
another reason is a documenter's.  Refuses: authors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from asylia.casework.passing import REASONS
from asylia.record.claims import Sameness
from asylia.record.forms import Verdict
from asylia.record.reading import Record
from asylia.values import Day

Role = Literal["agreed", "settled", "undecided", "judged"]
_ROLES: dict[str, Role] = {
    REASONS["agreed"]: "agreed",
    REASONS["settled"]: "settled",
    REASONS[""]: "undecided",
}


@dataclass(frozen=True)
class Decided:
    """One judgement: of which pseudonyms, what it holds, by whom, entered on which day."""

    ids: tuple[str, ...]
    verdict: Verdict
    by: Role
    on: Day


class Deciders:
    """The judgements of sameness in force in a record, by pseudonym."""

    def __init__(self, record: Record) -> None:
        self._of: dict[str, list[Decided]] = {}
        for judgement, one in record.decided(Sameness):
            decided = Decided(
                tuple(sorted(one.ids)),
                one.verdict,
                _ROLES.get(judgement.reason, "judged"),
                record.entry(judgement.id).entered_on,
            )
            for key in decided.ids:
                self._of.setdefault(key, []).append(decided)

    def of(self, keys: Iterable[str], among: Iterable[str] = ()) -> tuple[Decided, ...]:
        """What joins a person's pseudonyms, or might, and what parts them from others of these."""
        known, others = frozenset(keys), frozenset(among)
        return tuple(
            dict.fromkeys(
                one
                for key in sorted(known)
                for one in self._of.get(key, ())
                if one.verdict != "distinct" or {*one.ids} <= known | others
            )
        )
