"""Exhibits: taken in whole, kept in pieces, given back only if not one byte has changed.

Upholds: the hash is taken before anything is kept, and intake, pieces and first line of the custody
log are entered together or not at all; a copy that was made is an exhibit of its own beside the
original, with the same persons and the same report, so that the same consent is needed.
Refuses: an empty file, one over what every device can hold, and to show bytes whose hash differs.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from asylia.casework.place import Place
from asylia.errors import UsageError
from asylia.record import pieces
from asylia.record.check import check
from asylia.record.contents import Capture, Concerned, Custody, Derived, Exhibit
from asylia.record.mediatypes import kind_of
from asylia.record.reading import Record
from asylia.values import Day, RecordId


@dataclass(frozen=True)
class Intake:
    """What a worker says of a file as it comes in; ``capture`` of a page that was saved."""

    kind: str
    description: str = field(repr=False)
    given_by: str
    taken_by: str
    purpose: str
    place: str = ""
    condition: str = ""
    report: str = ""
    persons: tuple[Concerned, ...] = ()
    address: str = field(default="", repr=False)
    saved_on: Day | None = None
    tool: str = ""


@dataclass(frozen=True)
class Made:
    """How a copy was made of an original."""

    how: str
    by: str
    language: str = ""


@dataclass(frozen=True)
class Handled:
    """What a worker says of an event in the life of an item; the hashes, where they were taken."""

    action: str
    by: str
    to: str
    on: Day
    place: str
    purpose: str
    condition: str
    before: bytes | None = None
    after: bytes | None = None


def take_in(place: Place, content: bytes, intake: Intake) -> str:
    """Keep a file as it came; returns the exhibit's id.  Nothing is kept where anything fails."""
    if not content:
        raise UsageError("This file is empty.", hint="Nothing was kept. Choose the file again.")
    if len(content) > pieces.MOST:
        raise UsageError(
            "This file is larger than 64 MiB, which every device of the team would have to hold.",
            hint="Nothing was kept. Register it by its hash: asylia record exhibit --register-only",
        )
    return _enter(place, content, kind_of(content).media_type, intake)


def register(place: Place, digest: bytes, size: int, media_type: str, intake: Intake) -> str:
    """Enter a file that is kept elsewhere: its hash, its size and its log, not its bytes."""
    exhibit = _exhibit(place, digest, size, media_type, intake)
    return _together(place, exhibit, (), intake)


def derive(place: Place, original: Exhibit, content: bytes, made: Made) -> str:
    """Keep a copy or a text that was made of an original; returns the copy's id.

    It lies in the original's own ledger record, so the two are forgotten together.
    """
    if not content or len(content) > pieces.MOST:
        raise UsageError("There is nothing in it, or too much.", hint="Nothing was kept.")
    exhibit = Exhibit(
        id=_draw_id(place),
        kind=original.kind,
        description=original.description,
        media_type=kind_of(content).media_type,
        size=len(content),
        sha256=sha256(content).digest(),
        report=original.report,
        persons=original.persons,
    )
    link = Derived(
        id=_draw_id(place),
        exhibit=exhibit.id,
        original=original.id,
        how=made.how,
        by=made.by,
        language=made.language,
    )
    log = Custody(
        id=_draw_id(place),
        item=exhibit.id,
        action="taken_in",
        by=made.by,
        to=made.by,
        on=place.today,
        purpose=made.how,
        sha256_after=exhibit.sha256,
    )
    copied = Custody(
        id=_draw_id(place),
        item=original.id,
        action="copied",
        by=made.by,
        on=place.today,
        purpose=made.how,
        sha256_before=original.sha256,
        sha256_after=original.sha256,
    )
    record = record_of(place.record(), place, original)
    for one in (exhibit, link, log, copied):
        check(one, place.words())
    with place.vault.store.transaction():
        for piece in pieces.cut(content):
            place.append(record, piece)
        for one in (exhibit, link, log, copied):
            place.append(record, one)
    return exhibit.id


