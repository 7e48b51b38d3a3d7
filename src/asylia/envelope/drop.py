"""The Drop: a team's reply, where only the phrase finds it, ``spec/drop.md``.

Upholds: a reply that is shown was signed by the team for this thread and this number, and follows
the one before.  Refuses: to show, or to explain, one that was not; moving a reply to another slot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, ClassVar, Final, Literal

import msgspec

from asylia.crypto import age, random
from asylia.crypto.kdf import mac
from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.envelope.sealing import open_padded, seal_padded
from asylia.envelope.shapes import Bytes16, Bytes32, encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import AsyliaError, ForgedError, MalformedError, UsageError
from asylia.values import Hash
from asylia.wire import Message, decode

WINDOW: Final = 8
LAST: Final = 9999
LIMIT = 64 * 1024
NO_PREVIOUS = Hash(bytes(32))
_USE = "asylia/drop/1 reply"

State = Literal["absent", "present", "gone"]
# Whether a visit asks for the next window, by the state of this one's last slot.
GO_ON: Final[dict[State, bool]] = {"absent": False, "present": True, "gone": True}


class Drop(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The n-th thing said to a thread; ``previous`` is the SHA-256 of the sealed one before."""

    LABEL: ClassVar[str] = "asylia/drop/1"
    body: Annotated[str, msgspec.Meta(max_length=12_000)]
    kind: Literal["receipt", "reply", "bridge"]
    n: Annotated[int, msgspec.Meta(ge=0, le=LAST)]
    previous: Bytes32
    thread: Bytes16


@dataclass(frozen=True)
class Slot:
    """What the relay says of one id; ``blob`` is empty unless present."""

    state: State
    blob: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Window:
    """What eight slots held: numbers of drops; ``next_window`` begins at the number it names."""

    shown: tuple[Drop, ...]
    opened: tuple[int, ...]
    refused: tuple[int, ...]
    missing: tuple[int, ...]
    next_window: int | None
    found: bool


def drop_id(drop_secret: bytes, n: int) -> bytes:
    """Where the n-th drop lies: 32 bytes."""
    return mac(drop_secret, "asylia/drop/1 id", n.to_bytes(4, "big"))


def window_ids(drop_secret: bytes, first: int) -> tuple[bytes, ...]:
    """The eight ids of the window that begins at ``first``, a multiple of eight."""
    return tuple(drop_id(drop_secret, n) for n in range(first, first + WINDOW))


def bridges(n: int) -> range:
    """The numbers where a bridge must lie, or have lain, before drop ``n`` is found."""
    return range(WINDOW - 1, n - n % WINDOW, WINDOW)


def seal_drop(
    drop: Drop,
    recipient: age.Recipient,
    reply_key: SigningKey,
    root_hash: Hash,
    *,
    randomness: random.Randomness = random.system,
) -> bytes:
    """The drop as it is sent; ``UsageError`` where its kind and number do not fit."""
    if not _fits(drop):
        raise UsageError("a receipt is drop 0, and nothing else is; a bridge is empty")
    body = encode_checked(drop)
    signed = SignedBytes(body, reply_key.sign(_USE, root_hash, body)).encode()
    sealed = seal_padded(signed, recipient, randomness=randomness)
    if len(sealed) > LIMIT:
        raise MalformedError("this reply is too long", hint="Send it in two parts.")
    return sealed


def open_drop(
    untrusted: bytes, n: int, keys: ThreadKeys, reply_keys: Sequence[VerifyingKey], root_hash: Hash
) -> Drop:
    """The drop found at number ``n``; raise ``ForgedError``, the same for every cause."""
    try:
        if len(untrusted) > LIMIT:
            raise MalformedError("a drop is too long")
        signed = SignedBytes.parse(open_padded(untrusted, keys.identity))
        drop = decode(signed.body, Drop)
        _reply_key(signed, reply_keys).verify(
            _USE, root_hash, signed.body, signatures=signed.signatures
        )
        if drop.thread != keys.thread or drop.n != n or not _fits(drop):
            raise ForgedError("a drop is not for this place")
    except AsyliaError:
        raise ForgedError("a reply does not open") from None
    return drop


def open_window(
    slots: Sequence[Slot],
    first: int,
    keys: ThreadKeys,
    reply_keys: Sequence[VerifyingKey],
    root_hash: Hash,
) -> Window:
    """Read the window that begins at ``first``; ``reply_keys`` are those of a verified bundle."""
    if len(slots) != WINDOW or first % WINDOW:
        raise MalformedError("a window has eight slots")
    opened: list[Drop] = []
    refused: list[int] = []
    before: bytes | None = None  # the drop before this slot, where it was opened and is a reply
    for n, slot in enumerate(slots, start=first):
        chain, before = before, None
        if slot.state != "present":
            continue
        try:
            drop = open_drop(slot.blob, n, keys, reply_keys, root_hash)
            _check_chain(drop, chain)
        except ForgedError:
            refused.append(n)
            continue
        opened.append(drop)
        before = slot.blob if drop.kind != "bridge" else None
    return Window(
        shown=tuple(drop for drop in opened if drop.kind != "bridge"),
        opened=tuple(drop.n for drop in opened),
        refused=tuple(refused),
        missing=_missing(slots, first),
        next_window=first + WINDOW if GO_ON[slots[-1].state] and first + WINDOW <= LAST else None,
        found=any(slot.state != "absent" for slot in slots),
    )


def _fits(drop: Drop) -> bool:
    if drop.kind == "bridge" and drop.body:
        return False
    starts = drop.kind == "bridge" or drop.n == 0
    return (drop.kind == "receipt") == (drop.n == 0) and (
        not starts or drop.previous == NO_PREVIOUS
    )


def _reply_key(signed: SignedBytes, reply_keys: Sequence[VerifyingKey]) -> VerifyingKey:
    signers = {signature.key for signature in signed.signatures}
    for key in reply_keys:
        if key.fingerprint in signers:
            return key
    raise ForgedError("no reply key of the team signed this")


def _check_chain(drop: Drop, before: bytes | None) -> None:
    if before is not None and drop.kind == "reply" and drop.previous != sha256(before).digest():
        raise ForgedError("a reply does not follow the one before")


def _missing(slots: Sequence[Slot], first: int) -> tuple[int, ...]:
    known = [n for n, slot in enumerate(slots) if slot.state != "absent"]
    end = known[-1] if known else 0
    return tuple(first + n for n in range(end) if slots[n].state == "absent")
