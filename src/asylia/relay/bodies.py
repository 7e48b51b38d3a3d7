"""What bodies take of the memory: all requests under way share one limit.

Upholds: bytes are counted as they come and until their request was answered, so that 1,024
connections can't fill the memory; long bodies are refused before short reports are.  Refuses: to
reserve for what was only declared, which would let idle connections shut the line.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asylia.relay.http import MIB, Refusal
from asylia.relay.store import SMALL

LIMIT = 256 * MIB  # bytes of bodies at once
_BUSY = "The relay is busy with too many long messages; nothing was stored. Try again in a minute."


class Bodies:
    """An ASGI layer; a refusal is raised from ``receive`` and answered as any other."""

    def __init__(self, app: ASGIApp, limit: int = LIMIT) -> None:
        self._app, self._limit = app, limit
        self.held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        own = 0

        async def counted() -> Message:
            nonlocal own
            message = await receive()
            size = len(message.get("body", b""))
            limit = self._limit if own + size <= SMALL else self._limit * 7 // 8
            if size and self.held + size > limit:
                raise Refusal(503, _BUSY)
            own += size
            self.held += size
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            self.held -= own
