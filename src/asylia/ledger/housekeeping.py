"""Carries out what ``keeping`` decides, one transaction a step.

Upholds: what this device made and nobody has seen is made anew where it no longer follows the
newest epochs; a crash between two steps leaves the rest to the next sync.  Refuses: deciding.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from asylia.crypto import random
from asylia.envelope.shapes import encode_checked
from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.ledger import keeping, making, proposals
from asylia.ledger.appending import append_waiting
from asylia.ledger.chain import START
from asylia.ledger.change import Change, Forgetting, Suspension
from asylia.ledger.composing import compose, compose_compartment, compose_merge, who_merges
from asylia.ledger.control import Control
from asylia.ledger.destroying import destroy, look
from asylia.ledger.differences import compartment_changes, team_changes
from asylia.ledger.entry import CONTROL, NO_RECORD
from asylia.ledger.epoch import COMMONS, CompartmentEpoch, TeamEpoch, body_hash
from asylia.ledger.keeping import Here, Turn
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.making import Hand
from asylia.ledger.outcome import finding
from asylia.ledger.prekeys import identities, note_named, offer
from asylia.ledger.sealing import AGE, open_epoch
from asylia.ledger.signers import by_fingerprint
from asylia.ledger.state import State
from asylia.ledger.store import FindingRow, LedgerStore, OutboxRow
from asylia.ledger.voices import Voices, listen
from asylia.values import Day, date_of

SILENCE = 48  # hours
AHEAD = 2  # days that an entry may be dated ahead of today
_HEARD = "heard"  # the value that keeps the hour at which another device was heard last


@dataclass
class _Own:
    """An epoch of this device's own that stands in the outbox and not in the line."""

    row: OutboxRow
    name: bytes
    epoch: TeamEpoch | CompartmentEpoch


