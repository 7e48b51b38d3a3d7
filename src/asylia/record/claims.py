"""Sources, claims and judgements: who says what, where, in which words.

Upholds: a claim is never a fact of ours; a judgement stands apart from it and can be undone; a
translation stands beside the words and a recantation beside the claim, and replace neither.
Refuses (by form): a count below nothing, a claim without words or tellers.
Format: ``spec/record.md``.
"""

import builtins
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from asylia.record.forms import (
    NOT_STATED,
    UNKNOWN,
    Complete,
    Edtf,
    Id,
    Ids,
    Line,
    MaybeId,
    Natural,
    Others,
    Relation,
    SomeText,
    Term,
    Text,
    Verdict,
)
from asylia.wire import Message, Part


class Source(Message, frozen=True, kw_only=True):
    """What lies before us: an article, an interview, a report to the line."""

    LABEL: ClassVar[str] = "asylia/source/1"
    id: Id
    kind: Term
    title: Line
    language: Line
    said_on: Edtf
    report: MaybeId = ""
    address: Line = ""  # of a page, as the one who saved it noted it
    exhibit: MaybeId = ""  # the original that is kept


class SourceText(Message, frozen=True, kw_only=True):
    """What a public source says, as somebody pasted it, so that claims are found in it."""

    LABEL: ClassVar[str] = "asylia/source-text/1"
    id: Id
    source: Id
    words: Annotated[str, Meta(min_length=1, max_length=200_000)]
    by: Line


class Teller(Part, frozen=True, kw_only=True):
    """One link of the chain; ``who`` is empty for somebody whom the source does not name."""

    who: MaybeId
    as_given: Line = ""


class Count(Part, frozen=True, kw_only=True):
    """How many, from ``min`` to ``max``, each end open if null; both null: not stated."""

    min: Natural | None = None
    max: Natural | None = None
    about: bool = False


class PartsTold(Part, frozen=True, kw_only=True):
    """On a total: whether the parts told are all, and the teller's word for it."""

    complete: Complete
    words: Line = ""


class Overlap(Part, frozen=True, kw_only=True):
    """How this claim's persons or things lie to another claim's, as the source itself says."""

    other: Id
    relation: Relation


class Concerned(Part, frozen=True, kw_only=True):
    """A pseudonym whom the words concern."""

    person: Id
    role: Literal["speaker", "subject", "third"]


class Recants(Part, frozen=True, kw_only=True):
    """The earlier claim that its teller goes back on here, and in what circumstances."""

    claim: Id
    circumstances: Text = ""


class Claim(Message, frozen=True, kw_only=True):
    """*Teller*, in *source*, says this about *subject*, in these words."""

    LABEL: ClassVar[str] = "asylia/claim/1"
    id: Id
    source: Id
    words: SomeText
    tellers: Annotated[tuple[Teller, ...], Meta(min_length=1, max_length=16)]
    subject: Id
    property: Term
    event: Id
    said_on: Edtf
    value: Text = ""
    count: Count | None = None
    polarity: Term = "asserts"
    certainty: Term = "reports"
    perpetrator: Term = NOT_STATED
    perpetrator_words: Line = ""
    motive: Term = NOT_STATED
    facts: Edtf = ""
    place: MaybeId = ""
    row: Line = ""
    locator: Line = ""
    language: Line = ""
    part_of: MaybeId = ""
    parts: PartsTold | None = None
    series: MaybeId = ""
    overlaps: tuple[Overlap, ...] = ()
    recants: Recants | None = None
    persons: tuple[Concerned, ...] = ()
    others: Others = ""
    report: MaybeId = ""

    @builtins.property  # the field above has the name
    def lineage(self) -> str:
        """The named teller nearest to first hand; ``unknown`` if none is named, never a new one."""
        return next((teller.who for teller in reversed(self.tellers) if teller.who), UNKNOWN)


class Translation(Message, frozen=True, kw_only=True):
    """The words of a claim, or what an exhibit says, in another language; the words stay."""

    LABEL: ClassVar[str] = "asylia/translation/1"
    id: Id
    of: Id
    language: Line
    words: SomeText
    by: Line


class Choice(Part, frozen=True, kw_only=True, tag_field="kind", tag="choice"):
    """Of these claims, this one is taken."""

    among: Ids
    chosen: Id


class Sameness(Part, frozen=True, kw_only=True, tag_field="kind", tag="sameness"):
    """These subjects are one; or are not; or it has been looked at and is not known."""

    ids: Ids
    verdict: Verdict


class Membership(Part, frozen=True, kw_only=True, tag_field="kind", tag="membership"):
    """An event, or one claim, belongs to that event, or does not."""

    member: Id
    event: Id
    verdict: Literal["belongs", "does_not_belong"]


class OverlapJudged(Part, frozen=True, kw_only=True, tag_field="kind", tag="overlap"):
    """How two claims lie to each other; ``part``: ``claim`` is part of ``other``."""

    claim: Id
    other: Id
    relation: Relation


class Grade(Part, frozen=True, kw_only=True, tag_field="kind", tag="grade"):
    """The Admiralty grade: of the source A-F, of the information 1-6, each by itself."""

    of: Id
    source: Literal["A", "B", "C", "D", "E", "F"]
    information: Literal[1, 2, 3, 4, 5, 6]


class Bearing(Part, frozen=True, kw_only=True, tag_field="kind", tag="element"):
    """A claim or exhibit tells for, or against, a legal element being met in an event."""

    event: Id
    element: Term
    item: Id
    bears: Literal["for", "against"]


Decision = Choice | Sameness | Membership | OverlapJudged | Grade | Bearing


class Judgement(Message, frozen=True, kw_only=True):
    """A decision, its reason, and the pseudonym of who took it."""

    LABEL: ClassVar[str] = "asylia/judgement/1"
    id: Id
    decision: Decision
    reason: SomeText
    author: Line


class Undo(Message, frozen=True, kw_only=True):
    """Takes back a claim, judgement, masking or translation; what was taken back stays readable."""

    LABEL: ClassVar[str] = "asylia/undo/1"
    id: Id
    of: Id
    reason: SomeText
    author: Line
