"""Strict YAML: one document of mappings, lists, text, integers, true and false; nothing else.

Upholds: every value knows its line, so that an error names file, line, and what is expected; a
plain scalar is never guessed into a date or an octal number.  Refuses: anchors, aliases, tags,
merge keys, doubled keys, more than one document, and anything over its limits, before any tree is
built.  Format: ``spec/record.md``, "YAML files".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from asylia.errors import MalformedError, Sentence
from asylia.record import redline

LIMIT = 1 << 20
DEPTH = 12
NODES = 100_000

Step = str | int
Trail = tuple[Step, ...]
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "": None}
_LONGEST_INTEGER = 15


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: plain data, and the line of every place in it (by its trail of keys)."""

    name: str
    data: Any
    lines: dict[Trail, int] = field(repr=False)

    def where(self, trail: Trail) -> str:
        """File and line of a place, or of the nearest place around it."""
        while trail and trail not in self.lines:
            trail = trail[:-1]
        return f"{self.name}, line {self.lines.get(trail, 1)}"

    def wrong(self, trail: Trail, expected: str) -> MalformedError:
        """The error for a place: where, and what is expected there."""
        return _wrong(self.where(trail), expected)


Guard = Callable[[str, str], None]


def read(path: Path, guard: Guard = redline.check_name) -> YamlFile:
    """Read and parse one file; see ``parse``."""
    try:
        if not path.is_file():  # a pipe would be waited for
            raise MalformedError(f"{path.name}: is no file")
        with path.open("rb") as file:
            untrusted = file.read(LIMIT + 1)
    except OSError:
        raise MalformedError(f"{path.name}: can't be read") from None
    return parse(untrusted, path.name, guard)


def parse(untrusted: bytes, name: str, guard: Guard = redline.check_name) -> YamlFile:
    """Parse one document, showing each key and its place to ``guard``.

    Raises ``MalformedError``, or what the guard raises (``RefusedError`` for a red line).
    """
    if len(untrusted) > LIMIT:
        raise MalformedError(f"{name}: longer than {LIMIT} bytes")
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError(f"{name}: not UTF-8") from None
    builder = _Builder(name, guard)
    try:
        data = builder.document(yaml.parse(text, Loader=yaml.CSafeLoader))
        return YamlFile(name, data, builder.lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _wrong(f"{name}, line {line}", Sentence("not YAML")) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise _wrong(name, Sentence("not YAML")) from None


def _wrong(place: str, why: str) -> MalformedError:
    return MalformedError(
        Sentence("%(place)s: %(why)s", place=place, why=why),
        hint="Nothing was loaded. Mend it, then try again.",
    )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """From the parser's events to plain data; stops at the first thing that is not allowed."""

    def __init__(self, name: str, guard: Guard) -> None:
        self.name = name
        self._guard = guard
        self.lines: dict[Trail, int] = {}
        self._nodes = 0

    def document(self, events: Iterator[yaml.Event]) -> Any:
        kinds = (yaml.StreamStartEvent, yaml.DocumentStartEvent)
        if not all(isinstance(next(events, None), kind) for kind in kinds):
            raise MalformedError(f"{self.name}: empty")
        value = self._value(next(events), events, ())
        closing = (yaml.DocumentEndEvent, yaml.StreamEndEvent)
        if not all(isinstance(next(events, None), kind) for kind in closing):
            raise MalformedError(f"{self.name}: more than one document")
        return value

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], trail: Trail) -> Any:
        self._allow(event, trail)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, trail)
        return self._mapping(events, trail)

    def _allow(self, event: yaml.Event, trail: Trail) -> None:
        line = _line(event)
        self.lines.setdefault(trail, line)
        self._nodes += 1
        if getattr(event, "anchor", None):  # an alias names an anchor, too
            raise self._wrong(line, "anchors and aliases are not read; write the value out")
        if getattr(event, "tag", None):
            raise self._wrong(line, "tags are not read; write the value without one")
        if len(trail) > DEPTH or self._nodes > NODES:
            raise self._wrong(line, f"at most {DEPTH} levels and {NODES} values a file")

    def _list(self, events: Iterator[yaml.Event], trail: Trail) -> list[Any]:
        out: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            out.append(self._value(event, events, (*trail, len(out))))
        return out

    def _mapping(self, events: Iterator[yaml.Event], trail: Trail) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise self._wrong(line, "a key is plain text")
            key = event.value
            self._guard(key, f"{self.name}, line {line}")
            if key == "<<":
                raise self._wrong(line, "merge keys are not read; write the values out")
            if key in out:
                raise self._wrong(line, "this key stands there already")
            self.lines[*trail, key] = line
            out[key] = self._value(next(events), events, (*trail, key))
        return out

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | bool | None:
        text: str = event.value
        if not event.implicit[0] or event.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        plain = text.isascii() and text.isdigit() and len(text) <= _LONGEST_INTEGER
        if plain and (text == "0" or not text.startswith("0")):
            return int(text)  # str() of it gives the text back
        return text

    def _wrong(self, line: int, expected: str) -> MalformedError:
        return MalformedError(
            f"{self.name}, line {line}: {expected}",
            hint="Nothing was loaded. Mend it, then try again.",
        )
