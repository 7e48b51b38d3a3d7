"""What was typed into a form, as a letter to seal or as the list of what to mend.

Upholds: nothing typed is lost to a mistake; the same rules as page.js.  Refuses: choices that the
form does not offer.
"""

from typing import TypeVar
from unicodedata import category

from asylia.envelope.control import Attachment, Kind, OnBehalf, SafeContact, Urgency
from asylia.envelope.envelope import Letter
from asylia.envelope.statement import Statement
from asylia.errors import MalformedError
from asylia.intake.form import Form

LONGEST_TEXT = 100_000
LONGEST_CONTACT = 500
T = TypeVar("T")
# What shows nothing on a screen; unassigned ones may be newer letters, and count.
_UNSEEN = ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me")
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
AS_BEFORE = "as_before"
_URGENCIES: dict[str, Urgency] = {"now": "now", "days": "days", "can_wait": "can_wait"}
_ON_BEHALF: dict[str, OnBehalf] = {"": "not_said", "myself": "myself", "another": "another"}
_WITHDRAWALS: dict[str, Kind] = {"withdraw": "withdraw", "delete": "delete"}
_REASONS_OF_A_DROPPED_FILE = {"too large": "file", "no room": "unreachable_file"}


def slips(form: Form) -> tuple[tuple[str, str], ...]:
    """What to mend before this can be sent: reason (a key of ``pages.messages``) and field."""
    found: list[tuple[str, str]] = []
    if blank(form.get("text")):
        found.append(("text", "text"))
    elif len(form.get("text")) > LONGEST_TEXT:
        found.append(("long", "text"))
    if form.get("contact") == "yes":
        if blank(form.get("how")):
            found.append(("how", "how"))
        found += [
            ("long", name) for name in ("how", "when") if len(form.get(name)) > LONGEST_CONTACT
        ]
    if form.dropped:
        found.append((_REASONS_OF_A_DROPPED_FILE[form.dropped], "file"))
    elif found and form.upload:
        found.append(("file_again", "file"))
    return tuple(found)


def blank(typed: str) -> bool:
    """Whether nothing of this can be seen: empty, spaces, or characters without a shape."""
    return all(category(char) in _UNSEEN or char in _FILLERS for char in typed)


def letter(
    form: Form, kind: Kind, language: str, attachments: tuple[Attachment, ...] = ()
) -> Letter:
    """The letter that a form without slips holds; ``MalformedError`` on an unknown choice."""
    return Letter(
        kind=kind,
        statement=Statement(language=language, text=form.get("text")),
        safe_contact=_safe_contact(form, kind),
        urgency=_urgency(form, kind),
        on_behalf=_choice(form.get("on_behalf"), _ON_BEHALF),
        attachments=attachments,
    )


def _urgency(form: Form, kind: Kind) -> Urgency:
    if kind == "report":
        return _choice(form.get("urgency") or "days", _URGENCIES)
    return _choice(form.get("urgency") or AS_BEFORE, {**_URGENCIES, AS_BEFORE: "as_before"})


def _safe_contact(form: Form, kind: Kind) -> SafeContact | None:
    """What was chosen; None: as before, which is what every follow-up says unless told."""
    may = form.get("contact") == "yes"
    if kind != "report" and form.get("contact") in ("", AS_BEFORE):
        return None
    how, when = (form.get("how"), form.get("when")) if may else ("", "")
    return SafeContact(may_contact=may, how=how, when=when)


def kind_of_withdrawal(form: Form) -> Kind:
    """What is asked for: to stop the use, or to delete as well."""
    return _choice(form.get("kind"), _WITHDRAWALS)


def _choice(untrusted: str, offered: dict[str, T]) -> T:
    try:
        return offered[untrusted]
    except KeyError:
        raise MalformedError("the form holds a choice that it does not offer") from None
