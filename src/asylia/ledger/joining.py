"""Card, invitation, welcome and the eight words, ``spec/ledger.md``: how a device comes to a team.

Upholds: whoever swaps a card or an invitation on the way changes the words that two people read to
each other; neither holds a name.  Refuses: a card that its own key did not sign, an invitation of
another team or older than 14 days, a welcome that its invitation does not name.
"""

from hashlib import sha256
from typing import Annotated, ClassVar, NamedTuple

import msgspec

from asylia.crypto import age, random
from asylia.crypto.age import Identity, Recipient
from asylia.crypto.kdf import argon2id
from asylia.crypto.signing import Signature, SigningKey, VerifyingKey
from asylia.envelope.shapes import Bytes32, DayNumber, RecipientText, encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError, RefusedError
from asylia.ledger.epoch import Relay, Seen, TeamEpoch, decode_epoch
from asylia.ledger.sealing import open_notice, seal_notice
from asylia.ledger.statewords import spoken
from asylia.values import Day, DeviceId, Hash
from asylia.wire import Message, decode, frame

VALID = 14  # days
WORDS = 8
_CARD = "asylia/card/1 device"
_SPOKEN = "asylia/invitation/1 words"
_MEMORY_KIB, _PASSES, _LANES = 256 * 1024, 3, 4


class Card(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a device shows to be invited: its key, and the prekey that things are sealed to."""

    LABEL: ClassVar[str] = "asylia/card/1"
    prekey: RecipientText
    signature: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=2, max_length=2)]
    signing: VerifyingKey

    @property
    def recipient(self) -> Recipient:
        """The prekey."""
        return Recipient.parse(self.prekey)

    @property
    def device(self) -> DeviceId:
        """The name of the device."""
        return DeviceId(self.signing.fingerprint)


class Invitation(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an admin's device says of the team to the one device that it is sealed to."""

    LABEL: ClassVar[str] = "asylia/invitation/1"
    day: DayNumber
    inviter: Bytes32
    relay: Relay
    root_hash: Bytes32
    seen: Seen
    welcome: Bytes32


class Welcome(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is too long for an invitation, as a notice in the line."""

    LABEL: ClassVar[str] = "asylia/welcome/1"
    epoch: Bytes32
    root: VerifyingKey
    team: Annotated[bytes, msgspec.Meta(min_length=1)]


class Opened(NamedTuple):
    """An invitation, and its plaintext for the words."""

    plaintext: bytes
    invitation: Invitation


class Base(NamedTuple):
    """The team epoch that an invitation vouches for: where a new device begins."""

    blob_hash: Hash
    signed: SignedBytes
    epoch: TeamEpoch


def make_card(signing: SigningKey, prekey: Recipient) -> bytes:
    """A card, signed by the device."""
    public, text = signing.public, str(prekey)
    signature = signing.sign(_CARD, text.encode(), public.fingerprint)
    return encode_checked(Card(prekey=text, signature=signature, signing=public))


def parse_card(untrusted: bytes) -> Card:
    """A card that its device signed; ``MalformedError``, ``ForgedError``."""
    card = decode(untrusted, Card)
    card.recipient  # noqa: B018  it must be a valid key
    if card.signing.ml_dsa_44 is None:
        raise MalformedError("a card's key is not a pair")
    fingerprint = card.signing.fingerprint
    card.signing.verify(_CARD, card.prekey.encode(), fingerprint, signatures=card.signature)
    return card


def seal_welcome(
    welcome: Welcome, prekey: Recipient, randomness: random.Randomness = random.system
) -> bytes:
    """The blob for the line."""
    return seal_notice(encode_checked(welcome), [prekey], randomness)


def open_welcome(untrusted: bytes, prekeys: list[Identity], invitation: Invitation) -> Base:
    """The team epoch to begin with; ``MalformedError``, ``ForgedError``."""
    if sha256(untrusted).digest() != invitation.welcome:
        raise ForgedError("this is not the welcome that the invitation names")
    welcome = decode(open_notice(untrusted, prekeys), Welcome)
    if welcome.root.fingerprint != invitation.root_hash:
        raise ForgedError("the welcome is of another team than the invitation")
    signed = SignedBytes.parse(welcome.team)
    epoch = decode_epoch(signed.body)
    if not isinstance(epoch, TeamEpoch) or epoch.root != welcome.root:
        raise ForgedError("the welcome holds no team epoch of this team")
    return Base(Hash(welcome.epoch), signed, epoch)


def seal_invitation(
    plaintext: bytes, prekey: Recipient, randomness: random.Randomness = random.system
) -> bytes:
    """What is carried to the new device: an age file to its prekey alone."""
    return age.encrypt(plaintext, [prekey], randomness=randomness)


def words(card: bytes, invitation: bytes, root_hash: bytes) -> tuple[str, ...]:
    """The eight words for a card and an invitation's plaintext; about a second of work."""
    framed = frame(_SPOKEN, sha256(card).digest(), sha256(invitation).digest())
    bits = argon2id(
        framed, salt=root_hash, memory_kib=_MEMORY_KIB, passes=_PASSES, lanes=_LANES, length=11
    )
    return spoken(bits, WORDS)


def open_invitation(untrusted: bytes, prekeys: list[Identity], today: Day) -> Opened:
    """What one of the prekeys opens; ``ForgedError``, ``MalformedError``, ``RefusedError``."""
    plaintext = age.decrypt(untrusted, prekeys)
    invitation = decode(plaintext, Invitation)
    if today > invitation.day + VALID:
        raise RefusedError("this invitation is older than 14 days", hint="Ask for a new one.")
    return Opened(plaintext, invitation)
