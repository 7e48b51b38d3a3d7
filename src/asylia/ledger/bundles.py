"""Making and renewing the intake bundle, ``spec/ledger.md``.

Upholds: a second admin device signs only what it would have written itself.  Refuses: compartments
that take no reports, keys that are not the newest epoch's.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar

import msgspec

from asylia.crypto.signing import Signature, SigningKey, VerifyingKey
from asylia.envelope import bundle as intake
from asylia.envelope.bundle import IntakeBundle, verify_bundle
from asylia.envelope.signed import SignedBytes
from asylia.errors import AsyliaError, MalformedError, NotFoundError, RefusedError
from asylia.ledger.epoch import CompartmentEpoch, TeamEpoch
from asylia.ledger.signers import by_fingerprint
from asylia.values import Day
from asylia.wire import Message, decode, encode

PERIOD = 14  # days


class BundleProposal(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A bundle as far as it is signed."""

    LABEL: ClassVar[str] = "asylia/bundle-proposal/1"
    bundle: bytes


def compose(
    team: TeamEpoch, epochs: Iterable[CompartmentEpoch], device: bytes, today: Day
) -> IntakeBundle:
    """The bundle that this admin device would sign, with whom it takes as second."""
    return IntakeBundle(
        certificates=_certificates(team, device),
        compartments=tuple(
            intake.Compartment(
                id=epoch.compartment,
                intake_recipient=str(epoch.identities[0].recipient),
                labels=epoch.labels,
                reply_key=epoch.reply_key.public,
                earlier_reply_keys=epoch.earlier_reply_keys,
            )
            for epoch in sorted(epochs, key=lambda one: one.compartment)
            if epoch.intake
        ),
        epoch=team.number,
        not_after=Day(today + PERIOD),
        not_before=today,
        root_hash=team.root.fingerprint,
        version=team.minimum_version,
    )


def _certificates(team: TeamEpoch, device: bytes) -> tuple[bytes, ...]:
    admins = {
        name: one.certificate
        for name, one in by_fingerprint(team).items()
        if one.state == "live" and one.certificate is not None
    }
    if device not in admins:
        raise RefusedError(
            "this device is no admin device", hint="Ask an admin to sign the intake bundle."
        )
    others = [certificate for name, certificate in sorted(admins.items()) if name != device]
    return (admins[device], *others[:1])


def sign_one(bundle: IntakeBundle, key: SigningKey) -> bytes:
    """The bundle as signed bytes, with this device's signatures."""
    return intake.sign_bundle(bundle, [key])


def sign(bundle: IntakeBundle, key: SigningKey) -> bytes:
    """A proposal with this device's signatures."""
    return encode(BundleProposal(bundle=sign_one(bundle, key)))


def merged(controls: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Bundles as signed bytes; the signatures of all proposals with one body stand together.

    ``controls``: author and content of control entries.  What is no proposal is passed over: other
    labels are other parts' or newer, and a member's device must not be able to end every bundle.
    So nobody brings another device's signature either: a false one would spoil the right one.
    """
    bodies: dict[bytes, dict[tuple[bytes, str], Signature]] = {}
    for author, content in controls:
        try:
            signed = SignedBytes.parse(decode(content, BundleProposal).bundle)
            decode(signed.body, IntakeBundle)
        except MalformedError:
            continue
        own = [one for one in signed.signatures if one.key == author]
        if own:
            found = bodies.setdefault(signed.body, {})
            found.update({(one.key, one.algorithm): one for one in own})
    return [SignedBytes(body, tuple(found.values())).encode() for body, found in bodies.items()]


def signed_body(proposal: bytes) -> bytes:
    """What a proposal's signatures cover."""
    return SignedBytes.parse(decode(proposal, BundleProposal).bundle).body


def is_good(candidate: bytes, root: VerifyingKey, today: Day, body: bytes) -> bool:
    """Whether it is this bundle, signed by all who must."""
    try:
        verify_bundle(candidate, root, today)
    except AsyliaError:
        return False
    return SignedBytes.parse(candidate).body == body


def newest(candidates: Iterable[bytes], root: VerifyingKey, today: Day) -> bytes:
    """The good bundle that is valid longest; ``NotFoundError`` if none is valid today."""
    good = []
    for candidate in candidates:
        try:
            bundle = verify_bundle(candidate, root, today)
        except AsyliaError:
            continue
        good.append((bundle.not_after, sha256(candidate).digest(), candidate))
    if not good:
        raise NotFoundError(
            "no intake bundle is valid today", hint="An admin device has to renew it."
        )
    return max(good)[2]


def pending(candidates: Iterable[bytes], mine: IntakeBundle, device: bytes) -> IntakeBundle | None:
    """A bundle that waits for this device's signature, where it says what this one would say."""
    for candidate in candidates:
        signed = SignedBytes.parse(candidate)
        bundle = decode(signed.body, IntakeBundle)
        if device in {one.key for one in signed.signatures}:
            continue
        as_mine = msgspec.structs.replace(
            mine,
            certificates=bundle.certificates,
            not_before=bundle.not_before,
            not_after=bundle.not_after,
        )
        same_devices = set(bundle.certificates) == set(mine.certificates)
        good_period = bundle.not_before <= mine.not_before <= bundle.not_after <= mine.not_after
        if bundle == as_mine and same_devices and good_period:
            return bundle
    return None
