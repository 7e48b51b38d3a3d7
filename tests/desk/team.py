"""A team of several for the desk: two founders who are admins, and a third who is none."""

from atexit import register
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from unittest.mock import patch

import httpx
from tests.casework.world import COSTS, PASSPHRASE, Hands, World, answering, team
from tests.desk.world import Browser, desk_on_loopback

from asylia.casework.place import Place
from asylia.desk.loopback import listen
from asylia.ledger import entering, inviting, joining
from asylia.ledger.change import Addition
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founding
from asylia.relay.sqlite import SQLiteStore
from asylia.tlog.checkpoint import NoteKey
from asylia.tlog.log import Log
from asylia.vault.vault import Vault


def meet(*places: Place, rounds: int = 3) -> None:
    """Everybody looks at the relay a few times, one after another."""
    for _ in range(rounds):
        for place in places:
            place.synchronise()


def third(world: World, folder: Path, name: str = "Aspen") -> Place:
    """A device that both founders let in, the whole way: card, words, two signatures."""
    first, second = world.desks
    vault = Vault.create(folder, PASSPHRASE, costs=COSTS)
    card = entering.show_card(vault.store, vault.keys())
    sealed = inviting.invite(first.ledger, first.vault.store, first.courier, card)
    opened = entering.open_invitation(vault.store, sealed, world.clock.day)
    relay = opened.invitation.relay
    courier = TeamCourier(relay.url, relay.secret, httpx.Client())
    with patch.object(joining, "_MEMORY_KIB", 64):  # spares seconds; vectors hold its true costs
        words = " ".join(entering.words(vault.store, opened))
        entering.enter(vault.store, opened, courier)
        found = inviting.recognise(first.ledger, first.vault.store, words)
    change = Addition(found.signing, found.prekey, name, None, ("casework",))
    proposed = first.ledger.propose([change])
    meet(first, second, rounds=1)
    second.ledger.sign(proposed.id)
    meet(second, first, rounds=1)
    entering.look(vault.store, courier)
    place = Place(vault, vault.ledger(clock=world.clock), courier, world.clock)
    meet(first, second, place)
    return place


@contextmanager
def opened(place: Place) -> Iterator[Browser]:
    """A device's desk, entered and unlocked; afterwards its vault is open here again."""
    with desk_on_loopback(place) as running, Browser(running) as browser:
        browser.enter()
        browser.unlock()
        yield browser
    reopen(place)


def reopen(place: Place) -> None:
    """Take the vault back from a desk that has ended."""
    place.vault = Vault.open(place.vault.folder, PASSPHRASE)
    place.ledger = place.vault.ledger(clock=place.clock)


@dataclass(frozen=True)
class _Made:
    """A team of three that met, closed and at rest."""

    folder: Path
    founding: Founding
    key: NoteKey


@cache
def _made() -> _Made:
    folder = Path(mkdtemp(prefix="asylia-three-"))
    register(rmtree, folder)
    key = NoteKey.generate("relay.example/log")
    with team(folder, Hands(), 2, key) as world:
        meet(*world.desks)
        third(world, folder / "vault2").vault.close()
        founding = world.founding
    return _Made(folder, founding, key)


@contextmanager
def three(folder: Path, clock: Hands) -> Iterator[tuple[World, Place]]:
    """Linden and Rowan, admins, and Aspen, who is none; a copy of a team that was made once."""
    made, listening = _made(), listen()
    copytree(made.folder, folder, dirs_exist_ok=True)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    places = []
    for number in range(3):
        vault = Vault.open(folder / f"vault{number}", PASSPHRASE)
        ledger = vault.ledger(clock=clock)
        courier = TeamCourier(url, ledger.relay.secret, httpx.Client())
        places.append(Place(vault, ledger, courier, clock))
    linden, rowan, aspen = places
    with (
        SQLiteStore(folder / "relay.sqlite") as store,
        answering(store, Log(made.key), listening, clock),
    ):
        yield World(url, clock, made.founding, (linden, rowan), made.key.public), aspen
    for place in places:
        place.vault.close()
