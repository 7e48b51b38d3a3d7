"""The team's line over HTTP: append an entry, read from a position, read a page that never changes.

Upholds: a position never changes; a full page's bytes never change, and say so to whoever keeps
them.  Refuses: an entry under another name than its hash.
"""

from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from asylia.relay import http
from asylia.relay.http import MIB, Endpoint, Patience, Refusal
from asylia.relay.routes import Route
from asylia.relay.store import Put, RelayStore

ENTRY, PAGE = 2 * MIB, 4 * MIB
ENTRIES = 256  # on a page
_STATUS = {Put.STORED: 201, Put.SAME: 200}
Guard = Callable[[Endpoint], Endpoint]


def routes(store: RelayStore, team: Guard, reader: Guard, patience: Patience) -> list[Route]:
    """The routes; ``team`` lets the team's secret through, ``reader`` also the one before it."""
    line = _Line(store, patience)
    return [
        Route("PUT", "/v1/ledger/{id}", team(line.append)),
        Route("GET", "/v1/ledger", reader(line.entries)),
        Route("GET", "/v1/ledger/page/{page}", reader(line.page)),
    ]


class _Line:
    def __init__(self, store: RelayStore, patience: Patience) -> None:
        self._store, self._patience = store, patience

    async def append(self, request: Request) -> Response:
        named = http.hex_id(request, 32)
        body = await http.read_body(request, ENTRY, self._patience)
        if not body:
            raise Refusal(400, "The body is empty; nothing was stored.")
        if sha256(body).digest() != named:
            raise Refusal(400, "The path is not the SHA-256 of the body; nothing was stored.")
        outcome, position = await self._store.append_entry(named, body)
        if outcome is Put.FULL:
            raise Refusal(507, http.FULL)
        return http.line(str(position), _STATUS[outcome])

    async def entries(self, request: Request) -> Response:
        start = _number(request.query_params.get("from", "0"), "Say from which position")
        page = await self._store.entries(start, PAGE)
        return http.binary(_framed(page), {"Asylia-Next": str(start + len(page))})

    async def page(self, request: Request) -> Response:
        untrusted = request.path_params["page"]
        start = ENTRIES * _number(untrusted, "Say which page")
        if untrusted != str(start // ENTRIES):
            raise Refusal(400, "A page's number has no zeros in front.")
        hashes = await self._store.entry_hashes(start, ENTRIES)
        if len(hashes) < ENTRIES:
            raise Refusal(404, "This page is not full yet: read its entries by position.")
        tag = f'"{sha256(b"".join(hashes)).hexdigest()}"'
        headers = http.PRIVATE_FOREVER | {"ETag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        page = await self._store.entries(start, PAGE, ENTRIES)
        if len(page) < ENTRIES:
            raise Refusal(413, "This page is too long: read its entries by position.")
        return Response(_framed(page), media_type=http.BINARY, headers=headers)


def _number(untrusted: str, what: str) -> int:
    if not (untrusted.isascii() and untrusted.isdigit() and len(untrusted) < 16):
        raise Refusal(400, f"{what}, in decimal digits.")
    return int(untrusted)


def _framed(entries: list[bytes]) -> bytes:
    return b"".join(len(blob).to_bytes(4, "big") + blob for blob in entries)
