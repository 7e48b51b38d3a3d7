"""What stands around one claim: its judgements, translations, undoings, history; and what is near.

Upholds: a record of the few contents that touch the claim, in the order of the record, so that
whoever asks it for the claim's history, judgements and recantations hears what the whole record
would say.  Refuses: what lies in the compartment of identities.
"""

from collections.abc import Sequence

from msgspec import json

from asylia.record.contents import Claim, decode_content
from asylia.record.reading import Entered, Record
from asylia.record.views.projection import NEVER
from asylia.record.views.shelf import Shelf
from asylia.values import Day, DeviceId, RecordId
from asylia.vault.projection import Connection

_TOUCHING = "SELECT DISTINCT id FROM views_touch WHERE of IN (SELECT value FROM json_each(?))"
_CONTENTS = (
    "SELECT content, entered_on, author, record FROM record_content "
    "WHERE id IN (SELECT value FROM json_each(?)) "
    "ORDER BY entered_on, author, compartment, sequence"
)
_PROPERTY = "SELECT min(property) FROM views_claim WHERE event = ? AND property > ?"
_NEAR = (
    "SELECT entered_on, author, compartment, sequence, id "
    "FROM views_claim INDEXED BY views_claim_event "
    "WHERE event = ? AND property = ? AND gone_on = ? AND id <> ? "
    "ORDER BY entered_on, author, compartment, sequence LIMIT ?"
)


def around(connection: Connection, claim: str) -> Record:
    """The claim, what touches it, and what touches that (an undoing of a judgement)."""
    near = _touching(connection, [claim])
    ids = {claim, *near, *_touching(connection, near)}
    rows = connection.execute(_CONTENTS, (_json(sorted(ids)),)).fetchall()
    return Record.of(
        Entered(content, Day(row[1]), DeviceId(row[2]), RecordId(row[3]))
        for row in rows
        if (content := decode_content(row[0])) is not None
    )


def near(connection: Connection, shelf: Shelf, claim: Claim, most: int) -> tuple[Claim, ...]:
    """Claims of its event that stand: those of its property first, each in order of entry."""
    same = _of_property(connection, claim, claim.property, most)
    others: list[tuple[object, ...]] = []
    prop = "" if len(same) < most else None
    while prop is not None:
        (prop,) = connection.execute(_PROPERTY, (claim.event, prop)).fetchone()
        if prop is not None and prop != claim.property:
            others += _of_property(connection, claim, prop, most - len(same))
    ids = [str(row[-1]) for row in (*same, *sorted(others)[: most - len(same)])]
    shelf.bring(ids)
    return tuple(one for name in ids if isinstance(one := shelf.find(name), Claim))


def _of_property(
    connection: Connection, claim: Claim, prop: str, most: int
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = connection.execute(
        _NEAR, (claim.event, prop, NEVER, claim.id, most)
    ).fetchall()
    return rows


def _touching(connection: Connection, ids: Sequence[str]) -> list[str]:
    return [one for (one,) in connection.execute(_TOUCHING, (_json(ids),))]


def _json(ids: Sequence[str]) -> str:
    return json.encode(ids).decode()
