"""What can become of a blob, and the words for what is wrong with it.

Upholds: each finding says in plain words what happened, where, and what to do.  Refuses: quoting
anything that an entry holds.
"""

from typing import NamedTuple

from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.ledger.store import FindingRow, LineState
from asylia.ledger.values import FindingKind

_HINTS: dict[FindingKind, str] = {
    "altered": "Tell the other admin by voice: the relay may be in other hands.",
    "dropped": "Nobody will get it. If it matters, write it anew in a record of its own.",
    "forged": "Nothing of it was used. Ask whose device it names whether that device is safe.",
    "forked": "Compare what you see with a colleague by voice; until then, trust no silence.",
    "malformed": "Nothing of it was used. If it goes on after an update, tell the other admin.",
    "misdated": "It was taken in. Ask its author whether that device's clock is right.",
    "missing": "Sync again. If it stays so, the relay may withhold it: ask its author by voice.",
    "outside": "What you wrote stays here and goes to nobody. Ask an admin to invite you again.",
    "reordered": "Nothing is lost, but no honest relay does this: tell the other admin.",
    "replayed": "Nothing was applied twice, but no honest relay does this: tell the other admin.",
    "rolled_back": "The relay lost blobs or hides them: tell the other admin, keep this device.",
    "silent": "Compare state words by voice with a colleague: the relay may hold things back.",
}


class Outcome(NamedTuple):
    """What became of a blob, and what to name."""

    state: LineState
    kind: FindingKind | None = None
    text: str = ""


class RefusedBlobError(AsyliaError):
    """A blob is refused for more than a bad form or signature."""

    def __init__(self, kind: FindingKind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class HeldBlobError(AsyliaError):
    """What a blob builds on is not here.

    ``waits`` is what wakes it (``waiting``), ``wanted`` the blob hash of that, where it is known.
    """

    def __init__(self, text: str, waits: bytes = b"", wanted: bytes = b"") -> None:
        super().__init__(text)
        self.waits, self.wanted = waits, wanted


class UnvouchedBlobError(AsyliaError):
    """No signature holds for an entry; one of its author's that follows may still vouch for it."""


def finding(kind: FindingKind, position: int, text: str) -> FindingRow:
    """A finding with what to do."""
    return FindingRow(kind, position, text, _HINTS[kind])


def refused(place: int, kind: FindingKind, why: str) -> Outcome:
    """A blob is not applied, and never looked at again."""
    return Outcome("refused", kind, f"the blob at place {place} was not applied: {why}")


def refusal(place: int, error: RefusedBlobError | ForgedError | MalformedError) -> Outcome:
    """The same, for what a check raised."""
    if isinstance(error, RefusedBlobError):
        return refused(place, error.kind, error.message)
    return refused(
        place, "forged" if isinstance(error, ForgedError) else "malformed", error.message
    )
