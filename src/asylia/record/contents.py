"""Every content of the record in one place, and the way from bytes to a content.

Upholds: a label decides the kind; a label of another part is not ours and is left alone.
Refuses: a known label over bytes that are not its form (``MalformedError``).
"""

from asylia import wire
from asylia.record.agreements import (
    Consent,
    LifeAtStake,
    Masking,
    Recipient,
    Risks,
    Seconded,
    Withdrawal,
)
from asylia.record.claims import (
    Choice,
    Claim,
    Concerned,
    Count,
    Decision,
    Grade,
    Judgement,
    Membership,
    Overlap,
    OverlapJudged,
    PartsTold,
    Sameness,
    Source,
    Teller,
    Undo,
)
from asylia.record.custody import Custody, Exhibit
from asylia.record.subjects import (
    Act,
    Demand,
    Event,
    Group,
    Official,
    Organisation,
    Person,
    Response,
    Site,
    Statement,
    Subject,
)

__all__ = [
    "KINDS",
    "Act",
    "Choice",
    "Claim",
    "Concerned",
    "Consent",
    "Content",
    "Count",
    "Custody",
    "Decision",
    "Demand",
    "Event",
    "Exhibit",
    "Grade",
    "Group",
    "Judgement",
    "LifeAtStake",
    "Masking",
    "Membership",
    "Official",
    "Organisation",
    "Overlap",
    "OverlapJudged",
    "PartsTold",
    "Person",
    "Recipient",
    "Response",
    "Risks",
    "Sameness",
    "Seconded",
    "Site",
    "Source",
    "Statement",
    "Subject",
    "Teller",
    "Undo",
    "Withdrawal",
    "decode_content",
    "label_of",
]

Content = (
    Source
    | Claim
    | Judgement
    | Undo
    | Event
    | Act
    | Group
    | Person
    | Organisation
    | Official
    | Site
    | Statement
    | Demand
    | Response
    | Recipient
    | Consent
    | Withdrawal
    | Masking
    | LifeAtStake
    | Seconded
    | Exhibit
    | Custody
)

_TYPES: tuple[type[Content], ...] = (
    Source, Claim, Judgement, Undo, Event, Act, Group, Person, Organisation, Official, Site,
    Statement, Demand, Response, Recipient, Consent, Withdrawal, Masking, LifeAtStake, Seconded,
    Exhibit, Custody,
)  # fmt: skip
KINDS: dict[str, type[Content]] = {kind.LABEL: kind for kind in _TYPES}
_LONGEST_LABEL = 64


def label_of(untrusted: bytes) -> str:
    """The label in the first line; empty if there is none."""
    head, found, _ = untrusted[: _LONGEST_LABEL + 1].partition(b"\n")
    return head.decode("ascii", "replace") if found else ""


def decode_content(untrusted: bytes) -> Content | None:
    """A content of the record, or None where the label is another part's.

    Raises ``MalformedError`` where the label is ours and the rest is not its form.
    """
    kind = KINDS.get(label_of(untrusted))
    return None if kind is None else wire.decode(untrusted, kind)
