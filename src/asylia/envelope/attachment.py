"""Attachments: one age file to a key of its own, in pieces, ``spec/envelope.md``.

Upholds: constant memory both ways; the length is padded; nothing in clear but what the caller
holds.  Refuses: a file that is not what its control says, or not padded as it should be.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Protocol

from asylia.crypto import age, random
from asylia.crypto.padding import padded_length
from asylia.envelope.control import LARGEST_FILE, Attachment, file_name, media_type
from asylia.errors import ForgedError, MalformedError
from asylia.values import BlobId

PIECE = 1 << 20
_ID = 16
_LENGTH = 4

Send = Callable[[BlobId, bytes], None]
Fetch = Callable[[BlobId], bytes]


class Source(Protocol):
    """What can be read from; empty bytes mean its end."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes."""


def seal_attachment(
    source: Source,
    size: int,
    *,
    name: str,
    kind: str,
    send: Send,
    randomness: random.Randomness = random.system,
) -> Attachment:
    """Seal ``size`` bytes and hand each piece to ``send`` as soon as it is full.

    ``name`` and ``kind`` (the media type) are taken as the reporter's device gives them, and made
    harmless.  Raises ``MalformedError`` where the file is too large or not ``size`` bytes long.
    """
    if not 0 <= size <= LARGEST_FILE:
        raise MalformedError(
            "this file is too large", hint=f"Up to {LARGEST_FILE >> 20} MiB can be sent."
        )
    identity = age.Identity.generate(randomness)
    padded, pieces = _Padded(source, size), _Pieces(send, randomness)
    age.encrypt_stream(padded, pieces, [identity.recipient], randomness=randomness)
    pieces.finish()
    return Attachment(
        key=identity.reveal(),
        media_type=media_type(kind),
        name=file_name(name),
        pieces=tuple(pieces.ids),
        sha256=padded.finish(),
        size=size,
    )


def open_attachment(attachment: Attachment, fetch: Fetch, target: age.Target) -> None:
    """Write the file to ``target``; raise ``MalformedError`` or ``ForgedError``.

    What was written before an error is authentic but not whole: throw it away.
    """
    unpadded = _Unpadded(target, attachment.size)
    identity = age.Identity.parse(attachment.key)
    age.decrypt_stream(_Fetched(attachment.pieces, fetch), unpadded, [identity])
    if unpadded.finish() != attachment.sha256:
        raise ForgedError("an attachment is not the file that was sent")


class _Padded:
    """A source with its length in front and zeros behind, as ``crypto.padding`` lays it out."""

    def __init__(self, source: Source, size: int) -> None:
        self._source, self._left = source, size
        self._front = size.to_bytes(_LENGTH, "big")
        self._zeros = padded_length(_LENGTH + size) - _LENGTH - size
        self._digest = sha256()

    def read(self, size: int, /) -> bytes:
        if self._front:
            some, self._front = self._front[:size], self._front[size:]
        elif self._left:
            some = self._source.read(min(size, self._left))
            if not some:
                raise MalformedError("a file ended before its length was read")
            self._left -= len(some)
            self._digest.update(some)
        else:
            some = bytes(min(size, self._zeros))
            self._zeros -= len(some)
        return some

    def finish(self) -> bytes:
        """SHA-256 of the file, once all of it was read."""
        if self._source.read(1):
            raise MalformedError("a file is longer than its length")
        return self._digest.digest()


class _Pieces:
    """A target that hands on full pieces under random ids."""

    def __init__(self, send: Send, randomness: random.Randomness) -> None:
        self._send, self._randomness = send, randomness
        self._held = bytearray()
        self.ids: list[BlobId] = []

    def write(self, content: bytes, /) -> None:
        self._held += content
        while len(self._held) >= PIECE:
            self._hand_on()

    def finish(self) -> None:
        """Hand on what is left."""
        if self._held:
            self._hand_on()

    def _hand_on(self) -> None:
        piece_id = BlobId(self._randomness(_ID))
        self._send(piece_id, bytes(self._held[:PIECE]))
        del self._held[:PIECE]
        self.ids.append(piece_id)


class _Fetched:
    """The pieces, one after another, as a source."""

    def __init__(self, ids: Sequence[bytes], fetch: Fetch) -> None:
        self._ids, self._fetch = list(ids), fetch
        self._piece = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        if not self._piece and self._ids:
            piece = self._fetch(BlobId(self._ids.pop(0)))
            if len(piece) > PIECE or (self._ids and len(piece) != PIECE):
                raise MalformedError("a piece of an attachment has not the length of a piece")
            self._piece = memoryview(piece)
        some, self._piece = bytes(self._piece[:size]), self._piece[size:]
        return some


class _Unpadded:
    """A target that takes the padding off and refuses any other than ours."""

    def __init__(self, target: age.Target, size: int) -> None:
        self._target = target
        self._front = size.to_bytes(_LENGTH, "big")
        self._left = size
        self._zeros = padded_length(_LENGTH + size) - _LENGTH - size
        self._digest = sha256()

    def write(self, content: bytes, /) -> None:
        front, content = content[: len(self._front)], content[len(self._front) :]
        if not self._front.startswith(front):
            raise ForgedError("an attachment has not the length that was signed")
        self._front = self._front[len(front) :]
        words, zeros = content[: self._left], content[self._left :]
        self._left -= len(words)
        self._zeros -= len(zeros)
        if any(zeros):
            raise MalformedError("padding is not as it should be")
        if words:
            self._digest.update(words)
            self._target.write(words)

    def finish(self) -> bytes:
        """SHA-256 of the file, once all of it was written."""
        if self._front or self._left or self._zeros:
            raise MalformedError("an attachment is cut off or too long")
        return self._digest.digest()
