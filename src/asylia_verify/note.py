"""The log's checkpoint: a C2SP signed note with cosignatures.

C2SP signed-note, tlog-checkpoint and tlog-cosignature; ``spec/tlog.md``.  Parses strictly; checks
the log's own line and counts the witnesses whose lines hold.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from asylia_verify.errors import WrongError
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import Party
from asylia_verify.strict import decode_base64

_LIMIT = 1 << 18
_LINES = 64
_LOG, _WITNESS, _POST_QUANTUM = 0x01, 0x04, 0x06
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_LATEST = 1 << 33


@dataclass(frozen=True)
class Line:
    """One signature line: name, key id (4 bytes), signature."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of its tree, and who signed it, unchecked."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: tuple[Line, ...]


def parse(content: bytes) -> Checkpoint:
    """Parse form only."""
    try:
        whole = content.decode()
        text, empty, rest = whole.rpartition("\n\n")
        origin, size, root = text.split("\n")
        if len(content) > _LIMIT or not empty or not rest.endswith("\n") or _odd(whole):
            raise ValueError
        if not origin or not _SIZE.fullmatch(size) or len(decode_base64(root)) != 32:
            raise ValueError
        lines = tuple(_line(line) for line in rest.removesuffix("\n").split("\n"))
        if len(lines) > _LINES:
            raise ValueError
    except ValueError:
        raise WrongError("is not a checkpoint of three lines with its signatures") from None
    return Checkpoint(text + "\n", origin, int(size), decode_base64(root), lines)


def verify_log(checkpoint: Checkpoint, log: Party, openssl: OpenSSL) -> None:
    """``WrongError`` unless this log signed it with every key that the policy gives."""
    if checkpoint.origin != log.name:
        raise WrongError("is of another log than the policy names")
    own = _signatures(checkpoint, log.name, _LOG, log.ed25519)
    signed = checkpoint.text.encode()
    if not own or not all(openssl.verify_ed25519(log.ed25519, signed, s) for s in own):
        raise WrongError("is not signed by the log that the policy names")
    if log.ml_dsa_44 and not _post_quantum(checkpoint, log, openssl):
        raise WrongError("is not signed with the log's ML-DSA-44 key that the policy names")


def witness_time(checkpoint: Checkpoint, witness: Party, openssl: OpenSSL) -> datetime | None:
    """When this witness cosigned; None if it did not; ``WrongError`` if its line is false."""
    times = []
    for line in _signatures(checkpoint, witness.name, _WITNESS, witness.ed25519):
        seconds, signature = int.from_bytes(line[:8], "big"), line[8:]
        signed = f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
        if seconds >= _LATEST or not openssl.verify_ed25519(witness.ed25519, signed, signature):
            raise WrongError("a witness's cosignature does not hold")
        times.append(seconds)
    if witness.ml_dsa_44 and not _post_quantum(checkpoint, witness, openssl):
        return None
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _post_quantum(checkpoint: Checkpoint, party: Party, openssl: OpenSSL) -> bool:
    """Whether its line is there, and holds where this openssl can tell."""
    key = party.ml_dsa_44 or b""
    lines = _signatures(checkpoint, party.name, _POST_QUANTUM, key)
    for line in lines if openssl.has_ml_dsa else ():
        signed = _subtree(party.name, checkpoint, line[:8])
        if len(line) <= 8 or not openssl.verify_ml_dsa_44(key, signed, line[8:]):
            raise WrongError("an ML-DSA-44 signature under the checkpoint does not hold")
    return bool(lines)


def _subtree(name: str, checkpoint: Checkpoint, time: bytes) -> bytes:
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(cosigner)]) + cosigner + time,
            bytes([len(origin)]) + origin,
            bytes(8) + checkpoint.size.to_bytes(8, "big") + checkpoint.root,
        )
    )


def _signatures(checkpoint: Checkpoint, name: str, kind: int, key: bytes) -> Sequence[bytes]:
    key_id = sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]
    return [s.signature for s in checkpoint.lines if (s.name, s.key_id) == (name, key_id)]


def _line(line: str) -> Line:
    dash, name, encoded = line.split(" ")
    raw = decode_base64(encoded)
    if dash != "\u2014" or not name or "+" in name or len(raw) <= 4:
        raise ValueError
    return Line(name, raw[:4], raw[4:])


def _odd(text: str) -> bool:
    return any(c < " " and c != "\n" for c in text)
