"""The keys, and what the desk does by itself."""

from starlette.responses import Response

from asylia.desk.screen import Visit, screen


def show(visit: Visit) -> Response:
    """One page."""
    return visit.page("help.html")


ROUTES = [screen("/help", get=show)]
