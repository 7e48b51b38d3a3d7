"""What the ledger hands out: frozen types that the parts above it build on.

Upholds: an opened entry is a fact that a member's device signed; a finding names what is wrong in
plain words.  Refuses: showing content in a ``repr``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from asylia.values import Day, DeviceId, RecordId

FindingKind = Literal[
    "altered",
    "dropped",
    "forged",
    "forked",
    "malformed",
    "misdated",
    "missing",
    "outside",
    "reordered",
    "replayed",
    "rolled_back",
    "silent",
]


class OpenEntry(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One entry, opened and verified.

    ``position`` counts up from 1 in the order in which *this device* learned of entries: use it to
    go on where you stopped, never write it down (it differs between devices).  What orders two
    entries alike on every device is ``(entered_on, author, sequence)``.  ``content`` is what was
    appended; its first line is the label of its format.
    """

    position: int
    author: DeviceId
    record: RecordId
    compartment: str
    sequence: int  # counts from 0 for each author in each compartment
    entered_on: Day
    content: bytes

    def __repr__(self) -> str:
        return f"<OpenEntry {self.position}>"

    @property
    def label(self) -> str:
        """The first line of the content, ``asylia/claim/1`` for example; empty if there is none."""
        head, separator, _ = self.content[:100].partition(b"\n")
        return head.decode("ascii", "replace") if separator else ""


@dataclass(frozen=True)
class Member:
    """A device of the team and whose it is, by pseudonym."""

    device: DeviceId
    name: str
    admin: bool
    live: bool
    own: bool
    state: Literal["live", "suspended", "removed"]
    last_day: Day | None  # of its newest heartbeat
    compartments: tuple[str, ...]  # of those that this device is in too
    acknowledged: bool  # it goes on under the newest epoch of the team and of each of these


@dataclass(frozen=True)
class Proposed:
    """What became of a change: ``posted``, or it waits for another admin's signature."""

    posted: bool
    id: bytes = field(repr=False)  # the proposal's blob hash; empty where nothing had to wait
    words: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Epochs that wait for another admin's signature.

    ``words``: what they change, a plain sentence each, read off the epochs themselves.  ``stale``:
    nothing can come of it any more; it has to be proposed anew.  ``forgets``: the records that its
    epochs forget.
    """

    id: bytes = field(repr=False)
    day: Day
    by: str
    words: tuple[str, ...]
    stale: bool
    signed_by_me: bool
    forgets: tuple[RecordId, ...]


@dataclass(frozen=True)
class Awaited:
    """A device that destroying waits for, since when, and the day on which it is suspended."""

    compartment: str  # "" for the team
    device: DeviceId
    name: str
    since: Day
    until: Day
    what: Literal["acknowledgement", "destruction"]


@dataclass(frozen=True)
class ForgottenRecord:
    """What remains of records that were forgotten; ``final``: shut for good on every device."""

    day: Day
    compartment: str
    by: tuple[str, ...]
    reason: Literal["withdrawal", "retention", "error", "order"]
    owed: tuple[str, ...]
    records: tuple[RecordId, ...]
    final: bool


@dataclass(frozen=True)
class Compartment:
    """A named group of members with epochs of its own."""

    id: str
    labels: Mapping[str, str]  # language -> text; "en" is always there
    epoch: int


@dataclass(frozen=True)
class Finding:
    """Something that an honest relay and honest devices would not have done."""

    kind: FindingKind
    position: int  # the blob's place at the relay
    text: str  # in plain words: what, and where
    hint: str  # what to do


@dataclass(frozen=True)
class SyncReport:
    """What one sync did; counts are of content.  What ``findings`` refuse is not applied."""

    received: int  # entries applied, one's own among them
    sent: int  # entries that the relay acknowledged
    waiting: int  # entries still to be sent
    unread: int  # blobs at the relay that no key of this device opens: other compartments' or junk
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class RereadReport:
    """What reading the line again did.

    ``same``: the relay has this device's line, nothing was lacking.  ``refilled``: it lacked some,
    has this device's line now, and nothing changed here.  ``taken``: this device goes on with the
    relay's.  ``stopped``: the relay did not keep to what it showed; nothing changed here.
    """

    outcome: Literal["same", "refilled", "taken", "stopped"]
    count: int  # blobs of the line that this device has now; 0 where it stopped
    received: int  # entries applied
    returned: int  # blobs that the relay lacked
    findings: tuple[Finding, ...]
