"""The prekeys of this device: on offer, in use, old; ``spec/ledger.md``, *Keys that go*.

Upholds: one prekey is always on offer; one in use knows since which team epoch.  Refuses: to
destroy; ``destroying`` does.
"""

from collections.abc import Iterable, Sequence

from asylia.crypto import random
from asylia.crypto.age import Identity
from asylia.ledger.epoch import TeamEpoch
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.signers import by_fingerprint
from asylia.ledger.store import LedgerStore, PrekeyRow


def keep_prekeys(store: LedgerStore, keys: DeviceKeys) -> None:
    """Write down a new device's prekeys, oldest first; those that are there stay as they are."""
    known = {row.recipient for row in store.prekeys()}
    for identity in reversed(keys.prekeys):
        if str(identity.recipient) not in known:
            store.put_prekey(PrekeyRow(str(identity.recipient), identity.reveal(), None))


def identities(store: LedgerStore) -> tuple[Identity, ...]:
    """What opens the epochs that are sealed to this device, newest first."""
    return tuple(Identity.parse(row.identity) for row in store.prekeys())


def note_named(store: LedgerStore, device: bytes, teams: Iterable[TeamEpoch]) -> None:
    """Note the first of these team epochs that names each prekey of this device."""
    rows = {row.recipient: row for row in store.prekeys()}
    for team in teams:
        known = by_fingerprint(team).get(device)
        row = rows.get(known.prekey) if known is not None and known.prekey else None
        if row is not None and (row.since is None or team.number < row.since):
            rows[row.recipient] = row._replace(since=team.number)
            store.put_prekey(rows[row.recipient])


def offered(rows: Sequence[PrekeyRow]) -> str | None:
    """The prekey that this device offers for the next team epoch."""
    return next((row.recipient for row in rows if row.since is None), None)


def offer(store: LedgerStore, randomness: random.Randomness) -> None:
    """Draw the next prekey, if none is on offer."""
    if offered(store.prekeys()) is None:
        fresh = Identity.generate(randomness)
        store.put_prekey(PrekeyRow(str(fresh.recipient), fresh.reveal(), None))
