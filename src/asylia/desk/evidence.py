"""What the pages of an exhibit share: which one it is, its bytes and words, a day, a range.

Refuses: an address of another session, a day that is none.
"""

from datetime import date

from asylia.casework import exhibits
from asylia.desk.screen import Visit
from asylia.errors import AsyliaError, UsageError
from asylia.record.contents import Exhibit
from asylia.record.mediatypes import Kind
from asylia.values import Day, day_of

_SLICE = 2 << 20  # bytes of an answer to a player
_LONGEST_SHOWN = 1 << 20  # bytes of a text: five hundred pages


def exhibit_in(visit: Visit) -> Exhibit:
    """The exhibit in the address."""
    name = visit.workspace.handles.find_text(visit.path["exhibit"])
    return visit.workspace.record.get(name, Exhibit)


def address_of(visit: Visit, name: str) -> str:
    """Its page, in this session."""
    return f"/exhibit/{visit.workspace.handles.of(name)}"


def content_of(visit: Visit, one: Exhibit) -> tuple[bytes | None, AsyliaError | None]:
    """Its bytes, checked; or why they are not given out."""
    try:
        return exhibits.read(visit.workspace.place, one), None
    except AsyliaError as error:
        return None, error


def text_shown(content: bytes | None, kind: Kind) -> str:
    """The words of a text; empty for any other kind, and for one that no page could show."""
    if content is None or kind.reads != "text" or len(content) > _LONGEST_SHOWN:
        return ""
    return content.decode()


def day_typed(text: str) -> Day:
    """A day as typed."""
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write the day as 2026-12-31.", hint="Nothing was saved.") from None


def range_asked(untrusted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of what a player asks for (RFC 9110, 14.1.2), at most a slice."""
    unit, _, span = untrusted.partition("=")
    start, dash, end = span.partition("-")
    numbers = all(part.isascii() and len(part) <= 12 for part in (start, end))
    if unit != "bytes" or not dash or not start.isdigit() or not numbers or "," in span:
        return None
    first = int(start)
    last = min(int(end) if end.isdigit() else size, size - 1, first + _SLICE - 1)
    return (first, last) if first <= last else None
