"""Interviews: support first, what is known before, then the account; and claims from its words."""

from datetime import date

from starlette.responses import Response

from asylia.casework import interviewing
from asylia.casework.documenting import draw_pseudonym
from asylia.casework.interviewing import Held
from asylia.casework.quoting import Told, account_of, of_account, quote
from asylia.casework.threads import Thread
from asylia.desk.consent_form import spoken
from asylia.desk.forms import Form
from asylia.desk.marking import as_written, mark_words
from asylia.desk.routes.claims import choices, said_in
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import options
from asylia.errors import AsyliaError, NotFoundError, UsageError
from asylia.record.asking import HELP_FIRST
from asylia.record.contents import Account, Break, Event, Interview, Person, Present
from asylia.record.vocabulary import vocabulary
from asylia.values import Day, date_of, day_of

_ROOM, _BREAKS = 4, 3  # rows of the form


def show_all(visit: Visit) -> Response:
    """The register: who was asked when, by whom, on what; no word of what was told."""
    work = visit.workspace
    found = interviewing.register(work.place).all(Interview)
    cases = work.casework.cases()
    taken = {row.pseudonym for row in cases}
    return visit.page(
        "interviews.html",
        rows=sorted(found, key=lambda one: -one.on),
        cases=[(work.handles.of(row.thread), row.pseudonym) for row in cases],
        suggested=draw_pseudonym(work.place),
        told_of=[one.pseudonym for one in work.record.all(Person) if one.pseudonym not in taken],
    )


def before(visit: Visit) -> Response:
    """What comes before any question: support, earlier accounts, whether one is all."""
    thread = _thread(visit)
    words, language = visit.workspace.place.words(), visit.desk.language
    return visit.page(
        "interview_before.html",
        thread=thread,
        known=interviewing.before(visit.workspace.place, thread.row.pseudonym),
        support=options(words, "support", language),
        answers=options(words, "support_answers", language),
        help_first=HELP_FIRST,
    )


def support(visit: Visit) -> Response:
    """Enter what was offered and what was answered."""
    thread, form = _thread(visit), visit.form
    if not visit.is_repeated:
        interviewing.offer_support(
            visit.workspace.place,
            thread.row.thread,
            form.texts("kinds"),
            form.needed("answer", "Say what they answered."),
            visit.workspace.own_name(),
        )
    return visit.go(f"{_address(visit)}/ask", visit.translate("The offer is recorded."))


def elsewhere(visit: Visit) -> Response:
    """Enter that the person told others before."""
    thread, form = _thread(visit), visit.form
    if not visit.is_repeated:
        interviewing.told_elsewhere(
            visit.workspace.place,
            thread.row.thread,
            form.needed("on", "Say when, as they say it."),
            form.needed("whom", "Say whom they told."),
            form.text("about"),
            visit.workspace.own_name(),
        )
    return visit.go(f"{_address(visit)}/ask", visit.translate("Noted."))


def only(visit: Visit) -> Response:
    """From now on one account of this person is all, or no longer."""
    thread, form = _thread(visit), visit.form
    if not visit.is_repeated:
        interviewing.first_account_only(
            visit.workspace.place,
            thread.row.thread,
            form.needed("reason", "Write the reason."),
            visit.workspace.own_name(),
            holds=form.text("holds") == "yes",
        )
    return visit.go(f"{_address(visit)}/ask", visit.translate("Noted."))


def ask(visit: Visit) -> Response:
    """The form of an interview; it opens when support was offered."""
    return _form(visit)


def enter(visit: Visit) -> Response:
    """Take the form; what is refused stands in it again, for an account is not told twice."""
    thread = _thread(visit)
    if visit.is_repeated:
        return visit.go(_address(visit))
    try:
        name = interviewing.enter(visit.workspace.place, thread.row.thread, _held(visit))
    except AsyliaError as refused:
        return _form(visit, refused)
    address = f"/interview/{visit.workspace.handles.of(name)}"
    return visit.go(address, visit.translate("The account is kept."))


def _form(visit: Visit, refused: AsyliaError | None = None) -> Response:
    thread, record = _thread(visit), visit.workspace.record
    known = interviewing.before(visit.workspace.place, thread.row.pseudonym)
    words, language = record.words, visit.desk.language
    form = visit.form
    first = {
        "on": date_of(visit.workspace.today).isoformat(),
        "language": spoken(thread),
        "who0": visit.workspace.own_name(),
        "role0": "interviewer",
        "mode": "first_account",
    }
    return visit.page(
        "interview_new.html",
        status=status_of(refused) if refused else 200,
        thread=thread,
        known=known,
        refused=refused,
        may_ask=known.support is not None and known.support.answer != HELP_FIRST,
        was=lambda name: form.text(name) if form.names() else first.get(name, ""),
        events=[event.name for event in record.all(Event)],
        room=range(_ROOM),
        pauses=range(_BREAKS),
        **{
            concept: options(words, concept, language)
            for concept in (
                "present",
                "interview_manners",
                "interview_modes",
                "interview_flags",
            )
        },
    )


