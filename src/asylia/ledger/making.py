"""Signing, sealing and posting of epochs; proposals where two must sign.

Upholds: all that one step makes goes into the outbox in one transaction, pages first; a proposal is
signed only after it was checked as if it stood in the line.  Refuses: to sign what is stale, what
this device signed already, or what the other devices would refuse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from asylia.crypto import random
from asylia.crypto.age import Recipient
from asylia.crypto.signing import SigningKey
from asylia.envelope.bundle import IntakeBundle
from asylia.envelope.shapes import encode_checked
from asylia.envelope.signed import SignedBytes
from asylia.errors import (
    AsyliaError,
    ConflictError,
    ForgedError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from asylia.ledger import bundles, change, proposals
from asylia.ledger.appending import append_waiting
from asylia.ledger.composing import compose
from asylia.ledger.control import Forgetting
from asylia.ledger.entry import CONTROL, NO_RECORD
from asylia.ledger.epoch import COMMONS, CompartmentEpoch, Seen, TeamEpoch
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.proposals import Forgets, ProposalNotice
from asylia.ledger.rehearsing import rehearse
from asylia.ledger.sealing import seal_epoch, seal_notice, sign_epoch, use
from asylia.ledger.signers import admins, by_fingerprint
from asylia.ledger.state import State
from asylia.ledger.store import LedgerStore, OutboxRow
from asylia.ledger.values import Proposed
from asylia.ledger.view import Composed, View
from asylia.values import Day, RecordId


@dataclass(frozen=True)
class Hand:
    """The device that makes something, and what it knows."""

    store: LedgerStore
    state: State
    keys: DeviceKeys
    day: Day
    randomness: random.Randomness

    @property
    def team(self) -> TeamEpoch:
        """The newest team epoch."""
        team = self.state.team
        if team is None:
            raise NotFoundError("this device has no team epoch yet")
        return team

    def view(self) -> View:
        """What ``composing`` looks at."""
        count, line = self.store.line_end()
        return View(
            state=self.state,
            device=self.keys.device,
            day=self.day,
            seen=Seen(count=count, line=line),
            offers={name: known[-1] for name, known in self.state.offers.items()},
            record_keys=self._record_keys,
            signing=self.keys.signing,
            randomness=self.randomness,
        )

    def _record_keys(self, compartment: str) -> Mapping[RecordId, bytes]:
        rows = self.store.records(compartment)
        return {RecordId(row.record): row.key for row in rows if row.key is not None}


def post(hand: Hand, composed: Composed) -> None:
    """Sign with this device's key alone, seal, and leave in the outbox."""
    signed = [sign_epoch(epoch, [hand.keys.signing]) for epoch in _epochs(composed)]
    blobs = [*composed.pages, *composed.told, *_sealed(hand, signed, _epochs(composed))]
    with hand.store.transaction():
        _leave(hand, blobs)


def propose(hand: Hand, changes: Sequence[change.Change], *, bundle: bool) -> Proposed:
    """Post what these changes take, or a proposal where another admin has to sign.

    ``RefusedError`` where this device is no live admin's: the others would name its epochs forged.
    """
    if hand.keys.device not in admins(hand.team):
        raise RefusedError("this device is no admin device", hint="Ask an admin to do it.")
    composed = compose(hand.view(), changes)
    epochs = _epochs(composed)
    forgets = tuple(
        Forgets(
            compartment=one.compartment,
            owed=tuple(one.owed),
            reason=one.reason,
            records=tuple(sorted(one.records)),
        )
        for one in changes
        if isinstance(one, change.Forgetting)
    )
    signed = [sign_epoch(epoch, [hand.keys.signing]) for epoch in epochs]
    words = proposals.words(epochs, hand.state, _reasons(forgets))
    renewed = _bundle(hand, composed.team or hand.team, epochs) if bundle else None
    if composed.needs_two:
        return _ask(hand, composed, signed, forgets, renewed, words)
    blobs = [*composed.pages, *composed.told, *_sealed(hand, signed, epochs)]
    with hand.store.transaction():
        _leave(hand, blobs)
        _write_down(hand, forgets, [hand.keys.device], renewed)
    return Proposed(posted=True, id=b"", words=words)


def sign(hand: Hand, proposal: bytes, root: SigningKey | None = None) -> None:
    """Add this device's signatures, and post.  ``NotFoundError``, ``ConflictError``, ``Refused…``.

    ``root``: signs in place of the second admin, where only one is live.  Raises what a device
    would say that refused one of the epochs.
    """
    row = next((one for one in hand.store.notices() if one.blob_hash == proposal), None)
    notice = proposals.parse_notice(row.content) if row is not None else None
    if notice is None:
        raise NotFoundError("there is no such proposal", hint="It may have been carried out.")
    if proposals.is_stale(notice, hand.state, hand.day):
        raise ConflictError("this proposal is stale", hint="Ask for it to be made anew.")
    if hand.keys.device not in admins(hand.team):
        raise RefusedError("this device is no admin device", hint="Another admin has to sign.")
    first = proposals.signers(notice)
    if root is not None:
        _check_root(hand, root)
    elif hand.keys.device in first:
        raise RefusedError("this device has signed already", hint="Another admin has to sign.")
    key = root or hand.keys.signing
    epochs = [epoch for _, epoch in proposals.epochs_of(notice)]
    signed = [
        SignedBytes(one.body, (*one.signatures, *key.sign(use(epoch), one.body)))
        for one, epoch in proposals.epochs_of(notice)
    ]
    blobs = _sealed(hand, signed, epochs)
    rehearse(hand.store, notice.told, blobs)
    renewed = _admitted(hand, notice, epochs)
    with hand.store.transaction():
        _leave(hand, [*notice.told, *blobs])
        _write_down(hand, notice.forgetting, [*first, hand.keys.device], renewed)
        hand.store.destroy_notice(proposal)


