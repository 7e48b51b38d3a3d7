"""What went out, to whom, on what day; and the notice that somebody withdrew.

Upholds: whoever withdraws can be told every bundle, file and release that carried an item of
theirs, and whoever has one can be told to stop.  A notice names no person, not even by pseudonym.
Format: ``spec/record.md``, "What went out".
"""

from typing import ClassVar, Literal

from asylia.record.forms import Id, Ids, Line, Lines, Sha256, SomeText, Term
from asylia.values import Day
from asylia.wire import Message


class HandedOver(Message, frozen=True, kw_only=True):
    """These items went out in this form; ``sha256`` is of the bundle's manifest, or of the file."""

    LABEL: ClassVar[str] = "asylia/handed-over/1"
    id: Id
    form: Literal["bundle", "release", "file"]
    sha256: Sha256
    purpose: Term
    recipient: Id
    onward: Ids
    items: Ids
    on: Day
    names: Lines = ()  # of the items, in this order, as what went out calls them


class Notice(Message, frozen=True, kw_only=True):
    """The draft of what a recipient is told after a withdrawal, about what was handed over."""

    LABEL: ClassVar[str] = "asylia/notice/1"
    id: Id
    recipient: Id
    withdrawal: Id
    handed_over: Ids
    language: Line
    text: SomeText
