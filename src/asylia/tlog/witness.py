"""A witness: signs that a log only ever grew (C2SP tlog-witness, without its HTTP).

Pure: takes what the witness last cosigned and gives what it must store *before* it hands out the
cosignature.  Upholds: never cosigns a checkpoint that is smaller than, or inconsistent with, the
one before.  Refuses: a checkpoint that the log did not sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asylia.crypto import merkle
from asylia.errors import ConflictError, ForgedError
from asylia.tlog.checkpoint import Checkpoint, NoteKey, NotePublic, parse_checkpoint, verify_log
from asylia.tlog.note import NoteSignature
from asylia.values import Clock, system_clock

PROOF = 63  # hashes at most, as in C2SP tlog-witness


@dataclass(frozen=True)
class Cosigned:
    """What to store first (``state``), and the lines to hand out then."""

    state: Checkpoint
    lines: tuple[NoteSignature, ...]


def cosign(
    untrusted_note: bytes,
    log: NotePublic,
    previous: Checkpoint | None,
    untrusted_proof: Sequence[bytes],
    key: NoteKey,
    *,
    clock: Clock = system_clock,
) -> Cosigned:
    """Cosign the next checkpoint of ``log``.

    ``previous``: what this witness cosigned last, None the first time; ``untrusted_proof``: the
    RFC 6962 consistency proof from there, empty the first time or when nothing was added.  Raises
    ``MalformedError``, ``ForgedError``, or ``ConflictError`` if the log shows two trees of one size
    or a smaller one.
    """
    checkpoint, note = parse_checkpoint(untrusted_note)
    verify_log(checkpoint, note, log)
    if len(untrusted_proof) > PROOF:
        raise ForgedError("consistency proof: too long")
    _check_growth(checkpoint, previous, untrusted_proof)
    return Cosigned(checkpoint, key.cosign(checkpoint, int(clock().timestamp())))


def _check_growth(new: Checkpoint, old: Checkpoint | None, proof: Sequence[bytes]) -> None:
    if old is None or old.size == 0:
        if proof:
            raise ForgedError("consistency proof: too long")
        if new.size == 0 and new.root != merkle.EMPTY_ROOT:
            raise ForgedError("checkpoint: the root of an empty tree is another")
        return
    if old.origin != new.origin:
        raise ForgedError("checkpoint: of another log")
    if new.size < old.size or (new.size == old.size and new.root != old.root):
        raise ConflictError(
            "the log took something back: it shows a smaller or another tree than before",
            hint="Keep this checkpoint: it is evidence against the log. Tell the team by voice.",
        )
    merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
