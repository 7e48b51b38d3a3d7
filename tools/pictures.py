"""Takes the README's pictures of the desk: ``python -m tools.pictures``, with Chromium installed.

Invented people and the reference case, on a small world of the tests.
"""

import socket
import tempfile
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, expect, sync_playwright
from tests.casework.world import PASSPHRASE, Hands, team
from tests.desk.conftest import FLAGS
from tests.desk.world import TAKEN, TOKEN, enter_example, send_reports

from asylia.casework.arrival import take_in
from asylia.casework.contents import Triage
from asylia.casework.documenting import Said, Words, open_case, record_claim
from asylia.casework.place import Place
from asylia.desk.app import create_app
from asylia.desk.loopback import listen
from asylia.desk.panic import PanicForm
from asylia.desk.workspace import Workspace
from asylia.envelope.control import SafeContact
from asylia.record.contents import Count
from asylia.vault.vault import Vault

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
CELLAR = "They kept me in a cellar for nine days and beat me with a hose"
DRAFT = (
    "We have read what you wrote, and we believe you. Agree on one word with us now, and write it"
    " first each time you come back. Do not take your old phone home."
)


def document(desk: Place) -> None:
    """One case with a claim, in somebody's hands."""
    enter_example(desk, ROOT / "examples" / "chechnya-2017")
    rows = desk.casework().inbox()
    row = next(r for r in rows if TAKEN in desk.casework().thread(r.thread).first.statement.text)
    open_case(desk, row.thread, "RK-417")
    words = Words(desk.casework().thread(row.thread).newest, CELLAR)
    event = desk.record().claims[0].event
    one = Count(min=1, max=1)
    said = Said(event, "tortured", count=one, certainty="saw", could_identify="none")
    record_claim(desk, row.thread, words, said)
    desk.append(row.record, Triage(thread=row.thread, state="in_hand", assigned="Linden"))


def serve(desk: Place, listening: socket.socket, host: str) -> None:
    """The desk as a worker has it, with the red button."""
    desk.vault.close()

    def opened(passphrase: str) -> Workspace:
        vault = Vault.open(desk.vault.folder, passphrase)
        return Workspace(Place(vault, vault.ledger(clock=desk.clock), desk.courier, desk.clock))

    panic = PanicForm(origin=f"http://{host}", secret="none")
    app = create_app(opened, host=host, link_token=TOKEN, panic=panic, clock=desk.clock)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True).start()


def take(page: Page, url: str) -> None:
    """The pictures, one after another."""
    page.goto(f"{url}/enter/{TOKEN}")
    page.fill("#passphrase", PASSPHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Inbox")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.locator("#status")).to_contain_text("In step")
    page.locator(".item", has_text="RK-417").click()
    page.locator("#body").fill(DRAFT)
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / "desk-inbox.png")
    page.goto(f"{url}/figures/2017-12-31")
    killed = page.locator(".figure", has=page.get_by_role("heading", name="killed", exact=True))
    killed.locator("summary").first.click()
    killed.scroll_into_view_if_needed()
    killed.evaluate("one => one.scrollIntoView()")
    page.wait_for_timeout(300)
    page.screenshot(path=PICTURES / "desk-figures.png")


def main() -> None:
    """Found a team of two, let people write, take the pictures."""
    clock = Hands()
    with tempfile.TemporaryDirectory() as folder, team(Path(folder), clock, 2) as world:
        send_reports(world)
        for desk in world.desks:
            take_in(desk)
        document(world.desks[0])
        clock.move(days=1)
        hidden = SafeContact(may_contact=False, how="", when="")
        text = (
            "They came again last night and asked for my sister. What do I do if they come for her?"
        )
        world.reporter().send(text, safe_contact=hidden)
        listening = listen()
        host = f"desk-0badcafe.localhost:{listening.getsockname()[1]}"
        take_in(world.desks[0])
        serve(world.desks[0], listening, host)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=list(FLAGS)
            )
            take(browser.new_page(viewport={"width": 1440, "height": 900}), f"http://{host}")
            browser.close()


if __name__ == "__main__":
    main()
