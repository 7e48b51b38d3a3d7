"""The intake bundle: what one needs to seal to a team, ``spec/intake-bundle.md``.

Upholds: it is signed by two admin devices that the root certified (by one, where the team has one),
and valid for at most 14 days.  Refuses: vouching for the page that checks it.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from asylia.crypto.age import Recipient
from asylia.crypto.signing import Signature, SigningKey, VerifyingKey
from asylia.envelope import authority
from asylia.envelope.shapes import (
    Bytes32,
    CompartmentId,
    DayNumber,
    Epoch,
    Language,
    RecipientText,
    encode_checked,
)
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError, NotFoundError, RefusedError
from asylia.values import Day
from asylia.wire import Message, Part, decode

VERSION = 1
LONGEST_PERIOD = 14  # days
LIMIT = 256 * 1024
_USE = "asylia/bundle/1 admin"
_Label = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Certificate = Annotated[bytes, msgspec.Meta(max_length=authority.LIMIT)]
_Proof = Annotated[bytes, msgspec.Meta(max_length=8192)]


class Compartment(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One desk of the team: what it is called, whom to seal to, who signs its replies."""

    id: CompartmentId
    intake_recipient: RecipientText
    labels: Annotated[dict[Language, _Label], msgspec.Meta(min_length=1, max_length=32)]
    reply_key: VerifyingKey
    earlier_reply_keys: Annotated[tuple[VerifyingKey, ...], msgspec.Meta(max_length=4)] = ()

    @property
    def recipient(self) -> Recipient:
        """Whom an envelope to this compartment is sealed to."""
        return Recipient.parse(self.intake_recipient)


class IntakeBundle(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of a bundle; trust only what ``verify_bundle`` returned."""

    LABEL: ClassVar[str] = "asylia/bundle/1"
    certificates: Annotated[tuple[_Certificate, ...], msgspec.Meta(min_length=1, max_length=2)]
    compartments: Annotated[tuple[Compartment, ...], msgspec.Meta(min_length=1, max_length=16)]
    epoch: Epoch
    not_after: DayNumber
    not_before: DayNumber
    root_hash: Bytes32
    version: Annotated[int, msgspec.Meta(ge=1, le=255)]
    log_proof: Annotated[tuple[_Proof, ...], msgspec.Meta(max_length=8)] = ()

    def compartment(self, compartment_id: str) -> Compartment:
        """The compartment of that id; ``NotFoundError``."""
        for compartment in self.compartments:
            if compartment.id == compartment_id:
                return compartment
        raise NotFoundError("the intake bundle has no such compartment")

    @property
    def reply_keys(self) -> tuple[VerifyingKey, ...]:
        """Every key that a reply may be signed by, of any compartment, now or lately."""
        return tuple(
            key
            for compartment in self.compartments
            for key in (compartment.reply_key, *compartment.earlier_reply_keys)
        )


def sign_bundle(bundle: IntakeBundle, devices: Sequence[SigningKey]) -> bytes:
    """The bundle as signed bytes, by each of ``devices``."""
    body = encode_checked(bundle)
    signatures: tuple[Signature, ...] = ()
    for device in devices:
        signatures += device.sign(_USE, body)
    return SignedBytes(body, signatures).encode()


def verify_bundle(untrusted: bytes, root: VerifyingKey, today: Day) -> IntakeBundle:
    """The bundle, where the team signed it and it is valid.

    ``today`` is the later of the clock and the newest signed time seen.  Raises ``MalformedError``
    or ``ForgedError``; ``RefusedError`` where it is genuine, but not for today or not for us.
    """
    signed = SignedBytes.parse(untrusted, limit=LIMIT)
    bundle = decode(signed.body, IntakeBundle)
    _check_form(bundle)
    if bundle.root_hash != root.fingerprint:
        raise ForgedError("the intake bundle is of another team")
    for device in _devices(bundle, root):
        device.verify(_USE, signed.body, signatures=signed.signatures)
    _check_validity(bundle, today)
    return bundle


def _check_form(bundle: IntakeBundle) -> None:
    if len({compartment.id for compartment in bundle.compartments}) != len(bundle.compartments):
        raise MalformedError("the intake bundle names a compartment twice")
    for compartment in bundle.compartments:
        if "en" not in compartment.labels:
            raise MalformedError("a compartment in the intake bundle has no English label")
        Recipient.parse(compartment.intake_recipient)
    if any(key.ml_dsa_44 is not None for key in bundle.reply_keys):
        raise MalformedError("a reply key in the intake bundle is not Ed25519 alone")


def _devices(bundle: IntakeBundle, root: VerifyingKey) -> tuple[VerifyingKey, ...]:
    certificates = [authority.verify_certificate(each, root) for each in bundle.certificates]
    if any(certificate.not_before > bundle.not_before for certificate in certificates):
        raise ForgedError("a device signed the intake bundle before it was an admin device")
    devices = {certificate.device.fingerprint for certificate in certificates}
    if len(devices) != len(certificates):
        raise ForgedError("one device signed the intake bundle twice")
    if len(devices) < 2 and not certificates[0].alone:
        raise ForgedError("the intake bundle needs a second admin device")
    return tuple(certificate.device for certificate in certificates)


def _check_validity(bundle: IntakeBundle, today: Day) -> None:
    if not 0 <= bundle.not_after - bundle.not_before <= LONGEST_PERIOD:
        raise ForgedError("the intake bundle is made for too long")
    if bundle.version > VERSION:
        raise RefusedError(
            "this copy of Asylia is too old for this team", hint="Fetch a new copy, then try again."
        )
    if not bundle.not_before <= today <= bundle.not_after:
        raise RefusedError(
            "the intake bundle is not valid today",
            hint="Check the date of this machine; else the team has to sign a new one.",
        )
