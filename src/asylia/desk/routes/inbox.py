"""The inbox: what came, the most urgent first; and what could not be opened."""

from starlette.responses import Response

from asylia.desk.screen import Visit, screen


def show(visit: Visit) -> Response:
    """Every thread in one list."""
    casework = visit.workspace.casework
    return visit.page("inbox.html", rows=casework.inbox(), quarantine=casework.quarantine())


def quarantine(visit: Visit) -> Response:
    """Envelopes that nobody could take in, each with a plain sentence."""
    return visit.page("quarantine.html", rows=visit.workspace.casework.quarantine())


ROUTES = [
    screen("/inbox", get=show),
    screen("/quarantine", get=quarantine),
]
