"""Who is said to have done what: acts by perpetrator and violation."""

from msgspec import structs
from starlette.responses import Response

from asylia.desk import narrowing
from asylia.desk.screen import Visit, screen
from asylia.errors import NotFoundError
from asylia.record.contents import Event
from asylia.record.views.filters import Filter, encode
from asylia.record.views.matrix import BYS, By, Line, matrix
from asylia.record.views.shelf import Shelf

WHERE = "/matrix"
_HOLDS: dict[By, str] = {"who": "who", "kind": "whose_kind", "role": "role"}


def show(visit: Visit) -> Response:
    """Rows of units, officials and groups, or what the address names."""
    return _page(visit, narrowing.chosen(visit), _by(visit.path.get("by", "who")))


def ask(visit: Visit) -> Response:
    """Take the form and go to what it asks for."""
    by = _by(visit.form.text("by"))
    return visit.go(narrowing.address(visit, f"{WHERE}/{by}", narrowing.posted(visit)))


def _by(untrusted: str) -> By:
    found = next((one for one in BYS if one == untrusted), None)
    if found is None:
        raise NotFoundError("There is no such table.")
    return found


def _page(visit: Visit, wanted: Filter, by: By) -> Response:
    work = visit.workspace
    work.place.project()
    shelf = Shelf(work.place.vault.connection)
    found = matrix(work.place.vault.connection, shelf, wanted, by)

    def to(line: Line, term: str = "") -> str:
        """The acts of a cell, where they can be asked for by one thing."""
        if by not in _HOLDS or not line.key:
            return ""
        held = {_HOLDS[by]: line.key} | ({"term": term} if term else {})
        acts = structs.replace(wanted, kind="act", **held)
        return narrowing.address(visit, "/timeline", acts)

    return visit.page(
        "matrix.html",
        record=shelf,
        found=found,
        to=to,
        most=max((count for line in found.lines for count in line.cells.values()), default=1),
        turned=lambda other: narrowing.address(visit, f"{WHERE}/{other}", wanted),
        filter=wanted,
        fields=narrowing.fields(visit, wanted),
        told=narrowing.in_words_of(visit, shelf, wanted),
        events=[(work.handles.of(one.id), one.name) for one in shelf.all(Event)],
        places=narrowing.where_in(visit, shelf, wanted),
        handle=work.handles.of(encode(wanted)),
    )


ROUTES = [
    screen("/matrix", get=show, post=ask),
    screen("/matrix/{by}", get=show),
    screen("/matrix/{by}/{filter}", get=show),
]
