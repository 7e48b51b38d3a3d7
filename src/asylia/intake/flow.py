"""The page without scripts: each step is one form, posted, answered and forgotten.

Upholds: no session, no cookie, no phrase in an address or a page's source after it was shown once;
a slip gives the form back with all that was typed.  A step carries the phrase on in a *pass* that
only this process can open, for an hour (``continuation``).  The steps are the table in
``spec/page.md``.  Refuses: telling a visitor more than "nothing here" where nothing was found.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from asylia.crypto import random
from asylia.envelope.control import Kind
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.phrase import LANGUAGES as PHRASE_LANGUAGES
from asylia.envelope.phrase import Phrase, PhraseError
from asylia.envelope.threadkeys import ThreadKeys
from asylia.envelope.visit import Visit, visit
from asylia.errors import AsyliaError, ForgedError, MalformedError, RefusedError, UnavailableError
from asylia.intake import armor, draft
from asylia.intake.answers import html
from asylia.intake.body import Patience, stream
from asylia.intake.continuation import Passes
from asylia.intake.form import FIELDS_LIMIT, FILE_LIMIT, Form, Room, read_form
from asylia.intake.keyring import Keyring
from asylia.intake.pages import ASKED, Pages, Problem, messages
from asylia.intake.sender import send
from asylia.values import BlobId, Hash

_BODY = 3 * FILE_LIMIT + FIELDS_LIMIT  # past a file's limit we read on, to save the words
_MEMORY = 16 * FILE_LIMIT
Step = Callable[[str, Form], Awaitable[Response]]


@dataclass(frozen=True)
class Shown:
    """What the thread's page shows of a visit."""

    state: str
    replies: tuple[str, ...] = field(repr=False)
    unread: bool

    @classmethod
    def of(cls, found: Visit) -> "Shown":
        """From what was found; an empty receipt is said in our own words."""
        replies = tuple(drop.body for drop in found.shown if drop.body)
        state = "replies" if replies else "taken" if found.found else "nothing"
        return cls(state, replies, unread=bool(found.refused or found.missing))


