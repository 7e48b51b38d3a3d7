"""Terms of a team's own, beside those that ship: facts in the ledger, so every device has them.

Upholds: a term keeps its meaning for good; one that is no longer wanted is retired, which takes it
from the lists that people choose from and leaves it readable.  Rules: ``spec/vocabulary.md``.
"""

from typing import Annotated, ClassVar

from msgspec import Meta

from asylia.record.forms import Id, Line, MaybeTerm, SomeLine, SomeText, Term
from asylia.wire import Message

Labels = Annotated[dict[str, SomeLine], Meta(max_length=20)]


class OwnTerm(Message, frozen=True, kw_only=True):
    """One more term of a concept; fields as in a vocabulary's file."""

    LABEL: ClassVar[str] = "asylia/term/1"
    id: Id
    concept: Term
    term: Term
    labels: Labels
    under: MaybeTerm = ""
    takes: MaybeTerm = ""
    vocabulary: MaybeTerm = ""
    act: MaybeTerm = ""


class Retired(Message, frozen=True, kw_only=True):
    """A term of the team's own is not offered any more; ``of`` is the id of its content."""

    LABEL: ClassVar[str] = "asylia/retired/1"
    id: Id
    of: Id
    reason: SomeText
    author: Line
