"""A small world: a team of two devices, a relay on loopback, a reporter with a phrase."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

from asylia.casework.place import Place
from asylia.crypto import random
from asylia.desk.loopback import listen
from asylia.envelope.bundle import verify_bundle
from asylia.envelope.control import SafeContact
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.drop import Window, open_window, window_ids
from asylia.envelope.envelope import Letter, seal_envelope
from asylia.envelope.phrase import Phrase
from asylia.envelope.statement import Statement
from asylia.envelope.threadkeys import ThreadKeys
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founder, Founding, found
from asylia.relay.app import create_app
from asylia.relay.sqlite import SQLiteStore
from asylia.tlog.checkpoint import NoteKey, NotePublic
from asylia.tlog.log import Log
from asylia.values import BlobId, Day, day_of
from asylia.vault.header import Costs
from asylia.vault.vault import Vault

PASSPHRASE = "amber basin cedar delta ember fjord"
WORDS = "On 3 March four men in uniform took me from the bus stop. My neighbour saw it."
NAMES = ("Linden", "Rowan")
COSTS = Costs(memory=64, passes=1, lanes=1)
START = datetime(2026, 11, 22, 9, tzinfo=UTC)


T = TypeVar("T")


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run to its end in a thread of its own: the caller's may have a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Hands:
    """A clock that stands still until somebody moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    @property
    def day(self) -> Day:
        return day_of(self.now)


@dataclass
class Reporter:
    """Somebody with nine words."""

    founding: Founding
    url: str
    clock: Hands
    phrase: Phrase = field(default_factory=lambda: Phrase.generate(random.system))

    own_keys: ThreadKeys | None = None

    @property
    def keys(self) -> ThreadKeys:
        return self.own_keys or ThreadKeys.derive(self.phrase, self.founding.root_hash)

    def seal(self, text: str = WORDS, **letter: object) -> bytes:
        bundle = verify_bundle(self.founding.bundle, self.founding.root.public, self.clock.day)
        fields = {
            "kind": "report",
            "safe_contact": SafeContact(may_contact=True, how="Signal", when="after 18:00"),
            "urgency": "now",
            "on_behalf": "myself",
        }
        statement = Statement(language="en", text=text)
        return seal_envelope(
            Letter(statement=statement, **(fields | letter)), self.keys, bundle, "casework"
        )

    def put(self, envelope: bytes) -> BlobId:
        blob = BlobId(random.system(16))

        async def send() -> None:
            async with httpx.AsyncClient() as client:
                await ReporterCourier(self.url, client).send_envelope(blob, envelope)

        in_a_loop(send())
        return blob

    def put_piece(self, piece_id: BlobId, piece: bytes) -> None:
        async def send() -> None:
            async with httpx.AsyncClient() as client:
                await ReporterCourier(self.url, client).send_piece(piece_id, piece)

        in_a_loop(send())

    def send(self, text: str = WORDS, **letter: object) -> BlobId:
        return self.put(self.seal(text, **letter))

    def visit(self, first: int = 0) -> Window:
        bundle = verify_bundle(self.founding.bundle, self.founding.root.public, self.clock.day)
        reply_keys = bundle.reply_keys

        async def look() -> Window:
            async with httpx.AsyncClient() as client:
                slots = await ReporterCourier(self.url, client).window(
                    window_ids(self.keys.drop_secret, first)
                )
            return open_window(slots, first, self.keys, reply_keys, self.founding.root_hash)

        return in_a_loop(look())


@dataclass
class World:
    """What a test has in hand."""

    url: str
    clock: Hands
    founding: Founding
    desks: tuple[Place, ...]
    log: NotePublic

    def reporter(self) -> Reporter:
        return Reporter(self.founding, self.url, self.clock)


@contextmanager
def team(folder: Path, clock: Hands, count: int, key: NoteKey | None = None) -> Iterator[World]:
    """Found a team of ``count`` devices and run their relay on loopback, over a real socket."""
    listening = listen()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    vaults = [Vault.create(folder / f"vault{n}", PASSPHRASE, costs=COSTS) for n in range(count)]
    founders = [Founder(v.keys(), name) for v, name in zip(vaults, NAMES, strict=False)]
    founding = found(founders, relay_url=url, clock=clock)
    desks = []
    for vault in vaults:
        founding.enter(vault.store, vault.keys())
        courier = TeamCourier(url, founding.relay.secret, httpx.Client())
        desks.append(Place(vault, vault.ledger(clock=clock), courier, clock))
    with serving(folder, listening, founding.relay.secret, clock, key) as log:
        desks[0].courier.put_bundle(founding.bundle)
        yield World(url, clock, founding, tuple(desks), log)
    for vault in vaults:
        vault.close()


@contextmanager
def serving(
    folder: Path,
    listening: socket.socket,
    secret: bytes,
    clock: Hands,
    key: NoteKey | None = None,
) -> Iterator[NotePublic]:
    """The relay itself, in a thread of its own; gives its log's public key."""
    key = key or NoteKey.generate("relay.example/log")
    log = Log(key)
    with SQLiteStore(folder / "relay.sqlite") as store:
        in_a_loop(store.replace_access(sha256(secret).digest(), Day(0)))
        in_a_loop(store.write_log(log.begin))
        with answering(store, log, listening, clock):
            yield key.public


@contextmanager
def answering(
    store: SQLiteStore, log: Log, listening: socket.socket, clock: Hands
) -> Iterator[None]:
    """A relay over a store that is there."""
    app = create_app(store, log, clock=clock, tell=lambda _: None)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
