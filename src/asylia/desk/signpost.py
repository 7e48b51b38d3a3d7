"""Which screen an address leads to: by its first part, then one by one among the few that share it.

Upholds: what a list of routes would find, in its order.  Refuses routes whose first part is not a
word of ours.
"""

from collections.abc import Iterable
from typing import NoReturn

from starlette.routing import BaseRoute, Match, NoMatchFound, Route
from starlette.types import Receive, Scope, Send

_FOUND = "asylia.found"


class Signpost(BaseRoute):
    """Stands for all of these routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_first: dict[str, list[Route]] = {}
        for route in routes:
            first = _first(route.path)
            if "{" in first:
                raise ValueError(route.path)
            self._by_first.setdefault(first, []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first that takes it whole; else the first that takes its address."""
        beside: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] != "http":
            return beside
        for route in self._by_first.get(_first(scope["path"]), ()):
            match, child = route.matches(scope)
            if match is Match.FULL:
                return match, {**child, _FOUND: route}
            if match is Match.PARTIAL and beside[0] is Match.NONE:
                beside = (match, {**child, _FOUND: route})
        return beside

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go on with the one that was found."""
        await scope[_FOUND].handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> NoReturn:
        """Addresses are written out here; none is made from a name."""
        raise NoMatchFound(name, dict(path_params))


def _first(path: str) -> str:
    return path[1:].partition("/")[0]
