"""A request's body, as it comes in: with a limit of size and limits of time.

Upholds: a body that stops coming is given up, so that nobody holds the page's memory by dawdling.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request

from asylia.errors import MalformedError
from asylia.intake.form import TooLargeError


@dataclass(frozen=True)
class Patience:
    """Seconds that a body may take: between two pieces of it, and as a whole (Tor is slow)."""

    silence: float = 30
    whole: float = 600


async def stream(request: Request, limit: int, patience: Patience) -> AsyncIterator[bytes]:
    """The body in pieces; ``TooLargeError`` over ``limit``, ``MalformedError`` if cut off."""
    declared = _declared(request)
    if declared is not None and declared > limit:
        raise TooLargeError("the body is too large")
    size, more = 0, True
    deadline = asyncio.get_running_loop().time() + patience.whole
    while more:
        some, more = await _next(request, deadline, patience)
        size += len(some)
        if size > limit:
            raise TooLargeError("the body is too large")
        yield some
    if declared is not None and size != declared:
        raise MalformedError("the body is cut off")


async def whole(request: Request, limit: int, patience: Patience) -> bytes:
    """The body in one piece."""
    return b"".join([some async for some in stream(request, limit, patience)])


def _declared(request: Request) -> int | None:
    # Cut before it is a number: leading zeros can make it longer than Python converts.
    digits = request.headers.get("content-length", "")
    return int(digits.lstrip("0")[:12] or "0") if digits.isdecimal() else None


async def _next(request: Request, deadline: float, patience: Patience) -> tuple[bytes, bool]:
    silence = asyncio.get_running_loop().time() + patience.silence
    try:
        async with asyncio.timeout_at(min(deadline, silence)):
            message = await request.receive()
    except TimeoutError:
        raise MalformedError("the body did not come in time") from None
    if message["type"] != "http.request":
        raise MalformedError("the body is cut off")
    return message.get("body", b""), message.get("more_body", False)
