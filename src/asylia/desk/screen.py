"""From a request to a screen and back: the one place where routes meet sessions and errors.

A screen is a plain function of a ``Visit``.  It runs on the desk's one worker thread, which owns
the vault's connection; so two screens never write at once.  Every failure of ours becomes a page
with its sentence and hint; a failure that is not ours becomes a page that says only that.

Refuses: a screen without the session's cookie, a form without the session's token.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from asylia.desk.claim_table import ClaimTable
from asylia.desk.door import Door, State
from asylia.desk.forms import Form, form_of, parse_form
from asylia.desk.frame import Around, Frame
from asylia.desk.guard import BODY_LIMIT, MULTIPART
from asylia.desk.pages import Pages
from asylia.desk.panic import PanicForm
from asylia.desk.sentences import told
from asylia.desk.terms import Called, Labels
from asylia.desk.workspace import Workspace
from asylia.errors import (
    AsyliaError,
    ConflictError,
    ForgedError,
    LockedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from asylia.multipart import Limits, Room, Upload, read_form
from asylia.record.pieces import MOST
from asylia.record.vocabulary import vocabularies
from asylia.record.wordbook import Words

LIMITS = Limits(file=MOST, fields=2 << 20, parts=128)
Access = Literal["anyone", "entered", "open"]
_STATUS: dict[type[AsyliaError], int] = {
    NotFoundError: 404,
    RefusedError: 403,
    LockedError: 403,
    ForgedError: 403,
    ConflictError: 409,
    UnavailableError: 503,
}


@dataclass
class Desk:
    """What all screens share, in memory only."""

    door: Door
    pages: Pages
    open_workspace: Callable[[str], Workspace]
    next_link: str
    end: Callable[[], None]
    worker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
    )
    panic: PanicForm | None = None
    workspace: Workspace | None = None
    language: str = "en"
    note: str = ""

    @property
    def idle(self) -> timedelta:
        """How long the desk stays open untouched."""
        return self.door.idle


@dataclass(frozen=True)
class Visit:
    """One request to one screen."""

    desk: Desk
    path: dict[str, str]
    form: Form
    address: str
    inside: bool = False  # whether the session's cookie came with it
    upload: Upload | None = field(default=None, repr=False)
    untrusted_range: str = ""
    not_taken: AsyliaError | None = None  # why the file that was sent is not in ``upload``

    @property
    def workspace(self) -> Workspace:
        """The open workspace; ``LockedError`` before the passphrase and after the lock."""
        if self.desk.workspace is None:
            raise LockedError("The desk is locked.")
        return self.desk.workspace

    def translate(self, text: str) -> str:
        """Our own words in the worker's language."""
        return self.desk.pages.translate(self.desk.language, text)

    def plural(self, one: str, many: str, count: int) -> str:
        """Our own words about ``count`` things, in the worker's language."""
        return self.desk.pages.plural(self.desk.language, one, many, count)

    def send(self) -> str:
        """Send what this form made, at once; what to say where the relay does not answer."""
        try:
            self.workspace.synchronise()
        except UnavailableError:
            return self.translate("The relay does not answer: it is kept here and sent later.")
        return ""

    @property
    def is_repeated(self) -> bool:
        """Whether this very form was sent before: a second press, not a second wish."""
        return self.workspace.is_sent(self.form.text("once"))

    def frame(self, section: str = "", banner: bool = True) -> Frame:
        """What stands around this page, as of now."""
        panic = self.desk.panic if self.inside else None  # others could end what is not theirs
        return Frame.of(self.workspace, self.desk.door, panic, section, banner=banner)

    def _framed(self, section: str, banner: bool) -> Around:
        frame = self.frame(section, banner)
        return self.desk.pages.around(self.desk.language, frame, self.address)

    def page(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """Render a page; a note left by the last action is shown once."""
        note, self.desk.note = self.desk.note, ""
        return self.part(template, status=status, note=note, **shown)

    def part(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """Render a piece of a page; the note stays for the next whole one."""
        names = Called(lambda: self.workspace.record)
        label, language = self.labels, self.desk.language
        table = ClaimTable(
            language, self.translate, label, self.desk.pages.named(language), self._handle
        )
        html = self.desk.pages.render(
            template,
            language,
            desk=self.desk,
            work=self.desk.workspace,
            panic=self.desk.panic if self.inside else None,  # others could end what is not theirs
            here=self.address,
            framed=self._framed,
            label=label,
            claim_table=table,
            told_by=table.tellers,
            said=lambda one: told(one, self.desk.pages, language, {}, names),
            **shown,
        )
        return HTMLResponse(html, status_code=status)

    def _handle(self, content_id: str) -> str:
        return self.workspace.handles.of(content_id)

    @property
    def labels(self) -> Labels:
        """Terms as the worker's language has them."""
        return Labels(self._words, self.desk.language)

    def _words(self) -> Words:
        return vocabularies() if self.desk.workspace is None else self.desk.workspace.place.words()

    def go(self, address: str, note: str = "") -> Response:
        """Go on to another screen after a form was taken, with a note to show there."""
        self.desk.note = note
        return RedirectResponse(address, status_code=303)


Screen = Callable[[Visit], Response]


def screen(
    address: str,
    *,
    get: Screen | None = None,
    post: Screen | None = None,
    needs: Access = "open",
    touches: bool = True,
    keeps_typed: bool = False,
) -> Route:
    """A route: the address, what shows it, what takes its form.

    ``touches``: whether asking for it is a sign that somebody works; a page's own pulse is none.
    ``keeps_typed``: whether it shows its form again where a file is not taken.
    """
    methods = [m for m, s in (("GET", get), ("POST", post)) if s]

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        chosen = post if request.method == "POST" else get
        inside = desk.door.knows(request.cookies.get(desk.door.cookie_name))
        empty = Visit(desk, {}, Form({}), request.url.path, inside)
        try:
            stop = _stop(desk, request, needs)
            if touches and stop is None:
                desk.door.touch()
            if stop is not None:
                return stop
            form, upload, not_taken = await _read_form(desk, request)
            if not_taken is not None and not keeps_typed:
                raise not_taken
            asked = request.headers.get("range", "")
            path = dict(request.path_params)
            visit = Visit(desk, path, form, request.url.path, inside, upload, asked, not_taken)
            if chosen is None:
                raise NotFoundError("There is no such page.")
            return await _work(desk, chosen, visit)
        except AsyliaError as error:
            return _failed(empty, error)
        except Exception as error:  # its text may quote content; only its kind is shown
            return empty.page("broken.html", status=500, kind=type(error).__name__)

    return Route(address, endpoint, methods=methods)


def _stop(desk: Desk, request: Request, needs: Access) -> Response | None:
    if needs == "anyone":
        return None
    if not desk.door.knows(request.cookies.get(desk.door.cookie_name)):
        return HTMLResponse(desk.pages.render("shut.html", desk.language), status_code=403)
    if needs == "open" and desk.door.state is not State.OPEN:
        return RedirectResponse("/unlock", status_code=303)
    return None


async def _read_form(
    desk: Desk, request: Request
) -> tuple[Form, Upload | None, AsyliaError | None]:
    if request.method != "POST":
        return Form({}), None, None
    kind = request.headers.get("content-type", "")
    if kind.lower().startswith(MULTIPART):
        sent = await read_form(kind, request.stream(), Room(LIMITS.file), LIMITS)
        form = form_of(sent.fields)
        desk.door.check_form(form.text("csrf"))
        return form, sent.upload, _too_large() if sent.dropped else None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise RefusedError("This form is too long; nothing was saved.")
    form = parse_form(body)
    desk.door.check_form(form.text("csrf"))
    return form, None, None


def _too_large() -> RefusedError:
    return RefusedError(
        "This file is larger than 64 MiB, which every device of the team would have to hold.",
        hint="Nothing was kept. Register it by its hash: asylia record exhibit --register-only",
    )


def _work(desk: Desk, chosen: Screen, visit: Visit) -> Awaitable[Response]:
    return asyncio.get_running_loop().run_in_executor(desk.worker, chosen, visit)


def _failed(visit: Visit, error: AsyliaError) -> Response:
    return visit.page("error.html", status=status_of(error), error=error)


def status_of(error: AsyliaError) -> int:
    """The HTTP status of a failure of ours."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
