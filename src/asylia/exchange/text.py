"""A text file as lines, in its encoding, never more than one long line in memory.

Upholds: an encoding is known by its mark, or is UTF-8, or is what the person says; a wrong one ends
in an error that says which it may be.  Refuses NUL and other controls, a line over ``LINE``, and a
file over ``MOST`` bytes, before it is in memory.
"""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from asylia.errors import MalformedError, NotFoundError, Sentence, UsageError

LINE = 1 << 20  # characters
MOST = 2 << 30  # bytes
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAMPLE = 1 << 16
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r", "cp866",
    "iso8859-5", "cp1252", "iso8859-1",
)  # fmt: skip


def opened(path: Path) -> BinaryIO:
    """The file, for reading; ``NotFoundError``, or ``MalformedError`` where it is too long."""
    try:
        if not path.is_file():  # a pipe would be waited for, and read once alone
            raise NotFoundError("there is no such file", hint="Is its name right?")
        if path.stat().st_size > MOST:
            raise MalformedError(f"the file has more than {MOST >> 30} GiB", hint="Split it.")
        return path.open("rb")
    except OSError:
        raise NotFoundError("the file can't be read", hint="Check its path and rights.") from None


def encoding_of(start: bytes, said: str | None) -> str:
    """The encoding: as said, by its mark, or UTF-8; ``UsageError`` for one that is not read."""
    if said is not None:
        plain = said.strip().lower().replace("_", "-").replace("windows-", "cp")
        if plain not in ENCODINGS:
            raise UsageError(
                "this encoding is not read", hint=f"Give one of {', '.join(ENCODINGS)}."
            )
        return plain
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


def lines(file: BinaryIO, encoding: str | None = None) -> Iterator[str]:
    """Line by line, ends included; ``MalformedError`` with the line at which it goes wrong."""
    start = file.read(_SAMPLE)
    file.seek(0)
    known = encoding_of(start, encoding)
    reader = io.TextIOWrapper(file, encoding=known, errors="strict", newline="")
    number = 1
    try:
        while line := reader.readline(LINE + 1):
            if len(line) > LINE:
                raise MalformedError(
                    Sentence(
                        "line %(line)s: longer than %(most)s characters",
                        line=str(number),
                        most=str(LINE),
                    )
                )
            if _CONTROLS.search(line):
                raise MalformedError(
                    Sentence("line %(line)s: control characters", line=str(number)),
                    hint=_hint(start),
                )
            yield line
            number += 1
    except UnicodeError:
        raise MalformedError(
            Sentence("line %(line)s: is not %(encoding)s", line=str(number), encoding=known),
            hint=_hint(start),
        ) from None
    finally:
        with suppress(ValueError):  # closed by whoever opened it
            reader.detach()


def _hint(start: bytes) -> str:
    """Which encoding it may be, as far as its first bytes tell."""
    if start.count(0) * 4 > len(start):
        little = start[1::2].count(0) > start[0::2].count(0)
        return f"It looks like UTF-16: give --encoding utf-16-{'le' if little else 'be'}."
    if likely := likely_russian(start):
        return f"It may be {likely}: give --encoding {likely}, and look at it with --dry-run."
    return f"Give its --encoding: one of {', '.join(ENCODINGS)}."


def likely_russian(start: bytes) -> str:
    """The encoding in which these bytes may be Russian; empty where they hardly are."""
    high = [byte for byte in start if byte >= 0x80]
    if not high or sum(byte >= 0xC0 or byte in (0xA8, 0xB8) for byte in high) * 4 <= len(high) * 3:
        return ""
    capitals = sum(0xC0 <= byte < 0xE0 for byte in high)
    return "koi8-r" if capitals * 2 > len(high) else "cp1251"


def guessed(start: bytes) -> str:
    """An encoding to show somebody a file's first words in: its mark's, UTF-8, or a likely one."""
    marked = encoding_of(start, None)
    whole = start[:_SAMPLE]
    if marked != "utf-8":
        return marked
    try:
        whole[: whole.rfind(b"\n") + 1].decode(marked)
    except UnicodeError:
        return likely_russian(whole) or marked
    return marked
