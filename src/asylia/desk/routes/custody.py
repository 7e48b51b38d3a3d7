"""The custody log of an exhibit: who had it, when, where, what for; a page that prints.

Upholds: each line is shown with whatever breaks it, in words, beside the whole hashes; what was
typed is kept where it is refused.  Refuses: a hand-over to nobody, a day that is still to come.
"""

from starlette.responses import Response

from asylia.casework import exhibits
from asylia.casework.exhibits import Handled
from asylia.desk.evidence import address_of, content_of, day_typed, exhibit_in
from asylia.desk.forms import Form
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import options
from asylia.errors import AsyliaError, MalformedError, UsageError
from asylia.record.chain import chain, holder, is_broken

_GOES = frozenset({"handed_over", "returned"})


def show(visit: Visit) -> Response:
    """The whole log."""
    return _page(visit)


def enter(visit: Visit) -> Response:
    """Enter one event; the hash is taken here and now where the bytes are here."""
    one, work = exhibit_in(visit), visit.workspace
    address = f"{address_of(visit, one.id)}/custody"
    if visit.is_repeated:
        return visit.go(address)
    try:
        handled = _handled(visit)
        event = exhibits.handle(work.place, one, handled)
    except AsyliaError as refused:
        return _page(visit, refused)
    wrong = [link for link in chain(work.record, one) if link.event.id == event and link.wrong]
    if wrong:
        return visit.go(address, visit.translate("Entered. Something does not fit: see the log."))
    return visit.go(address, visit.translate("Entered."))


def _handled(visit: Visit) -> Handled:
    one, form = exhibit_in(visit), visit.form
    action = form.needed("action", "Say what was done.")
    to = form.text("to")
    if action in _GOES and not to:
        raise UsageError("Say who has it now.", hint="Nothing was saved.")
    content, _ = content_of(visit, one)
    known = one.sha256 if content is not None else None
    return Handled(
        action=action,
        by=form.needed("by", "Say who gave or did it."),
        to=to,
        on=day_typed(form.text("on")),
        place=form.text("place"),
        purpose=form.needed("purpose", "Say what for."),
        condition=form.text("condition"),
        before=_hash(form.text("before")) or known,
        after=_hash(form.text("after")) or known,
    )


def _page(visit: Visit, refused: AsyliaError | None = None) -> Response:
    one, record = exhibit_in(visit), visit.workspace.record
    links = chain(record, one)
    content, wrong = content_of(visit, one)
    return visit.page(
        "custody.html",
        status=status_of(refused) if refused else 200,
        exhibit=one,
        record=record,
        original=exhibits.original_of(record, one),
        links=links,
        broken=is_broken(links),
        holder=holder(links),
        whole=content is not None,
        wrong=wrong,
        refused=refused,
        typed=visit.form if refused else Form({}),
        today=visit.workspace.today,
        actions=options(record.words, "custody_actions", visit.desk.language),
    )


def _hash(text: str) -> bytes | None:
    if not text:
        return None
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise MalformedError("A SHA-256 has 64 digits, 0 to 9 and a to f; nothing was saved.")
    return found


ROUTES = [screen("/exhibit/{exhibit}/custody", get=show, post=enter)]
