"""Whether an estimate may leave: counts name nobody, and yet a row of one can point at somebody.

Upholds: being counted for a recipient needs consent like anything else.  Where the record's own
lists are counted, it is computed from consent for each claim that is counted; of other tables the
member who compiles states it, and the bundle says that it was stated.  Refuses, by name: rows of
fewer than ten persons for a purpose or a recipient that is the public, unless the lists are
published; a title, a list's name or any other text of it that holds a pseudonym; consents that end
before the bundle's.  ``docs/decisions/0210``.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from asylia.dossier.estimate import MOST, Kept
from asylia.dossier.estimate_files import FEWEST_IN_A_CELL, names_in, small_cells
from asylia.dossier.naming import names_one, pseudonyms, says_one
from asylia.dossier.selection import Selection
from asylia.errors import RefusedError, Sentence
from asylia.record.consent import PUBLIC, PUBLIC_FIGURES, NotPermittedError, Permission, permission
from asylia.record.reading import Record
from asylia.values import date_of

_PUBLIC_PURPOSES = (PUBLIC_FIGURES, "publication")


def check_leaving(
    record: Record, selection: Selection, estimates: Iterable[Kept]
) -> tuple[Permission, ...]:
    """What lets those be counted whom the record knows; ``NotPermittedError`` with what lacks."""
    kept = tuple(estimates)
    if len(kept) > MOST:
        raise RefusedError("a bundle carries at most eight estimates")
    missing = [why for one in kept for why in _missing(record, selection, one)]
    if missing:
        raise NotPermittedError(tuple(dict.fromkeys(missing)))
    return tuple(_counted(record, selection, one) for one in kept if one.said.counted == "record")


def _missing(record: Record, selection: Selection, kept: Kept) -> Iterator[str]:
    said, names = kept.said, pseudonyms(record)
    if any(names_one(names, text) for text in names_in(said)) or any(
        says_one(names, text) for text in kept.told
    ):
        yield Sentence("the title of an estimate, a list or another text of it names a person")
    if date.fromisoformat(said.as_of) > date_of(selection.on):
        yield Sentence("an estimate is as of a day that is still to come")
    public = selection.purpose in _PUBLIC_PURPOSES or PUBLIC.id in (
        selection.recipient, *selection.granted.onward
    )  # fmt: skip
    if public and said.counted != "published" and (few := small_cells(said)):
        yield Sentence(
            "%(few)s rows of an estimate's table hold fewer than %(least)s persons, and such a row "
            "can point at somebody: not for the public",
            few=str(few),
            least=str(FEWEST_IN_A_CELL),
        )


def _counted(record: Record, selection: Selection, kept: Kept) -> Permission:
    granted = permission(
        record, selection.purpose, selection.recipient, kept.claims, selection.on
    )  # fmt: skip
    ends = granted.expires_on
    if ends is not None and (selection.until is None or selection.until > ends):
        raise NotPermittedError(
            (Sentence("those counted in an estimate consented for less long than the bundle says"),)
        )
    return granted
