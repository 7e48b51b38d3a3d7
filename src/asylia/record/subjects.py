"""What claims are about: from events and persons to what those in power said and answered.

Upholds: a subject holds only what tells it from others; whatever could be contested is a claim.  A
person is a pseudonym and nothing else; a place says how exactly it is known.  Refuses: any field
for orientation, identity, faith or ethnicity (``record.redline`` holds it).
Format: ``spec/record.md``.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia.record.forms import (
    NOT_STATED,
    Edtf,
    Id,
    Ids,
    Line,
    Lines,
    MaybeId,
    Natural,
    SomeLine,
    Term,
    Text,
)
from asylia.wire import Message, Part

Latitude = Annotated[int, Meta(ge=-90_000_000, le=90_000_000)]  # millionths of a degree
Longitude = Annotated[int, Meta(ge=-180_000_000, le=180_000_000)]


class Name(Part, frozen=True, kw_only=True):
    """A name, in a language."""

    text: SomeLine
    language: Line


class Place(Message, frozen=True, kw_only=True):
    """Where something is, as exactly as it is known; ``radius`` in metres around the middle."""

    LABEL: ClassVar[str] = "asylia/place/1"
    id: Id
    names: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=50)]  # the first is shown
    precision: Term
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    radius: Natural | None = None
    within: MaybeId = ""


class Involved(Part, frozen=True, kw_only=True):
    """A perpetrator of an act: an organisation, unit, official or group, or only of which kind."""

    kind: Term
    role: Term = NOT_STATED
    who: MaybeId = ""


class Event(Message, frozen=True, kw_only=True):
    """What holds acts together.  ``apart`` keeps it outside the figures until it is judged in."""

    LABEL: ClassVar[str] = "asylia/event/1"
    id: Id
    name: Line
    kind: Term
    place: MaybeId = ""
    interval: Edtf = ""
    apart: bool = False


class Act(Message, frozen=True, kw_only=True):
    """One kind of violation, of one victim or one group."""

    LABEL: ClassVar[str] = "asylia/act/1"
    id: Id
    event: Id
    violation: Term
    victim: Id
    perpetrators: tuple[Involved, ...] = ()
    place: MaybeId = ""
    interval: Edtf = ""
    motive: Term = NOT_STATED


class Group(Message, frozen=True, kw_only=True):
    """Some of, or one of, a larger whole (``within``): never a list of its members."""

    LABEL: ClassVar[str] = "asylia/group/1"
    id: Id
    what: Literal["persons", "sites"]
    description: Line
    within: MaybeId = ""
    extent: Literal["all", "some", "one"] = "some"


class Person(Message, frozen=True, kw_only=True):
    """A pseudonym.  The identity, if it is known, lives in a compartment of its own."""

    LABEL: ClassVar[str] = "asylia/person/1"
    id: Id
    pseudonym: Line


class Organisation(Message, frozen=True, kw_only=True):
    """An organisation, a public body, a court, a press outlet, or a unit of one (``part_of``)."""

    LABEL: ClassVar[str] = "asylia/organisation/1"
    id: Id
    name: Line
    kind: Term
    part_of: MaybeId = ""


class Official(Message, frozen=True, kw_only=True):
    """Somebody in office; ``name`` may be empty, the office never is."""

    LABEL: ClassVar[str] = "asylia/official/1"
    id: Id
    name: Line
    office: Line


class Site(Message, frozen=True, kw_only=True):
    """A place of detention.  An empty ``name``: claimed to exist, not named."""

    LABEL: ClassVar[str] = "asylia/site/1"
    id: Id
    name: Line
    aliases: Lines = ()
    place: MaybeId = ""
    one_of: MaybeId = ""


class Statement(Message, frozen=True, kw_only=True):
    """One thing that an official or a public body said: a denial, a threat, a refusal."""

    LABEL: ClassVar[str] = "asylia/statement/1"
    id: Id
    by: Id
    kind: Term
    event: Id
    on: Edtf = ""


class Demand(Message, frozen=True, kw_only=True):
    """What was asked of those in power: by whom, of whom, and who must act."""

    LABEL: ClassVar[str] = "asylia/demand/1"
    id: Id
    by: Ids
    to: Lines
    must_act: Line
    what: Text
    event: Id


class Response(Message, frozen=True, kw_only=True):
    """What somebody in power did or left undone; ``in_reply_to`` only where a teller says so."""

    LABEL: ClassVar[str] = "asylia/response/1"
    id: Id
    by: Ids
    kind: Term
    event: Id
    on: Edtf = ""
    in_reply_to: MaybeId = ""


Subject = (
    Event | Act | Group | Person | Organisation | Official | Site | Statement | Demand | Response
)
