"""Shares: the half of what opens a device that the relay keeps (``spec/relay.md``, "Shares").

Upholds: a try is counted durably before it is answered, one after another; an unknown id is
answered as a wrong token is.  Refuses: any try after ten wrong ones, or after a colleague's stop.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from hmac import compare_digest
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from asylia.relay import http
from asylia.relay.http import Endpoint, Patience, Refusal
from asylia.relay.routes import Route
from asylia.relay.store import RelayStore, ShareRow

TRIES = 10
NOBODY = bytes(16)  # the id that no device has: what tries of unknown ids are written to
State = Literal["open", "spent", "stopped"]
Step = tuple[ShareRow | None, Response]


def routes(
    store: RelayStore, team: Callable[[Endpoint], Endpoint], patience: Patience
) -> list[Route]:
    """The routes; ``team`` lets only the team's secret through."""
    shares = _Shares(store, patience)
    path = "/v1/shares/{id}"
    return [
        Route("PUT", path, team(shares.put)),
        Route("POST", path, shares.ask),
        Route("GET", path, team(shares.state)),
        Route("DELETE", path, team(shares.delete)),
        Route("POST", f"{path}/stop", team(shares.stop)),
        Route("POST", f"{path}/allow", team(shares.allow)),
    ]


def state_of(row: ShareRow) -> State:
    """Where a share stands."""
    if row.stopped:
        return "stopped"
    return "spent" if row.tries >= TRIES else "open"


def answer_try(row: ShareRow | None, token_hash: bytes) -> Step:
    """What a try makes of a share, and its answer."""
    if row is None:
        return None, _wrong()
    if state_of(row) != "open":
        return row, http.line("This share is shut.", 423)
    if not compare_digest(row.token, token_hash):
        return replace(row, tries=row.tries + 1), _wrong()
    return replace(row, tries=0), http.binary(row.share)


def answer_stop(row: ShareRow | None) -> Step:
    """A colleague shuts a device out."""
    if row is None:
        return None, _absent()
    return replace(row, stopped=True), http.nothing()


def answer_allow(row: ShareRow | None) -> Step:
    """A colleague allows ten more tries; a stop stays."""
    if row is None:
        return None, _absent()
    if row.stopped:
        return row, http.line("This share was stopped.", 423)
    return replace(row, tries=0), http.nothing()


class _Shares:
    def __init__(self, store: RelayStore, patience: Patience) -> None:
        self._store, self._patience = store, patience

    async def put(self, request: Request) -> Response:
        share_id = _id(request)
        token, share = http.split(await self._body(request, 64), 32, 2)
        new = ShareRow(token, share, 0, stopped=False)
        done = http.line("Stored.", 201)
        return await self._store.change_share(share_id, lambda _: (new, done))

    async def ask(self, request: Request) -> Response:
        share_id = _id(request)
        shown = sha256(await self._body(request, 32)).digest()
        found: list[bool] = []

        def step(row: ShareRow | None) -> Step:
            found.append(row is not None)
            return answer_try(row, shown)

        answer = await self._store.change_share(share_id, step)
        if not found[-1]:
            await self._store.change_share(NOBODY, lambda row: (_touched(row), None))
        return answer

    async def state(self, request: Request) -> Response:
        def step(row: ShareRow | None) -> Step:
            return row, _absent() if row is None else http.line(state_of(row))

        return await self._store.change_share(_id(request), step)

    async def stop(self, request: Request) -> Response:
        return await self._store.change_share(_id(request), answer_stop)

    async def allow(self, request: Request) -> Response:
        return await self._store.change_share(_id(request), answer_allow)

    async def delete(self, request: Request) -> Response:
        return await self._store.change_share(_id(request), lambda _: (None, http.nothing()))

    async def _body(self, request: Request, size: int) -> bytes:
        body = await http.read_body(request, size, self._patience)
        if len(body) != size:
            raise Refusal(400, f"The body here is {size} bytes.")
        return body


def _id(request: Request) -> bytes:
    share_id = http.hex_id(request, 16)
    if share_id == NOBODY:
        raise Refusal(400, "No device has this id.")
    return share_id


def _touched(row: ShareRow | None) -> ShareRow:
    """The row of the unknown, changed so that it is written; it counts nothing."""
    return ShareRow(bytes(32), bytes(32), 0, stopped=row is None or not row.stopped)


def _wrong() -> Response:
    return http.line("This is not the token.", 401)


def _absent() -> Response:
    return http.line("Nothing here.", 404)
