"""What the pages of an exhibit share: which one it is, its address, its bytes, a day as typed.

Refuses: an address of another session, a day that is none.
"""

from datetime import date

from asylia.casework import exhibits
from asylia.desk.screen import Visit
from asylia.errors import AsyliaError, UsageError
from asylia.record.contents import Exhibit
from asylia.values import Day, day_of


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


def day_typed(text: str) -> Day:
    """A day as typed."""
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write the day as 2026-12-31.", hint="Nothing was saved.") from None
