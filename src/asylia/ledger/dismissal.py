"""What tells a live device that a compartment went on without it: ``asylia/dismissal/1``.

A notice to that device alone, ``spec/ledger.md``, *A device leaves a compartment*.  Upholds: it
names the device, the compartment and the epoch's number, so that nobody can turn it on another.
Refuses: deciding whether its signer may say so; that is ``notices``'.
"""

from typing import ClassVar

from asylia.crypto import random
from asylia.crypto.age import Recipient
from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.envelope.shapes import Bytes32, CompartmentId, Epoch, encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.ledger.sealing import seal_notice
from asylia.wire import Message, decode

_USE = "asylia/dismissal/1 notice"


class DismissalNotice(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A device is not in the compartment's epoch of that number."""

    LABEL: ClassVar[str] = "asylia/dismissal/1"
    compartment: CompartmentId
    device: Bytes32
    number: Epoch


def sign_dismissal(said: DismissalNotice, signing: SigningKey) -> SignedBytes:
    """What is sealed to the device."""
    body = encode_checked(said)
    return SignedBytes(body, signing.sign(_USE, body))


def seal_dismissal(
    said: DismissalNotice,
    signing: SigningKey,
    prekey: Recipient,
    randomness: random.Randomness = random.system,
) -> bytes:
    """The blob for the line."""
    return seal_notice(sign_dismissal(said, signing).encode(), [prekey], randomness)


def verify_dismissal(signed: SignedBytes, signer: VerifyingKey) -> None:
    """Raise ``ForgedError`` unless this device signed it."""
    signer.verify(_USE, signed.body, signatures=signed.signatures)


def is_dismissal(signed: SignedBytes) -> bool:
    """Whether this is one, by its label."""
    return signed.body.startswith(DismissalNotice.LABEL.encode() + b"\n")


def parse_dismissal(signed: SignedBytes) -> DismissalNotice:
    """What it says; ``MalformedError``.  No signature is checked here."""
    return decode(signed.body, DismissalNotice)
