"""Attachments: fetched and opened on request, in memory, and never written anywhere.

Upholds: what is shown is decided by the bytes, not by the name or type that came with them.
Refuses: to hand out any kind of file that a browser can't show without running something.
"""

import io
from dataclasses import dataclass, field
from typing import Literal

from asylia.casework.place import Place
from asylia.casework.threads import Thread
from asylia.envelope.attachment import open_attachment
from asylia.errors import NotFoundError, RefusedError

LARGEST_SHOWN = 32 << 20
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)


@dataclass(frozen=True)
class Shown:
    """A file in the clear, in memory only; ``kind`` says how it may be shown."""

    kind: Literal["image", "text", "other"]
    media_type: str
    name: str = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The words of a text file."""
        return self.content.decode() if self.kind == "text" else ""


def open_file(place: Place, thread: Thread, envelope_sha256: bytes, number: int) -> Shown:
    """Open the ``number``-th attachment of an envelope of this thread."""
    for one in thread.submissions:
        submission = one.submission
        if submission.arrival.envelope_sha256 != envelope_sha256:
            continue
        if not 0 <= number < len(submission.control.attachments):
            break
        attachment = submission.control.attachments[number]
        if attachment.size > LARGEST_SHOWN:
            raise RefusedError("This file is too large to be shown here.")
        target = io.BytesIO()
        open_attachment(attachment, place.courier.piece, target)
        return look(attachment.name, target.getvalue())
    raise NotFoundError("There is no such file.")


def look(name: str, content: bytes) -> Shown:
    """What these bytes are, by themselves."""
    for magic, at, media_type in _MAGIC:
        if content[at : at + len(magic)] == magic:
            return Shown("image", media_type, name, content)
    try:
        words = content.decode()
    except UnicodeDecodeError:
        return Shown("other", "application/octet-stream", name, content)
    plain = all(c.isprintable() or c in "\n\r\t" for c in words)
    return Shown("text" if plain else "other", "text/plain", name, content)
