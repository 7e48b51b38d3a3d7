"""Judgements, and what a claim gets besides itself: grades, translations, being taken back.

Upholds: each judgement shows its reason and author and can be undone with a reason; nothing that
was judged or taken back disappears from the page.
"""

from typing import Literal

from starlette.responses import Response

from asylia.casework.judging import judge
from asylia.casework.public import take_back, translate
from asylia.desk.screen import Screen, Visit, screen
from asylia.desk.terms import Options, name_of, options
from asylia.errors import UsageError
from asylia.record.claims import (
    Choice,
    Decision,
    Grade,
    Membership,
    OverlapJudged,
    Sameness,
)
from asylia.record.contents import (
    Claim,
    Event,
    Judgement,
    Official,
    Organisation,
    Site,
    Statement,
    Undo,
)
from asylia.record.forms import Relation, Verdict
from asylia.record.reading import Record

_SOURCE: dict[str, Literal["A", "B", "C", "D", "E", "F"]] = {
    "A": "A", "B": "B", "C": "C", "D": "D", "E": "E", "F": "F",
}  # fmt: skip
_INFORMATION: dict[str, Literal[1, 2, 3, 4, 5, 6]] = {
    "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6,
}  # fmt: skip
_RELATION: dict[str, Relation] = {
    "same": "same", "distinct": "distinct", "part": "part", "not_known": "not_known",
}  # fmt: skip
_VERDICT: dict[str, Verdict] = {
    "same": "same", "distinct": "distinct", "not_known": "not_known",
}  # fmt: skip


def show(visit: Visit) -> Response:
    """Every judgement, newest first, undone ones too; events; the forms for new ones."""
    record = visit.workspace.record
    undone = {one.of: one for one in record.all(Undo)}
    rows = [(one, record.entry(one.id), undone.get(one.id)) for one in record.all(Judgement)]
    return visit.page(
        "judgements.html",
        record=record,
        rows=list(reversed(rows)),
        events=record.all(Event),
        units=[(one.id, one.name) for one in record.all(Organisation)],
        alike=_alike(visit, record),
        verdicts=options(record.words, "relations", visit.desk.language),
        today=visit.workspace.today,
    )


def _alike(visit: Visit, record: Record) -> Options:
    """What can be judged to be one: statements, sites, officials, organisations, events."""
    kinds = (Event, Site, Official, Organisation)
    found = [(one.id, name_of(record, one.id)) for kind in kinds for one in record.all(kind)]
    words = record.vocabulary("statements")
    found += [
        (one.id, f"{name_of(record, one.by)}: {words.label(one.kind, visit.desk.language)}")
        for one in record.all(Statement)
    ]
    return [(one, name or visit.translate("a site without a name")) for one, name in found]


def sameness(visit: Visit) -> Response:
    """Two are one, or two, or it is not known."""
    form = visit.form
    verdict = _VERDICT.get(form.text("verdict"))
    if verdict is None:
        raise UsageError("Say how they lie to each other.", hint="Nothing was saved.")
    ids = (form.needed("one", "Choose both."), form.needed("other", "Choose both."))
    return _judged(visit, Sameness(ids=ids, verdict=verdict), "/judgements")


def membership(visit: Visit) -> Response:
    """An event or a claim belongs to an event, or does not."""
    form = visit.form
    decision = Membership(
        member=form.needed("member", "Choose both."),
        event=form.needed("event", "Choose both."),
        verdict="belongs" if form.text("verdict") == "belongs" else "does_not_belong",
    )
    return _judged(visit, decision, "/judgements")


def undo(visit: Visit) -> Response:
    """Undo a judgement; it stays readable."""
    return _taken_back(visit, visit.workspace.handles.find_text(visit.path["judgement"]))


def grade(visit: Visit) -> Response:
    """The Admiralty grade, of the source and of the information, each by itself."""
    source = _SOURCE.get(visit.form.text("source"))
    information = _INFORMATION.get(visit.form.text("information"))
    if source is None or information is None:
        raise UsageError("A grade has a letter and a number.", hint="Nothing was saved.")
    claim = _claim(visit)
    return _judged(visit, Grade(of=claim.id, source=source, information=information), _here(visit))


def relate(visit: Visit) -> Response:
    """How this claim lies to another; or that this one is taken of the two."""
    claim, form = _claim(visit), visit.form
    other = form.needed("other", "Choose the other claim.")
    if form.text("relation") == "chosen":
        decision: Decision = Choice(among=(claim.id, other), chosen=claim.id)
    else:
        relation = _RELATION.get(form.text("relation"))
        if relation is None:
            raise UsageError("Say how they lie to each other.", hint="Nothing was saved.")
        decision = OverlapJudged(claim=claim.id, other=other, relation=relation)
    return _judged(visit, decision, _here(visit))


def translated(visit: Visit) -> Response:
    """The words in another language, beside them."""
    form, work = visit.form, visit.workspace
    if not visit.is_repeated:
        language = form.needed("language", "Say in which language it is.")
        words = form.needed("words", "Write the translation.")
        translate(work.place, _claim(visit).id, language, words, work.own_name())
    return visit.go(_here(visit), visit.translate("Recorded."))


def back(visit: Visit) -> Response:
    """Take a claim back: an error of ours.  Its teller's going back on it is another claim."""
    return _taken_back(visit, _claim(visit).id, _here(visit))


def _taken_back(visit: Visit, of: str, address: str = "/judgements") -> Response:
    if not visit.is_repeated:
        reason = visit.form.needed("reason", "Say why.")
        take_back(visit.workspace.place, of, reason, visit.workspace.own_name())
    return visit.go(address, visit.translate("Taken back. It stays readable, with the reason."))


def _judged(visit: Visit, decision: Decision, address: str) -> Response:
    if not visit.is_repeated:
        reason = visit.form.needed("reason", "A judgement needs its reason.")
        judge(visit.workspace.place, decision, reason, visit.workspace.own_name())
    return visit.go(address, visit.translate("Judged. It can be undone."))


def _claim(visit: Visit) -> Claim:
    name = visit.workspace.handles.find_text(visit.path["claim"])
    return visit.workspace.record.get(name, Claim)


def _here(visit: Visit) -> str:
    return f"/claim/{visit.path['claim']}"


_OF_CLAIM: dict[str, Screen] = {
    "grade": grade,
    "relate": relate,
    "translation": translated,
    "back": back,
}
ROUTES = [
    screen("/judgements", get=show),
    screen("/judgements/sameness", post=sameness),
    screen("/judgements/membership", post=membership),
    screen("/judgement/{judgement}/undo", post=undo),
    *(screen(f"/claim/{{claim}}/{name}", post=what) for name, what in _OF_CLAIM.items()),
]
