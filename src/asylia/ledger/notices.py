"""Notices that this device can open: proposals are put by, dismissals are heeded.

Upholds: a dismissal counts only by the word of a device of the compartment as this one knows it.
Refuses (with an error that names what): one of another device, one from nobody who may.
"""

from collections.abc import Iterator

from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError
from asylia.ledger.absence import Absence
from asylia.ledger.dismissal import (
    DismissalNotice,
    is_dismissal,
    parse_dismissal,
    verify_dismissal,
)
from asylia.ledger.epoch import CompartmentEpoch
from asylia.ledger.outcome import Outcome
from asylia.ledger.signers import by_fingerprint
from asylia.ledger.state import State
from asylia.ledger.store import LedgerStore, NoticeRow
from asylia.values import Hash

_PROPOSAL, _WELCOME = b"asylia/proposal/1\n", b"asylia/welcome/1\n"
NOTICE = Outcome("notice")


class NoticeDoor:
    """Lets notices in."""

    def __init__(self, store: LedgerStore, state: State) -> None:
        self._store, self._state = store, state

    def judge(self, blob_hash: Hash, content: bytes, place: int, own: bytes) -> Outcome | None:
        """What became of a notice, or raise what is wrong with it; None where it is an epoch."""
        if content.startswith(_PROPOSAL):
            self._store.put_notice(NoticeRow(blob_hash, place, content))
        if content.startswith((_PROPOSAL, _WELCOME)):
            return NOTICE
        signed = SignedBytes.parse(content)
        if not is_dismissal(signed):
            return None
        self._heed(signed, blob_hash, place, own)
        return NOTICE

    def _heed(self, signed: SignedBytes, blob_hash: Hash, place: int, own: bytes) -> None:
        said = parse_dismissal(signed)
        if said.device != own:
            raise ForgedError("a dismissal is of another device than it is sealed to")
        epochs = [one for one in self._newest(said.compartment) if own in one.devices]
        told = Absence(own, said.number, self._signer(signed, said, epochs), place, blob_hash)
        known = self._state.absences.get(said.compartment)
        if any(told.ends_with(epoch, 0) for epoch in epochs):
            return  # it was admitted again since
        if known is None or known.number <= told.number:
            self._state.absences[said.compartment] = told

    def _newest(self, compartment: str) -> Iterator[CompartmentEpoch]:
        tree = self._state.trees.get(compartment)
        if tree is not None:
            yield from (tree.epochs[head] for head in tree.heads)

    def _signer(
        self, signed: SignedBytes, said: DismissalNotice, epochs: list[CompartmentEpoch]
    ) -> bytes:
        members = {name for epoch in epochs for name in epoch.devices} - {said.device}
        named, team = {one.key for one in signed.signatures}, self._state.team
        for name, device in by_fingerprint(team).items() if team is not None else ():
            if name in named & members and device.state == "live":
                verify_dismissal(signed, device.signing)
                return name
        raise ForgedError("a dismissal is not signed by a device of that compartment")
