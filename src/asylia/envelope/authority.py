"""Whom a team's root certifies: admin devices, ``spec/authority.md``.

Upholds: the root hash is the name of a team; a device counts as admin by the root's signature only.
Refuses: a certificate of another team, of a key without ML-DSA-44, or of the root itself.
"""

from typing import ClassVar

from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.envelope.shapes import Bytes32, DayNumber, encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError
from asylia.values import Day, Hash
from asylia.wire import Message, decode

LIMIT = 16 * 1024
_USE = "asylia/certificate/1 root"


class AdminCertificate(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The root says: this device is admin from this day on; ``alone``: and needs no second."""

    LABEL: ClassVar[str] = "asylia/certificate/1"
    alone: bool
    device: VerifyingKey
    not_before: DayNumber
    root_hash: Bytes32


def root_hash(root: VerifyingKey) -> Hash:
    """The fingerprint of the root: 32 bytes, the name of the team."""
    return Hash(root.fingerprint)


def certify(
    root: SigningKey, device: VerifyingKey, *, not_before: Day, alone: bool = False
) -> bytes:
    """A certificate for ``device``, as signed bytes."""
    body = encode_checked(
        AdminCertificate(
            alone=alone, device=device, not_before=not_before, root_hash=root_hash(root.public)
        )
    )
    return SignedBytes(body, root.sign(_USE, body)).encode()


def verify_certificate(untrusted: bytes, root: VerifyingKey) -> AdminCertificate:
    """The certificate, where ``root`` signed it; ``MalformedError`` or ``ForgedError``.

    ``not_before`` is for the caller to hold against what the device signed.
    """
    signed = SignedBytes.parse(untrusted, limit=LIMIT)
    certificate = decode(signed.body, AdminCertificate)
    root.verify(_USE, signed.body, signatures=signed.signatures)
    if certificate.root_hash != root.fingerprint:
        raise ForgedError("an admin certificate is of another team")
    if certificate.device.ml_dsa_44 is None or certificate.device == root:
        raise ForgedError("an admin certificate names a key that cannot be an admin device")
    return certificate