class Flow:
    """The steps, each from a form to a page."""

    def __init__(
        self,
        pages: Pages,
        keyring: Keyring,
        courier: ReporterCourier,
        passes: Passes,
        *,
        randomness: random.Randomness,
        patience: Patience,
    ) -> None:
        self._pages, self._keyring, self._courier = pages, keyring, courier
        self._passes, self._randomness, self._patience = passes, randomness, patience
        self._room = Room(_MEMORY)

    def steps(self) -> dict[str, Step]:
        """What each form posts to, by the last part of its path."""
        return {
            "write": self._write,
            "practice": self._practice,
            "return": self._return,
            "more": self._more,
            "withdraw": self._withdraw,
            "sealed": self._sealed,
        }

    def endpoint(self, language: str, step: Step) -> Callable[[Request], Awaitable[Response]]:
        """A step behind HTTP: reads the form in memory, and frees its file at the end."""

        async def answer(request: Request) -> Response:
            body = stream(request, _BODY, self._patience)
            form = await read_form(request.headers.get("content-type", ""), body, self._room)
            try:
                return await step(language, form)
            finally:
                if form.upload:
                    self._room.give_back(len(form.upload.content))

        return answer

    async def _write(self, language: str, form: Form) -> Response:
        words_language = _words_language(form, language)
        phrase = Phrase.generate(self._randomness)
        wrong = await self._try_to_send(language, form, "report", phrase)
        if wrong:
            return await self._form_again("write", language, form, wrong)
        return self._words(language, phrase, words_language)

    async def _practice(self, language: str, form: Form) -> Response:
        try:
            phrase, words_language = self._open_pass(form)
        except ForgedError:
            return await self._ask_for_words(language)
        if form.get("step") == "show":
            return self._words(language, phrase, words_language)
        shown: dict[str, object] = {"token": form.get("pass")}
        if form.get("step") == "check":
            tried = {n: form.get(f"word-{n}") for n in ASKED}
            wrong = _wrong_words(phrase, words_language, tried)
            if not wrong:
                return self._page("done", language)
            shown |= {"tried": tried, "wrong": wrong}
        return self._page("practice", language, **shown)

    async def _return(self, language: str, form: Form) -> Response:
        words_language = _words_language(form, language)
        try:
            phrase = Phrase.parse(form.get("words"), words_language)
            bundle = await self._keyring.bundle()
            keys = ThreadKeys.derive(phrase, Hash(bundle.root_hash))
            found = await visit(self._courier, keys, bundle)
        except AsyliaError as error:
            slip = _problem(language, error, "words")
            return await self._form_again("return", language, form, (slip,), finding=True)
        page = await self._with_groups(
            "thread",
            language,
            visit=Shown.of(found),
            token=self._seal_pass(phrase, words_language),
        )
        # Deleted only once the answer was handed to the connection, so that hardly any is lost.
        return html(page, after=BackgroundTask(self._mark_read, found))

    async def _more(self, language: str, form: Form) -> Response:
        try:
            phrase, token = self._phrase_for_more(form, language)
        except PhraseError as error:
            wrong: tuple[Problem, ...] = (_problem(language, error, "words"),)
            return await self._form_again("more", language, form, wrong, ask_words=True)
        except ForgedError:
            # What was typed stays, and the nine words are asked for beside it.
            wrong = (Problem(messages(language)["pass"], "words"),)
            return await self._form_again("more", language, form, wrong, ask_words=True)
        wrong = await self._try_to_send(language, form, "follow_up", phrase)
        if wrong:
            return await self._form_again("more", language, form, wrong, token=token)
        return self._page("sent", language)

    async def _withdraw(self, language: str, form: Form) -> Response:
        try:
            phrase, _ = self._open_pass(form)
        except ForgedError:
            return await self._ask_for_words(language)
        token = form.get("pass")
        if form.get("step") != "confirm":
            return html(await self._with_groups("withdraw", language, token=token))
        asked = draft.kind_of_withdrawal(form)
        bare = replace(form, fields={"compartment": form.get("compartment")}, upload=None)
        wrong = await self._try_to_send(language, bare, asked, phrase)
        if wrong:
            return await self._form_again("withdraw", language, form, wrong, token=token)
        return self._page("withdrawn", language)

    async def _sealed(self, language: str, form: Form) -> Response:
        try:
            envelope = armor.read_envelope(form.get("sealed"))
            await self._courier.send_envelope(BlobId(self._randomness(16)), envelope)
        except MalformedError:
            slip = Problem(messages(language)["sealed"], "sealed")
            return await self._form_again("sealed", language, form, (slip,))
        except AsyliaError as error:
            slip = _problem(language, error)
            return await self._form_again("sealed", language, form, (slip,))
        return self._page("passed", language)

    async def _try_to_send(
        self, language: str, form: Form, kind: Kind, phrase: Phrase
    ) -> tuple[Problem, ...]:
        said = messages(language)
        if kind in ("report", "follow_up"):
            slips = draft.slips(form)
            if slips:
                return tuple(Problem(said[reason], field) for reason, field in slips)
        try:
            bundle = await self._keyring.bundle()
        except AsyliaError as error:
            return (_problem(language, error),)
        try:
            await send(
                form,
                kind,
                language,
                phrase=phrase,
                bundle=bundle,
                courier=self._courier,
                randomness=self._randomness,
            )
        except UnavailableError:
            reason = "unreachable_file" if form.upload else "unreachable"
            return (Problem(said[reason]),)
        return ()

    async def _mark_read(self, found: Visit) -> None:
        for ids in found.read:
            try:
                await self._courier.mark_read(ids)
            except AsyliaError:
                return  # they stay for the next visit, or expire

    def _words(self, language: str, phrase: Phrase, words_language: str) -> Response:
        return self._page(
            "words",
            language,
            words=phrase.words(words_language),
            words_language=words_language,
            token=self._seal_pass(phrase, words_language),
        )

    def _page(self, name: str, language: str, **context: object) -> Response:
        return html(self._pages.render(name, language, **context))

    async def _with_groups(self, name: str, language: str, **context: object) -> bytes:
        groups = (await self._keyring.groups()).get(language, ())
        return self._pages.render(name, language, groups=groups, **context)

    async def _form_again(
        self, name: str, language: str, form: Form, wrong: tuple[Problem, ...], **context: object
    ) -> Response:
        page = await self._with_groups(name, language, problems=wrong, typed=form.fields, **context)
        return html(page, 422)

    async def _ask_for_words(self, language: str) -> Response:
        wrong = (Problem(messages(language)["pass"], "words"),)
        return await self._form_again("return", language, Form({}), wrong, finding=True)

    def _seal_pass(self, phrase: Phrase, words_language: str) -> str:
        return self._passes.seal(" ".join((words_language, *phrase.words(words_language))))

    def _open_pass(self, form: Form) -> tuple[Phrase, str]:
        words_language, _, words = self._passes.open(form.get("pass")).partition(" ")
        return Phrase.parse(words, words_language), words_language

    def _phrase_for_more(self, form: Form, language: str) -> tuple[Phrase, str]:
        """The phrase by pass, or by the words typed again; and a pass for the next try."""
        if not form.get("words"):
            return self._open_pass(form)[0], form.get("pass")
        words_language = _words_language(form, language)
        phrase = Phrase.parse(form.get("words"), words_language)
        return phrase, self._seal_pass(phrase, words_language)


def _words_language(form: Form, language: str) -> str:
    chosen = form.get("words_language") or language
    if chosen not in PHRASE_LANGUAGES:
        raise MalformedError("the form names a language that it does not offer")
    return chosen


def _wrong_words(phrase: Phrase, words_language: str, tried: dict[int, str]) -> tuple[int, ...]:
    """The numbers of the words that were not remembered, read as forgivingly as the phrase is."""
    words = phrase.words(words_language)
    return tuple(n for n in ASKED if not _same(phrase, words_language, words, n, tried[n]))


def _same(
    phrase: Phrase, words_language: str, words: tuple[str, ...], n: int, untrusted: str
) -> bool:
    put_in = (*words[: n - 1], untrusted, *words[n:])
    try:
        return Phrase.parse(" ".join(put_in), words_language) == phrase
    except PhraseError:
        return False


def _problem(language: str, error: AsyliaError, field: str = "") -> Problem:
    said = messages(language)
    if isinstance(error, PhraseError):
        return Problem(said[error.reason].replace("{n}", str(error.position)), field)
    if isinstance(error, UnavailableError):
        return Problem(said["unreachable"])
    if isinstance(error, RefusedError):
        return Problem(said["not_today"])
    return Problem(said["forged"])
