"""The wall around the desk: what a request must be before any screen sees it.

The desk is a web server on a machine that also opens web pages from anywhere, so every request is
weighed: the exact host (a rebound name fails), the page that sent it (``Sec-Fetch-Site``,
``Origin``), the method, the kind and length of the body, and that the address carries no query.
Every answer forbids storing, framing, foreign and inline code.

Upholds: an address never holds content, so nothing reaches a history or a log.  Refuses: anything
another site could cause, and multipart bodies but at the addresses that read them in memory.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 256 * 1024
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
# Where long texts and files are sent to; a file over its own limit is read past, for the words.
UPLOADS = re.compile(
    r"/(exhibits/new|imports/new|review/begin|estimates/begin|exhibit/[0-9a-f]{1,64}/transcript|thread/[0-9a-f]{1,64}/interview)"
)
UPLOAD_LIMIT = 999_999_999
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "referrer-policy": "same-origin",  # "no-referrer" would make a form's Origin "null"
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-dns-prefetch-control": "off",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
}


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further: a status and one plain sentence."""

    status: int
    sentence: str


def weigh(method: str, query: bytes, headers: Headers, host: str, path: str = "") -> Refusal | None:
    """Decide on a request by its head alone; ``host`` is the one name this desk answers to."""
    if headers.getlist("host") != [host]:
        return Refusal(421, "This desk answers only at the address that it printed.")
    if method not in {"GET", "POST"}:  # HEAD would do what GET does, unseen
        return Refusal(405, "The desk does not know this kind of request.")
    if query:
        return Refusal(400, "The desk takes nothing in an address.")
    came_from = headers.get("sec-fetch-site")
    if came_from not in {None, "same-origin"} and (came_from != "none" or method == "POST"):
        return Refusal(403, "Another site sent this request.")
    return _weigh_post(headers, host, path) if method == "POST" else None


def _weigh_post(headers: Headers, host: str, path: str) -> Refusal | None:
    if headers.getlist("origin") != [f"http://{host}"]:
        return Refusal(403, "This form was not sent by the desk's own page.")
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    upload = kind == MULTIPART and UPLOADS.fullmatch(path) is not None
    if kind != FORM and not upload:
        return Refusal(415, "The desk takes plain forms only.")
    length = headers.get("content-length", "")
    if not (
        length.isascii()
        and length.isdigit()
        and len(length) <= 9
        and int(length) <= (UPLOAD_LIMIT if upload else BODY_LIMIT)
    ):
        return Refusal(413, "This form is too long.")
    return None


class Guard:
    """ASGI middleware: lets through what ``weigh`` does not refuse, and hardens every answer."""

    def __init__(self, app: ASGIApp, *, host: str, forms_to: str = "") -> None:
        """``host``: the one ``name:port`` answered to; ``forms_to``: the panic address's origin."""
        self._app = app
        self._host = host
        policy = POLICY.replace("form-action 'self'", f"form-action 'self' {forms_to}".rstrip())
        hardened = HEADERS | {"content-security-policy": policy}
        self._headers = {name.encode(): value.encode() for name, value in hardened.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; websockets are not spoken."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._hardened(message.get("headers", ()))
            await send(message)

        head, path = Headers(scope=scope), scope["path"]
        refusal = weigh(scope["method"], scope["query_string"], head, self._host, path)
        if refusal is None:
            await self._app(scope, receive, hardened)
        else:
            answer = PlainTextResponse(refusal.sentence + "\n", status_code=refusal.status)
            await answer(scope, receive, hardened)

    def _hardened(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """These, and each of ours that a screen did not set itself."""
        own = list(headers)
        named = {name.lower() for name, _ in own}
        return own + [one for one in self._headers.items() if one[0] not in named]
