"""The relay's HTTP API (``spec/relay.md``) over a store and a log.

Upholds: an answer that says *stored* leaves only after a durable commit; storing twice is storing
once; what asks for the team's secret does nothing without it.  Refuses: everything that the table
of routes below does not name.
"""

import sys
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from asylia.errors import NotFoundError
from asylia.relay import bodies, http, line, shares
from asylia.relay.http import MIB, Endpoint, Patience, Refusal
from asylia.relay.routes import Route, Routes
from asylia.relay.store import Kind, Put, RelayStore
from asylia.tlog import log as tlog
from asylia.values import Clock, Day, day_of, system_clock

ENVELOPE, PIECE, REPLY = MIB, MIB + 4096, 64 * 1024
SMALLEST_ENVELOPE = 2 * 4096  # two files, each padded to 4 KiB or more
BUNDLE, WINDOW = 256 * 1024, 8
_ANSWERS = {
    Put.STORED: http.line("Stored.", 201),
    Put.SAME: http.line("Stored already."),
    Put.TAKEN: http.line("Something else is or was under this id; nothing was changed.", 409),
    Put.FULL: http.line(http.FULL, 507),
}


def create_app(
    store: RelayStore,
    log: tlog.Log,
    *,
    clock: Clock = system_clock,
    patience: Patience | None = None,
    tell: Callable[[str], None] | None = None,
    memory: int = bodies.LIMIT,
) -> ASGIApp:
    """The relay as an ASGI application; ``tell`` takes the few lines of its operational log.

    ``memory``: bytes that the bodies of all requests under way may take.
    """
    relay = _Relay(store, log, clock, patience or Patience())
    quiet = http.Quiet(Routes(relay.routes()), tell or (lambda text: print(text, file=sys.stderr)))
    return bodies.Bodies(quiet, memory)


