"""What is kept as it came, and who had it in hand: the exhibit and its custody log.

Upholds: every change of hands says from whom, to whom, when, why, and the hash before and after.
Format: ``spec/record.md``; the fields of a custody event follow the Berkeley Protocol, paragraph
167, and ``condition`` the Istanbul Protocol.
"""

from typing import ClassVar

from asylia.record.claims import Concerned
from asylia.record.forms import Id, Line, MaybeId, Natural, Sha256, Term, Text
from asylia.values import Day
from asylia.wire import Message


class Exhibit(Message, frozen=True, kw_only=True):
    """A statement, photograph or document, untouched; its bytes lie elsewhere, under the hash."""

    LABEL: ClassVar[str] = "asylia/exhibit/1"
    id: Id
    kind: Term
    description: Text
    media_type: Line
    size: Natural
    sha256: Sha256
    report: MaybeId = ""
    persons: tuple[Concerned, ...] = ()


class Custody(Message, frozen=True, kw_only=True):
    """One event in the life of an item: taken in, copied, handed over, analysed, deleted."""

    LABEL: ClassVar[str] = "asylia/custody/1"
    id: Id
    item: Id
    action: Term
    by: Line
    on: Day
    purpose: Line
    to: Line = ""
    place: Line = ""
    sha256_before: Sha256 | None = None
    sha256_after: Sha256 | None = None
    condition: Line = ""