def _held(visit: Visit) -> Held:
    form = visit.form
    if not form.text("own_words"):
        raise UsageError(
            "Confirm that these are their own words, as they said them.",
            hint="What we understood of it goes into claims, beside the words.",
        )
    present = tuple(
        Present(who=who, role=form.text(f"role{n}") or "-", note=form.text(f"note{n}"))
        for n in range(_ROOM)
        if (who := form.text(f"who{n}"))
    )
    if not any(one.role == "interviewer" for one in present):
        raise UsageError("Say who asked.")
    spoken = form.text("interpreted_from")
    if bool(spoken) != any(one.role == "interpreter" for one in present):
        raise UsageError(
            "Where somebody interpreted, name them among those present, and the language spoken."
        )
    breaks = tuple(
        Break(after=after, minutes=_minutes(visit, f"minutes{n}") or 1, why=form.text(f"why{n}"))
        for n in range(_BREAKS)
        if (after := form.text(f"after{n}"))
    )
    return Held(
        on=_day(form.text("on")),
        manner=form.needed("manner", "Say how the talk was held."),
        mode=form.needed("mode", "Say how far the questions went."),
        language=form.needed("language", "Say in which language the words are."),
        about=form.needed("about", "Say on what they told; not what."),
        present=present,
        words=form.needed("words", "Write down what they said."),
        interpreted_from=spoken,
        flags=tuple(
            flag for flag in vocabulary("interview_flags").terms if form.text(f"flag_{flag}")
        ),
        specialist=form.text("specialist"),
        repeat_because=form.text("repeat_because"),
        breaks=breaks,
        recorded=_minutes(visit, "recorded") or 0,
    )


def show(visit: Visit) -> Response:
    """One interview: its line of the register, and its account."""
    interview, account = _interview(visit)
    record = visit.workspace.record
    passage = of_account(visit.workspace.place, account)
    claims = [one for one in record.claims if one.source == passage.source.id]
    thread = passage.thread.row.thread if passage.thread else b""
    return visit.page(
        "interview.html",
        interview=interview,
        account=account,
        claims=claims,
        thread=visit.workspace.handles.of(thread),
        marked=mark_words(account.words, [claim.words for claim in claims]),
    )


def ask_claim(visit: Visit) -> Response:
    """The claim form, with the words that were selected in the account."""
    interview, account = _interview(visit)
    passage = of_account(visit.workspace.place, account)
    address = _place(visit, interview)
    return visit.page(
        "quote_text.html",
        back=address,
        action=f"{address}/claim",
        quoted_from=interview.person,
        thread=passage.thread,
        words=visit.form.text("words"),
        source=passage.source,
        saved_on=None,
        tellers=[],
        organisations=[],
        typed=Form({}),
        earlier=(),
        **choices(visit),
    )


def record_claim(visit: Visit) -> Response:
    """Take the form: the claim goes into the record, anchored in the account."""
    interview, account = _interview(visit)
    address = _place(visit, interview)
    if visit.is_repeated:
        return visit.go(address)
    needed = visit.form.needed("words", "Quote the words of the text.")
    passage = of_account(visit.workspace.place, account)
    said = said_in(visit, interview.person)
    quoted = as_written([account.words], needed)
    quote(visit.workspace.place, passage, quoted, said, Told())
    return visit.go(address, visit.translate("The claim is recorded."))


def _minutes(visit: Visit, name: str) -> int | None:
    return visit.form.whole(name, "Minutes are a whole number.")


def _day(text: str) -> Day:
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write the day as 2026-12-31.", hint="Nothing was saved.") from None


def _interview(visit: Visit) -> tuple[Interview, Account]:
    record = visit.workspace.record
    name = visit.workspace.handles.find_text(visit.path["interview"])
    interview = record.get(name, Interview)
    account = account_of(record, interview)
    if account is None:
        raise NotFoundError("The account of this interview is not here.")
    return interview, account


def _place(visit: Visit, interview: Interview) -> str:
    return f"/interview/{visit.workspace.handles.of(interview.id)}"


def _thread(visit: Visit) -> Thread:
    return visit.workspace.casework.thread(visit.workspace.handles.find(visit.path["thread"]))


def _address(visit: Visit) -> str:
    return f"/thread/{visit.path['thread']}"


ROUTES = [
    screen("/interviews", get=show_all),
    screen("/thread/{thread}/ask", get=before),
    screen("/thread/{thread}/support", post=support),
    screen("/thread/{thread}/elsewhere", post=elsewhere),
    screen("/thread/{thread}/only", post=only),
    screen("/thread/{thread}/interview", get=ask, post=enter),
    screen("/interview/{interview}", get=show),
    screen("/interview/{interview}/quote", post=ask_claim),
    screen("/interview/{interview}/claim", post=record_claim),
]
