"""Interviews: what was offered first, who was there, the account in the person's own words.

Upholds: the register of interviews holds no word of what was told, which stands in a content of its
own; support was offered before anybody was asked.  Refuses (``record.check``, ``record.asking``): a
minor or sexual violence without a named specialist in the room.  Format: ``spec/record.md``.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from asylia.record.forms import (
    Edtf,
    Id,
    Line,
    MaybeId,
    Natural,
    SomeLine,
    SomeText,
    Term,
    Text,
)
from asylia.values import Day
from asylia.wire import Message, Part

LONGEST_ACCOUNT = 150_000  # characters: an entry of the ledger has to hold it


class SupportOffered(Message, frozen=True, kw_only=True):
    """What help somebody was offered before being asked anything, and what they answered."""

    LABEL: ClassVar[str] = "asylia/support-offered/1"
    id: Id
    person: Id
    kinds: Annotated[tuple[Term, ...], Meta(min_length=1, max_length=20)]
    answer: Term
    by: SomeLine
    on: Day


class Present(Part, frozen=True, kw_only=True):
    """Somebody in the room, by a name of the team's or a pseudonym; ``note``: such as training."""

    who: SomeLine
    role: Term
    note: Line = ""


class Break(Part, frozen=True, kw_only=True):
    """A pause: after which words of the account, how long, what for."""

    after: Line
    minutes: Annotated[int, Meta(ge=1, le=10_000)]
    why: Line = ""


class Interview(Message, frozen=True, kw_only=True):
    """A line of the register: that somebody told us something, never what."""

    LABEL: ClassVar[str] = "asylia/interview/1"
    id: Id
    person: Id
    on: Day
    manner: Term
    mode: Term
    language: SomeLine
    about: SomeLine  # such as an event: on what, not what
    present: Annotated[tuple[Present, ...], Meta(min_length=1, max_length=20)]
    support: Id
    interpreted_from: Line = ""  # the language spoken, where an interpreter was there
    flags: Annotated[tuple[Term, ...], Meta(max_length=10)] = ()
    specialist: Line = ""  # who of those present, by the same name
    repeat_because: Text = ""
    report: MaybeId = ""


class Account(Message, frozen=True, kw_only=True):
    """The account itself, in the first person, word for word, with its breaks."""

    LABEL: ClassVar[str] = "asylia/account/1"
    id: Id
    interview: Id
    person: Id
    language: SomeLine
    words: Annotated[str, Meta(min_length=1, max_length=LONGEST_ACCOUNT)]
    breaks: Annotated[tuple[Break, ...], Meta(max_length=100)] = ()
    recorded: Natural = 0  # minutes of recording that these words were written down from


class ToldElsewhere(Message, frozen=True, kw_only=True):
    """That somebody told others before, as they say: when, whom, on what; never what."""

    LABEL: ClassVar[str] = "asylia/told-elsewhere/1"
    id: Id
    person: Id
    on: Edtf
    whom: SomeLine
    about: Line = ""
    by: Line = ""  # who noted it


class FirstAccountOnly(Message, frozen=True, kw_only=True):
    """From now on nobody asks this person a second time, or may again; the latest one counts."""

    LABEL: ClassVar[str] = "asylia/first-account-only/1"
    id: Id
    person: Id
    holds: bool
    reason: SomeText
    author: Line
