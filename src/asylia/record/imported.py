"""One import, so that all of it can be taken back: what file it was, how much came, what was there.

Upholds: everything that an import entered lies in one record of the ledger, beside this; what is
taken back of it is named, with the reason, in that same record, so that the same contents can come
in again by another import.  Holds no name of a file and nothing of what stood in it.
Format: ``spec/record.md``, "Imports".
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia.record.claims import Concerned
from asylia.record.forms import Id, Ids, Line, Natural, Sha256, SomeText, Term
from asylia.values import Day
from asylia.wire import Message


class Imported(Message, frozen=True, kw_only=True):
    """A file of this format and hash came in as so many contents."""

    LABEL: ClassVar[str] = "asylia/imported/1"
    id: Id
    form: Term
    sha256: Sha256
    contents: Natural
    never_kept: Natural = 0  # values passed over: what no import keeps


class FoundThere(Message, frozen=True, kw_only=True):
    """The file said this as well, and the record held it already; several for a long list."""

    LABEL: ClassVar[str] = "asylia/found-there/1"
    id: Id
    of: Id  # the import
    items: Ids


class ImportUndone(Message, frozen=True, kw_only=True):
    """Takes these back of what the import entered in this very record of the ledger."""

    LABEL: ClassVar[str] = "asylia/import-undone/1"
    id: Id
    of: Id  # the import
    items: Ids
    reason: SomeText
    author: Line


class ItemLook(Message, frozen=True, kw_only=True):
    """That somebody looked whom words that came in with a file concern, and could identify.

    It holds for an item of these very words.  ``named``: those in ``persons``, from then on
    concerned by it; ``none``: nobody besides who speaks.  Of a title nobody speaks.
    """

    LABEL: ClassVar[str] = "asylia/item-look/1"
    id: Id
    item: Id
    sha256: Sha256  # of the item as a content, label and all
    others: Literal["none", "named"]
    by: Line
    on: Day
    persons: Annotated[tuple[Concerned, ...], Meta(max_length=100)] = ()
