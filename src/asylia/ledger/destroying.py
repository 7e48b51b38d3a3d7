"""Destroying keys, and looking at what is kept: the effects of ``keeping``'s decisions.

Upholds: what goes, goes in one transaction with what says so; a forgotten record's key goes with
the epoch that forgets it, in the transaction that takes that epoch.  Refuses: deciding.
"""

from collections.abc import Iterable, Sequence

from asylia.ledger import keeping
from asylia.ledger.epoch import CompartmentEpoch
from asylia.ledger.keeping import TEAM, Here, Kept
from asylia.ledger.outcome import finding
from asylia.ledger.signers import live
from asylia.ledger.state import State
from asylia.ledger.store import FindingRow, ForgottenRow, LedgerStore
from asylia.ledger.voices import Voices


def kept_epochs(state: State) -> dict[str, list[Kept]]:
    """The epochs whose bodies are here, by chain; the newest last."""
    named = {blob_hash: name for name, blob_hash in state.bodies.items()}
    heads = {head for name in (TEAM, *state.trees) for head in state.newest(name)[:1]}
    kept: dict[str, list[Kept]] = {TEAM: []}
    for blob_hash, team in state.teams.items():
        row = Kept(named[blob_hash], blob_hash, team.number, team.day, live(team), b"")
        kept[TEAM].append(row)
    for compartment, tree in state.trees.items():
        if compartment in state.absences:
            continue  # this device is waited for by nobody there, and waits for nobody
        kept[compartment] = [
            Kept(name, name, one.number, one.day, frozenset(one.devices), one.team)
            for name, one in tree.epochs.items()
        ]
    for rows in kept.values():
        rows.sort(key=lambda row: (row.number, row.blob_hash in heads, row.blob_hash))
    return {name: rows for name, rows in kept.items() if rows}


def look(store: LedgerStore, state: State, device: bytes, *, today: int) -> Here | None:
    """What this device knows now; None before it has any team epoch."""
    team = state.team
    if team is None:
        return None
    current = {name: keys.blob_hash for name, keys in state.current.items()}
    days: dict[bytes, int] = {}
    for (_, author), chain in state.chains.items():
        days[author] = max(chain.day, days.get(author, 0))
    return Here(
        device=device,
        state=state,
        team=team,
        voices=Voices.of(store.said(), device),
        kept=kept_epochs(state),
        prekeys=store.prekeys(),
        forgotten=store.forgotten(),
        today=today,
        signed=([0, 0, *sorted(days.values())])[-2],
        held=store.count_line("held") > 0,
        late=frozenset(n for n, epoch in store.waiting_under() if current.get(n) != epoch),
        lacking=frozenset(_lacking(store, state)),
    )


def _lacking(store: LedgerStore, state: State) -> Iterable[str]:
    for name, epoch in state.compartments.items():
        before = set(epoch.earlier[-1].devices) if epoch.earlier else set(epoch.devices)
        if set(epoch.devices) - before and store.lacks(name, state.current[name].blob_hash):
            yield name


def destroy(store: LedgerStore, here: Here) -> bool:
    """Destroy what is due; whether anything was."""
    old = keeping.old_prekeys(here)
    for recipient in old:
        store.destroy_prekey(recipient)
    gone = [one for chain in here.kept for one in keeping.old_epochs(here, chain)]
    store.destroy_epochs(gone)
    here.state.drop(gone)
    return bool(gone or old)


def forget_taken(store: LedgerStore, state: State) -> list[FindingRow]:
    """Forget the records that the epochs taken so far forget."""
    epochs = [one for tree in state.trees.values() for one in tree.epochs.values()]
    if not any(one.forgotten for one in epochs):
        return []
    known = {row.record: row for row in store.forgotten()}
    found = []
    for epoch in epochs:
        if not epoch.forgotten:
            continue
        rows = _forgotten(store, state, epoch)
        new = [row for row in rows if _is_more(row, known.get(row.record))]
        count = store.forget(new) if new else 0
        if count:
            found.append(_dropped(count, epoch, state))
    return found


def _forgotten(store: LedgerStore, state: State, epoch: CompartmentEpoch) -> Sequence[ForgottenRow]:
    """Rows for what an epoch forgets.

    Whoever had not read on when it came may have sealed the keys under any team epoch before it;
    under its own, but for the maker's own device where that is the only one.
    """
    named = {blob_hash: name for name, blob_hash in state.bodies.items()}
    blob_hash = next(n for n, one in state.trees[epoch.compartment].epochs.items() if one is epoch)
    place = state.keys[blob_hash].place
    number = 0
    for team_hash, team in state.teams.items():
        row, own = store.find_line(team_hash, "epoch"), named[team_hash] == epoch.team
        stands = own or (row is not None and row.position < place)
        if stands and not (own and len(live(team)) == 1):
            number = max(number, team.number)
    return [ForgottenRow(one, epoch.compartment, epoch.number, number) for one in epoch.forgotten]


def _is_more(row: ForgottenRow, known: ForgottenRow | None) -> bool:
    return known is None or row.number > known.number


def _dropped(count: int, epoch: CompartmentEpoch, state: State) -> FindingRow:
    label = state.compartments[epoch.compartment].labels["en"]
    text = (
        f"{count} {'entry' if count == 1 else 'entries'} of this device waited for records that "
        f"were forgotten in {label} (epoch {epoch.number}), and will not be sent"
    )
    return finding("dropped", 0, text)
