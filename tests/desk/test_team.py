"""The team page: who is there, what waits for a signature, and shutting out."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.casework.world import PASSPHRASE, Hands, World
from tests.desk.team import meet, opened, three
from tests.desk.world import Browser

from asylia.casework.place import Place
from asylia.errors import RefusedError
from asylia.ledger.change import Renaming
from asylia.ledger.courier import TeamCourier
from asylia.vault.change import changing
from asylia.vault.vault import Vault


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def people(tmp_path: Path, hands: Hands) -> Iterator[tuple[World, Place]]:
    with three(tmp_path, hands) as made:
        yield made


def device_of(browser: Browser, name: str) -> str:
    """The address of the page of this worker's device."""
    page = browser.get("/team").text
    row = next(one for one in re.findall(r"<tbody>.*?</tbody>", page, re.S) if name in one)
    found = re.search(r'href="(/team/device/\w+)"', row)
    assert found
    return found[1]


def proposal_of(browser: Browser) -> str:
    found = re.search(r'href="(/team/proposal/\w+)"', browser.get("/team").text)
    assert found
    return found[1]


def own_proposal(browser: Browser) -> str:
    """The address that a page would give the only proposal, if it offered it."""
    work = browser.desk.workspace
    assert work is not None
    (one,) = work.place.ledger.proposals()
    return f"/team/proposal/{work.handles.of(one.id)}"


def state_of(place: Place, name: str) -> str:
    return next(one.state for one in place.ledger.members() if one.name == name)


def test_the_page_shows_devices_by_worker_and_who_is_silent(
    people: tuple[World, Place], hands: Hands
) -> None:
    linden, rowan = people[0].desks
    hands.move(days=4)
    meet(linden, rowan)
    with opened(linden) as browser:
        page = browser.get("/team").text
    rows = {name: row for row in re.findall(r"<tbody>.*?</tbody>", page, re.S)
            for name in ("Aspen", "Linden", "Rowan") if name in row}  # fmt: skip
    assert "silent for 4 days" in rows["Aspen"]
    assert "Admin" not in rows["Aspen"]
    assert "silent" not in rows["Rowan"]
    assert "Admin" in rows["Rowan"]
    assert "this device" in rows["Linden"]
    assert "Casework" in rows["Aspen"]
    assert "signs alone" not in page


def test_a_team_of_one_is_told_that_nobody_checks(desk: Browser) -> None:
    assert "This device signs alone: nobody checks what it signs." in desk.get("/team").text


def test_a_lost_laptop_is_one_confirmation_away(people: tuple[World, Place]) -> None:
    world, aspen = people
    linden, rowan = world.desks
    with opened(linden) as browser:
        address = device_of(browser, "Aspen")
        assert "Suspend it now" in browser.get(address).text
        answer = browser.post(f"{address}/suspend", once="a-mark")
        assert answer.status_code == 303
        page = browser.get("/team").text
        assert "It has no remote share" in page
        assert "Suspended" in page
        again = browser.post(f"{address}/suspend", once="a-mark")
        assert again.status_code == 303
    meet(rowan, linden)
    assert {state_of(place, "Aspen") for place in (linden, rowan)} == {"suspended"}
    with pytest.raises(RefusedError):  # the secret that opens the relay is another now
        aspen.courier.envelope_ids()


def test_suspending_stops_the_remote_share(people: tuple[World, Place]) -> None:
    world, aspen = people
    linden, _ = world.desks
    aspen.vault.close()
    with changing(aspen.vault.folder, PASSPHRASE) as change:
        change.switch_share_on(aspen.courier, world.url)
    with opened(linden) as browser:
        browser.post(f"{device_of(browser, 'Aspen')}/suspend")
        assert "its remote share is stopped" in browser.get("/team").text
    with pytest.raises(RefusedError):
        Vault.open(aspen.vault.folder, PASSPHRASE)


