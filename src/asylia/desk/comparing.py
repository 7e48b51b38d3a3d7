"""What was found wrong with the line, and what of it was settled by voice.

Upholds: an alarm stands until somebody on this device says with whom it was compared; what was
settled is kept in this vault alone, and nothing found is ever taken back.  Refuses: settling what
was found since the page was shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, ClassVar

from msgspec import Meta

from asylia import wire
from asylia.envelope.shapes import Bytes32
from asylia.errors import MalformedError
from asylia.ledger.values import Finding, FindingKind
from asylia.values import Day
from asylia.vault.vault import Vault
from asylia.wire import frame

# The gravest first: what a relay in wrong hands does, then what may be a mishap.
GRAVITY: tuple[FindingKind, ...] = (
    "rolled_back", "altered", "forked", "forged", "missing", "reordered", "replayed", "malformed",
    "outside", "silent", "dropped", "misdated",
)  # fmt: skip
# After these the relay's line and this device's differ: it may be taken anew from the relay.
PARTED = frozenset({"rolled_back", "altered"})
_NAME = "desk-line"
_LIMIT = 1 << 20


class Compared(wire.Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """With whom the line was compared last, when, how much of it, and what was settled so far."""

    LABEL: ClassVar[str] = "asylia/desk-line/1"
    count: Annotated[int, Meta(ge=0)]
    day: Day
    settled: tuple[Bytes32, ...]
    who: Annotated[str, Meta(max_length=64)]


@dataclass(frozen=True)
class Alarm:
    """Everything of one kind that stands, or that was settled."""

    kind: FindingKind
    findings: tuple[Finding, ...]


def mark_of(found: Finding) -> bytes:
    """What one finding is known by, 32 bytes."""
    place = found.position.to_bytes(8, "big", signed=True)
    return sha256(
        frame("asylia/desk-line/1 finding", found.kind.encode(), place, found.text.encode())
    ).digest()


def last(vault: Vault) -> Compared | None:
    """What this device keeps of comparing."""
    kept = vault.secret(_NAME)
    try:
        return wire.decode(kept, Compared, limit=_LIMIT) if kept is not None else None
    except MalformedError:
        return None  # then every alarm stands again, which is the safe side


def standing(vault: Vault, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that nobody settled on this device."""
    before = last(vault)
    settled = set(before.settled) if before else set()
    return tuple(one for one in findings if mark_of(one) not in settled)


def settle(vault: Vault, findings: Iterable[Finding], who: str, day: Day, count: int) -> None:
    """Note with whom the line was compared up to ``count``; these findings are settled."""
    before = last(vault)
    settled = {*(before.settled if before else ()), *map(mark_of, findings)}
    kept = Compared(count=count, day=day, settled=tuple(sorted(settled)), who=who)
    vault.put_secret(_NAME, wire.encode(kept))


def by_kind(findings: Sequence[Finding]) -> tuple[Alarm, ...]:
    """One alarm a kind, the gravest first."""
    return tuple(
        Alarm(kind, of_kind)
        for kind in GRAVITY
        if (of_kind := tuple(one for one in findings if one.kind == kind))
    )
