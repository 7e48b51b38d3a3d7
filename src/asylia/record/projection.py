"""The record's table in the vault: its contents, as the ledger's entries bring them.

Upholds: a row for each content of ours, in an order that every device agrees on (``entered_on``,
author, compartment, sequence); ``Record.from_database`` reads it back.  Refuses: contents of other
parts (skipped), and contents under one of our labels that are not its form, or that lie in the
compartment of identities, where a name could come into the record and out with it.  These are kept
apart by their place alone, and ``unreadable`` tells them: a member's device wrote something that
can't be read.
"""

from collections.abc import Mapping
from typing import Any

from asylia.errors import MalformedError
from asylia.ledger.epoch import IDENTITIES
from asylia.ledger.values import Finding, OpenEntry
from asylia.record.contents import KINDS, decode_content, label_of

_MOST = 1_000  # a device that writes rubbish without end fills no list


def unreadable(connection: Any, names: Mapping[str, str]) -> tuple[Finding, ...]:
    """What of the record can't be read, told as what was found wrong; ``names``: whose devices."""
    rows = connection.execute(
        "SELECT author, compartment, sequence, label FROM record_unreadable "
        "ORDER BY author, compartment, sequence LIMIT ?",
        (_MOST,),
    )
    return tuple(
        Finding(
            "malformed",
            sequence,
            f"{names.get(author.hex(), author.hex()[:8])} wrote {label} in {compartment}, and the"
            " record can't read it there",
            "Ask its author whether their Asylia is newer than this one.",
        )
        for author, compartment, sequence, label in rows
    )


class RecordProjection:
    """Brought to the vault by the record; see ``vault.projection.Projection``."""

    name = "record"
    schema = """
    CREATE TABLE record_content (
        entered_on  INTEGER NOT NULL,  -- day of the entry
        author      BLOB    NOT NULL,  -- fingerprint of the device that entered it
        compartment TEXT    NOT NULL,
        sequence    INTEGER NOT NULL,  -- of that author in that compartment
        record      BLOB    NOT NULL,  -- the unit of forgetting
        label       TEXT    NOT NULL,
        id          TEXT    NOT NULL,  -- the content's own id
        content     BLOB    NOT NULL,  -- label, line feed, canonical JSON
        PRIMARY KEY (entered_on, author, compartment, sequence)
    ) WITHOUT ROWID;
    CREATE INDEX record_content_id ON record_content (id);
    CREATE INDEX record_content_label ON record_content (label);
    CREATE TABLE record_unreadable (  -- or in the compartment of identities
        author      BLOB    NOT NULL,
        compartment TEXT    NOT NULL,
        sequence    INTEGER NOT NULL,
        label       TEXT    NOT NULL,
        PRIMARY KEY (author, compartment, sequence)
    ) WITHOUT ROWID;
    """

    def apply(self, connection: Any, entry: OpenEntry) -> None:
        """Write the entry's content, if it is one of ours."""
        label = label_of(entry.content)
        if label not in KINDS:
            return
        place = (entry.author, entry.compartment, entry.sequence)
        try:
            if entry.compartment == IDENTITIES:
                raise MalformedError("nothing of the record lies in the compartment of identities")
            content = decode_content(entry.content)
        except MalformedError:
            connection.execute(
                "INSERT OR IGNORE INTO record_unreadable VALUES (?, ?, ?, ?)", (*place, label)
            )
            return
        if content is not None:
            connection.execute(
                "INSERT OR IGNORE INTO record_content VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (entry.entered_on, *place, entry.record, label, content.id, entry.content),
            )
