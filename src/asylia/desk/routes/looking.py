"""A look at an exhibit: whom it could identify, said by whoever looked.

Upholds: nothing is answered for the worker; those seen are named by pseudonyms.  Refuses: an answer
that does not fit those named.
"""

from typing import Literal

from starlette.responses import Response

from asylia.casework.looking import look_at
from asylia.desk.evidence import address_of, exhibit_in
from asylia.desk.screen import Visit, screen
from asylia.errors import UsageError
from asylia.record.contents import Concerned

_ROLES: dict[str, Literal["speaker", "subject", "third"]] = {
    "speaker": "speaker", "subject": "subject", "third": "third",
}  # fmt: skip


def look(visit: Visit) -> Response:
    """Take the form: nobody, or these."""
    one, form, work = exhibit_in(visit), visit.form, visit.workspace
    address = address_of(visit, one.id)
    if visit.is_repeated:
        return visit.go(f"{address}#look")
    others = form.needed("others", "Say whether it could identify anybody.")
    look_at(work.place, one, others, _persons(visit), work.own_name())
    return visit.go(f"{address}#look", visit.translate("It is noted whom it could identify."))


def _persons(visit: Visit) -> tuple[Concerned, ...]:
    """Rows of pseudonym and role; an empty pseudonym is no row."""
    rows = zip(visit.form.texts("person"), visit.form.texts("role"), strict=False)
    found: list[Concerned] = []
    for pseudonym, role in rows:
        if not pseudonym.strip():
            continue
        if role not in _ROLES:
            raise UsageError("There is no such role.")
        found.append(Concerned(person=pseudonym.strip(), role=_ROLES[role]))
    return tuple(found)


ROUTES = [screen("/exhibit/{exhibit}/look", post=look)]
