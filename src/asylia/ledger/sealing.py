"""Sealing and opening of epochs and keyring pages, ``spec/ledger.md``.

Upholds: 16, 32 or 64 stanzas in random order, so that a seized blob does not tell how many devices
there are; no content key outside an age file to rotating prekeys.  Refuses: judging who signed.
"""

from collections.abc import Iterable, Mapping, Sequence

from asylia.crypto import age, random
from asylia.crypto.age import Identity, Recipient
from asylia.crypto.layer import open_layer, seal_layer
from asylia.crypto.padding import pad, unpad
from asylia.crypto.signing import SigningKey
from asylia.envelope.shapes import encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError
from asylia.ledger.epoch import CompartmentEpoch, TeamEpoch, decode_epoch
from asylia.values import RecordId

AGE = b"age-encryption.org/v1\n"
STANZAS = (16, 32, 64)
PAGE = 16_384  # records
_KEYRING = "asylia/keyring/1"
_PAIR = 48


class UnopenedError(ForgedError):
    """It is sealed to others, or was altered: from outside, nobody can tell."""


def use(body: TeamEpoch | CompartmentEpoch) -> str:
    """The label that signatures over this body begin with."""
    return f"{body.LABEL} epoch"


def sign_epoch(body: TeamEpoch | CompartmentEpoch, signers: Iterable[SigningKey]) -> SignedBytes:
    """The epoch with the signatures of all ``signers``."""
    encoded = encode_checked(body)
    decode_epoch(encoded)
    signatures = tuple(one for key in signers for one in key.sign(use(body), encoded))
    return SignedBytes(encoded, signatures)


def seal_epoch(
    signed: SignedBytes,
    recipients: Sequence[Recipient],
    randomness: random.Randomness = random.system,
) -> bytes:
    """The blob: one age file to the recipients and to throw-away ones."""
    return seal_notice(signed.encode(), recipients, randomness)


def seal_notice(
    content: bytes,
    recipients: Sequence[Recipient],
    randomness: random.Randomness = random.system,
) -> bytes:
    """A blob that looks like any epoch: what it holds, padded, to these and throw-away keys."""
    wanted = next(size for size in STANZAS if size >= len(recipients))
    spare = [Identity.generate(randomness).recipient for _ in range(wanted - len(recipients))]
    shuffled = sorted((randomness(16), str(one), one) for one in (*recipients, *spare))
    everyone = [recipient for _, _, recipient in shuffled]
    return age.encrypt(pad(content), everyone, randomness=randomness)


def open_epoch(
    untrusted: bytes, identities: Sequence[Identity]
) -> tuple[SignedBytes, TeamEpoch | CompartmentEpoch]:
    """What one of the identities opens; ``UnopenedError`` if none does, ``MalformedError``."""
    signed = SignedBytes.parse(open_notice(untrusted, identities))
    return signed, decode_epoch(signed.body)


def open_notice(untrusted: bytes, identities: Sequence[Identity]) -> bytes:
    """What it holds; ``UnopenedError`` if none of the identities opens it, ``MalformedError``."""
    try:
        return unpad(age.decrypt(untrusted, identities))
    except ForgedError:
        raise UnopenedError("no key of this device opens it") from None


def seal_keyring(
    keys: Mapping[RecordId, bytes],
    wrap_key: bytes,
    randomness: random.Randomness = random.system,
) -> tuple[bytes, ...]:
    """The live records' keys as pages, in the order in which an epoch names them."""
    pairs = [record + keys[record] for record in sorted(keys)]
    pages = [pairs[at : at + PAGE] for at in range(0, len(pairs), PAGE)]
    return tuple(
        seal_layer(wrap_key, _KEYRING, pad(b"".join(page)), randomness=randomness) for page in pages
    )


def open_keyring(untrusted: bytes, wrap_key: bytes) -> dict[RecordId, bytes]:
    """The keys of one page; ``ForgedError``, ``MalformedError``."""
    content = unpad(open_layer(wrap_key, _KEYRING, untrusted))
    pairs = [content[at : at + _PAIR] for at in range(0, len(content), _PAIR)]
    records = [pair[:16] for pair in pairs]
    if len(content) % _PAIR or records != sorted(set(records)):
        raise MalformedError("a keyring page is not in the form it must have")
    return {RecordId(pair[:16]): pair[16:] for pair in pairs}