def read(place: Place, exhibit: Exhibit) -> bytes:
    """The bytes of an exhibit; ``NotFoundError`` if not here, ``ForgedError`` if not the same."""
    place.project()
    return pieces.join(place.vault.connection, exhibit.sha256, exhibit.size)


def handle(place: Place, exhibit: Exhibit, handled: Handled) -> str:
    """Enter one event into the custody log; a hash that differs is entered, and shown as such."""
    event = Custody(
        id=_draw_id(place),
        item=exhibit.id,
        action=handled.action,
        by=handled.by,
        to=handled.to,
        on=handled.on,
        place=handled.place,
        purpose=handled.purpose,
        sha256_before=handled.before,
        sha256_after=handled.after,
        condition=handled.condition,
    )
    check(event, place.words())
    if event.on > place.today:
        raise UsageError("This day is still to come.", hint="Nothing was saved.")
    place.append(record_of(place.record(), place, exhibit), event)
    return event.id


def record_of(record: Record, place: Place, exhibit: Exhibit) -> RecordId:
    """The ledger record that an exhibit lies in."""
    found = record.entry(exhibit.id).record
    return place.ledger.new_record(place.ledger.home()) if found is None else found


def derived(record: Record, exhibit: Exhibit) -> tuple[tuple[Derived, Exhibit], ...]:
    """What was made of an exhibit, oldest first."""
    return tuple(
        (link, copy)
        for link in record.all(Derived)
        if link.original == exhibit.id and isinstance(copy := record.find(link.exhibit), Exhibit)
    )


def original_of(record: Record, exhibit: Exhibit) -> Exhibit | None:
    """What a copy was made of; None for an original."""
    link = next((one for one in record.all(Derived) if one.exhibit == exhibit.id), None)
    found = record.find(link.original) if link else None
    return found if isinstance(found, Exhibit) else None


def _enter(place: Place, content: bytes, media_type: str, intake: Intake) -> str:
    exhibit = _exhibit(place, sha256(content).digest(), len(content), media_type, intake)
    return _together(place, exhibit, tuple(pieces.cut(content)), intake)


def _exhibit(place: Place, digest: bytes, size: int, media_type: str, intake: Intake) -> Exhibit:
    return Exhibit(
        id=_draw_id(place),
        kind=intake.kind,
        description=intake.description,
        media_type=media_type,
        size=size,
        sha256=digest,
        report=intake.report,
        persons=intake.persons,
    )


def _together(place: Place, exhibit: Exhibit, cut: tuple[bytes, ...], intake: Intake) -> str:
    log = Custody(
        id=_draw_id(place),
        item=exhibit.id,
        action="taken_in",
        by=intake.given_by,
        to=intake.taken_by,
        on=place.today,
        purpose=intake.purpose,
        place=intake.place,
        condition=intake.condition,
        sha256_after=exhibit.sha256,
    )
    contents: list[Exhibit | Custody | Capture] = [exhibit, log]
    if intake.address:
        if intake.saved_on is None or intake.saved_on > place.today:
            raise UsageError(
                "Say on which day the page was saved, not later than today.",
                hint="Nothing was kept.",
            )
        capture = Capture(
            id=_draw_id(place),
            exhibit=exhibit.id,
            address=intake.address,
            on=intake.saved_on,
            by=intake.given_by,
            tool=intake.tool,
        )
        contents.append(capture)
    for one in contents:
        check(one, place.words())
    record = place.ledger.new_record(_compartment(place, intake.report))
    with place.vault.store.transaction():
        for piece in cut:
            place.append(record, piece)
        for one in contents:
            place.append(record, one)
    return exhibit.id


def _compartment(place: Place, report: str) -> str:
    """That of the case that a file belongs to, so that the same members see it."""
    row = place.vault.store.record(bytes.fromhex(report)) if report else None
    return place.ledger.home() if row is None else row.compartment


def _draw_id(place: Place) -> str:
    return place.randomness(16).hex()
