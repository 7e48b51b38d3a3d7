"""A case with exhibits at a desk that may build dossiers, as a worker enters all of it by forms."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.casework.world import World
from tests.confined import files
from tests.desk.world import TAKEN, Browser, desk_on_loopback

from asylia.casework.arrival import take_in
from asylia.casework.documenting import open_case, record_recipient
from asylia.casework.exhibits import Made, derive
from asylia.desk.export import Export
from asylia.record.contents import Exhibit
from asylia.tlog.policy import LogParty, Policy, encode_policy
from asylia.values import Day, date_of

PERSON, OTHER = "RK-417", "BM-003"
PHOTO = files.words_as_image("A scar, and a window behind it")
MASKED = files.words_as_image("A scar")
WORDS = "He speaks. They took me from the bus stop. I was held for nine days."
CASE = {"kind": "photograph", "description": "An invented photograph of a scar",
        "given_by": PERSON, "purpose": "safe keeping", "case": PERSON}  # fmt: skip
PAGE = {"kind": "web_page", "description": "An invented article, saved", "given_by": "Linden",
        "purpose": "as a source", "address": files.ADDRESS, "saved_on": "2026-11-20"}  # fmt: skip


@dataclass
class Exhibited:
    """The open desk, its one recipient, and the case's thread."""

    browser: Browser
    recipient: str
    thread: str
    folder: Path

    @property
    def choice(self) -> dict[str, str]:
        return {"purpose": "inquiry", "recipient": self.recipient}

    def take_in(self, content: bytes, **fields: str) -> str:
        """Send a file as the form does: the address of its page, or the page that refuses it."""
        answer = self.browser.client.post(
            "/exhibits/new",
            data={"csrf": self.browser.desk.door.csrf, **fields},
            files={"file": ("untrusted.name", content, "text/html")},
            headers=self.browser.origin,
        )
        return answer.headers.get("location", answer.text)

    def exhibit(self, address: str) -> Exhibit:
        """What lies under an address of this session."""
        work = self.browser.desk.workspace
        name = work.handles.find_text(address.removeprefix("/exhibit/"))
        return work.record.get(name, Exhibit)

    def mask(self, address: str, content: bytes = MASKED) -> str:
        """A copy with parts made unreadable, as another program made it; its address."""
        work = self.browser.desk.workspace
        name = derive(work.place, self.exhibit(address), content, Made("redaction", "Linden"))
        return f"/exhibit/{work.handles.of(name)}"

    def look(self, address: str, *persons: str) -> int:
        """Say whom it could identify: the status."""
        told = {"others": "named", "person": list(persons), "role": ["third"] * len(persons)}
        fields = told if persons else {"others": "none"}
        return self.browser.post(f"{address}/look", **fields).status_code

    def agree(self, *items: str, **changes: str) -> int:
        """Record a consent of the case's person by the form: the status."""
        until = date_of(Day(self.browser.desk.workspace.today + 100)).isoformat()
        told = {"risks": "What could happen.", "understood": "1", "explained_in": "en",
                "until": until, **self.choice, **changes}  # fmt: skip
        answer = self.browser.post(f"{self.thread}/consent", items=list(items), **told)
        return answer.status_code

    def offered(self, **changes: str) -> str:
        """The page of what would leave and what stays."""
        return self.browser.post("/dossiers", **{**self.choice, **changes}).text

    def read(self, *items: str, files: tuple[str, ...] = ()) -> str:
        """The page on which everything is read once more."""
        told = {"items": list(items), "files": list(files), **self.choice}
        return self.browser.post("/dossiers/look", **told).text

    def build(self, *items: str, files: tuple[str, ...] = ()) -> str:
        """Tick, read, confirm, build: the page that comes of it."""
        page = self.read(*items, files=files)
        found = dict(re.findall(r'name="(read|once)" value="(\w+)"', page))
        told = {"items": list(items), "files": list(files), "confirmed": "1", **found}
        return self.browser.post("/dossiers/build", **told, **self.choice).text

    def newest(self) -> Path:
        """The folder of the bundle that was built last."""
        return max((self.folder / "out").iterdir(), key=lambda one: one.stat().st_mtime_ns)


@contextmanager
def exhibited(world: World, folder: Path) -> Iterator[Exhibited]:
    """A case, a recipient, and a desk with a policy file."""
    desk = world.desks[0]
    world.reporter().send(TAKEN)
    take_in(desk)
    (row,) = desk.casework().inbox()
    open_case(desk, row.thread, PERSON)
    recipient = record_recipient(desk, "An invented inquiry")
    log = LogParty(origin=world.log.name, key=world.log.ed25519)
    policy = Policy(
        root_hash=world.founding.root_hash, log=log, witnesses=(), threshold=0, stamp_roots=()
    )
    (folder / "policy.json").write_bytes(encode_policy(policy))
    export = Export.read(folder / "out", folder / "policy.json", ())
    with desk_on_loopback(desk, export=export) as running, Browser(running) as browser:
        browser.enter()
        browser.unlock()
        thread = f"/thread/{browser.desk.workspace.handles.of(row.thread)}"
        yield Exhibited(browser, recipient, thread, folder)
