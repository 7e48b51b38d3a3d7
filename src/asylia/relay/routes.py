"""Which endpoint answers a request: the table of ``spec/relay.md``, and nothing between.

Upholds: every refusal, and every error of ours, ends as one plain line.  Refuses: whatever the
table does not name; to guess at a path (no slash is added or dropped).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from asylia.errors import AsyliaError, MalformedError, NotFoundError, UnavailableError
from asylia.relay.http import FAULT, Endpoint, Refusal, line

_STATUS = {MalformedError: 400, NotFoundError: 404, UnavailableError: 503}


class Route(NamedTuple):
    """``path``: ``{name}`` stands for one part of it, ``{name*}`` for all that follows."""

    method: str
    path: str
    endpoint: Endpoint


class Routes:
    """An ASGI application; an unforeseen failure is left to whoever called it."""

    def __init__(self, routes: Iterable[Route]) -> None:
        tables: dict[str, dict[str, Endpoint]] = {}
        for route in routes:
            table = tables.setdefault(route.path, {})
            table[route.method] = route.endpoint
            if route.method == "GET":
                table["HEAD"] = route.endpoint
        self._tables = [(_pattern(path), table) for path, table in tables.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            answer = await self._find(scope)(Request(scope, receive))
        except Refusal as refusal:
            answer = line(refusal.line, refusal.status)
        except AsyliaError as error:
            answer = _failure(error)
        await answer(scope, receive, send)

    def _find(self, scope: Scope) -> Endpoint:
        known = False
        for pattern, table in self._tables:
            found = pattern.fullmatch(scope["path"])
            if found is None:
                continue
            endpoint = table.get(scope["method"])
            if endpoint is not None:
                scope["path_params"] = found.groupdict()
                return endpoint
            known = True
        if known:
            raise Refusal(405, "This path does not take that method.")
        raise Refusal(404, "Nothing here.")


def _failure(error: AsyliaError) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    return line(str(error) if status < 500 else FAULT, status)


def _pattern(path: str) -> re.Pattern[str]:
    rest = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", path)
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", rest), re.DOTALL)
