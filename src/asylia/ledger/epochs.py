"""The checks that an epoch passes before a device goes on under it.

Upholds: no keyring is taken, no key kept, before ``rights`` and ``tenure`` hold; an epoch is judged
by what stands before it in the line, so that every device judges alike.  Refuses (with an error
that names what): an epoch that does not follow one that is known, comes too late, or is not signed
as it must be.
"""

from collections.abc import Sequence, Set

from asylia.crypto.age import Identity
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError
from asylia.ledger import boxes, rights, sealing, tenure
from asylia.ledger.absence import AWAY
from asylia.ledger.epoch import (
    COMMONS,
    CompartmentEpoch,
    TeamEpoch,
    body_hash,
    decode_epoch,
)
from asylia.ledger.journal import Journal
from asylia.ledger.merging import carry
from asylia.ledger.notices import NoticeDoor
from asylia.ledger.outcome import Outcome, RefusedBlobError, finding
from asylia.ledger.returning import forget_missed, take_back
from asylia.ledger.siblings import compartment_merge, team_merge
from asylia.ledger.signers import as_of_now, by_fingerprint, live
from asylia.ledger.state import State
from asylia.ledger.store import LedgerStore, LineRow, LineState, RecordRow
from asylia.values import Hash, RecordId

FURTHEST = 64  # numbers back that an epoch's parent may lie
EPOCH = Outcome("epoch")
_PLACES: tuple[LineState, ...] = ("epoch", "unread", "refused", "notice")


