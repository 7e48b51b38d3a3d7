"""Whole statements: that these very words had arrived by the checkpoint, and are unchanged.

``spec/bundle.md``, ``asylia/arrival-proof/1``.  The log committed to hashes of what had arrived
before anybody had seen it; here the statement file, the control's hash and the salt lead back to
that leaf, and the file key opens the file.  Who wrote it, and whether it is true, is not shown.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from asylia_verify import age, trees
from asylia_verify.errors import WrongError
from asylia_verify.note import Checkpoint
from asylia_verify.openssl import OpenSSL
from asylia_verify.statement import Statement
from asylia_verify.strict import frame, many, message, octets, record, text, whole

_FOLDER = "data/arrivals/"
_LARGEST = 1 << 20
_FLOOR = 4096
_LENGTH = 4
_PROOF = record(
    {
        "control_sha256": octets(32),
        "file_key": octets(16),
        "leaf": record(
            {"index": whole(0, 1 << 60), "path": many(octets(32), 0, 64), "salt": octets(32)}
        ),
    }
)
_WORDS = record(
    {
        "answers": many(
            record({"question": text(r".{0,200}"), "text": text(r".{0,10000}")}), 0, 16
        ),
        "language": text(r"[a-z]{2,3}"),
        "text": text(r".{0,100000}", 1 << 20),
    }
)


def check_arrivals(
    files: Mapping[str, bytes], statement: Statement, checkpoint: Checkpoint, openssl: OpenSSL
) -> int:
    """Every whole statement proven up to the checkpoint and opened; how many there are."""
    names = statement.said["arrivals"]
    held = {name.split("/")[2] for name in files if name.startswith(_FOLDER)}
    if names != sorted(held):
        raise WrongError("the statement names other arrivals than are there", "data/arrivals")
    for name in names:
        _check_arrival(files, f"{_FOLDER}{name}", checkpoint, openssl)
    return len(names)


def _check_arrival(
    files: Mapping[str, bytes], folder: str, checkpoint: Checkpoint, openssl: OpenSSL
) -> None:
    proof_file, sealed_file, words_file = (
        f"{folder}/{name}" for name in ("proof.json", "statement.age", "statement.json")
    )
    for name in (proof_file, sealed_file, words_file):
        if name not in files:
            raise WrongError("is missing", name)
    proof = message(files[proof_file], "asylia/arrival-proof/1", _PROOF, proof_file)
    sealed = files[sealed_file]
    digest = _digest(proof, sealed)
    if not folder.endswith(f"/{digest[:5].hex()}"):
        raise WrongError("with the control's hash it is not the arrival of its name", sealed_file)
    _check_leaf(proof["leaf"], digest, checkpoint, proof_file)
    try:
        words = _unpad(age.open_file(sealed, proof["file_key"], openssl))
    except WrongError as error:
        raise WrongError(error.told, sealed_file) from None
    message(words, "asylia/statement/1", _WORDS, sealed_file)
    if files[words_file] != words:
        raise WrongError("is not what statement.age opens to", words_file)


def _digest(proof: dict[str, Any], sealed: bytes) -> bytes:
    hashes = proof["control_sha256"], sha256(sealed).digest()
    return sha256(frame("asylia/envelope/1 arrival", *hashes)).digest()


def _check_leaf(
    leaf: dict[str, Any], digest: bytes, checkpoint: Checkpoint, proof_file: str
) -> None:
    data = sha256(frame("asylia/arrival/1", leaf["salt"], digest)).digest()
    try:
        root = trees.verify_inclusion(data, leaf["index"], checkpoint.size, leaf["path"])
    except WrongError as error:
        raise WrongError(error.told, proof_file) from None
    if root != checkpoint.root:
        raise WrongError(
            "its salt and place do not lead from the statement to the log's checkpoint", proof_file
        )


def _unpad(padded: bytes) -> bytes:
    """The content of PADMÉ padding (``spec/primitives.md``)."""
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    if end > _LARGEST or len(padded) != _padded_length(end) or any(padded[end:]):
        raise WrongError("is not padded as it should be")
    return padded[_LENGTH:end]


def _padded_length(length: int) -> int:
    if length <= _FLOOR:
        return _FLOOR
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask
