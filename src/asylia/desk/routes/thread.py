"""One thread: safe contact first, both sides of the talk, the reply, where it stands."""

from typing import Literal

from starlette.responses import Response

from asylia.casework.contents import Read, Safety, Triage, TriageState, Urgency
from asylia.casework.documenting import draw_pseudonym, open_case
from asylia.casework.files import open_file
from asylia.casework.reply import send_waiting, write_reply
from asylia.casework.threads import Thread
from asylia.desk.marking import mark_words
from asylia.desk.routes.exhibits import keep
from asylia.desk.screen import Visit, screen, status_of
from asylia.errors import AsyliaError, NotFoundError, UnavailableError, UsageError
from asylia.record.contents import Consent, Interview, Withdrawal
from asylia.record.withdrawals import withdrawn

LONGEST_REPLY = 12_000
DRAFTS = {"reply": "body", "claim": "words"}  # a form, and the field without which it is empty
_URGENCIES: dict[str, Literal["now", "days", "can_wait"]] = {
    "now": "now", "days": "days", "can_wait": "can_wait",
}  # fmt: skip
_STATES: dict[str, TriageState] = {
    "new": "new",
    "in_hand": "in_hand",
    "waiting": "waiting",
    "closed": "closed",
}


def show(visit: Visit) -> Response:
    """The thread; opening it is noted once, so that colleagues see that it was read."""
    _note_read(visit, _thread(visit))
    return _show(visit)


