"""The objects of a JSON list, one by one: submissions, however many there are.

Upholds: the memory of one object.  Takes a list, KoBo's and OData's wrapping of one, and one object
a line.  Refuses an object over ``ITEM`` bytes, levels over ``DEPTH``, and what is no JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from asylia.errors import MalformedError, Sentence

ITEM = 1 << 20
DEPTH = 32
_CHUNK = 1 << 16
_SIGNS = re.compile(rb'["\\\[\]{}]')
_SPACE = re.compile(rb"[\s,]*")
_WRAPPED = re.compile(
    rb'\s*\{\s*(?:"[\w@.]+"\s*:\s*(?:"[^"\\]*"|null|true|false|-?\d+)\s*,\s*)*'
    rb'"(?:results|value)"\s*:\s*\['
)
_HINT = "Export the submissions as JSON: a list of objects, or one object a line."


def objects(file: BinaryIO) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object, with where it stands ("submission 3"); ``MalformedError``."""
    start = file.read(_CHUNK).removeprefix(b"\xef\xbb\xbf")
    wrapped = _WRAPPED.match(start)
    bracket = re.match(rb"\s*\[", start)
    opening = wrapped or bracket
    count = 0
    for raw in _pieces(file, start[opening.end() :] if opening else start, bool(opening)):
        count += 1
        where = f"submission {count}"
        try:
            data = msgspec.json.decode(raw)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise MalformedError(Sentence("%(line)s: is no JSON", line=where), hint=_HINT) from None
        yield where, data
    if not count and not opening:
        raise MalformedError("expected submissions", hint=_HINT)


@dataclass
class _Scan:
    """Where the scan stands: levels, whether in a text, where the piece at hand began."""

    in_list: bool
    depth: int = 0
    in_text: bool = False
    skip: int = -1  # the byte that a backslash takes the meaning of
    began: int = 0
    done: bool = False

    def pieces(self, held: bytes, at: int) -> Iterator[bytes]:
        for sign in _SIGNS.finditer(held, at):
            char, place = sign[0], sign.start()
            if place == self.skip:
                continue
            if self.in_text:
                self._in_text(char, place)
            elif self.depth == 0:
                self._at_top(char, held, place)
                if self.done:
                    return
            elif char == b'"':
                self.in_text = True
            elif char in b"{[":
                self.depth += 1
                if self.depth > DEPTH:
                    raise MalformedError(
                        Sentence("more than %(most)s levels", most=str(DEPTH)), hint=_HINT
                    )
            elif char in b"}]":
                self.depth -= 1
                if self.depth == 0:
                    yield held[self.began : place + 1]
                    self.began = place + 1

    def _in_text(self, char: bytes, place: int) -> None:
        self.in_text = char != b'"'
        if char == b"\\":
            self.skip = place + 1

    def _at_top(self, char: bytes, held: bytes, place: int) -> None:
        _check_between(held[self.began : place])
        if char == b"]" and self.in_list:
            self.done = True
        elif char == b"{":
            self.began, self.depth = place, 1
        else:
            raise MalformedError("expected objects and nothing else", hint=_HINT)


def _pieces(file: BinaryIO, held: bytes, in_list: bool) -> Iterator[bytes]:
    """The bytes of each object at the top."""
    scan, at = _Scan(in_list), 0
    while True:
        yield from scan.pieces(held, at)
        if scan.done:
            return
        held, scan.skip, scan.began = held[scan.began :], scan.skip - scan.began, 0
        at = len(held)
        if at > ITEM:
            raise MalformedError(
                Sentence("an object longer than %(most)s bytes", most=str(ITEM)), hint=_HINT
            )
        chunk = file.read(_CHUNK)
        if not chunk:
            break
        held += chunk
    if scan.depth or scan.in_text or in_list:
        raise MalformedError("the file is cut off", hint=_HINT)
    _check_between(held)


def _check_between(between: bytes) -> None:
    if not _SPACE.fullmatch(between):
        raise MalformedError("expected objects and nothing else", hint=_HINT)
