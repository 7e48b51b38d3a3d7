"""From ledger entries to the casework tables.

Upholds: what the tables hold follows from the entries in their order, so deleting and rebuilding
gives the same rows.  Refuses nothing loudly: a damaged content is set aside and counted, since one
bad entry must not hide every other thread.
"""

from importlib.resources import files
from typing import ClassVar

from asylia.casework.contents import (
    SUBMISSION,
    Case,
    Held,
    Met,
    Note,
    Quarantine,
    Read,
    Reply,
    ReplyLeft,
    Safety,
    Submission,
    Triage,
    Urgency,
    decode_note,
    decode_submission,
)
from asylia.errors import AsyliaError
from asylia.ledger.values import OpenEntry
from asylia.vault.projection import Connection

_HEAD = f"{SUBMISSION}\n".encode()


class CaseworkProjection:
    """Keeps the tables of ``schema.sql``."""

    name: ClassVar[str] = "casework"
    schema: ClassVar[str] = files("asylia.casework").joinpath("schema.sql").read_text()

    def apply(self, connection: Connection, entry: OpenEntry) -> None:
        """Take one entry in; contents of other parts are passed over."""
        try:
            content = _decode(entry.content)
        except AsyliaError:
            _keep(connection, "damaged", entry, ())
            return
        if content is not None:
            table, row = _row(content, entry)
            _keep(connection, table, entry, row)


def _decode(content: bytes) -> Submission | Note | None:
    return decode_submission(content) if content.startswith(_HEAD) else decode_note(content)


def _row(  # noqa: PLR0911 - one line a content is the table, laid open
    content: Submission | Note, entry: OpenEntry
) -> tuple[str, tuple[object, ...]]:
    match content:
        case Submission(arrival=arrival, control=control, statement=statement):
            where = (arrival.envelope_sha256, arrival.blob, control.thread, entry.record)
            what = (control.kind, control.urgency, control.on_behalf)
            said = control.safe_contact
            how = (said.may_contact, said.how, said.when) if said else (None, "", "")
            return "submission", (*where, *what, *how, entry.content, statement.text)
        case Held(envelope_sha256=envelope):
            return "held", (envelope,)
        case Quarantine(envelope_sha256=envelope, blob=blob, reason=reason):
            return "quarantine", (envelope, blob, reason)
        case Reply() as reply:
            told = (reply.thread, reply.n, reply.kind, reply.body, reply.answers)
            return "reply", (reply.drop_sha256, *told, reply.drop, reply.replaces)
        case ReplyLeft(thread=thread, drop_sha256=drop):
            return "left", (drop, thread)
        case Case(thread=thread, case=case, pseudonym=pseudonym):
            return "case", (thread, case, pseudonym)
        case Met(thread=thread, case=case, pseudonym=pseudonym):
            return "met", (thread, entry.record, case, pseudonym)
        case Triage(thread=thread, state=state, assigned=assigned):
            return "triage", (thread, state, assigned)
        case Safety() as safety:
            way = (safety.may_contact, safety.how, safety.when, safety.notes)
            return "safety", (safety.thread, safety.answers, *way)
        case Urgency() as noted:
            taken = (noted.urgency, noted.reason, noted.by)
            return "urgency", (noted.thread, noted.answers, *taken)
        case Read(envelope_sha256=envelope):
            return "read", (envelope,)


def _keep(connection: Connection, table: str, entry: OpenEntry, row: tuple[object, ...]) -> None:
    values = (entry.author, entry.compartment, entry.sequence, entry.entered_on, *row)
    marks = ", ".join("?" * len(values))
    # The table's name is one of ours, never input.
    connection.execute(f"INSERT OR IGNORE INTO casework_{table} VALUES ({marks})", values)  # noqa: S608
