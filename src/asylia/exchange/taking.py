"""From what a file says to contents of the record: all of them, or none.

Upholds: every row that does not hold is named with its reason, and one such row keeps everything
out; what the record holds already in the same words is passed over; nothing in it is overwritten;
what was taken back with its import can come again, what was taken back by itself can't.
Bounded: at most ``MOST`` contents and ``MOST_TEXT`` characters an import.  No effects.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from asylia import wire
from asylia.errors import MalformedError, Sentence
from asylia.exchange.report import Report
from asylia.record import check, references
from asylia.record.contents import Content
from asylia.record.folder import explained
from asylia.record.reading import Record
from asylia.record.wordbook import Words

MOST = 100_000
MOST_TEXT = 128 << 20


@dataclass(frozen=True)
class Found:
    """A content as a file gives it: where it stands, its kind, its plain values."""

    where: str
    kind: type[Content]
    values: dict[str, Any] = field(repr=False)


def take(found: Iterable[Found], record: Record, report: Report) -> tuple[Content, ...]:
    """The new contents, in order; what was refused is in the report (``Report.check`` raises).

    ``MalformedError`` at once for more than an import can hold.
    """
    words = record.words
    placed: dict[str, tuple[str, Content]] = {}
    size = 0
    for one in found:
        content = _content(one, words, report)
        if content is None:
            continue
        size += len(wire.encode(content))
        if len(placed) >= MOST or size > MOST_TEXT:
            raise MalformedError(
                Sentence(
                    "more than %(most)s contents, or %(size)s MiB of text, in one import",
                    most=str(MOST),
                    size=str(MOST_TEXT >> 20),
                ),
                hint="Nothing was imported. Split the file into smaller ones.",
            )
        _place(one.where, content, placed, record, report)

    def find(content_id: str) -> Content | None:
        return placed[content_id][1] if content_id in placed else record.held(content_id)

    for where, content in placed.values():
        for trail, expected in references.missing(content, find, words):
            report.refused.add(where, _why(trail, expected))
    return tuple(content for _, content in placed.values())


def _content(one: Found, words: Words, report: Report) -> Content | None:
    try:
        content = msgspec.convert(one.values, one.kind)
    except msgspec.ValidationError as error:
        place, expected = explained(str(error))
        report.refused.add(one.where, _why(place, expected))
        return None
    wrong = [_why(trail, expected) for trail, expected in check.problems(content, words)]
    for why in wrong:
        report.refused.add(one.where, why)
    return None if wrong else content


def _place(
    where: str, content: Content, placed: dict[str, tuple[str, Content]], record: Record,
    report: Report,
) -> None:  # fmt: skip
    held, before = record.held(content.id), record.find(content.id)
    if held == content and content.id in record.taken_back:
        report.lost.add(where, Sentence("this was taken back by itself, and stays taken back"))
    elif held is not None and content.id in record.taken_back:
        report.refused.add(
            where, Sentence("this was taken back; what comes anew needs an id of its own")
        )
    elif held == content:
        report.found_there.append(content.id)
    elif held is not None:
        report.refused.add(where, Sentence("the record holds something else under this id"))
    elif content.id in placed:
        report.refused.add(where, Sentence("expected an id that nothing else has"))
    else:
        if before is not None and before != content:
            report.lost.add(where, Sentence(
                "this stood here in other words and was taken back: where it concerns a person, it "
                "leaves the team only under an id of its own"
            ))  # fmt: skip
        placed[content.id] = (where, content)


def _why(trail: Iterable[str | int], expected: str) -> str:
    place = ".".join(str(step) for step in trail)
    return Sentence("%(field)s: %(why)s", field=place, why=expected) if place else expected


def kinds(contents: Iterable[Content]) -> Iterator[tuple[str, int]]:
    """How many of each kind."""
    counts: dict[str, int] = {}
    for one in contents:
        noun = type(one).__name__.lower()
        counts[noun] = counts.get(noun, 0) + 1
    yield from counts.items()
