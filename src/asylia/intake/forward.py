"""Sealed bytes from page.js to the relay, and back: one origin, and nothing read on the way.

Upholds: the browser speaks to nobody but the page's own host.  Refuses: every path of the relay
that is not a reporter's; telling why the relay did not take something.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from asylia.envelope import attachment, drop, envelope
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.drop import State
from asylia.errors import AsyliaError, ConflictError, MalformedError
from asylia.intake.body import Patience, whole
from asylia.values import BlobId

_BINARY = "application/octet-stream"
_STATES: dict[State, int] = {"absent": 0, "present": 1, "gone": 2}
_ID, _DROP_ID = 16, 32
Endpoint = Callable[[Request], Awaitable[Response]]


class Forward:
    """The relay's paths that a reporter needs, under the same names."""

    def __init__(self, courier: ReporterCourier, patience: Patience) -> None:
        self._courier, self._patience = courier, patience

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/v1/bundle", _plainly(self._bundle), methods=["GET"]),
            Route("/v1/envelopes/{id}", _plainly(self._envelope), methods=["PUT"]),
            Route("/v1/pieces/{id}", _plainly(self._piece), methods=["PUT"]),
            Route("/v1/drops/window", _plainly(self._window), methods=["POST"]),
            Route("/v1/drops/read", _plainly(self._read), methods=["POST"]),
        ]

    async def _bundle(self, _: Request) -> Response:
        return Response(await self._courier.bundle(), media_type=_BINARY)

    async def _envelope(self, request: Request) -> Response:
        body = await whole(request, envelope.LIMIT, self._patience)
        await self._courier.send_envelope(_blob_id(request), body)
        return Response(status_code=204)

    async def _piece(self, request: Request) -> Response:
        body = await whole(request, attachment.PIECE, self._patience)
        await self._courier.send_piece(_blob_id(request), body)
        return Response(status_code=204)

    async def _window(self, request: Request) -> Response:
        slots = await self._courier.window(await self._drop_ids(request))
        parts = [
            bytes([_STATES[slot.state]]) + len(slot.blob).to_bytes(4, "big") + slot.blob
            for slot in slots
        ]
        return Response(b"".join(parts), media_type=_BINARY)

    async def _read(self, request: Request) -> Response:
        await self._courier.mark_read(await self._drop_ids(request))
        return Response(status_code=204)

    async def _drop_ids(self, request: Request) -> list[bytes]:
        body = await whole(request, drop.WINDOW * _DROP_ID, self._patience)
        if not body or len(body) % _DROP_ID:
            raise MalformedError("not a list of ids")
        return [body[at : at + _DROP_ID] for at in range(0, len(body), _DROP_ID)]


def _blob_id(request: Request) -> BlobId:
    untrusted = request.path_params["id"]
    try:
        value = bytes.fromhex(untrusted)
    except ValueError:
        value = b""
    if len(value) != _ID or value.hex() != untrusted:
        raise MalformedError("not an id")
    return BlobId(value)


def _plainly(endpoint: Endpoint) -> Endpoint:
    """One short answer for whatever failed: page.js shows its own sentence."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except AsyliaError as error:
            own = isinstance(error, (MalformedError, ConflictError))
            return Response(status_code=400 if own else 503)

    return answer