def test_removal_takes_a_second_admin_who_sees_what_changes(people: tuple[World, Place]) -> None:
    linden, rowan = people[0].desks
    with opened(linden) as browser:
        browser.post(f"{device_of(browser, 'Aspen')}/remove")
        page = browser.get("/team").text
        assert "Another admin has to sign" in page
        assert "Look and sign" not in page
        assert browser.post(own_proposal(browser)).status_code == 403
    meet(rowan)
    assert state_of(rowan, "Aspen") == "live"
    with opened(rowan) as browser:
        address = proposal_of(browser)
        page = browser.get(address).text
        assert "Aspen&#39;s device is removed for good." in page
        assert 'name="once"' in page
        assert state_of(linden, "Aspen") == "live"
        assert browser.post(address).status_code == 303
        assert "Waits for a signature" not in browser.get("/team").text
    meet(linden)
    assert {state_of(place, "Aspen") for place in (linden, rowan)} == {"removed"}


def test_a_stale_proposal_says_so_and_is_not_signed(people: tuple[World, Place]) -> None:
    linden, rowan = people[0].desks
    linden.ledger.propose([Renaming(linden.ledger.device, "Larch")])
    meet(linden, rowan, rounds=1)
    with opened(rowan) as browser:
        address = proposal_of(browser)
        browser.post(f"{device_of(browser, 'Aspen')}/suspend")
        page = browser.get("/team").text
        assert "Look and sign" not in page
        assert browser.post(address).status_code in {404, 409}
    assert state_of(rowan, "Linden") == "live"


def test_who_is_no_admin_sees_no_buttons_and_is_refused(people: tuple[World, Place]) -> None:
    world, aspen = people
    linden, rowan = world.desks
    linden.ledger.propose([Renaming(linden.ledger.device, "Larch")])
    meet(linden, aspen, rounds=1)
    with opened(aspen) as browser:
        address = device_of(browser, "Rowan")
        page = browser.get(address).text
        assert "<form" not in page.split("<main")[1]
        assert "call an admin now" in page
        assert "Look and sign" not in browser.get("/team").text
        for act in ("suspend", "remove"):
            assert browser.post(f"{address}/{act}").status_code == 403
    meet(aspen, linden, rowan)
    assert {state_of(place, "Rowan") for place in (linden, aspen)} == {"live"}
    assert linden.ledger.findings() == ()


def test_without_the_forms_token_nothing_is_shut_out(people: tuple[World, Place]) -> None:
    linden, _ = people[0].desks
    with opened(linden) as browser:
        address = device_of(browser, "Aspen")
        for act in ("suspend", "remove"):
            sent = browser.client.post(
                f"{address}/{act}", data={"once": "x"}, headers=browser.origin
            )
            assert sent.status_code == 403
    assert state_of(linden, "Aspen") == "live"


def test_where_the_relay_is_silent_a_suspension_is_kept_and_sent_later(
    people: tuple[World, Place],
) -> None:
    linden, rowan = people[0].desks
    with opened(linden) as browser:
        address = device_of(browser, "Aspen")
        workspace = browser.desk.workspace
        assert workspace is not None
        workspace.place.courier = TeamCourier("http://127.0.0.1:1", bytes(32), httpx.Client())
        browser.post(f"{address}/suspend")
        assert "kept here and sent later" in browser.get("/team").text
    meet(linden, rowan)
    assert state_of(rowan, "Aspen") == "suspended"


def test_the_page_waits_for_nobody_once_all_have_acknowledged(people: tuple[World, Place]) -> None:
    linden, rowan = people[0].desks
    aspen = people[1]
    with opened(linden) as browser:
        assert "Every device has acknowledged" in browser.get("/team").text
    linden.ledger.propose([Renaming(linden.ledger.device, "Larch")])
    meet(linden, rowan, rounds=1)
    rowan.ledger.sign(rowan.ledger.proposals()[0].id)
    meet(rowan, linden)
    with opened(linden) as browser:
        page = browser.get("/team").text
        assert "Aspen’s device has not acknowledged since 22 November 2026" in page
        assert "it will be suspended on 22 December 2026" in page
    meet(aspen, linden, rowan, aspen, linden)
    with opened(linden) as browser:
        assert "Every device has acknowledged" in browser.get("/team").text
