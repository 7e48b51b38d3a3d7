"""The checks that an epoch passes before a device goes on under it.

Upholds: no keyring is taken, no key kept, before ``rights`` holds.  Refuses (with an error that
names what): an epoch that does not follow the newest one, or is not signed as it must be.
"""

from collections.abc import Sequence

from asylia.crypto.age import Identity
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError
from asylia.ledger import boxes, rights, sealing
from asylia.ledger.epoch import CompartmentEpoch, TeamEpoch
from asylia.ledger.journal import Journal
from asylia.ledger.outcome import HeldBlobError, Outcome, RefusedBlobError
from asylia.ledger.state import State
from asylia.ledger.store import LedgerStore, LineRow, RecordRow
from asylia.values import Hash


class EpochDoor:
    """Lets epochs in; ``opened`` counts them."""

    def __init__(
        self, store: LedgerStore, journal: Journal, state: State, prekeys: Sequence[Identity]
    ) -> None:
        self._store, self._journal = store, journal
        self._state, self._prekeys = state, prekeys
        self.opened = 0

    def judge(self, blob_hash: Hash, blob: bytes, position: int) -> Outcome:
        """Apply the epoch, or raise what is wrong with it."""
        self._journal.settle(blob_hash, position)
        if self._journal.find(blob_hash, "epoch"):
            raise RefusedBlobError("replayed", "this epoch stands in the line twice")
        if blob_hash in self._state.teams or blob_hash in self._state.keys:
            return Outcome("epoch")
        try:
            self.adopt(blob_hash, blob)
        except sealing.UnopenedError:
            return Outcome("unread")
        return Outcome("epoch")

    def adopt(self, blob_hash: Hash, blob: bytes) -> None:
        """Check an epoch and go on under it; raises what is wrong with it."""
        signed, epoch = sealing.open_epoch(blob, self._prekeys)
        if isinstance(epoch, TeamEpoch):
            self._check_team(signed, epoch)
        else:
            self._check_compartment(signed, epoch)
            self._take_keyring(blob_hash, epoch)
        self._store.add_epoch(blob_hash, signed.encode())
        self._state.add(blob_hash, epoch)
        self.opened += 1

    def _check_team(self, signed: SignedBytes, epoch: TeamEpoch) -> None:
        before, before_hash = self._state.team, self._state.team_hash
        if before is None:
            rights.check_first_team(signed, epoch, self._state.root.fingerprint)
            return
        self._check_sibling("", epoch, before, before_hash)
        rights.check_team(signed, epoch, before, before_hash)

    def _check_compartment(self, signed: SignedBytes, epoch: CompartmentEpoch) -> None:
        team, name = self._state.teams.get(epoch.team), epoch.compartment
        if team is None:
            raise HeldBlobError("an epoch stands under a team epoch that is not here")
        if name not in self._state.compartments:
            rights.check_first_compartment(signed, epoch, team)
            return
        before, before_hash = self._state.compartments[name], self._state.current[name].blob_hash
        self._check_sibling(name, epoch, before, before_hash)
        rights.check_compartment(signed, epoch, before, before_hash, team)

    def _check_sibling(
        self,
        name: str,
        epoch: TeamEpoch | CompartmentEpoch,
        before: TeamEpoch | CompartmentEpoch,
        before_hash: bytes,
    ) -> None:
        if epoch.number > before.number + 1:
            raise HeldBlobError("an epoch before this one is not here")
        if before_hash not in epoch.previous:
            self._state.clashes.add(name)
            raise RefusedBlobError("forked", "another epoch stands in the same place")

    def _take_keyring(self, blob_hash: Hash, epoch: CompartmentEpoch) -> None:
        rows = [self._page(page) for page in epoch.keyring]
        for row in rows:
            for record, key in sealing.open_keyring(row.blob, epoch.wrap_key).items():
                if boxes.record_id(epoch.compartment, key) != record:
                    raise ForgedError("a keyring gives a record another key than it has")
                self._journal.put_record(RecordRow(record, epoch.compartment, key, blob_hash))
        for row in rows:
            self._store.set_line_state(row.position, "epoch")

    def _page(self, blob_hash: bytes) -> LineRow:
        row = self._journal.find(blob_hash, "unread")
        if row is None:
            raise HeldBlobError("a keyring page is not here", wanted=blob_hash)
        return row
