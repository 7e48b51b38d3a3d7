"""Reading the line again, on a worker's word: ``spec/ledger.md``, *When the line is not the one…*.

Upholds: the relay gets back what it lacks before anything changes here; then the line becomes the
relay's in one transaction, and nothing that was applied is un-applied.  Refuses: to begin by
itself; a relay that shows yet another line meanwhile, or that does not show what it was given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from asylia.ledger.entry import CONTENT, CONTROL
from asylia.ledger.journal import line_after
from asylia.ledger.outcome import finding
from asylia.ledger.prekeys import identities
from asylia.ledger.replay import Replay
from asylia.ledger.state import EpochKeys, State
from asylia.ledger.store import EntryRow, FindingRow, LedgerStore, LineState, StagedRow
from asylia.ledger.sync import LedgerCourier
from asylia.ledger.values import Finding, RereadReport

_AT_ONCE = 64
_ENTRIES = 256
_NOWHERE = 1 << 62  # behind every place of any line
_STATES: tuple[LineState, ...] = ("epoch", "unread", "notice")


class _OtherLineError(Exception):
    """The relay does not keep to the line that it showed."""

    def __init__(self, found: FindingRow) -> None:
        super().__init__()
        self.found = found


@dataclass
class Rereading:
    """The work of one rereading; it changes ``state``, which is of no more use if it raises."""

    store: LedgerStore
    state: State
    courier: LedgerCourier

    def run(self) -> RereadReport:
        """Fetch, put back, fetch again, and go on with what the relay has then."""
        with self.store.transaction():
            self.store.drop_staged()
        returned: list[tuple[int, bytes]] = []
        try:
            known = self.store.line_hashes()
            self._fetch(known)
            returned = self._put_back()
            if returned:
                self._fetch(known)
            self._check(returned)
        except _OtherLineError as error:
            with self.store.transaction():
                self.store.drop_staged()
                self.store.add_finding(error.found)
            return RereadReport("stopped", 0, 0, len(returned), (Finding(*error.found),))
        with self.store.transaction():
            return self._go_on(len(returned))

    # -- fetching and putting back

    def _fetch(self, known: set[bytes]) -> None:
        """Stage the relay's line from where it is staged to its end."""
        while True:
            count, line, last = self.store.staged_end()
            blobs = self.courier.ledger_page(max(count - 1, 0))
            if count and (not blobs or sha256(blobs[0]).digest() != last):
                raise _other(count - 1)
            new = blobs[1:] if count else blobs
            if not new:
                return
            rows: list[StagedRow] = []
            for place, blob in enumerate(new, count):
                blob_hash = sha256(blob).digest()
                line = line_after(line, blob_hash)
                kept = None if blob_hash in known else blob
                rows.append(StagedRow(place, blob_hash, line, kept))
            with self.store.transaction():
                self.store.stage(rows)

    def _put_back(self) -> list[tuple[int, bytes]]:
        """Give the relay what it lacks, in the order of this device's line: places, hashes."""
        returned: list[tuple[int, bytes]] = []
        start = 0
        while rows := self.store.unstaged(start, _AT_ONCE):
            for row in rows:
                returned.append((self.courier.put_ledger(row.blob), row.blob_hash))
            start = rows[-1].position + 1
        return returned

    def _check(self, returned: Sequence[tuple[int, bytes]]) -> None:
        for place, blob_hash in returned:
            if not self.store.has_staged(place, blob_hash):
                text = f"the relay took a blob back for place {place}, and shows it not"
                raise _OtherLineError(finding("altered", place, text))
        if self.store.unstaged(0, 1):
            raise _other(0)

    # -- going on

    def _go_on(self, returned: int) -> RereadReport:
        """What the relay shows holds all that this device has: all of it in one transaction."""
        store = self.store
        before = store.line_end()[0]
        if store.is_behind_staged():
            if returned:
                store.place_outbox()
                store.age_findings()
            store.drop_staged()
            return RereadReport("refilled" if returned else "same", before, 0, returned, ())
        named_places = self._blobs_of_places()
        shut_out = self._shut_out()
        last = self._last_position()
        store.take_staged()
        self._move_epochs(named_places)
        replay = Replay(store, self.state, identities(store))
        replay.judge_anew()
        named = [*replay.named, *self._name_shut_out(shut_out, last)]
        store.age_findings()
        found = tuple(Finding(*row) for row in named)
        return RereadReport("taken", store.line_end()[0], replay.applied, returned, found)

    def _blobs_of_places(self) -> dict[bytes, bytes]:
        """For each epoch, the hash of the blob at the place that it goes by."""
        found = {}
        unsent = self.store.outbox_ranks()
        for keys in self.state.keys.values():
            row = self.store.line_row(keys.place)
            if row is not None and keys.blob_hash not in unsent:
                found[keys.blob_hash] = row.blob_hash
        return found

    def _move_epochs(self, named_places: dict[bytes, bytes]) -> None:
        for epoch, blob_hash in named_places.items():
            places = (self._place(epoch), self._place(blob_hash))
            place = next((one for one in places if one is not None), None)
            if place is not None:
                self.state.settle(epoch, place)
        for name, absence in self.state.absences.items():
            place = self._place(absence.blob_hash)
            if place is not None:
                self.state.absences[name] = absence._replace(place=place)
        self.state.save(self.store)

    def _place(self, blob_hash: bytes) -> int | None:
        for state in _STATES:
            row = self.store.find_line(blob_hash, state)
            if row is not None:
                return row.position
        return None

    # -- who was shut out

    def _shut_out(self) -> dict[bytes, EpochKeys]:
        """The epochs under which some author does not count any more, as this device knows."""
        return {
            name: keys
            for name, keys in self.state.keys.items()
            if any(not self._counts(keys, author) for author in keys.devices)
        }

    def _counts(self, keys: EpochKeys, author: bytes) -> bool:
        return self.state.may_write(keys, author, _NOWHERE)

    def _last_position(self) -> int:
        last = 0
        for kind in (CONTENT, CONTROL):
            after = 0
            while rows := self.store.entries(after, _ENTRIES, kind):
                after = rows[-1].position
            last = max(last, after)
        return last

    def _name_shut_out(self, shut_out: dict[bytes, EpochKeys], last: int) -> list[FindingRow]:
        """New here, of a device that was known to be shut out: it may have written it since."""
        first: dict[bytes, int] = {}
        for row in self._entries(last):
            keys = shut_out.get(row.epoch)
            if keys is not None and row.place is not None and not self._counts(keys, row.author):
                first.setdefault(row.author, row.place)
        found = [self._late(author, place) for author, place in first.items()]
        return [one for one in found if self.store.add_finding(one)]

    def _late(self, author: bytes, place: int) -> FindingRow:
        device = self.state.devices.get(author)
        name = device.name if device else "an unknown device"
        text = f"the blob at place {place}, new here, is of {name}, who is shut out by now"
        return finding("forked", place, text)

    def _entries(self, after: int) -> Iterator[EntryRow]:
        for kind in (CONTENT, CONTROL):
            start = after
            while rows := self.store.entries(start, _ENTRIES, kind):
                start = rows[-1].position
                yield from rows


def _other(place: int) -> _OtherLineError:
    text = f"the relay showed yet another blob at place {place} while its line was read again"
    return _OtherLineError(finding("altered", place, text))
