"""The bytes of exhibits, cut into pieces that the ledger's entries can hold.

A piece is the frame ``asylia/piece/1`` of the exhibit's SHA-256, the piece's number (four bytes,
big-endian) and its bytes.  Upholds: what is put together again is, byte for byte, what was taken
in, or an error that says so; other bytes that a device enters under the same hash take nothing
away.  Refuses: a piece over its size or without bytes.
Format: ``spec/record.md``, "Exhibits".
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any

from asylia import wire
from asylia.errors import ForgedError, MalformedError, NotFoundError
from asylia.ledger.values import OpenEntry

LABEL = "asylia/piece/1"
SIZE = 512 << 10
MOST = 64 << 20  # bytes of an exhibit that are kept: what every device of the team then holds
_HEAD = f"{LABEL}\n".encode()
_NUMBER = 4
Piece = tuple[bytes, int, bytes]  # the device that entered it, its number, its bytes


def cut(content: bytes) -> Iterator[bytes]:
    """Each piece as a content of the ledger."""
    name = sha256(content).digest()
    for number, start in enumerate(range(0, len(content), SIZE)):
        some = content[start : start + SIZE]
        yield wire.frame(LABEL, name, number.to_bytes(_NUMBER, "big"), some)


def decode(untrusted: bytes) -> tuple[bytes, int, bytes]:
    """The exhibit's SHA-256, the piece's number, its bytes; ``MalformedError``."""
    name, number, some = wire.unframe(untrusted, LABEL, 3)
    if len(name) != 32 or len(number) != _NUMBER or not 0 < len(some) <= SIZE:
        raise MalformedError(f"{LABEL}: parts have not their lengths")
    return name, int.from_bytes(number, "big"), some


class PieceProjection:
    """Brought to the vault by the record; see ``vault.projection.Projection``."""

    name = "pieces"
    schema = """
    CREATE TABLE piece (
        exhibit     BLOB    NOT NULL,  -- SHA-256 of the whole
        number      INTEGER NOT NULL,
        author      BLOB    NOT NULL,  -- fingerprint of the device that entered it
        compartment TEXT    NOT NULL,
        sequence    INTEGER NOT NULL,  -- of that author in that compartment
        content     BLOB    NOT NULL,
        PRIMARY KEY (exhibit, number, author, compartment, sequence)
    );
    """

    def apply(self, connection: Any, entry: OpenEntry) -> None:
        """Keep the entry's bytes, if it is a piece; what does not parse is passed over."""
        if not entry.content.startswith(_HEAD):
            return
        try:
            name, number, some = decode(entry.content)
        except MalformedError:
            return  # then the exhibit says that a piece is missing
        connection.execute(
            "INSERT OR IGNORE INTO piece VALUES (?, ?, ?, ?, ?, ?)",
            (name, number, entry.author, entry.compartment, entry.sequence, some),
        )


def join(connection: Any, name: bytes, size: int) -> bytes:
    """The whole of an exhibit, checked.

    Raises ``NotFoundError`` where nothing of it is here, or not all of it yet, and ``ForgedError``
    where what is here is not what was taken in.
    """
    found = connection.execute(
        "SELECT author, number, content FROM piece WHERE exhibit = ? "
        "ORDER BY number, author, compartment, sequence",
        (name,),
    )
    return assemble(found, name, size)


def in_entries(
    entries: Iterable[tuple[bytes, bytes]], names: Collection[bytes]
) -> dict[bytes, list[Piece]]:
    """The pieces of these exhibits, by SHA-256, among entries: the device, the content."""
    found: dict[bytes, list[Piece]] = {name: [] for name in names}
    for author, content in entries if found else ():
        if content.startswith(_HEAD):
            with suppress(MalformedError):  # then the exhibit says that a piece is missing
                name, number, some = decode(content)
                if name in found:
                    found[name].append((author, number, some))
    return found


def assemble(found: Iterable[Piece], name: bytes, size: int) -> bytes:
    """The whole of these pieces, checked; raises as ``join``."""
    if not 0 <= size <= MOST:
        raise NotFoundError("The file itself is kept elsewhere; its hash alone is here.")
    together: dict[int, bytes] = {}
    by_device: dict[bytes, dict[int, bytes]] = {}
    for author, number, some in found:
        together.setdefault(number, some)
        by_device.setdefault(author, {}).setdefault(number, some)
    numbers = range(-(-size // SIZE))
    if not together and size:
        raise NotFoundError(
            "The file itself is not here.",
            hint="It is kept elsewhere, or is still on its way to this device.",
        )
    if any(number not in together for number in numbers):
        raise NotFoundError(
            "A part of this file is missing here.", hint="Fetch once more; it may be on its way."
        )
    # Who enters other bytes under this hash is told by the hash: each device's own are tried.
    for pieces in (together, *by_device.values()):
        whole = b"".join(pieces.get(number, b"") for number in numbers)
        if sha256(whole).digest() == name:
            return whole
    raise ForgedError(
        "These are not the bytes that were taken in: the hash differs.",
        hint="Nothing of them is shown. Tell the team: a member's device wrote other bytes.",
    )


def are_here(connection: Any, name: bytes, size: int) -> bool:
    """Whether every piece is on this device; not whether they are the right bytes."""
    (found,) = connection.execute(
        "SELECT count(DISTINCT number) FROM piece WHERE exhibit = ?", (name,)
    ).fetchone()
    return 0 < size <= MOST and int(found) == -(-size // SIZE)
