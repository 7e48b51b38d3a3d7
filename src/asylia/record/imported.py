"""One import, so that all of it can be taken back: what file it was, how much came, what was there.

Upholds: everything that an import entered lies in one record of the ledger, beside this; what is
taken back of it is named, with the reason, in that same record, so that the same contents can come
in again by another import.  Holds no name of a file and nothing of what stood in it.
Format: ``spec/record.md``, "Imports".
"""

from typing import ClassVar

from asylia.record.forms import Id, Ids, Line, Natural, Sha256, SomeText, Term
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
