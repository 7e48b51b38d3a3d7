"""Masking: the texts of a claim written anew beside what they were, and who is hidden by that.

Upholds: what was written is not thrown away where it is refused; each reason is told.  Refuses: to
save without a hand on the confirmation that nobody masked can be told by the new texts.
"""

from starlette.responses import Response

from asylia.casework.masking import NotMaskedError, mask
from asylia.desk.screen import Visit, screen, status_of
from asylia.errors import AsyliaError, UsageError
from asylia.record import masks
from asylia.record.contents import Claim


def ask(visit: Visit) -> Response:
    """The form, with the texts as they stand."""
    return _page(visit)


def write(visit: Visit) -> Response:
    """Take the form; what is refused stands in it again."""
    work, claim = visit.workspace, _claim(visit)
    address = f"/claim/{visit.path['claim']}"
    if visit.is_repeated:
        return visit.go(address)
    try:
        if not visit.form.text("read"):
            raise UsageError("Confirm that nobody masked can be told by these texts.")
        anew = {name: visit.form.text(name) for name in masks.texts(work.record, claim)}
        mask(work.place, claim.id, visit.form.texts("persons"), anew, work.own_name())
    except AsyliaError as refused:
        return _page(visit, refused)
    return visit.go(address, visit.translate("Masked. It can be taken back."))


def _page(visit: Visit, refused: AsyliaError | None = None) -> Response:
    record, claim = visit.workspace.record, _claim(visit)
    was = masks.texts(record, claim)
    form = visit.form
    labels = field_names(visit)

    def first(text: str) -> str:
        return "" if masks.named_in(record, claim, text) else text

    return visit.page(
        "mask.html",
        record=record,
        claim=claim,
        persons=masks.maskable(record, claim),
        ticked=form.texts("persons"),
        texts=[
            (name, labels.get(name, name), text, form.text(name) if form.names() else first(text))
            for name, text in was.items()
        ],
        reasons=refused.reasons if isinstance(refused, NotMaskedError) else (),
        refused=refused,
        status=status_of(refused) if refused else 200,
    )


def field_names(visit: Visit) -> dict[str, str]:
    """What the texts are called that can describe somebody."""
    translate = visit.translate
    return {
        "words": translate("Words"),
        "locator": translate("Where they stand"),
        "tellers": translate("Said by"),
        "perpetrator_words": translate("By whom, in these words"),
        "value": translate("In what way, or when"),
        "parts.words": translate("How its parts are told"),
        "recants.circumstances": translate("In which circumstances it goes back on earlier words"),
    }


def _claim(visit: Visit) -> Claim:
    name = visit.workspace.handles.find_text(visit.path["claim"])
    return visit.workspace.record.get(name, Claim)


ROUTES = [screen("/claim/{claim}/mask", get=ask, post=write)]