class _Relay:
    def __init__(self, store: RelayStore, log: tlog.Log, clock: Clock, patience: Patience) -> None:
        self._store, self._log, self._clock, self._patience = store, log, clock, patience

    def routes(self) -> list[Route]:
        team = self._team
        return [
            Route("PUT", "/v1/envelopes/{id}", self._put("envelope", ENVELOPE)),
            Route("GET", "/v1/envelopes", team(self._ids)),
            Route("GET", "/v1/envelopes/{id}", team(self._get("envelope"))),
            Route("DELETE", "/v1/envelopes/{id}", team(self._delete("envelope"))),
            Route("PUT", "/v1/pieces/{id}", self._put("piece", PIECE)),
            Route("GET", "/v1/pieces/{id}", team(self._get("piece"))),
            Route("DELETE", "/v1/pieces/{id}", team(self._delete("piece"))),
            Route("PUT", "/v1/drops/{id}", team(self._put_reply)),
            Route("POST", "/v1/drops/window", self._window),
            Route("POST", "/v1/drops/read", self._read_replies),
            Route("PUT", "/v1/bundle", team(self._put_bundle)),
            Route("GET", "/v1/bundle", self._bundle),
            Route("PUT", "/v1/access", team(self._replace_access)),
            Route("POST", "/v1/log/leaves", team(self._append_leaves)),
            Route("GET", "/v1/log/checkpoint", self._checkpoint),
            Route("GET", "/v1/log/{path*}", self._tile),
            *line.routes(self._store, team, self._line, self._patience),
            *shares.routes(self._store, team, self._patience),
        ]

    @property
    def _today(self) -> Day:
        return day_of(self._clock())

    async def _body(self, request: Request, limit: int) -> bytes:
        body = await http.read_body(request, limit, self._patience)
        if not body:
            raise Refusal(400, "The body is empty; nothing was stored.")
        return body

    def _team(self, endpoint: Endpoint) -> Endpoint:
        async def checked(request: Request) -> Response:
            access, shown = await self._store.access(), http.shown_secret(request)
            if access is None or not access.opens(shown):
                raise http.closed()
            return await endpoint(request)

        return checked

    def _line(self, endpoint: Endpoint) -> Endpoint:
        """As ``_team``, and for whoever shows the secret before the newest."""

        async def checked(request: Request) -> Response:
            access, shown = await self._store.access(), http.shown_secret(request)
            if access is None or not access.reads_line(shown, self._today):
                raise http.closed()
            return await endpoint(request)

        return checked

    def _put(self, kind: Kind, limit: int) -> Endpoint:
        async def put(request: Request) -> Response:
            blob_id = http.hex_id(request, 16)
            body = await self._body(request, limit)
            if kind == "envelope" and len(body) < SMALLEST_ENVELOPE:
                raise Refusal(400, "An envelope is longer than that; nothing was stored.")
            return _outcome(await self._store.put(kind, blob_id, body, self._today))

        return put

    def _get(self, kind: Kind) -> Endpoint:
        async def get(request: Request) -> Response:
            return _found(await self._store.get(kind, http.hex_id(request, 16)))

        return get

    def _delete(self, kind: Kind) -> Endpoint:
        async def delete(request: Request) -> Response:
            await self._store.delete(kind, http.hex_id(request, 16))
            return http.nothing()

        return delete

    async def _ids(self, _: Request) -> Response:
        return http.binary(b"".join(await self._store.ids("envelope")))

    async def _put_reply(self, request: Request) -> Response:
        reply_id = http.hex_id(request, 32)
        body = await self._body(request, REPLY)
        return _outcome(await self._store.put_reply(reply_id, body, self._today))

    async def _window(self, request: Request) -> Response:
        wanted = http.split(await self._body(request, 32 * WINDOW), 32, WINDOW)
        if len(wanted) != WINDOW:
            raise Refusal(400, f"A window is {WINDOW} ids of 32 bytes.")
        slots = await self._store.replies(wanted)
        parts = [
            bytes([slot.state.value]) + len(slot.blob).to_bytes(4, "big") + slot.blob
            for slot in slots
        ]
        return http.binary(b"".join(parts))

    async def _read_replies(self, request: Request) -> Response:
        wanted = http.split(await self._body(request, 32 * WINDOW), 32, WINDOW)
        await self._store.read_replies(wanted, self._today)
        return http.nothing()

    async def _put_bundle(self, request: Request) -> Response:
        await self._store.put_bundle(await self._body(request, BUNDLE))
        return _outcome(Put.STORED)

    async def _bundle(self, _: Request) -> Response:
        return _found(await self._store.bundle())

    async def _replace_access(self, request: Request) -> Response:
        body = await self._body(request, 32)
        if len(body) != 32:
            raise Refusal(400, "The body is the SHA-256 of the next secret: 32 bytes.")
        await self._store.replace_access(body, self._today)
        return http.nothing()

    async def _append_leaves(self, request: Request) -> Response:
        body = await self._body(request, tlog.LEAF * tlog.BATCH)
        leaves = http.split(body, tlog.LEAF, tlog.BATCH)
        done = await self._store.write_log(lambda storage: self._log.append(storage, leaves))
        return http.line(str(done.first), 201 if done.new else 200)

    async def _checkpoint(self, _: Request) -> Response:
        note = await self._store.read_log(lambda storage: storage.checkpoint())
        if note is None:
            raise NotFoundError("log: nothing was published yet")
        return Response(note, media_type=http.TEXT, headers=http.NO_STORE)

    async def _tile(self, request: Request) -> Response:
        path = request.path_params["path"]
        tile = await self._store.read_log(lambda storage: tlog.read(storage, path))
        return Response(tile, media_type=http.BINARY, headers=http.FOREVER)


def _outcome(outcome: Put) -> Response:
    return _ANSWERS[outcome]


def _found(blob: bytes | None) -> Response:
    if blob is None:
        raise Refusal(404, "Nothing here.")
    return http.binary(blob)
