"""The tables of ``schema.sql``, as entries bring them, after those of ``RecordProjection``.

Upholds: the rows follow from the entries, whichever comes first: of one id the first in the order
of the record that stands counts, what was taken back goes on the day on which it was, what was
masked is searched no more.  Refuses: what lies in the compartment of identities.  Contents are read
again, by id, from the record's own table, which the vault grows before these.
"""

from collections.abc import Iterable
from importlib.resources import files
from typing import ClassVar

from asylia.errors import MalformedError
from asylia.ledger.epoch import IDENTITIES
from asylia.ledger.values import OpenEntry
from asylia.record.contents import (
    KINDS,
    Act,
    Claim,
    Content,
    Event,
    ImportUndone,
    ItemLook,
    Masking,
    Person,
    Place,
    Response,
    Statement,
    Translation,
    Undo,
    decode_content,
    label_of,
)
from asylia.record.history import touches
from asylia.record.scope import readable, told_order
from asylia.record.views.texts import text_of
from asylia.vault.projection import Connection

NEVER = 1 << 40
_TAKEN_BACK = (Claim.LABEL, Translation.LABEL)
# Every content under an id, in order, and the day on which it was taken back with its import.
_UNDER = (
    "SELECT c.entered_on, c.author, c.compartment, c.sequence, c.label, (SELECT min(u.entered_on) "
    "FROM views_undone u WHERE u.of = c.id AND u.record = c.record) FROM record_content c "
    "WHERE c.id = ? ORDER BY c.entered_on, c.author, c.compartment, c.sequence"
)
_TEXTS = (
    "SELECT entered_on, author, compartment, sequence FROM views_text WHERE about = ? "
    "AND kind = 'claim'"
)
_BY_PLACE = (
    "SELECT content FROM record_content WHERE entered_on = ? AND author = ? AND compartment = ? "
    "AND sequence = ?"
)
# Tables whose rows come and go with what stands under an id.
_SETTLED = ("claim", "moment", "involved", "text", "place")
_PERSON = f"SELECT 1 FROM record_content WHERE id = ? AND label = '{Person.LABEL}'"  # noqa: S608
_SHIFT, _BEFORE = 31, 1 << 24  # no day lies before these, or after what is shifted
At = tuple[bytes, str, int]  # author, compartment, sequence


class ViewsProjection:
    """Keeps the tables of ``schema.sql``."""

    name: ClassVar[str] = "views"
    schema: ClassVar[str] = files("asylia.record.views").joinpath("schema.sql").read_text()

    def apply(self, connection: Connection, entry: OpenEntry) -> None:
        """Take one entry in; contents of other parts and what can't be read are passed over."""
        if entry.compartment == IDENTITIES or label_of(entry.content) not in KINDS:
            return
        try:
            content = decode_content(entry.content)
        except MalformedError:
            return
        if content is not None:
            _take(connection, content, entry)


def _take(connection: Connection, content: Content, entry: OpenEntry) -> None:
    place = (entry.author, entry.compartment, entry.sequence)
    touched = enumerate(touches(content))
    _put(connection, "touch", [(*place, n, content.id, of) for n, of in touched])
    match content:
        case Claim():
            _put(connection, "claim", [(*place, *_claim(content, entry.entered_on))])
        case Undo(of=of):
            _put(connection, "undo", [(*place, entry.entered_on, of)])
            _settle(connection, of)
        case ImportUndone(items=items):
            where = (entry.entered_on, entry.record)
            own = ((*place, n, *where, of) for n, of in enumerate(items))
            _put(connection, "undone", own)
            for of in items:
                _settle(connection, of)
        case Act() | Statement() | Response() | Event():
            _put(connection, "moment", [(*place, *_moment(content, entry.entered_on))])
            acted = _involved(content, place, entry.entered_on) if isinstance(content, Act) else ()
            _put(connection, "involved", acted)
        case Place(id=own, within=within):
            _put(connection, "place", [(*place, entry.entered_on, NEVER, own, within)])
        case Masking(claim=claim, fields=fields):
            _put(connection, "masked", [(*place, field, claim) for field in fields])
            _write_again(connection, claim)
        case ItemLook(item=item, persons=persons) if persons:
            _put(connection, "concerned", [(*place, item)])
            _write_again(connection, item)
        case Person(id=person):
            found = connection.execute("SELECT id FROM views_claim WHERE subject = ?", (person,))
            for (claim,) in found.fetchall():
                _write_again(connection, claim)
        case _:
            pass
    _write(connection, content, place, entry.entered_on)
    _settle(connection, content.id)
    if isinstance(content, Claim) and len(connection.execute(_TEXTS, (content.id,)).fetchall()) > 1:
        _write_again(connection, content.id)  # its translations were here before it


def _put(connection: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(row))
        # The table's name is one of ours, never input.
        connection.execute(f"INSERT OR IGNORE INTO views_{table} VALUES ({marks})", row)  # noqa: S608


