"""A posted form with a file, read in memory; the page and the desk each give their limits.

Upholds: what was typed and what was attached never touch a disk (Starlette's own reader spools
parts over 1 MiB to a file in clear, so it is not used), and nothing is kept after the answer.
A file over its limit is read past and dropped, so that the words typed beside it are not lost.
Refuses: any body but ``multipart/form-data`` (RFC 7578), fields over their limit, a field given
twice, a second file, text that is not UTF-8, more parts than any form of ours has (each costs far
more than its bytes to parse, and nobody else is served meanwhile).
"""

import logging
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from asylia.errors import MalformedError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

# More than a file's name or type takes (they are cut later, and the words beside them kept), and
# little enough to be parsed at once.
_HEADER_LIMIT = 8 << 10

# Its warnings tell bytes of a body that does not parse; no level set elsewhere may bring that back.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL + 1)


class TooLargeError(MalformedError):
    """The body is longer than is taken: the answer is 413, not 400."""


@dataclass(frozen=True)
class Limits:
    """How many bytes a file may have, and all fields with their headers; how many parts."""

    file: int
    fields: int
    parts: int = 32


@dataclass(frozen=True)
class Upload:
    """One attached file: its untrusted name and kind, and its bytes."""

    untrusted_name: str = field(repr=False)
    untrusted_media_type: str
    content: bytearray = field(repr=False)


@dataclass(frozen=True)
class Form:
    """The fields of a form by name, and the file if one was chosen and not ``dropped``."""

    fields: dict[str, str] = field(repr=False)
    upload: Upload | None = field(default=None, repr=False)
    dropped: Literal["", "too large", "no room"] = ""

    def get(self, name: str) -> str:
        """A field, or the empty string."""
        return self.fields.get(name, "")


class Room:
    """How many bytes of files may be in memory at once, over all requests."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, size: int) -> bool:
        """Take ``size`` bytes, if they are there."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """Free what was taken."""
        self._left += size


async def read_form(
    untrusted_content_type: str, untrusted_body: AsyncIterable[bytes], room: Room, limits: Limits
) -> Form:
    """Parse a body as it comes in; the caller gives a kept file's bytes back to ``room``.

    Raises ``TooLargeError`` over a limit, ``MalformedError`` on anything else that is not a form.
    """
    kind, options = parse_options_header(untrusted_content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise MalformedError("not a form")
    collector = _Collector(room, limits)
    try:
        parser = MultipartParser(boundary, collector.callbacks(), max_header_size=_HEADER_LIMIT)
        async for chunk in untrusted_body:
            parser.write(chunk)
        parser.finalize()
        return collector.form()
    except BaseException as error:
        collector.drop_file("")
        if isinstance(error, (FormParserError, ValueError)):
            raise MalformedError("the form does not parse") from None
        raise


class _Collector:
    """Takes the parser's events and holds the parts in memory."""

    def __init__(self, room: Room, limits: Limits) -> None:
        self._room, self._limits = room, limits
        self._held = 0
        self._dropped: Literal["", "too large", "no room"] = ""
        self._fields: dict[str, str] = {}
        self._upload: Upload | None = None
        self._taken = 0
        self._whole = False
        self._parts = 0
        self._clear()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def form(self) -> Form:
        if not self._whole:
            raise MalformedError("the form is cut off")
        return Form(self._fields, self._upload, self._dropped)

    def drop_file(self, why: Literal["", "too large", "no room"]) -> None:
        self._dropped, self._upload = why, None
        self._room.give_back(self._held)
        self._held = 0
        self._data = bytearray()

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > self._limits.parts:
            raise MalformedError("the form has too many parts")
        self._clear()

    def _clear(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._data = bytearray()
        self._options: dict[bytes, bytes] = {}

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._take(end - start)
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._take(end - start)
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _headers_finished(self) -> None:
        disposition, self._options = parse_options_header(
            self._headers.get(b"content-disposition", b"")
        )
        if disposition != b"form-data" or b"name" not in self._options:
            raise MalformedError("the form has a part without a name")

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if b"filename" in self._options:
            self._file_data(data[start:end])
            return
        self._take(end - start)
        self._data += data[start:end]

    def _take(self, size: int) -> None:
        self._taken += size
        if self._taken > self._limits.fields:
            raise TooLargeError("the form is too large")

    def _file_data(self, some: bytes) -> None:
        if self._dropped:
            return
        if self._held + len(some) > self._limits.file:
            self.drop_file("too large")
        elif not self._room.take(len(some)):
            self.drop_file("no room")
        else:
            self._held += len(some)
            self._data += some

    def _part_end(self) -> None:
        if b"filename" in self._options:
            self._keep_file()
            return
        name = _text(self._options[b"name"])
        if name in self._fields:
            raise MalformedError("the form has a field twice")
        self._fields[name] = _text(self._data).replace("\r\n", "\n")

    def _keep_file(self) -> None:
        name = _text(self._options[b"filename"])
        if self._dropped or (not name and not self._data):
            return  # browsers send an empty part where no file was chosen
        if self._upload is not None:
            raise MalformedError("the form has more than one file")
        kind = _text(self._headers.get(b"content-type", b""))
        self._upload = Upload(name, kind, self._data)

    def _end(self) -> None:
        self._whole = True


def _text(untrusted: bytes | bytearray) -> str:
    try:
        return untrusted.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError("the form is not UTF-8") from None
