"""What a form says of those whom words concern: pseudonyms with their roles, and whether others.

Upholds: whether words could identify anybody else is answered by whoever works here, never left
open; a person is named by a pseudonym.  Refuses, with what to write: an answer that does not fit.
"""

from typing import Literal

from asylia.casework.documenting import check_pseudonym
from asylia.desk.screen import Visit
from asylia.errors import UsageError
from asylia.record.contents import Concerned, Person
from asylia.record.forms import Others

_ROLES = {"subject", "third"}


def could_identify(visit: Visit, speaker: str, named: tuple[Concerned, ...]) -> Others:
    """Whom else the words could identify: nobody, or those named; never left open here.

    The writer may be named as the one it happened to, and is nobody else.
    """
    answer = visit.form.needed("others", "Say whether these words could identify anybody else.")
    besides = [one for one in named if one.person != speaker]
    if answer == "named" and named:
        return "named" if besides else "none"
    if answer == "none" and not besides:
        return "none"
    raise UsageError(
        "Whom the words could identify and the pseudonyms given do not fit together.",
        hint="Nothing was saved. Give each of them a pseudonym, or say that there is nobody else.",
    )


def others_in(visit: Visit) -> tuple[Concerned, ...]:
    """Persons besides the writer: rows of pseudonym and role; an empty pseudonym is no row."""
    out: list[Concerned] = []
    rows = zip(visit.form.texts("person"), visit.form.texts("role"), strict=False)
    for pseudonym, role in rows:
        if not pseudonym.strip():
            continue
        if role not in _ROLES:
            raise UsageError("There is no such role.")
        how: Literal["subject", "third"] = "subject" if role == "subject" else "third"
        named = pseudonym.strip()
        if not isinstance(visit.workspace.record.find(named), Person):
            check_pseudonym(named)
        out.append(Concerned(person=named, role=how))
    return tuple(out)