def _show(visit: Visit, *, draft: str = "", refused: AsyliaError | None = None) -> Response:
    """The thread, and in the reply box what was written but not taken, or was being typed."""
    thread = _thread(visit)
    kept = visit.workspace.drafts.find("reply", thread.row.record)
    casework, record = visit.workspace.casework, visit.workspace.record
    report = thread.row.record.hex()
    claims = [claim for claim in record.claims if claim.report == report]
    person, gone = thread.row.pseudonym, withdrawn(record)
    consents = [one for one in record.all(Consent) if one.person == person and one.id not in gone]
    stops = [one for one in record.all(Withdrawal) if person and one.person == person]
    return visit.page(
        "thread.html",
        thread=thread,
        rows=casework.inbox() if thread.row.wrote else casework.cases(),
        quarantine=casework.quarantine(),
        chosen=thread.row.thread,
        quorum=visit.workspace.place.quorum,
        members=_members(visit),
        names=visit.workspace.names(),
        claims=claims,
        consents=consents,
        withdrew=stops[-1] if stops and not consents and not thread.row.wants_out else None,
        interviews=[one for one in record.all(Interview) if person and one.person == person],
        forgetting=[
            one
            for one in visit.workspace.place.ledger.proposals()
            if thread.row.record in one.forgets and not one.stale
        ],
        suggested="" if thread.row.pseudonym else draw_pseudonym(visit.workspace.place),
        marked=lambda text: mark_words(text, [claim.words for claim in claims]),
        draft=draft or (kept.text("body") if kept else ""),
        is_draft=kept is not None and not draft,
        urgency_notes=casework.urgency_notes(thread.row.thread),
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


def reply(visit: Visit) -> Response:
    """Seal an answer and leave it at the relay; if the relay is silent, it waits in the vault."""
    thread, body = _thread(visit), visit.form.text("body")
    place = visit.workspace.place
    if visit.is_repeated:
        return visit.go(_address(visit))
    try:
        if len(body) > LONGEST_REPLY:
            raise UsageError("A reply holds 12,000 characters at most.", hint="Send it in two.")
        write_reply(place, thread.row.thread, body)
    except AsyliaError as refused:  # an hour's words are not thrown away
        return _show(visit, draft=body, refused=refused)
    visit.workspace.drafts.drop("reply", thread.row.record)
    try:
        send_waiting(place)
    except UnavailableError:
        note = visit.translate("Written and kept. The relay does not answer; it is sent later.")
        return visit.go(_address(visit), note)
    return visit.go(_address(visit), visit.translate("Sealed and left at the relay."))


def triage(visit: Visit) -> Response:
    """Where the thread stands, and with whom."""
    thread = _thread(visit)
    state, assigned = _STATES.get(visit.form.text("state")), visit.form.text("assigned")
    if state is None or assigned not in {"", *_members(visit)}:
        raise UsageError("There is no such state or member.")
    content = Triage(thread=thread.row.thread, state=state, assigned=assigned)
    visit.workspace.place.append(thread.row.record, content)
    return visit.go(_address(visit))


def urgency(visit: Visit) -> Response:
    """How urgent the team takes it to be, also less than was said; with a reason."""
    thread, form = _thread(visit), visit.form
    chosen = _URGENCIES.get(form.text("urgency"))
    if chosen is None:
        raise UsageError("Say how urgent it is.", hint="Nothing was saved.")
    reason = form.needed("reason", "Say why it is as urgent as that.")
    content = Urgency(
        thread=thread.row.thread,
        answers=thread.newest,
        urgency=chosen,
        reason=reason[:2000],
        by=visit.workspace.own_name(),
    )
    visit.workspace.place.append(thread.row.record, content)
    return visit.go(_address(visit), visit.translate("Noted."))


def typed(visit: Visit) -> Response:
    """Keep what is being typed of a reply or a claim, sealed; an empty reply is none."""
    thread, work, form = _thread(visit), visit.workspace, visit.form
    which = DRAFTS.get(visit.path["which"])
    if which is None:
        raise NotFoundError("There is no such page.")
    if not work.was_sent(form.text("once")):
        if form.text(which):
            work.drafts.keep(visit.path["which"], thread.row.record, form, work.today)
        else:
            work.drafts.drop(visit.path["which"], thread.row.record)
    return Response(status_code=204)


def ask_safety(visit: Visit) -> Response:
    """The form for safe contact."""
    return visit.page("safety.html", thread=_thread(visit))


def safety(visit: Visit) -> Response:
    """Note how this person can be reached safely, as the team knows it now."""
    thread = _thread(visit)
    content = Safety(
        thread=thread.row.thread,
        answers=thread.newest,
        may_contact=visit.form.text("may_contact") == "yes",
        how=visit.form.text("how")[:500],
        when=visit.form.text("when")[:500],
        notes=visit.form.text("notes")[:4000],
    )
    visit.workspace.place.append(thread.row.record, content)
    return visit.go(_address(visit), visit.translate("Noted."))


def case(visit: Visit) -> Response:
    """Take the thread on as a case."""
    open_case(visit.workspace.place, _thread(visit).row.thread, visit.form.text("pseudonym"))
    return visit.go(_address(visit), visit.translate("The case is open."))


def file(visit: Visit) -> Response:
    """Fetch and open one attachment, in memory only, and show it if it can be shown safely."""
    thread, number = _thread(visit), visit.form.whole("file", "There is no such file.") or 0
    envelope = visit.workspace.handles.find(visit.form.text("envelope"))
    shown = open_file(visit.workspace.place, thread, envelope, number)
    image = visit.workspace.keep_image(shown) if shown.kind == "image" else ""
    of = {"envelope": visit.form.text("envelope"), "number": number}
    return visit.page("file.html", shown=shown, thread=thread, image=image, of=of)


def keep_file(visit: Visit) -> Response:
    """Take one attachment in as an exhibit of its case, exactly as it came."""
    thread, number = _thread(visit), visit.form.whole("file", "There is no such file.") or 0
    if visit.is_repeated:
        return visit.go(_address(visit))
    if not thread.row.pseudonym:
        raise UsageError("Open a case first.", hint="An exhibit of a report belongs to a case.")
    envelope = visit.workspace.handles.find(visit.form.text("envelope"))
    shown = open_file(visit.workspace.place, thread, envelope, number)
    return keep(visit, thread.row, shown)


def image(visit: Visit) -> Response:
    """The image that was just opened, once: it is gone from memory after."""
    shown = visit.workspace.take_image(visit.path["image"])
    return Response(
        shown.content,
        media_type=shown.media_type,
        headers={"content-security-policy": "default-src 'none'; sandbox"},
    )


def _thread(visit: Visit) -> Thread:
    return visit.workspace.casework.thread(visit.workspace.handles.find(visit.path["thread"]))


def _address(visit: Visit) -> str:
    return f"/thread/{visit.path['thread']}"


def _members(visit: Visit) -> list[str]:
    members = visit.workspace.place.ledger.members()
    return sorted({member.name for member in members if member.live})


def _note_read(visit: Visit, thread: Thread) -> None:
    if not thread.row.unread:
        return
    place = visit.workspace.place
    read = visit.workspace.casework.read_by_me()
    for one in thread.submissions:
        envelope = one.submission.arrival.envelope_sha256
        if envelope not in read:
            content = Read(thread=thread.row.thread, envelope_sha256=envelope)
            place.append(thread.row.record, content)


ROUTES = [
    screen("/thread/{thread}", get=show),
    screen("/thread/{thread}/reply", post=reply),
    screen("/thread/{thread}/triage", post=triage),
    screen("/thread/{thread}/urgency", post=urgency),
    screen("/thread/{thread}/typed/{which}", post=typed),
    screen("/thread/{thread}/safety", get=ask_safety, post=safety),
    screen("/thread/{thread}/case", post=case),
    screen("/thread/{thread}/file", post=file),
    screen("/thread/{thread}/file/keep", post=keep_file),
    screen("/image/{image}", get=image),
]
