"""Whom words out of a file concern: said by a member, for as many of them at once as are ticked.

Upholds: nothing is ticked or answered for the worker; what was said is shown with who said it, and
can be taken back with a reason.  Whether any of it may leave is ``record.consent``'s to say.
"""

from starlette.responses import Response

from asylia.casework.documenting import check_pseudonym, draw_pseudonym
from asylia.casework.importing import Whom, say_whom
from asylia.casework.public import take_back
from asylia.desk.concerned_form import could_identify, others_in
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import Called
from asylia.errors import AsyliaError, UsageError
from asylia.record.contents import Concerned, Content, Imported, ItemLook, Person
from asylia.record.fields import fields
from asylia.record.looking import said, waiting
from asylia.record.papers import TITLES

_SHOWN = 200
_SAID = 100


def ask(visit: Visit) -> Response:
    """What waits, and what was said so far."""
    return _page(visit)


def _page(visit: Visit, refused: AsyliaError | None = None, ticked: str = "") -> Response:
    record, one = visit.workspace.record, _imported(visit)
    found, told = waiting(record, one.id), said(record, one.id)
    called = Called(lambda: record)
    brought = [entry.content for entry in record.brought(one.id)]
    own = {each.id for each in brought}
    leaves = {"claims": found.claims, "titles": found.titles}.get(ticked, ())
    return visit.page(
        "whom.html",
        status=status_of(refused) if refused else 200,
        imported=one,
        claims=found.claims[:_SHOWN],
        more=max(0, len(found.claims) - _SHOWN),
        titles=[(each, _title(each)) for each in found.titles[:_SHOWN]],
        more_titles=max(0, len(found.titles) - _SHOWN),
        so_far=[(item, called(item.id), look) for item, look in reversed(told[-_SAID:])],
        persons=[each.id for each in brought if isinstance(each, Person) and each.id in own],
        another=draw_pseudonym(visit.workspace.place),
        ticked={each.id for each in leaves[:_SHOWN]} or set(visit.form.texts("items")),
        typed=visit.form,
        refused=refused,
        record=record,
        thread=None,
    )


def _title(content: Content) -> str:
    plain = fields(content)
    return ", ".join(plain[name] for name in TITLES[type(content)] if plain.get(name))


def say(visit: Visit) -> Response:
    """Whom the claims that are ticked concern; or that the titles that are could name nobody."""
    form, address = visit.form, _address(visit)
    if form.text("tick"):
        return _page(visit, ticked=form.text("tick"))
    if visit.is_repeated:
        return visit.go(address)
    try:
        count = _said(visit)
    except UsageError as refused:
        return _page(visit, refused)
    note = visit.plural("Said of %(num)s item.", "Said of %(num)s items.", count)
    return visit.go(address, visit.send() or note)


def _said(visit: Visit) -> int:
    work, form = visit.workspace, visit.form
    items = form.texts("items")
    if not items:
        raise UsageError("Tick what you say it of.", hint="Nothing was saved.")
    whom = Whom((), "none")
    if form.text("about") == "titles":
        form.needed("nobody", "Say that these names could identify nobody.")
    else:
        whom = _whom(visit)
    return say_whom(work.place, items, whom, work.own_name())


def _whom(visit: Visit) -> Whom:
    """Who speaks, if anybody does, and whom else the words concern."""
    form, record = visit.form, visit.workspace.record
    whose = form.needed("whose", "Say whose words these are.")
    typed = form.text("speaker").strip() if whose == "person" else ""
    if whose == "person" and not typed:
        raise UsageError("Write whose words these are, by the pseudonym.")
    if typed and not isinstance(record.find(typed), Person):
        check_pseudonym(typed)
    own = (Concerned(person=typed, role="speaker"),) if typed else ()
    named = others_in(visit)
    besides = could_identify(visit, typed, named) == "named"
    return Whom((*own, *named), "named" if besides else "none")


def undo(visit: Visit) -> Response:
    """Take back what was said, with a reason."""
    work, address = visit.workspace, _address(visit)
    if visit.is_repeated:
        return visit.go(address)
    look = work.record.get(work.handles.find_text(visit.path["look"]), ItemLook)
    reason = visit.form.needed("reason", "Write the reason.")
    take_back(work.place, look.id, reason, work.own_name())
    return visit.go(address, visit.send() or visit.translate("Taken back; it waits again."))


def _imported(visit: Visit) -> Imported:
    name = visit.workspace.handles.find_text(visit.path["import"])
    return visit.workspace.record.get(name, Imported)


def _address(visit: Visit) -> str:
    return f"/import/{visit.workspace.handles.of(_imported(visit).id)}/whom"


ROUTES = [
    screen("/import/{import}/whom", get=ask, post=say),
    screen("/import/{import}/whom/{look}/undo", post=undo),
]
