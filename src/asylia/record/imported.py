"""One import, so that all of it can be taken back: what file it was, and how much came of it.

Upholds: everything that an import entered lies in one record of the ledger, beside this.  Holds no
name of a file and nothing of what stood in it.  Format: ``spec/record.md``, "Imports".
"""

from typing import ClassVar

from asylia.record.forms import Id, Natural, Sha256, Term
from asylia.wire import Message


class Imported(Message, frozen=True, kw_only=True):
    """A file of this format and hash came in as so many contents."""

    LABEL: ClassVar[str] = "asylia/imported/1"
    id: Id
    form: Term
    sha256: Sha256
    contents: Natural
    never_kept: Natural = 0  # values passed over: what no import keeps
