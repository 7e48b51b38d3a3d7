"""Every content of the record in one place, and the way from bytes to a content.

Upholds: a label decides the kind; a label of another part is not ours and is left alone.
Refuses: a known label over bytes that are not its form (``MalformedError``).
"""

from asylia import wire
from asylia.record.agreements import (
    Consent,
    LifeAtStake,
    Masking,
    PersonTold,
    Proxy,
    Recipient,
    Refusal,
    Risks,
    Seconded,
    Withdrawal,
)
from asylia.record.claims import (
    Bearing,
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
    Recants,
    Sameness,
    Source,
    SourceText,
    Teller,
    Translation,
    Undo,
)
from asylia.record.custody import Capture, Credentials, Custody, Derived, Exhibit, ExhibitLook
from asylia.record.handing import HandedOver, Notice
from asylia.record.imported import FoundThere, Imported, ImportUndone, ItemLook
from asylia.record.interviews import (
    Account,
    Break,
    FirstAccountOnly,
    Interview,
    Present,
    SupportOffered,
    ToldElsewhere,
)
from asylia.record.own_terms import OwnTerm, Retired
from asylia.record.subjects import (
    Act,
    Demand,
    Event,
    Group,
    Involved,
    Name,
    Official,
    Organisation,
    Person,
    Place,
    Response,
    Site,
    Statement,
    Subject,
)

__all__ = [
    "KINDS",
    "Account",
    "Act",
    "Bearing",
    "Break",
    "Capture",
    "Choice",
    "Claim",
    "Concerned",
    "Consent",
    "Content",
    "Count",
    "Credentials",
    "Custody",
    "Decision",
    "Demand",
    "Derived",
    "Event",
    "Exhibit",
    "ExhibitLook",
    "FirstAccountOnly",
    "FoundThere",
    "Grade",
    "Group",
    "HandedOver",
    "ImportUndone",
    "Imported",
    "Interview",
    "Involved",
    "ItemLook",
    "Judgement",
    "LifeAtStake",
    "Masking",
    "Membership",
    "Name",
    "Notice",
    "Official",
    "Organisation",
    "Overlap",
    "OverlapJudged",
    "OwnTerm",
    "PartsTold",
    "Person",
    "PersonTold",
    "Place",
    "Present",
    "Proxy",
    "Recants",
    "Recipient",
    "Refusal",
    "Response",
    "Retired",
    "Risks",
    "Sameness",
    "Seconded",
    "Site",
    "Source",
    "SourceText",
    "Statement",
    "Subject",
    "SupportOffered",
    "Teller",
    "ToldElsewhere",
    "Translation",
    "Undo",
    "Withdrawal",
    "decode_content",
    "label_of",
]

Content = (
    Source
    | SourceText
    | Claim
    | Judgement
    | Undo
    | Translation
    | Event
    | Act
    | Group
    | Person
    | Organisation
    | Official
    | Site
    | Place
    | Statement
    | Demand
    | Response
    | Recipient
    | Consent
    | Refusal
    | Withdrawal
    | Masking
    | LifeAtStake
    | Proxy
    | Seconded
    | PersonTold
    | Exhibit
    | ExhibitLook
    | Custody
    | Capture
    | Derived
    | Credentials
    | SupportOffered
    | Interview
    | Account
    | ToldElsewhere
    | FirstAccountOnly
    | HandedOver
    | Notice
    | OwnTerm
    | Retired
    | Imported
    | FoundThere
    | ImportUndone
    | ItemLook
)

_TYPES: tuple[type[Content], ...] = (
    Source, SourceText, Claim, Judgement, Undo, Translation, Event, Act, Group, Person,
    Organisation, Official, Site, Place, Statement, Demand, Response, Recipient, Consent, Refusal,
    Withdrawal, Masking, LifeAtStake, Proxy, Seconded, PersonTold, Exhibit, ExhibitLook, Custody,
    Capture, Derived, Credentials, SupportOffered, Interview, Account, ToldElsewhere,
    FirstAccountOnly, HandedOver, Notice, OwnTerm, Retired, Imported, FoundThere, ImportUndone,
    ItemLook,
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
