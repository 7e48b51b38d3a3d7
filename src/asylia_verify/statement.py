"""The signed statement and what it binds: files, root, certificate, signatures, seal.

Nothing here is trusted because the bundle says so: the root counts by its hash in the policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from asylia_verify.bag import SEAL, TAG_MANIFEST
from asylia_verify.errors import WrongError
from asylia_verify.keys import KEY, Key, unwrap
from asylia_verify.openssl import OpenSSL
from asylia_verify.strict import (
    day,
    flag,
    frame,
    many,
    message,
    octets,
    optional,
    record,
    text,
    whole,
)

STATEMENT = "data/statement.signed"
ROOT = "data/certificates/root.json"
CERTIFICATE = "data/certificates/device.cert"
NAME = text(r"[0-9a-f]{10}")
LINE = text(r"[^\0\n]{1,500}", 2000)
_STATEMENT = record(
    {
        "arrivals": many(NAME),
        "consent_until": optional(day),
        "exhibits": many(NAME),
        "files": many(record({"path": text(), "sha256": octets(32), "size": whole(0, 1 << 40)})),
        "items": many(NAME),
        "made_on": day,
        "purpose": LINE,
        "recipient": LINE,
        "root_hash": octets(32),
        "signer": octets(32),
        "stamps": whole(0, 8),
    }
)
_CERTIFICATE = record(
    {"alone": flag, "device": KEY, "not_before": whole(0, 100_000), "root_hash": octets(32)}
)
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Statement:
    """What the statement says, its signatures not yet checked."""

    body: bytes
    signatures: list[dict[str, Any]]
    said: dict[str, Any]

    @property
    def stamps(self) -> list[str]:
        """The files in which its time stamps lie."""
        return [f"data/stamps/{number}.tsr" for number in range(1, self.said["stamps"] + 1)]


def read_statement(files: Mapping[str, bytes]) -> Statement:
    """Parse the statement, and hold every file against it."""
    if STATEMENT not in files:
        raise WrongError("is missing", STATEMENT)
    body, signatures = unwrap(files[STATEMENT], STATEMENT)
    said = message(body, "asylia/dossier/1", _STATEMENT, STATEMENT)
    if not said["items"] and not said["arrivals"]:
        raise WrongError("names neither item nor arrival", STATEMENT)
    statement = Statement(body, signatures, said)
    _check_files(files, statement)
    return statement


def _check_files(files: Mapping[str, bytes], statement: Statement) -> None:
    listed = {entry["path"]: entry for entry in statement.said["files"]}
    if len(listed) != len(statement.said["files"]) or list(listed) != sorted(listed):
        raise WrongError("lists its files twice or out of order", STATEMENT)
    apart = {STATEMENT, *statement.stamps}
    held = {name for name in files if name.startswith("data/")}
    for name in sorted(set(listed) | apart | held):
        if name not in held:
            raise WrongError("is named in the signed statement and missing", name)
        if name not in listed and name not in apart:
            raise WrongError("was added: the signed statement does not list it", name)
        if name in listed and name in apart:
            raise WrongError("lists itself or a stamp", STATEMENT)
        if name in listed and _facts(files[name]) != (listed[name]["sha256"], listed[name]["size"]):
            raise WrongError("is not the file that the signed statement lists", name)


def check_signer(
    files: Mapping[str, bytes], statement: Statement, root_hash: bytes | None, openssl: OpenSSL
) -> None:
    """Root, certificate, signatures and seal; ``root_hash`` is the policy's, if there is one."""
    root = _root(files, statement, root_hash)
    device = _device(files, statement, root, openssl)
    _verify(device, "asylia/dossier/1 device", statement, openssl)
    seal = message(files[SEAL], "asylia/dossier-seal/1", record({"signature": octets(64)}), SEAL)
    sealed = frame("asylia/dossier/1 seal", files[TAG_MANIFEST])
    if not openssl.verify_ed25519(device.ed25519, sealed, seal["signature"]):
        raise WrongError("does not hold over the bag as it is now", SEAL)


def _root(files: Mapping[str, bytes], statement: Statement, root_hash: bytes | None) -> Key:
    content = files.get(ROOT, b"")
    root = Key.of(message(content, "asylia/dossier-root/1", record({"root": KEY}), ROOT)["root"])
    if root.fingerprint != statement.said["root_hash"]:
        raise WrongError("is not the root that the signed statement names", ROOT)
    if root_hash is not None and root.fingerprint != root_hash:
        raise WrongError("is not the root of the team that the policy names", ROOT)
    return root


def _device(files: Mapping[str, bytes], statement: Statement, root: Key, openssl: OpenSSL) -> Key:
    body, signatures = unwrap(files.get(CERTIFICATE, b""), CERTIFICATE)
    said = message(body, "asylia/certificate/1", _CERTIFICATE, CERTIFICATE)
    try:
        root.verify("asylia/certificate/1 root", body, signatures, openssl)
    except WrongError as error:
        raise WrongError("is not the root's: %(why)s", CERTIFICATE, why=error.told) from None
    device = Key.of(said["device"])
    if said["root_hash"] != root.fingerprint or device == root or not device.ml_dsa_44:
        raise WrongError("certifies no device of this team", CERTIFICATE)
    if device.fingerprint != statement.said["signer"]:
        raise WrongError("is not the device's that the signed statement names", CERTIFICATE)
    if _EPOCH + timedelta(days=said["not_before"]) > statement.said["made_on"]:
        raise WrongError("did not hold yet on the day of the statement", CERTIFICATE)
    return device


def _verify(device: Key, label: str, statement: Statement, openssl: OpenSSL) -> None:
    try:
        device.verify(label, statement.body, statement.signatures, openssl)
    except WrongError as error:
        raise WrongError("is not the device's: %(why)s", STATEMENT, why=error.told) from None


def _facts(content: bytes) -> tuple[bytes, int]:
    return sha256(content).digest(), len(content)
