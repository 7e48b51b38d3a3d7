"""The control: what a desk needs to act on an envelope and to answer it, ``spec/envelope.md``.

Upholds: it is never disclosed outside the team, and every later one of a thread is by the same
phrase.  Refuses: file names that could mean a path or hide how they end.
"""

import hmac
import re
from typing import Annotated, ClassVar, Literal

import msgspec

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.shapes import (
    Bytes16,
    Bytes32,
    CompartmentId,
    Epoch,
    Language,
    RecipientText,
)
from asylia.errors import ForgedError
from asylia.wire import Message, Part

Kind = Literal["report", "follow_up", "withdraw", "delete"]
Urgency = Literal["now", "days", "can_wait", "as_before"]
OnBehalf = Literal["myself", "another", "not_said"]
MOST_ATTACHMENTS = 8
MOST_PIECES = 256
LARGEST_FILE = 200 << 20  # padded and sealed, it fits in 256 pieces

_LONGEST_NAME = 200
# Separators, controls, and the marks that make a name read in another order than it is written.
_NOT_IN_NAMES = r"/\\\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069"
_TYPE = r"[a-z0-9!#$&^_.+-]{1,60}"
_MEDIA_TYPE = rf"^{_TYPE}/{_TYPE}\Z"
_IDENTITY = r"^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}\Z"
_Short = Annotated[str, msgspec.Meta(max_length=500)]


class Attachment(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a file lies, in pieces; ``key`` opens it and nothing else; ``size`` in bytes."""

    key: Annotated[str, msgspec.Meta(pattern=_IDENTITY)]
    media_type: Annotated[str, msgspec.Meta(pattern=_MEDIA_TYPE)]
    name: Annotated[str, msgspec.Meta(pattern=rf"^[^{_NOT_IN_NAMES}]+\Z", max_length=_LONGEST_NAME)]
    pieces: Annotated[tuple[Bytes16, ...], msgspec.Meta(min_length=1, max_length=MOST_PIECES)]
    sha256: Bytes32
    size: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_FILE)]


class SafeContact(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether, how and when the reporter may be contacted without harm."""

    may_contact: bool
    how: _Short = ""
    when: _Short = ""


class Control(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to handle what the statement beside it says; ``safe_contact`` None: as before."""

    LABEL: ClassVar[str] = "asylia/control/1"
    attachments: Annotated[tuple[Attachment, ...], msgspec.Meta(max_length=MOST_ATTACHMENTS)]
    compartment: CompartmentId
    drop_secret: Bytes32
    epoch: Epoch
    kind: Kind
    language: Language
    nonce: Bytes16
    on_behalf: OnBehalf
    recipient: RecipientText
    safe_contact: SafeContact | None
    statement_sha256: Bytes32
    thread: Bytes16
    thread_key: VerifyingKey
    urgency: Urgency


def check_follow_up(first: Control, later: Control) -> None:
    """Raise ``ForgedError`` unless ``later`` is by the phrase that ``first`` is by, and new."""
    same = (
        hmac.compare_digest(first.thread, later.thread)
        and first.thread_key == later.thread_key
        and first.recipient == later.recipient
        and hmac.compare_digest(first.drop_secret, later.drop_secret)
    )
    if not same or first.nonce == later.nonce:
        raise ForgedError("a follow-up is not by the one who began the thread, or is shown twice")


def file_name(untrusted: str) -> str:
    """A name that ``Attachment`` takes: what it must not hold becomes ``_``."""
    return re.sub(f"[{_NOT_IN_NAMES}]", "_", untrusted)[:_LONGEST_NAME] or "file"


def media_type(untrusted: str) -> str:
    """A media type that ``Attachment`` takes; where it is none, that of unknown bytes."""
    return untrusted if re.search(_MEDIA_TYPE, untrusted) else "application/octet-stream"
