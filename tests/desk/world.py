"""The small world with a desk on it: an app on loopback, unlocked or not, and invented reports."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from asylia.casework.place import Place
from asylia.desk.app import create_app
from asylia.desk.export import Export
from asylia.desk.workspace import Workspace
from asylia.record.reading import Record
from asylia.vault.vault import Vault
from tests.casework.world import World

TOKEN = "token-of-the-one-time-link"
REPORTS: tuple[tuple[str, dict[str, object]], ...] = (
    (
        "On 3 March four men in uniform took me from the bus stop near the market. They kept me in "
        "a cellar for nine days and beat me with a hose. They had my phone and read the names in it "
        "aloud.\n\nMy neighbour saw them put me into the car. I am out now. I am afraid of my uncle "
        "more than of them.",
        {"urgency": "now"},
    ),
    (
        "I write for a friend. He is held somewhere, we think since Tuesday. His brother was told to "
        "come and fetch him and to do what a brother must do.",
        {"urgency": "now", "on_behalf": "another"},
    ),
    (
        "Мне написали с незнакомого номера и назвали моё имя. Я не отвечаю. Что мне делать с "
        "телефоном?",
        {"urgency": "days"},
    ),
    ("Can I tell you what I saw in 2017? I am safe abroad and have time.", {"urgency": "can_wait"}),
)


def enter_example(place: Place, folder: Path) -> None:
    """Put the reference case into the ledger, as the command line does."""
    record = place.ledger.new_record("casework")
    for one in Record.from_folder(folder, place.today).entered:
        place.append(record, one.content)
    place.project()


@dataclass
class Running:
    """A desk that answers at ``url``."""

    url: str
    host: str
    app: Starlette
    ended: threading.Event


@contextmanager
def desk_on_loopback(
    place: Place, *, export: Export | None = None, idle: timedelta = timedelta(minutes=10)
) -> Iterator[Running]:
    """Serve a desk over a real socket; the passphrase opens this device's vault anew."""
    listening = socket.create_server(("127.0.0.1", 0))
    host = f"desk-0badcafe.localhost:{listening.getsockname()[1]}"
    ended = threading.Event()
    app = app_of(place, host=host, export=export, idle=idle, ended=ended)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        yield Running(f"http://{host}", host, app, ended)
    finally:
        server.should_exit = True
        thread.join()


def app_of(
    place: Place,
    *,
    host: str = "desk.localhost:7000",
    export: Export | None = None,
    idle: timedelta = timedelta(minutes=10),
    ended: threading.Event | None = None,
) -> Starlette:
    """The app of one session over this device's vault, which is closed here and opened by it."""
    place.vault.close()

    def opened(passphrase: str) -> Workspace:
        vault = Vault.open(place.vault.folder, passphrase)
        ledger = vault.ledger(clock=place.clock)
        return Workspace(Place(vault, ledger, place.courier, place.clock), export=export)

    return create_app(
        opened,
        host=host,
        link_token=TOKEN,
        next_link=f"http://{host}/enter/next",
        end=(ended or threading.Event()).set,
        idle=idle,
        clock=place.clock,
    )


def send_reports(world: World) -> None:
    """Four invented people write."""
    for text, letter in REPORTS:
        world.reporter().send(text, **letter)
