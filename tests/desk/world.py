"""The small world with a desk on it: an app on loopback, unlocked or not, and invented reports."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

import uvicorn
from httpx import Client, Response
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from tests.casework.world import PASSPHRASE, World

from asylia.casework.place import Place
from asylia.desk.app import create_app
from asylia.desk.export import Export
from asylia.desk.loopback import listen
from asylia.desk.screen import Desk
from asylia.desk.workspace import Workspace
from asylia.record.reading import Record
from asylia.vault.vault import Vault

TOKEN = "token-of-the-one-time-link"
TAKEN = """\
On 3 March four men in uniform took me from the bus stop near the market. They kept me in a \
cellar for nine days and beat me with a hose. They had my phone and read the names in it aloud.

My neighbour saw them put me into the car. I am out now. I fear my uncle more than them."""
FRIEND = """\
I write for a friend. He is held somewhere, we think since Tuesday. His brother was told to come \
and fetch him and to do what a brother must do."""
NUMBER = """\
Мне написали с незнакомого номера и назвали моё имя. Я не отвечаю. Что мне делать с телефоном?"""
REPORTS: tuple[tuple[str, dict[str, object]], ...] = (
    (TAKEN, {"urgency": "now"}),
    (FRIEND, {"urgency": "now", "on_behalf": "another"}),
    (NUMBER, {"urgency": "days"}),
    ("Can I tell you what I saw in 2017? I am safe abroad.", {"urgency": "can_wait"}),
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
    listening = listen()
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
    host: str,
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


class Browser:
    """Sends what the desk's own pages would send, and keeps the cookie."""

    def __init__(self, running: Running) -> None:
        self.app, self.host, self.url = running.app, running.host, running.url
        self.ended = running.ended
        port = running.host.rpartition(":")[2]
        self.client = Client(
            base_url=f"http://127.0.0.1:{port}", headers={"host": running.host}, timeout=30
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def desk(self) -> Desk:
        """What the screens share; to look at, not to change."""
        found: Desk = self.app.state.desk
        return found

    @property
    def origin(self) -> dict[str, str]:
        return {"origin": f"http://{self.host}"}

    def get(self, address: str, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=named)

    def post(self, address: str, **fields: str | list[str]) -> Response:
        """Send a form with the session's token."""
        data = {"csrf": self.desk.door.csrf, **fields}
        return self.client.post(address, data=data, headers=self.origin)

    def enter(self, token: str = TOKEN) -> Response:
        return self.get(f"/enter/{token}")

    def unlock(self, passphrase: str = PASSPHRASE) -> Response:
        return self.post("/unlock", passphrase=passphrase)


def keys(page: Page, *pressed: str) -> None:
    """Press keys one after another, each on a page whose script is there."""
    for key in pressed:
        expect(page.locator("html")).to_have_class("scripted")
        page.keyboard.press(key)
