"""Asking somebody: support first, then the guard, then the account in the person's own words.

Upholds: an interview enters the register only after support was offered, after everything that the
guard asks for, and together with its account.  Refuses, with every reason (``record.asking``).
"""

from dataclasses import dataclass, field

from asylia.casework.place import Place
from asylia.casework.threads import ThreadRow
from asylia.errors import RefusedError, Sentence, UsageError
from asylia.record import asking
from asylia.record.check import check
from asylia.record.contents import (
    Account,
    Break,
    FirstAccountOnly,
    Interview,
    Present,
    SupportOffered,
    ToldElsewhere,
)
from asylia.record.reading import Record
from asylia.values import Day


class NotAskedError(RefusedError):
    """Nobody is to be asked so; ``missing`` lists each reason in plain words."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"This interview can't be entered: {'; '.join(missing)}.",
            hint="Nothing was saved. Do first what is missing, or let this person be.",
        )
        self.missing = missing


@dataclass(frozen=True)
class Held:
    """What a worker says of a talk; ids and terms as in ``spec/record.md``."""

    on: Day
    manner: str
    mode: str
    language: str
    about: str
    present: tuple[Present, ...]
    words: str = field(repr=False)
    interpreted_from: str = ""
    flags: tuple[str, ...] = ()
    specialist: str = ""
    repeat_because: str = field(default="", repr=False)
    breaks: tuple[Break, ...] = ()
    recorded: int = 0


def register(place: Place) -> Record:
    """The register of interviews and what belongs to it, without any account."""
    place.project()
    return Record.from_database(place.vault.connection, asking.READS)


def before(place: Place, person: str) -> asking.Before:
    """What is known before this person is asked."""
    return asking.before(register(place), person)


def offer_support(place: Place, thread: bytes, kinds: tuple[str, ...], answer: str, by: str) -> str:
    """Enter what help was offered and what the person answered; returns its id."""
    row = _case(place, thread)
    if not kinds:
        raise UsageError(
            "Say what help was offered; where there is none to give, say that.",
            hint="Nothing was saved.",
        )
    offered = SupportOffered(
        id=_draw_id(place), person=row.pseudonym, kinds=kinds, answer=answer, by=by, on=place.today
    )
    check(offered, place.words())
    place.append(row.record, offered)
    return offered.id


def told_elsewhere(place: Place, thread: bytes, on: str, whom: str, about: str, by: str) -> str:
    """Enter that the person told others before; returns its id."""
    row = _case(place, thread)
    told = ToldElsewhere(
        id=_draw_id(place), person=row.pseudonym, on=on, whom=whom, about=about, by=by
    )
    check(told, place.words())
    place.append(row.record, told)
    return told.id


def first_account_only(
    place: Place, thread: bytes, reason: str, by: str, *, holds: bool
) -> FirstAccountOnly:
    """From now on one account of this person is all, or no longer."""
    row = _case(place, thread)
    rule = FirstAccountOnly(
        id=_draw_id(place), person=row.pseudonym, holds=holds, reason=reason, author=by
    )
    check(rule)
    place.append(row.record, rule)
    return rule


def enter(place: Place, thread: bytes, held: Held) -> str:
    """Enter an interview with its account; returns the interview's id.

    Raises ``NotAskedError`` with everything that is missing; then nothing was kept.
    """
    row = _case(place, thread)
    known = before(place, row.pseudonym)
    interview = Interview(
        id=_draw_id(place),
        person=row.pseudonym,
        on=held.on,
        manner=held.manner,
        mode=held.mode,
        language=held.language,
        about=held.about,
        present=held.present,
        support=known.support.id if known.support else "none",
        interpreted_from=held.interpreted_from,
        flags=held.flags,
        specialist=held.specialist,
        repeat_because=held.repeat_because,
        report=row.record.hex(),
    )
    missing = (*_lacks_specialist(interview), *asking.lacks(known, interview))
    if missing:
        raise NotAskedError(missing)
    account = Account(
        id=_draw_id(place),
        interview=interview.id,
        person=row.pseudonym,
        language=held.language,
        words=held.words,
        breaks=held.breaks,
        recorded=held.recorded,
    )
    if held.on > place.today:
        raise UsageError("This day is still to come.", hint="Nothing was saved.")
    for one in held.breaks:
        if one.after not in held.words:
            raise UsageError(
                "A break names words that are not in the account.",
                hint="Copy the last words before it from the account.",
            )
    check(interview, place.words())
    check(account)
    with place.vault.store.transaction():
        place.append(row.record, interview)
        place.append(row.record, account)
    return interview.id


def _lacks_specialist(interview: Interview) -> tuple[str, ...]:
    there = {one.who for one in interview.present if one.role == "specialist" and one.note}
    if interview.flags and (not interview.specialist or interview.specialist not in there):
        return (
            Sentence(
                "a minor, or sexual violence, needs a specialist in the room, by name and training"
            ),
        )
    return ()


def _case(place: Place, thread: bytes) -> ThreadRow:
    row = place.casework().row(thread)
    if not row.pseudonym:
        raise UsageError(
            "Open a case first.", hint="An account needs a pseudonym to be kept under."
        )
    return row


def _draw_id(place: Place) -> str:
    return place.randomness(16).hex()