def _claim(claim: Claim, entered_on: int) -> tuple[object, ...]:
    said, facts = readable(claim.said_on), _days(claim.facts)
    known = entered_on if said.last is None else said.last
    about = (claim.source, claim.subject, claim.event, claim.property)
    how = (claim.polarity, claim.certainty, claim.perpetrator, claim.place, claim.lineage)
    status = claim.value if claim.property == "site_status" else ""
    return (entered_on, NEVER, claim.id, known, *facts, *about, *how, status, told(claim.said_on))


def told(edtf: str) -> int:
    """``told_order`` as one number."""
    last, first = told_order(edtf)
    return ((last + _BEFORE) << _SHIFT) + first + _BEFORE


def _moment(content: Act | Statement | Response | Event, entered_on: int) -> tuple[object, ...]:
    head = (entered_on, NEVER)
    match content:
        case Act(id=own, event=event, violation=term, victim=whom, place=place, interval=at):
            return (*head, "act", own, event, term, whom, place, *_days(at))
        case Statement(id=own, event=event, kind=term, on=at):
            return (*head, "statement", own, event, term, "", "", *_days(at))
        case Response(id=own, event=event, kind=term, on=at):
            return (*head, "response", own, event, term, "", "", *_days(at))
        case Event(id=own, kind=term, place=place, interval=at):
            return (*head, "event", own, own, term, "", place, *_days(at))


def _involved(act: Act, place: At, entered_on: int) -> Iterable[tuple[object, ...]]:
    days, said = _days(act.interval), (act.id, act.violation, act.event)
    for n, one in enumerate(act.perpetrators):
        yield (*place, n, entered_on, NEVER, *said, *days, one.who, one.kind, one.role)


def _days(edtf: str) -> tuple[int, int]:
    """First and last possible day; an open end is always, and no date is no day at all."""
    if not edtf:
        return NEVER, -NEVER
    found = readable(edtf)
    first = -NEVER if found.first is None else found.first
    return first, NEVER if found.last is None else found.last


def _settle(connection: Connection, own: str) -> None:
    """Of the contents under one id the first that stands counts, until it was taken back.

    Taken back alone, a claim or a translation leaves its id to nothing else; taken back with its
    import, any content leaves it to the next.
    """
    rows = connection.execute(_UNDER, (own,)).fetchall()
    alone = connection.execute(
        "SELECT min(entered_on) FROM views_undo WHERE of = ?", (own,)
    ).fetchone()[0]
    if len(rows) < 2 and alone is None and not any(row[-1] for row in rows):
        return
    free, is_taken = 0, False
    for day, author, compartment, sequence, label, undone in rows:
        since = max(day, free)
        ends = (undone, alone if label in _TAKEN_BACK else None, NEVER)
        until = 0 if is_taken else min(end for end in ends if end is not None)
        for table in _SETTLED:
            connection.execute(
                f"UPDATE views_{table} SET entered_on = ?, gone_on = ? "  # noqa: S608 - ours
                "WHERE author = ? AND compartment = ? AND sequence = ?",
                (since, until, author, compartment, sequence),
            )
        is_taken = is_taken or undone is None
        free = max(free, undone or 0)


def _write_again(connection: Connection, claim: str) -> None:
    """The texts of a claim and its translations, as what is known of it by now has them."""
    for place in connection.execute(_TEXTS, (claim,)).fetchall():
        for (blob,) in connection.execute(_BY_PLACE, place).fetchall():
            content = decode_content(blob)
            if isinstance(content, Claim | Translation):
                _write(connection, content, place[1:], place[0])
                _settle(connection, content.id)


def _write(connection: Connection, content: Content, place: At, entered_on: int) -> None:
    """Put what of it is searched in the place of what was."""
    masked: list[str] = []
    person = False
    if isinstance(content, Claim | Translation):
        claim = content.of if isinstance(content, Translation) else content.id
        rows = connection.execute("SELECT field FROM views_masked WHERE claim = ?", (claim,))
        masked = [field for (field,) in rows]
        person = _concerns_a_person(connection, content, claim)
    found = text_of(content, masked=masked, concerns_a_person=person)
    if found is None:
        return
    key = "author = ? AND compartment = ? AND sequence = ?"
    connection.execute(f"DELETE FROM views_text WHERE {key}", place)  # noqa: S608 - a constant
    what = "" if found.kind == "claim" else "name"
    words = (what, " ".join(found.tokens.stems), " ".join(found.tokens.sounds))
    _put(connection, "text", [(*place, entered_on, found.kind, NEVER, found.about, *words)])


def _concerns_a_person(connection: Connection, content: Claim | Translation, claim: str) -> bool:
    """Whether the claim names a person, came from a report, or has a person for its subject.

    Or whether somebody who looked said that it concerns one.
    """
    if isinstance(content, Translation):
        rows = connection.execute("SELECT content FROM record_content WHERE id = ?", (claim,))
        found = [decode_content(blob) for (blob,) in rows.fetchall()]
    else:
        found = [content]
    claims = [one for one in found if isinstance(one, Claim)]
    looked = connection.execute("SELECT 1 FROM views_concerned WHERE claim = ?", (claim,))
    if any(one.persons or one.report for one in claims) or looked.fetchone():
        return True
    return any(connection.execute(_PERSON, (one.subject,)).fetchone() for one in claims)
