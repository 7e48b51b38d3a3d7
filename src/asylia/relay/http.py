"""HTTP at the relay's edge: bodies with limits of size and time, answers of one line, access.

Upholds: nothing is buffered beyond a limit; a body that stops coming is given up; every refusal is
one plain line of ours.  Refuses: to repeat anything that was sent.
"""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asylia.connection import WHOLE

MIB = 1 << 20
NO_STORE = {"Cache-Control": "no-store"}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
PRIVATE_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
BINARY, TEXT = "application/octet-stream", "text/plain; charset=utf-8"
FULL = "The relay is full; nothing was stored."
FAULT = "The relay failed; nothing was stored. Try again later."


@dataclass(frozen=True)
class Patience:
    """Seconds that a body may take: between two pieces of it, and as a whole."""

    silence: float = 15
    whole: float = 180


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """An answer in one line, with its status."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status
        self.line = line


def closed() -> Refusal:
    """The answer to whoever does not show the team's secret."""
    return Refusal(401, "This needs the team's access secret.")


def binary(body: bytes, headers: dict[str, str] | None = None) -> Response:
    """200 with bytes."""
    return Response(body, media_type=BINARY, headers=NO_STORE | (headers or {}))


def line(text: str, status: int = 200) -> Response:
    """One line of text."""
    return Response(text + "\n", status_code=status, media_type=TEXT, headers=NO_STORE)


def nothing() -> Response:
    """204."""
    return Response(status_code=204, headers=NO_STORE)


async def read_body(request: Request, limit: int, patience: Patience) -> bytes:
    """The whole body, at most ``limit`` bytes."""
    declared = _declared(request, limit)
    if request.scope.get(WHOLE):
        body, _ = _part(await request.receive())
        if len(body) > limit:
            raise _too_long(limit)
        return body
    parts, size, more = [], 0, True
    now = asyncio.get_running_loop().time
    end = now() + patience.whole
    try:
        async with asyncio.timeout_at(min(end, now() + patience.silence)) as timer:
            while more:
                part, more = _part(await request.receive())
                size += len(part)
                if size > limit:
                    raise _too_long(limit)
                parts.append(part)
                if more:
                    timer.reschedule(min(end, now() + patience.silence))
    except TimeoutError:
        raise Refusal(408, "The rest did not come in time; nothing was stored.") from None
    if declared is not None and size != declared:
        raise Refusal(400, "Cut off; nothing was stored.")
    return b"".join(parts)


def _declared(request: Request, limit: int) -> int | None:
    untrusted = request.headers.get("content-length")
    if untrusted is None:
        return None
    # Python refuses, with a fault, to convert thousands of digits, even if most are zeros.
    sound = untrusted.isascii() and untrusted.isdigit() and len(untrusted) <= 20
    if not sound or int(untrusted) > limit:
        raise _too_long(limit)
    return int(untrusted)


def _too_long(limit: int) -> Refusal:
    return Refusal(413, f"Too long: at most {limit} bytes here.")


def _part(message: Message) -> tuple[bytes, bool]:
    if message["type"] != "http.request":
        raise Refusal(400, "Cut off; nothing was stored.")
    return message.get("body", b""), message.get("more_body", False)


def hex_id(request: Request, length: int) -> bytes:
    """The id in the path: lower-case hex of exactly ``length`` bytes."""
    untrusted = request.path_params["id"]
    try:
        value = bytes.fromhex(untrusted)
    except ValueError:
        value = b""
    if len(value) != length or value.hex() != untrusted:
        raise Refusal(400, f"An id here is {2 * length} lower-case hexadecimal digits.")
    return value


def split(body: bytes, size: int, most: int) -> list[bytes]:
    """A body that is one to ``most`` values of ``size`` bytes."""
    if not body or len(body) % size or len(body) > size * most:
        raise Refusal(400, f"The body is 1 to {most} values of {size} bytes each.")
    return [body[at : at + size] for at in range(0, len(body), size)]


def shown_secret(request: Request) -> bytes:
    """SHA-256 of the secret that the request shows; of nothing, where it shows none."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        secret = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        secret = b""
    return sha256(secret if scheme == "Asylia" else b"").digest()


class Quiet:
    """The outermost layer: whatever fails inside becomes one line, here and in the log.

    A traceback could quote what was sent, so only the kind of failure is told.
    """

    def __init__(self, app: ASGIApp, tell: Callable[[str], None]) -> None:
        self._app, self._tell = app, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            self._tell(f"a request failed: {type(error).__name__}")
            if not begun and scope["type"] == "http":
                await line(FAULT, 500)(scope, receive, send)


Endpoint = Callable[[Request], Awaitable[Response]]