class EpochDoor:
    """Lets epochs in, and hands notices on."""

    def __init__(
        self,
        store: LedgerStore,
        journal: Journal,
        state: State,
        prekeys: Sequence[Identity],
        *,
        recovering: bool = False,
    ) -> None:
        """``recovering``: the prekeys are the recovery identity's, and the device in no epoch."""
        self._store, self._journal = store, journal
        self._state, self._prekeys, self._recovering = state, prekeys, recovering
        self._notices = NoticeDoor(store, state)

    def judge(self, blob_hash: Hash, blob: bytes, position: int) -> Outcome:
        """Apply the epoch or the notice, or raise what is wrong with it."""
        self._journal.settle(blob_hash, position)
        if self._journal.find(blob_hash, "epoch"):
            raise RefusedBlobError("replayed", "this epoch stands in the line twice")
        if self._journal.find(blob_hash, "notice"):
            raise RefusedBlobError("replayed", "this notice stands in the line twice")
        if blob_hash in self._state.teams or blob_hash in self._state.keys:
            self._state.settle(blob_hash, position)
            return EPOCH
        try:
            content = sealing.open_notice(blob, self._prekeys)
        except sealing.UnopenedError:
            return Outcome("unread")
        noted = self._notices.judge(blob_hash, content, position, self._own(self._state.team))
        return noted or self._take(blob_hash, content, position)

    def adopt(self, blob_hash: Hash, blob: bytes) -> None:
        """Go on under an epoch that was made on this machine; raises what is wrong with it."""
        self._take(blob_hash, sealing.open_notice(blob, self._prekeys), 0)

    def _take(self, blob_hash: Hash, content: bytes, position: int) -> Outcome:
        signed = SignedBytes.parse(content)
        epoch = decode_epoch(signed.body)
        if isinstance(epoch, CompartmentEpoch):
            return self._take_compartment(blob_hash, signed, epoch, position)
        if body_hash(signed.body) in self._state.bodies:
            return EPOCH  # two admins sealed the same one
        self._check_team(signed, epoch)
        self._note_return(epoch, position)
        clashed = "" in self._state.clashes
        self._store.add_epoch(blob_hash, signed.encode())
        self._state.add(blob_hash, signed, epoch, {blob_hash: position})
        return self._named(EPOCH, "", position, clashed=clashed)

    def _take_compartment(
        self, blob_hash: Hash, signed: SignedBytes, epoch: CompartmentEpoch, position: int
    ) -> Outcome:
        if self._is_sealed_twice(epoch):
            return EPOCH
        self._check_compartment(signed, epoch)
        places = {blob_hash: position} | self._places(epoch)
        outcome = self._compare_lines(epoch, position)
        told = [self._before(name, "a dismissal") for name in epoch.told]
        if not all(row.blob.startswith(sealing.AGE) for row in told):
            raise ForgedError("what an epoch names as a dismissal is none")
        pages = [self._before(name, "a keyring page") for name in epoch.keyring]
        carried = self._take_keyring(blob_hash, epoch, pages)
        for row in (*told, *pages):
            self._journal.set_state(row.position, "epoch")
        clashed, back = epoch.compartment in self._state.clashes, self._comes_back(epoch)
        self._store.add_epoch(blob_hash, signed.encode())
        self._state.add(blob_hash, signed, epoch, places)
        if back:
            self._come_back(epoch, carried, position)
        return self._named(outcome, epoch.compartment, position, clashed=clashed)

    def _named(self, outcome: Outcome, chain: str, position: int, *, clashed: bool) -> Outcome:
        if chain in self._state.clashes and not clashed:
            return Outcome("epoch", "forked", _clash(position, chain))
        return outcome

    # -- the team

    def _check_team(self, signed: SignedBytes, epoch: TeamEpoch) -> None:
        team = self._state.team
        if team is None:
            root = self._state.root.fingerprint
            check = rights.check_found_again if self._recovering else rights.check_first_team
            check(signed, epoch, root)
            return
        known = [one for one in epoch.previous if one in self._state.teams]
        for parent in known:
            self._check_in_time("", self._state.teams[parent].number, team.number)
        # Who was away has not read what the others offered meanwhile.
        reads = COMMONS in self._state.trees and self._state.base not in known
        offers = self._state.offers if reads else None
        if not known:
            self._check_jump(signed, epoch, team)
        elif len(epoch.previous) == 1:
            rights.check_team(signed, epoch, self._state.teams[known[0]], known[0], offers)
        elif len(known) == 2 and self._state.team_tree.ancestor(*known) is not None:
            merged, prekeys = team_merge(self._state, known[0], known[1])
            rights.check_merged_team(signed, epoch, merged, prekeys)
        else:
            before = self._state.teams[known[0]]
            rights.check_merge_of_unknown(signed, epoch, before, known[0], offers)

    def _check_jump(self, signed: SignedBytes, epoch: TeamEpoch, team: TeamEpoch) -> None:
        """For a device that was not in the team's epochs for a while, and now is."""
        own = self._own(epoch)
        if not own or own in live(team):
            raise RefusedBlobError("forked", "it does not follow an epoch that is known here")
        rights.check_joining(signed, epoch, team, own)
        self._forget(tuple(self._state.teams))

    def _note_return(self, epoch: TeamEpoch, position: int) -> None:
        """What went on without this device, nobody told it: it could not read along."""
        team, own = self._state.team, self._own(epoch)
        if team is not None and own in live(epoch) and own not in live(team):
            self._state.come_back(own, epoch, position)

    def _own(self, team: TeamEpoch | None) -> bytes:
        """The name of this device in a team epoch that is sealed to it."""
        own = {str(prekey.recipient) for prekey in self._prekeys}
        devices = by_fingerprint(team) if team is not None else {}
        return next((name for name, one in devices.items() if one.prekey in own), b"")

    # -- compartments

    def _check_compartment(self, signed: SignedBytes, epoch: CompartmentEpoch) -> None:
        named, name = self._state.body(epoch.team), epoch.compartment
        if named is None:
            raise RefusedBlobError("forked", "it stands under a team epoch that is not known here")
        newest = [self._state.teams[one] for one in self._state.team_tree.heads]
        team = as_of_now(named, newest)
        tree = self._state.trees.get(name)
        if tree is None or not tree.heads:
            self._check_entry(signed, epoch, team)
            return
        known = [one for one in epoch.previous if one in tree.epochs]
        for parent in known:
            number = tree.epochs[tree.heads[0]].number
            self._check_in_time(name, tree.epochs[parent].number, number)
            self._check_team_goes_on(tree.epochs[parent], named)
        if not known:
            self._check_return(signed, epoch, team)
        elif len(epoch.previous) == 1:
            before = tree.epochs[known[0]]
            tenure.check_compartment(signed, epoch, before, known[0], team)
        elif len(known) == 2 and tree.ancestor(*known) is not None:
            merged = compartment_merge(self._state, name, known[0], known[1], team, epoch.day)
            sides = [tree.epochs[one] for one in known]
            tenure.check_merged_compartment(signed, epoch, merged, sides, team)
        else:
            before = tree.epochs[known[0]]
            tenure.check_merge_of_unknown(signed, epoch, before, known[0], team)

    def _comes_back(self, epoch: CompartmentEpoch) -> bool:
        """Whether the epochs before it, which this device read, were destroyed for it."""
        known = any(keys.compartment == epoch.compartment for keys in self._state.keys.values())
        return known and not self._state.trees[epoch.compartment].heads

    def _come_back(self, epoch: CompartmentEpoch, carried: Set[RecordId], position: int) -> None:
        self._journal.flush()
        take_back(self._store, self._state, epoch.compartment, self._own(self._state.team))
        count = forget_missed(self._store, self._state, epoch, carried)
        if count:
            where = epoch.labels["en"]
            text = f"{count} of what waited here for {where} is of records forgotten meanwhile"
            self._journal.name(finding("dropped", position, text))

    def _check_entry(self, signed: SignedBytes, epoch: CompartmentEpoch, team: TeamEpoch) -> None:
        if self._recovering:
            tenure.check_found_again(signed, epoch, team)
        elif epoch.number == 0:
            tenure.check_first_compartment(signed, epoch, team)
        else:
            tenure.check_admitted(signed, epoch, team, {})

    def _check_return(self, signed: SignedBytes, epoch: CompartmentEpoch, team: TeamEpoch) -> None:
        """For a device that was not in the compartment for a while, and now is."""
        tree = self._state.trees[epoch.compartment]
        newest = tree.epochs[tree.heads[0]]
        known = {name: carry(name, tree.epochs[name]) for name in tree.heads}
        known |= {one.epoch: one for one in newest.earlier}
        absence, least = self._state.absences.get(epoch.compartment), newest.number
        if absence is not None and absence.number != AWAY:
            # What it took since it was told may be others' who had not read on: no history.
            least = min(least, absence.number - 1)
            known = {name: one for name, one in known.items() if one.number <= least}
        if epoch.number <= least or not set(known) <= {one.epoch for one in epoch.earlier}:
            raise RefusedBlobError("forked", "it does not follow an epoch that is known here")
        tenure.check_admitted(signed, epoch, team, known)
        self._forget(tuple(tree.epochs))

    def _check_team_goes_on(self, before: CompartmentEpoch, named: TeamEpoch) -> None:
        """Never back to a team epoch whose prekeys may be destroyed."""
        was = self._state.body(before.team)
        if was is not None and named.number < was.number:
            raise ForgedError("a compartment's epoch goes back to an older team epoch")

    def _is_sealed_twice(self, epoch: CompartmentEpoch) -> bool:
        tree = self._state.trees.get(epoch.compartment)
        return tree is not None and epoch in tree.epochs.values()

    # -- both

    def _check_in_time(self, chain: str, parent: int, newest: int) -> None:
        if parent < self._state.closed(chain) or newest - parent > FURTHEST:
            text = "it stands beside an epoch that every device has gone on from"
            raise RefusedBlobError("forked", text)

    def _forget(self, hashes: tuple[bytes, ...]) -> None:
        """What was before this device was shut out follows from what it opens now."""
        self._store.destroy_epochs(hashes)
        self._state.drop(hashes)

    def _places(self, epoch: CompartmentEpoch) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for name in {one.epoch for one in epoch.earlier} - self._state.keys.keys():
            for state in _PLACES:
                row = self._journal.find(name, state)
                if row is not None:
                    found[name] = row.position
        return found

    def _compare_lines(self, epoch: CompartmentEpoch, position: int) -> Outcome:
        count, line = epoch.seen.count, epoch.seen.line
        if count <= position and self._journal.line_at(count) == line:
            return EPOCH
        text = f"the maker of the epoch at place {position} was shown another line than this device"
        return Outcome("epoch", "forked", text)

    def _take_keyring(
        self, blob_hash: Hash, epoch: CompartmentEpoch, rows: Sequence[LineRow]
    ) -> set[RecordId]:
        forgotten, carried = frozenset(epoch.forgotten), set[RecordId]()
        for row in rows:
            for record, key in sealing.open_keyring(row.blob, epoch.wrap_key).items():
                if boxes.record_id(epoch.compartment, key) != record:
                    raise ForgedError("a keyring gives a record another key than it has")
                if record in forgotten:
                    raise ForgedError("an epoch keeps the key of a record that it forgets")
                carried.add(record)
                known = self._journal.record(record)
                if known is None or known.key is not None:
                    self._journal.put_record(RecordRow(record, epoch.compartment, key, blob_hash))
        return carried

    def _before(self, blob_hash: bytes, what: str) -> LineRow:
        row = self._journal.find(blob_hash, "unread")
        if row is None:
            raise RefusedBlobError("forked", f"{what} does not stand before its epoch")
        return row


def _clash(position: int, chain: str) -> str:
    whose = f"of {chain}" if chain else "of the team"
    return f"the blob at place {position}: two epochs {whose} stand in the same place"