def _check_root(hand: Hand, root: SigningKey) -> None:
    if root.public != hand.state.root:
        raise ForgedError("these shares are of another team")
    if len(admins(hand.team)) > 1:
        raise RefusedError("the team has a second admin", hint="Have that one sign.")


def _epochs(composed: Composed) -> list[TeamEpoch | CompartmentEpoch]:
    return [*([composed.team] if composed.team else []), *composed.compartments]


def _sealed(
    hand: Hand, signed: Sequence[SignedBytes], epochs: Sequence[TeamEpoch | CompartmentEpoch]
) -> list[bytes]:
    """Blobs, each sealed to its devices' prekeys in the team epoch that it stands under."""
    team, blobs = hand.team, []
    for one, epoch in zip(signed, epochs, strict=True):
        if isinstance(epoch, TeamEpoch):
            team = epoch
            recipients = list(epoch.recipients)
        else:
            recipients = [*_prekeys(team, epoch.devices), Recipient.parse(team.recovery)]
        blobs.append(seal_epoch(one, recipients, hand.randomness))
    return blobs


def _prekeys(team: TeamEpoch, names: Iterable[bytes]) -> list[Recipient]:
    devices = by_fingerprint(team)
    found = [devices[name].prekey for name in names if name in devices]
    return [Recipient.parse(prekey) for prekey in found if prekey is not None]


def _leave(hand: Hand, blobs: Iterable[bytes]) -> None:
    hand.store.add_outbox(
        [OutboxRow(0, None, "", 0, sha256(blob).digest(), blob, None) for blob in blobs]
    )


def _ask(
    hand: Hand,
    composed: Composed,
    signed: Sequence[SignedBytes],
    forgets: tuple[Forgets, ...],
    renewed: bytes | None,
    words: tuple[str, ...],
) -> Proposed:
    if len(composed.told) > proposals.MOST_TOLD:
        raise UsageError("too many devices leave compartments at once", hint="Do it in parts.")
    notice = ProposalNotice(
        bundle=renewed,
        day=hand.day,
        epochs=tuple(one.encode() for one in signed),
        forgetting=forgets,
        forgotten_by=hand.keys.device if forgets else None,
        told=composed.told,
    )
    recipients = _prekeys(hand.team, sorted(_signers(hand, composed)))
    blob = seal_notice(encode_checked(notice), recipients, hand.randomness)
    with hand.store.transaction():
        _leave(hand, [*composed.pages, blob])
        _write_down(hand, (), (), renewed)
    return Proposed(posted=False, id=sha256(blob).digest(), words=words)


def _signers(hand: Hand, composed: Composed) -> set[bytes]:
    """The admins that may sign a proposal, and so read it: it holds its compartments' keys."""
    team = composed.team or hand.team
    able = set(admins(hand.team) & admins(team))
    for epoch in composed.compartments:
        before = hand.state.compartments.get(epoch.compartment, epoch)
        able &= {*before.devices} & {*epoch.devices}
    if able == {hand.keys.device} and len(admins(hand.team)) > 1:
        raise RefusedError(
            "no second admin is in every compartment that this concerns",
            hint="Let another admin into them first; suspend one whose device is lost.",
        )
    return able


def _write_down(
    hand: Hand, forgets: Iterable[Forgets], by: Sequence[bytes], renewed: bytes | None
) -> None:
    """The control entries that go with epochs."""
    for one in forgets:
        said = Forgetting(
            forgotten_by=tuple(sorted(set(by))),
            owed=one.owed,
            reason=one.reason,
            records=one.records,
        )
        _control(hand, one.compartment, encode_checked(said))
    if renewed is not None:
        _control(hand, COMMONS, encode_checked(bundles.BundleProposal(bundle=renewed)))


def _control(hand: Hand, compartment: str, content: bytes) -> None:
    append_waiting(hand.store, hand.keys.device, compartment, NO_RECORD, CONTROL, content, hand.day)


def _reasons(forgets: Iterable[Forgets]) -> dict[str, str]:
    return {one.compartment: one.reason for one in forgets}


# -- the intake bundle that goes with epochs


def _mine(
    hand: Hand, team: TeamEpoch, epochs: Iterable[TeamEpoch | CompartmentEpoch]
) -> IntakeBundle | None:
    """The bundle that this device would sign once these epochs stand; None where there is none."""
    known = hand.state.within(hand.keys.device)
    new = {one.compartment: one for one in epochs if isinstance(one, CompartmentEpoch)}
    if not any(one.intake for one in new.values()) or hand.keys.device not in admins(team):
        return None
    mine = [one for one in {**known, **new}.values() if hand.keys.device in one.devices]
    return bundles.compose(team, mine, hand.keys.device, hand.day)


def _bundle(
    hand: Hand, team: TeamEpoch, epochs: Sequence[TeamEpoch | CompartmentEpoch]
) -> bytes | None:
    mine = _mine(hand, team, epochs)
    return bundles.sign_one(mine, hand.keys.signing) if mine is not None else None


def _admitted(
    hand: Hand, notice: ProposalNotice, epochs: Sequence[TeamEpoch | CompartmentEpoch]
) -> bytes | None:
    """The proposal's bundle with this device's signature, if it says what this one would say."""
    team = next((one for one in epochs if isinstance(one, TeamEpoch)), hand.team)
    mine = _mine(hand, team, epochs)
    if notice.bundle is None or mine is None:
        return None
    try:
        found = bundles.pending([notice.bundle], mine, hand.keys.device)
    except AsyliaError:
        return None
    return bundles.sign_one(found, hand.keys.signing) if found is not None else None
