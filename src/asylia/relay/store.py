"""What the relay asks of a store: the contract that every backend passes.

Upholds, for each backend: a method that changes anything returns only after the change is durable
(a power cut or ``kill -9`` right after it loses nothing); each call is atomic; storing is
idempotent; nothing stored is ever overwritten or shed, only deleted by ``delete``, ``read_replies``
or expiry.  Refuses: a time finer than a day.

Blobs, ids and hashes are bytes; days count from 1970-01-01 UTC.
"""

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Protocol, Self, TypeVar

from asylia.tlog.log import LogStorage
from asylia.values import Day

T = TypeVar("T")
Kind = Literal["envelope", "piece"]

LIMIT = 8 << 30  # bytes that a store may come to use, where nothing else is said
ALL = 1 << 40  # more entries than there ever are
SMALL = 16 * 1024  # bytes: an envelope up to this is still taken when the disk is nearly full
UNREAD_DAYS = 14  # a reply that nobody fetched goes after so many days
GONE_DAYS = 60  # and its id is kept so many days longer
FORMER_DAYS = 30  # a replaced secret still reads the line so long
_NEVER = Day(0)


class Put(Enum):
    """What became of a blob that was to be stored."""

    STORED = "stored"
    SAME = "same"  # these bytes were there already
    TAKEN = "taken"  # other bytes are there, or were
    FULL = "full"


class ReplyState(Enum):
    """What lies under a reply's id; the value is its byte on the wire."""

    ABSENT = 0
    PRESENT = 1
    GONE = 2


@dataclass(frozen=True)
class Reply:
    """A slot of a window; the blob is empty unless it is present."""

    state: ReplyState
    blob: bytes = b""


@dataclass(frozen=True)
class Room:
    """How full the store may get, in bytes: pieces stop at 80 %, envelopes over 16 KiB at 90 %."""

    limit: int

    def takes(self, kind: str, used: int, size: int) -> bool:
        """Whether a blob of ``size`` bytes is still taken when ``used`` are in use."""
        tenths = 8 if kind == "piece" else 9 if kind == "envelope" and size > SMALL else 10
        return used + size <= self.limit * tenths // 10


@dataclass(frozen=True)
class ShareRow:
    """A device's share, as ``schema.sql`` explains it; ``token``: the SHA-256 of what it shows."""

    token: bytes = field(repr=False)
    share: bytes = field(repr=False)
    tries: int
    stopped: bool


@dataclass(frozen=True)
class Access:
    """SHA-256 of the secret that opens, and of the one that it replaced on a day, if any."""

    newest: bytes
    former: bytes = b""
    replaced: Day = _NEVER

    def followed(self, new: bytes, day: Day) -> "Access":
        """After ``new`` was set; the same again changes nothing."""
        return self if new == self.newest else Access(new, self.newest, day)

    def opens(self, shown: bytes) -> bool:
        """Whether the secret with this SHA-256 opens the relay."""
        return hmac.compare_digest(shown, self.newest)

    def reads_line(self, shown: bytes, today: Day) -> bool:
        """Whether it may read the line: so those who were away learn the newest secret."""
        former = hmac.compare_digest(shown, self.former) and today <= self.replaced + FORMER_DAYS
        return self.opens(shown) or former

    def encode(self) -> bytes:
        """32 bytes, or 64 and the day in decimal digits."""
        day = str(self.replaced).encode() if self.former else b""
        return self.newest + self.former + day

    @classmethod
    def parse(cls, stored: bytes) -> Self:
        """What ``encode`` wrote."""
        return cls(stored[:32], stored[32:64], Day(int(stored[64:] or b"0")))


class RelayStore(Protocol):
    """All that the relay stores; see ``schema.sql``."""

    async def access(self) -> Access | None:
        """What opens, as of now, whichever process set it."""

    async def replace_access(self, new: bytes, day: Day) -> None:
        """From now on, only the secret with this SHA-256 opens; the one before is the former."""

    async def put(self, kind: Kind, blob_id: bytes, blob: bytes, day: Day) -> Put:
        """Store a blob under a 16-byte id, if the id is free and there is room."""

    async def ids(self, kind: Kind) -> list[bytes]:
        """The ids of this kind, in id order."""

    async def get(self, kind: Kind, blob_id: bytes) -> bytes | None:
        """The blob, or None."""

    async def delete(self, kind: Kind, blob_id: bytes) -> None:
        """Delete the blob, if it is there, so that its bytes do not stay in the store's file."""

    async def put_reply(self, reply_id: bytes, blob: bytes, day: Day) -> Put:
        """Store a reply under a 32-byte id, if nothing lies or lay there."""

    async def replies(self, reply_ids: Sequence[bytes]) -> list[Reply]:
        """What lies under each id, in the order asked."""

    async def read_replies(self, reply_ids: Sequence[bytes], day: Day) -> None:
        """Delete those that are present; from now on they are gone."""

    async def append_entry(self, entry_hash: bytes, blob: bytes) -> tuple[Put, int]:
        """Append to the ledger, once; the position counts from 0 (-1 if there is no room)."""

    async def entries(self, start: int, limit: int, count: int = ALL) -> list[bytes]:
        """Entries from ``start``, ``count`` at most, that fit in ``limit`` bytes with 4 more each.

        At least one, if there is one.
        """

    async def entry_hashes(self, start: int, count: int) -> list[bytes]:
        """SHA-256 of the entries from ``start``, ``count`` at most."""

    async def put_bundle(self, bundle: bytes) -> None:
        """Replace the intake bundle."""

    async def bundle(self) -> bytes | None:
        """The intake bundle, or None."""

    async def write_log(self, step: Callable[[LogStorage], T]) -> T:
        """Run ``step`` on the log, atomically and durably; one at a time."""

    async def read_log(self, step: Callable[[LogStorage], T]) -> T:
        """Run ``step`` on one state of the log, without changing it."""

    async def change_share(
        self, share_id: bytes, step: Callable[[ShareRow | None], tuple[ShareRow | None, T]]
    ) -> T:
        """Replace a share (None: there is none) by what the pure ``step`` makes of it.

        Reading, deciding and writing are one; its answer comes back once the change is durable.
        """

    async def settle(self, today: Day) -> None:
        """Expire what is due; rewrite the store so that no earlier day's order of arrival shows.

        Does nothing if that was done for this day.
        """

    def close(self) -> None:
        """Finish what was accepted, then close."""
