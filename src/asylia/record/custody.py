"""What is kept as it came: the exhibit, its custody log, and what was made of it.

Upholds: every change of hands says from whom, to whom, when, why, and the hash before and after; a
copy that was made of an original is an exhibit of its own that names the original.
Format: ``spec/record.md``; the fields of a custody event follow the Berkeley Protocol, paragraph
167, those of a saved page its paragraphs 153 to 155, and ``condition`` the Istanbul Protocol.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia.record.claims import Concerned
from asylia.record.forms import Id, Line, MaybeId, Natural, Sha256, SomeLine, Term, Text
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


class ExhibitLook(Message, frozen=True, kw_only=True):
    """That somebody looked whom an exhibit could identify, by words, faces, voices, places.

    ``named``: those in ``persons``, from then on concerned by it; ``none``: nobody besides those
    whom it concerned already.
    """

    LABEL: ClassVar[str] = "asylia/exhibit-look/1"
    id: Id
    exhibit: Id
    others: Literal["none", "named"]
    by: Line
    on: Day
    persons: tuple[Concerned, ...] = ()


class Capture(Message, frozen=True, kw_only=True):
    """That an exhibit is a page which somebody saved: from which address, on which day, how."""

    LABEL: ClassVar[str] = "asylia/capture/1"
    id: Id
    exhibit: Id
    address: Annotated[str, Meta(min_length=1, max_length=2000)]
    on: Day
    by: Line
    tool: Line = ""


class Derived(Message, frozen=True, kw_only=True):
    """That one exhibit was made of another: text that was read or typed, a redaction."""

    LABEL: ClassVar[str] = "asylia/derived/1"
    id: Id
    exhibit: Id
    original: Id
    how: Term
    by: SomeLine  # the program and its version, or who typed
    language: Line = ""


class Credentials(Message, frozen=True, kw_only=True):
    """What a file's own C2PA credentials say, as checked on a day against a stated trust list."""

    LABEL: ClassVar[str] = "asylia/credentials/1"
    id: Id
    exhibit: Id
    state: Literal["none", "invalid", "valid", "trusted"]
    on: Day
    by: SomeLine  # the program and its version
    signed_by: Line = ""  # as the credentials name them
    signed_on: Line = ""
    made_with: Line = ""
    failures: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()  # codes of the specification
    trust_list: Line = ""  # empty: none, so nobody can be trusted
    trust_list_sha256: Sha256 | None = None
