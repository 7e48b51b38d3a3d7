"""Checkpoints: what a log says of its tree, in C2SP tlog-checkpoint, signed and cosigned.

Three kinds of signature line, by the type byte under the key id:

- ``0x01`` Ed25519 over the text (signed-note): the log's own;
- ``0x04`` Ed25519 cosignature with a time (tlog-cosignature): a witness's;
- ``0x06`` ML-DSA-44 cosignature (tlog-cosignature): beside either.  The log's own states no time
  (``timestamp`` zero): a relay keeps none.

Upholds: no extension lines (an ML-DSA-44 line would not cover them).  Refuses: a size or root in
any but its one form.  ``policy`` decides whose lines count.
"""

import base64
from dataclasses import dataclass, field, replace
from typing import Self

from asylia.crypto import bare, random
from asylia.crypto.kdf import hkdf
from asylia.errors import ForgedError, MalformedError
from asylia.tlog.note import Note, NoteSignature, check_name, from_base64, key_id, parse_note

ED25519, ED25519_COSIGNATURE, ML_DSA_44_COSIGNATURE = 0x01, 0x04, 0x06
MAX_SIZE = 1 << 63
_TIME = 8


@dataclass(frozen=True)
class Checkpoint:
    """The log's name, how many leaves its tree has, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class NotePublic:
    """A log's or witness's public keys under its name; ML-DSA-44 where it has one."""

    name: str
    ed25519: bytes
    ml_dsa_44: bytes | None = None


@dataclass(frozen=True)
class NoteKey:
    """A log's or witness's private key: its name and the one 32-byte seed; never shown."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != 32:
            raise MalformedError("a log's or witness's key seed has 32 bytes")

    @classmethod
    def generate(cls, name: str, randomness: random.Randomness = random.system) -> Self:
        """A new key under this name."""
        return cls(name, randomness(32))

    @property
    def public(self) -> NotePublic:
        """What others verify with."""
        return NotePublic(
            self.name, bare.ed25519_public(self._ed25519), bare.ml_dsa_44_public(self._ml_dsa_44)
        )

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The log's own signed note: an Ed25519 line and an ML-DSA-44 line."""
        signature = bare.ed25519_sign(self._ed25519, checkpoint.text.encode())
        own = NoteSignature(self.name, key_id(self.name, ED25519, self.public.ed25519), signature)
        return Note(checkpoint.text, (own, self._post_quantum(checkpoint, 0))).encode()

    def cosign(self, checkpoint: Checkpoint, seconds: int) -> tuple[NoteSignature, ...]:
        """A witness's two lines, at ``seconds`` since 1970-01-01 UTC."""
        signature = bare.ed25519_sign(self._ed25519, _ed25519_message(checkpoint, seconds))
        name = key_id(self.name, ED25519_COSIGNATURE, self.public.ed25519)
        timed = NoteSignature(self.name, name, seconds.to_bytes(_TIME, "big") + signature)
        return (timed, self._post_quantum(checkpoint, seconds))

    def _post_quantum(self, checkpoint: Checkpoint, seconds: int) -> NoteSignature:
        message = _ml_dsa_44_message(self.name, checkpoint, seconds)
        signature = bare.ml_dsa_44_sign(self._ml_dsa_44, message)
        public = bare.ml_dsa_44_public(self._ml_dsa_44)
        name = key_id(self.name, ML_DSA_44_COSIGNATURE, public)
        return NoteSignature(self.name, name, seconds.to_bytes(_TIME, "big") + signature)

    @property
    def _ed25519(self) -> bytes:
        return hkdf(self.seed, "asylia/log-key/1 ed25519")

    @property
    def _ml_dsa_44(self) -> bytes:
        return hkdf(self.seed, "asylia/log-key/1 ml-dsa-44")


def parse_checkpoint(untrusted: bytes) -> tuple[Checkpoint, Note]:
    """Parse form only; nothing is verified.  ``MalformedError`` on anything else."""
    note = parse_note(untrusted)
    lines = note.text.split("\n")[:-1]
    if len(lines) != 3:
        raise MalformedError("checkpoint: not exactly three lines")
    origin, size, root = check_name(lines[0]), lines[1], from_base64(lines[2])
    if not (size.isascii() and size.isdigit() and len(size) <= 19) or str(int(size)) != size:
        raise MalformedError("checkpoint: the size is not a decimal number in its one form")
    if int(size) >= MAX_SIZE or len(root) != 32:
        raise MalformedError("checkpoint: the size or the root has another length")
    return Checkpoint(origin, int(size), root), note


def with_cosignatures(untrusted: bytes, lines: tuple[NoteSignature, ...]) -> bytes:
    """The same note with a witness's lines at its end."""
    note = parse_note(untrusted)
    return replace(note, signatures=note.signatures + lines).encode()


def verify_log(checkpoint: Checkpoint, note: Note, log: NotePublic) -> None:
    """Raise ``ForgedError`` unless the log signed this with every key it has."""
    own = _lines(note, log.name, ED25519, log.ed25519)
    for signature in own:
        bare.ed25519_verify(log.ed25519, note.text.encode(), signature)
    if checkpoint.origin != log.name or not own:
        raise ForgedError("checkpoint: not signed by this log")
    if log.ml_dsa_44 and not _verify_post_quantum(checkpoint, note, log):
        raise ForgedError("checkpoint: the log's ML-DSA-44 signature is missing")


def verify_witness(checkpoint: Checkpoint, note: Note, witness: NotePublic) -> bool:
    """Whether this witness cosigned with every key it has; ``ForgedError`` if a line is false."""
    timed = _lines(note, witness.name, ED25519_COSIGNATURE, witness.ed25519)
    for line in timed:
        seconds, signature = _split(line)
        bare.ed25519_verify(witness.ed25519, _ed25519_message(checkpoint, seconds), signature)
    held = witness.ml_dsa_44 is None or _verify_post_quantum(checkpoint, note, witness)
    return bool(timed) and held


def _verify_post_quantum(checkpoint: Checkpoint, note: Note, party: NotePublic) -> bool:
    if party.ml_dsa_44 is None:
        return False
    lines = _lines(note, party.name, ML_DSA_44_COSIGNATURE, party.ml_dsa_44)
    for line in lines:
        seconds, signature = _split(line)
        message = _ml_dsa_44_message(party.name, checkpoint, seconds)
        bare.ml_dsa_44_verify(party.ml_dsa_44, message, signature)
    return bool(lines)


def _lines(note: Note, name: str, kind: int, public: bytes) -> list[bytes]:
    wanted = (name, key_id(name, kind, public))
    return [s.signature for s in note.signatures if (s.name, s.key_id) == wanted]


def _split(line: bytes) -> tuple[int, bytes]:
    seconds = int.from_bytes(line[:_TIME], "big")
    if len(line) <= _TIME or seconds >= MAX_SIZE:
        raise ForgedError("checkpoint: a cosignature has no time")
    return seconds, line[_TIME:]


def _ed25519_message(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def _ml_dsa_44_message(name: str, checkpoint: Checkpoint, seconds: int) -> bytes:
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\x00",
            bytes([len(cosigner)]) + cosigner,
            seconds.to_bytes(_TIME, "big"),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )
