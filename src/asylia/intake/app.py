"""The public page as an ASGI application.

Upholds: the same bytes for every visitor, but for what a form of theirs is answered with; works in
full without scripts; one peer, the relay.  Refuses: cookies, sessions, logs of requests, anything
from another origin.
"""

import gzip
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from asylia import peers
from asylia.crypto import random
from asylia.crypto.signing import VerifyingKey
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.phrase import LANGUAGES as PHRASE_LANGUAGES
from asylia.envelope.phrase import word_list
from asylia.errors import AsyliaError
from asylia.intake import armor
from asylia.intake.answers import Guarded, language_of, on_error
from asylia.intake.body import Patience
from asylia.intake.continuation import Passes
from asylia.intake.flow import Flow
from asylia.intake.forward import Forward
from asylia.intake.keyring import Groups, Keyring
from asylia.intake.pages import Pages
from asylia.languages import LANGUAGES
from asylia.values import Clock, system_clock

RELAY_SECONDS = 60.0
_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "txt": "text/plain"}
_FAILURES = (HTTPException, AsyliaError, Exception)
Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(
    relay_url: str,
    root: VerifyingKey,
    *,
    clock: Clock = system_clock,
    randomness: random.Randomness = random.system,
    patience: Patience | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    tell: Callable[[str], None] | None = None,
) -> ASGIApp:
    """The page for the team of this ``root``, over its relay.

    ``transport`` carries what goes to the relay (another process by default; an ASGI application
    in tests); ``tell`` takes the few lines of the operational log.
    """
    client = httpx.AsyncClient(
        transport=transport or peers.async_transport("intake"),
        timeout=RELAY_SECONDS,
        trust_env=False,
    )
    courier, waiting = ReporterCourier(relay_url, client), patience or Patience()
    pages, keyring = Pages(root), Keyring(courier, root, clock)
    passes = Passes(clock=clock, randomness=randomness)
    flow = Flow(pages, keyring, courier, passes, randomness=randomness, patience=waiting)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    app = Starlette(
        routes=[
            *_Files(pages, keyring, courier).routes(),
            *_steps(flow),
            *Forward(courier, waiting).routes(),
        ],
        exception_handlers=dict.fromkeys(_FAILURES, on_error(pages)),
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return Guarded(app, pages, tell or (lambda text: print(text, file=sys.stderr)))


def word_files() -> dict[str, str]:
    """The word lists as page.js reads them: a line feed after each word."""
    return {code: "".join(f"{word}\n" for word in word_list(code)) for code in PHRASE_LANGUAGES}


def _steps(flow: Flow) -> list[Route]:
    return [
        Route(f"/{language}/{name}", flow.endpoint(language, step), methods=["POST"])
        for language in LANGUAGES
        for name, step in flow.steps().items()
    ]


class _Files:
    """What is the same for everyone, made when the groups' names change and held in memory."""

    def __init__(self, pages: Pages, keyring: Keyring, courier: ReporterCourier) -> None:
        self._pages, self._keyring, self._courier = pages, keyring, courier
        self._lists = word_files()
        self._made_for: Groups | None = None
        self._files: dict[str, tuple[bytes, bytes]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/", _choose_language, methods=["GET"]),
            Route("/keys.txt", self._keys, methods=["GET"]),
            *(_get(f"/{name}", self._file(name)) for name in self._pages.static(self._lists)),
            *(
                _get(f"/{language}/{name}", self._file(f"{language}/{name or 'index'}.html"))
                for language in LANGUAGES
                for name in ("", "write", "return", "sealed")
            ),
        ]

    def _file(self, name: str) -> Endpoint:
        kind = _KINDS[name.rpartition(".")[2]]

        async def answer(request: Request) -> Response:
            plain, packed = (await self._current())[name]
            # These bytes hold no secret, so packing them tells nothing.
            if "gzip" in request.headers.get("accept-encoding", ""):
                return Response(packed, media_type=kind, headers={"Content-Encoding": "gzip"})
            return Response(plain, media_type=kind)

        return answer

    async def _current(self) -> dict[str, tuple[bytes, bytes]]:
        groups = await self._keyring.groups()
        if self._made_for != groups:
            files = self._pages.static(self._lists, groups)
            self._files = {
                name: (plain, gzip.compress(plain, mtime=0)) for name, plain in files.items()
            }
            self._made_for = groups
        return self._files

    async def _keys(self, _: Request) -> Response:
        text = armor.write("KEYS", await self._courier.bundle())
        return Response(text, media_type="text/plain")


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


async def _choose_language(request: Request) -> Response:
    return RedirectResponse(f"/{language_of(request)}/", status_code=303)
