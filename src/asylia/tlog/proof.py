"""A leaf's proof in a file (C2SP tlog-proof): index, path, and the checkpoint it leads to."""

import base64
from dataclasses import dataclass

from asylia.crypto import merkle
from asylia.errors import MalformedError
from asylia.tlog.note import from_base64
from asylia.tlog.policy import Policy, VerifiedCheckpoint, verify

HEADER = "c2sp.org/tlog-proof@v1"
LIMIT = 1 << 18
_PATH = 63


@dataclass(frozen=True)
class Proof:
    """That a leaf stands at ``index`` in the tree of a checkpoint."""

    index: int
    path: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """The file's bytes."""
        path = "".join(base64.b64encode(one).decode() + "\n" for one in self.path)
        return f"{HEADER}\nindex {self.index}\n{path}\n".encode() + self.note


def parse_proof(untrusted: bytes) -> Proof:
    """Parse form only; ``MalformedError`` on anything else.  Extra data is refused."""
    head, gap, note = untrusted.partition(b"\n\n")
    if len(untrusted) > LIMIT or not gap or not note:
        raise MalformedError("log proof: too long, or cut off")
    try:
        first, second, *path = head.decode("ascii").split("\n")
    except (UnicodeDecodeError, ValueError):
        raise MalformedError("log proof: its head has another form") from None
    word, _, index = second.partition(" ")
    if first != HEADER or word != "index" or not index.isdigit() or len(index) > 19:
        raise MalformedError("log proof: its head has another form")
    hashes = tuple(from_base64(line) for line in path)
    if str(int(index)) != index or len(hashes) > _PATH or any(len(one) != 32 for one in hashes):
        raise MalformedError("log proof: its head has another form")
    return Proof(int(index), hashes, note)


def verify_proof(proof: Proof, leaf: bytes, policy: Policy) -> VerifiedCheckpoint:
    """The checkpoint that holds this leaf data, under the policy; ``ForgedError`` otherwise."""
    verified = verify(proof.note, policy)
    tree = verified.checkpoint
    merkle.verify_inclusion(merkle.leaf_hash(leaf), proof.index, tree.size, proof.path, tree.root)
    return verified
