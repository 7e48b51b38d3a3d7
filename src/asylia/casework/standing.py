"""What stands of urgency and safe contact after all that a writer said in a thread.

Upholds: a word of thanks makes nothing less urgent and takes no safe way away; until a worker has
replied, nothing said later lowers what was said, since whoever writes next may do so under force.
Refuses: to take silence for a choice.  The rules are in ``spec/casework.md``, "Triage".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from asylia.casework.threads import URGENCY, SafeContact, StandingUrgency
from asylia.envelope.control import Urgency

_NONE: Mapping[int, StandingUrgency] = MappingProxyType({})


@dataclass(frozen=True)
class Word:
    """What one submission says of safe contact, or the team's note that answers it."""

    envelope: bytes
    may_contact: bool | None  # None: as before
    how: str = field(default="", repr=False)
    when: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)


def standing_urgency(
    said: Iterable[tuple[Urgency, bool]], noted: Mapping[int, StandingUrgency] = _NONE
) -> StandingUrgency:
    """From each submission's urgency in order, and whether a worker replied after it.

    ``noted``: what the team took it to be, by hand, after the submission of that place; it stands
    until the writer says something else that may change it.
    """
    standing: StandingUrgency = "not_said"
    may_fall = True
    for place, (urgency, replied) in enumerate(said):
        if urgency != "as_before":
            lower = standing != "not_said" and URGENCY[urgency] > URGENCY[standing]
            standing = standing if lower and not may_fall else urgency
        may_fall = replied
        standing = noted.get(place, standing)
    return standing


def standing_contact(said: Sequence[Word], noted: Word | None) -> SafeContact:
    """From what each submission says in order, and the team's newest note."""
    spoken = [at for at, word in enumerate(said) if word.may_contact is not None]
    notes = noted.notes if noted else ""
    since = {word.envelope for word in (said[spoken[-1] :] if spoken else said)}
    if noted and noted.envelope in since:
        return SafeContact(bool(noted.may_contact), noted.how, noted.when, notes, by="team")
    if not spoken:
        return SafeContact(may_contact=False, how="", when="", notes=notes, by="nobody")
    last = said[spoken[-1]]
    return SafeContact(bool(last.may_contact), last.how, last.when, notes, by="writer")
