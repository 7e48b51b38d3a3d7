"""What every answer carries, and what a failure looks like from outside.

Upholds: the strictest headers on every answer; nothing kept by the browser; one calm page for
whatever failed.  Refuses: a request that another site's page sends here; a line in a log that
says more than the kind of failure (a traceback could quote what was typed).
"""

from collections.abc import Awaitable, Callable

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asylia.errors import AsyliaError, MalformedError
from asylia.intake.form import TooLargeError
from asylia.intake.pages import Pages, problem
from asylia.languages import LANGUAGES, preferred

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_DENIED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _DENIED),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_OWN = (b"same-origin", b"none")


def html(page: bytes, status: int = 200, *, after: BackgroundTask | None = None) -> Response:
    """A page; ``after`` runs once it has gone out."""
    return Response(page, status_code=status, media_type="text/html", background=after)


def language_of(request: Request) -> str:
    """The language that the path names, else the one that the browser asks for."""
    # Not ``request.url``, which is put together from a Host header that anyone may write.
    named = request.scope["path"].removeprefix("/").partition("/")[0]
    return named if named in LANGUAGES else preferred(request.headers.get("accept-language", ""))


def on_error(pages: Pages) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The answer to whatever went wrong, as a page in the reader's language."""

    async def answer(request: Request, error: Exception) -> Response:
        return html(_problem_page(pages, language_of(request), _status(error)), _status(error))

    return answer


def _status(error: Exception) -> int:
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, TooLargeError):
        return 413
    if isinstance(error, MalformedError):
        return 400
    return 503 if isinstance(error, AsyliaError) else 500


def _problem_page(pages: Pages, language: str, status: int) -> bytes:
    heading, text = problem(language, status)
    return pages.render("problem", language, heading=heading, text=text)


class Guarded:
    """The outermost layer: headers on all that leaves, and a page for all that fails."""

    def __init__(self, app: ASGIApp, pages: Pages, tell: Callable[[str], None]) -> None:
        self._app, self._pages, self._tell = app, pages, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        try:
            if _from_elsewhere(scope):
                raise HTTPException(403)
            await self._app(scope, receive, sending)
        except Exception as error:
            if not isinstance(error, HTTPException):
                self._tell(f"a request failed: {type(error).__name__}")
            if not begun:
                status = _status(error)
                page = _problem_page(self._pages, language_of(Request(scope)), status)
                await html(page, status)(scope, receive, sending)


def _from_elsewhere(scope: Scope) -> bool:
    # With no-referrer, forms of our own send "Origin: null"; only Fetch Metadata tells.
    if scope["method"] in ("GET", "HEAD"):
        return False
    sites = [value for name, value in scope["headers"] if name == b"sec-fetch-site"]
    return any(site not in _OWN for site in sites)