@dataclass
class Housekeeping:
    """What one device does for the team whenever it syncs."""

    store: LedgerStore
    state: State
    keys: DeviceKeys
    randomness: random.Randomness
    _named: list[FindingRow] = field(default_factory=list)

    def keep(self, today: Day) -> list[FindingRow]:
        """Everything that is due now; the findings that are new."""
        self._named = []
        with self.store.transaction():
            self._seal_anew()
            self._hold_back()
            self._drop_stale_notices(today)
            self._make_anew(self._drop_overtaken(), today)
        with self.store.transaction():
            note_named(self.store, self.keys.device, self.state.teams.values())
            offer(self.store, self.randomness)
            listen(self.store, self.state)
            here = self._look(today)
            if here is not None and destroy(self.store, here):
                here = self._look(today)
            if here is not None:
                self._say(here, today)
        if here is not None and not self._own_epochs():
            self._take_turns(here, today)
        return self._named

    def watch(self, today: Day, hour: int, *, heard: Callable[[], bool]) -> list[FindingRow]:
        """Name silence, and entries that are dated ahead."""
        self._named = []
        with self.store.transaction():
            self._watch_silence(hour, heard=heard())
            for (compartment, author), chain in sorted(self.state.chains.items()):
                if chain.day > today + AHEAD and author != self.keys.device:
                    name = self.state.devices[author].name
                    text = (
                        f"an entry of {name}'s in {compartment} is dated "
                        f"{date_of(Day(chain.day)).isoformat()}, which lies ahead"
                    )
                    self._name(finding("misdated", self.store.line_end()[0], text))
        return self._named

    # -- what of its own did not come in

    def _own_epochs(self) -> list[_Own]:
        found = []
        prekeys = identities(self.store)
        for row in self.store.outbox():
            known = row.blob_hash in self.state.teams or row.blob_hash in self.state.keys
            if row.entry is not None or known or not row.blob.startswith(AGE):
                continue
            try:
                signed, epoch = open_epoch(row.blob, prekeys)
            except (ForgedError, MalformedError):
                continue  # a notice, or an epoch that this device is not in
            found.append(_Own(row, body_hash(signed.body), epoch))
        return found

    def _drop_overtaken(self) -> list[Change]:
        """Drop epochs that never left and follow the newest no more; what they were to change.

        All that never left goes together: a compartment's epoch stands under the team's.
        """
        own = [one for one in self._own_epochs() if one.row.place is None]
        if self._follow(own):
            return []
        wanted = [change for one in own for change in self._wanted(one.epoch)]
        pages = {
            page
            for one in own
            if isinstance(one.epoch, CompartmentEpoch)
            for page in (*one.epoch.keyring, *one.epoch.told)
        }
        ranks = [one.row.rank for one in own]
        ranks += [row.rank for row in self.store.outbox() if row.blob_hash in pages]
        self.store.drop_outbox(ranks)
        return wanted

    def _follow(self, own: list[_Own]) -> bool:
        """Whether each comes after what is newest once those before it are posted.

        None does in a compartment that this device was told that it left.
        """
        heads = {name: set(self.state.newest(name)) for name in ("", *self.state.trees)}
        team = proposals.newest_team(self.state)
        for one in own:
            if isinstance(one.epoch, TeamEpoch):
                chain, team = "", one.name
            else:
                chain = one.epoch.compartment
                if one.epoch.team != team or chain in self.state.absences:
                    return False
            known = heads.setdefault(chain, set())
            if not known.issuperset(one.epoch.previous) or (known and not one.epoch.previous):
                return False
            heads[chain] = (known - set(one.epoch.previous)) | {one.row.blob_hash}
        return True

    def _wanted(self, epoch: TeamEpoch | CompartmentEpoch) -> Iterator[Change]:
        team = self.state.team
        if team is None or len(epoch.previous) > 1:
            return
        if isinstance(epoch, TeamEpoch):
            before = self.state.teams.get(epoch.previous[0]) if epoch.previous else None
            if before is not None:
                yield from team_changes(before, epoch)
            return
        tree = self.state.trees.get(epoch.compartment)
        parents = tree.epochs if tree is not None else {}
        parent = parents.get(epoch.previous[0]) if epoch.previous else None
        if parent is not None or not epoch.previous:
            yield from compartment_changes(parent, epoch, team)

    def _make_anew(self, wanted: list[Change], today: Day) -> None:
        if not wanted:
            return
        said = {one.said.records: one.said for one in self._voices().forgettings}
        changes = [
            replace(one, reason=said[one.records].reason, owed=said[one.records].owed)
            if isinstance(one, Forgetting) and one.records in said
            else one
            for one in wanted
        ]
        try:
            making.propose(self._hand(today), changes, bundle=False)
        except AsyliaError as error:
            text = f"a change was overtaken by another one, and not made: {error.message}"
            self._name(finding("dropped", self.store.line_end()[0], text))

    def _voices(self) -> Voices:
        listen(self.store, self.state)
        return Voices.of(self.store.said(), self.keys.device)

    def _seal_anew(self) -> None:
        """Entries whose place in the chain another blob of one's own took: seal them anew."""
        ends = {
            compartment: chain.sequence
            for (compartment, author), chain in self.state.chains.items()
            if author == self.keys.device
        }
        rows = [row for row in self.store.outbox() if row.entry is not None]
        taken = {
            row.compartment
            for row in rows
            if row.sequence <= ends.get(row.compartment, START.sequence)
        }
        self.store.drop_outbox(row.rank for row in rows if row.compartment in taken)

    def _hold_back(self) -> None:
        """What never left, of compartments that this device is not in any more, waits again."""
        absent = self.state.absences.keys()
        rows = [row for row in self.store.outbox() if row.entry is not None and row.place is None]
        self.store.drop_outbox(row.rank for row in rows if row.compartment in absent)

    def _drop_stale_notices(self, today: Day) -> None:
        for row in self.store.notices():
            try:
                notice = proposals.parse_notice(row.content)
            except MalformedError:
                notice = None
            if notice is None or proposals.is_stale(notice, self.state, today):
                self.store.destroy_notice(row.blob_hash)

    # -- what is due

    def _look(self, today: Day) -> Here | None:
        return look(self.store, self.state, self.keys.device, today=today)

    def _hand(self, today: Day) -> Hand:
        return Hand(self.store, self.state, self.keys, today, self.randomness)

    def _say(self, here: Here, today: Day) -> None:
        beat = keeping.heartbeat(here)
        if beat is not None:
            self._append(COMMONS, beat, today)
        for compartment in sorted(self.state.within(self.keys.device)):
            answer = keeping.acknowledgement(here, compartment)
            if answer is not None:
                self._append(compartment, answer, today)

    def _append(self, compartment: str, said: Control, today: Day) -> None:
        content, device = encode_checked(said), self.keys.device
        append_waiting(self.store, device, compartment, NO_RECORD, CONTROL, content, today)

    def _take_turns(self, here: Here, today: Day) -> None:
        hand = self._hand(today)
        if here.device not in here.live:
            whose = by_fingerprint(here.team).get(here.device)
            if whose is not None:
                text = f"this device is {whose.state}: what it writes goes to nobody"
                with self.store.transaction():
                    self._name(finding("outside", self.store.line_end()[0], text))
            return
        with self.store.transaction():
            self._name_absences()
        merges = [
            Turn("merge", chain)
            for chain in sorted(self.state.clashes)
            if who_merges(self.state, chain) == self.keys.device
            and ("" not in self.state.clashes or chain == "")
        ]
        for turn in merges or keeping.turns(here):
            self._take_turn(turn, hand)

    def _name_absences(self) -> None:
        for name, absence in sorted(self.state.absences.items()):
            if name != COMMONS:
                label = self.state.compartments[name].labels["en"]
                text = f"this device is not in {label} any more: what waits for it goes to nobody"
                self._name(finding("outside", absence.place, text))

    def _take_turn(self, turn: Turn, hand: Hand) -> None:
        view = hand.view()
        if turn.kind == "merge":
            making.post(hand, compose_merge(view, turn.chain))
        elif turn.kind == "suspend":
            making.post(hand, compose(view, [Suspension(one) for one in turn.devices]))
        elif turn.kind == "rotate":
            making.post(hand, compose(view, []))
        else:
            making.post(hand, compose_compartment(view, turn.chain))

    # -- what is strange

    def _watch_silence(self, hour: int, *, heard: bool) -> None:
        stored = self.store.value(_HEARD)
        last = int.from_bytes(stored, "big") if stored else hour
        if heard or stored is None or hour < last:
            self.store.put_value(_HEARD, hour.to_bytes(8, "big"))
            return
        team = self.state.team
        others = {
            name
            for name, one in (by_fingerprint(team) if team else {}).items()
            if one.state == "live" and name != self.keys.device
        }
        if others and hour - last >= SILENCE:
            since = date_of(Day(last // 24)).isoformat()
            text = f"nothing new has come from any other device since {since}"
            self._name(finding("silent", self.store.line_end()[0], text))

    def _name(self, found: FindingRow) -> None:
        if self.store.add_finding(found):
            self._named.append(found)
