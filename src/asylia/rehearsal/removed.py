"""A device that was removed from the team: what its vault holds, locked, and opened in full.

Upholds: the seizer has its passphrase, and every blob that the line will give to the secret that
the device knew; what was written before it left shows that the search would find what was after.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx

from asylia.casework.place import Place
from asylia.errors import AsyliaError
from asylia.ledger import entering, inviting
from asylia.ledger.change import Addition, Removal
from asylia.ledger.courier import TeamCourier
from asylia.record.contents import Event
from asylia.rehearsal.canaries import Canary
from asylia.rehearsal.seizure import Finding, Looked, Searcher
from asylia.rehearsal.stage import Stage
from asylia.rehearsal.team import at_work
from asylia.vault.passphrase import draw
from asylia.vault.vault import Vault

PART = "a device that was removed: its vault, locked and opened"
BEFORE = Canary("what was written before it left", "Утренник в Нигдеевском клубе отменён")
AFTER = Canary("what was written after it left", "Сторож Несуществующий переехал в Никудово")
_ROUNDS = 3


def look_at_a_removed_device(stage: Stage, *, plant: bool = False) -> Looked:
    """Invite a third device, remove it, write on; open its vault with its passphrase.

    ``plant``: it is not removed.
    """
    folder = Path(tempfile.mkdtemp(prefix="third-", dir=stage.world.folder))
    passphrase = draw()
    stage.know_phrase("passphrase of the removed device", tuple(passphrase.split()))
    with ExitStack() as stack:
        first, second = (
            stack.enter_context(at_work(stage.world, stage.team, name))
            for name in ("first", "second")
        )
        client = stack.enter_context(httpx.Client(trust_env=False, timeout=60))
        vault = stack.enter_context(Vault.create(folder, passphrase))
        third = _join(first, second, vault, client, folder.name)
        _write(first, BEFORE)
        _meet(first, second, third)
        if not plant:
            proposed = first.ledger.propose([Removal(third.ledger.device)])
            _meet(first, second)
            second.ledger.sign(proposed.id)
            _meet(second, first)
        _write(first, AFTER)
        _meet(first, second)
    locked = stage.searcher().folders(PART, [folder])
    stage.canaries += [one for one in (BEFORE, AFTER) if one not in stage.canaries]
    return locked + _opened(folder, passphrase)


def _join(first: Place, second: Place, vault: Vault, client: httpx.Client, name: str) -> Place:
    """The whole way in: card, invitation, words, two signatures."""
    card = entering.show_card(vault.store, vault.keys())
    sealed = inviting.invite(first.ledger, first.vault.store, first.courier, card)
    opened = entering.open_invitation(vault.store, sealed, first.today)
    relay = opened.invitation.relay
    courier = TeamCourier(relay.url, relay.secret, client)
    words = " ".join(entering.words(vault.store, opened))
    entering.enter(vault.store, opened, courier)
    found = inviting.recognise(first.ledger, first.vault.store, words)
    change = Addition(found.signing, found.prekey, name, None, ("casework",))
    proposed = first.ledger.propose([change])
    _meet(first, second)
    second.ledger.sign(proposed.id)
    _meet(second, first)
    entering.look(vault.store, courier)
    third = Place(vault, vault.ledger(), courier)
    for _ in range(_ROUNDS):
        _meet(first, second, third)
    return third


def _opened(folder: Path, passphrase: str) -> Looked:
    """What whoever has folder and passphrase reads, with all that the relay still tells it."""
    with Vault.open(folder, passphrase) as vault, httpx.Client(trust_env=False) as client:
        ledger = vault.ledger()
        courier = TeamCourier(ledger.relay.url, ledger.relay.secret, client)
        place = Place(vault, ledger, courier)
        with suppress(AsyliaError):  # it is told, or refused; both are what we look for
            place.synchronise()
        contents = [entry.content for entry in ledger.entries()]
        rows = _rows(vault)
    data = b"\n".join([*contents, *rows])
    found = {finding.what for finding in Searcher((BEFORE, AFTER)).bytes(str(folder), data)}
    missing = () if BEFORE.name in found else ("a removed device: its vault showed nothing",)
    after = Finding(str(folder), "opens what was written after it left", "with its passphrase")
    findings = (after,) if AFTER.name in found else ()
    return Looked(PART, 0, len(data), findings=findings, not_covered=missing)


def _rows(vault: Vault) -> Sequence[bytes]:
    """Every row of every table of the open database."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    names = [name for (name,) in vault.connection.execute(query)]
    return [
        value if isinstance(value, bytes) else str(value).encode()
        for name in names
        for row in vault.connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608  its own names
        for value in row
    ]


def _write(place: Place, canary: Canary) -> None:
    event = Event(
        id=f"e-{canary.plain.hex()[-12:]}", name=str(canary.text), kind="incident", apart=True
    )
    place.append(place.ledger.new_record("casework"), event)


def _meet(*places: Place) -> None:
    """Everybody looks at the relay, one after another."""
    for place in places:
        place.synchronise()
