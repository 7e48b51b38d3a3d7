"""The life of a team by its commands alone, against a real relay and real vaults."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from tests.ledger.serving import serving
from tests.relay.process import RelayProcess

from asylia.cli import run
from asylia.envelope.bundle import verify_bundle
from asylia.errors import (
    AsyliaError,
    ForgedError,
    MalformedError,
    NotFoundError,
    RefusedError,
    UsageError,
)
from asylia.intake.rootfile import read_root
from asylia.ledger import joining
from asylia.values import day_of, system_clock
from asylia.vault import vault as module
from asylia.vault.header import Costs

SECRET = bytes(range(32))
NAME = "Wilhelmina Quillfeather"


class Terminal:
    """A folder, a relay, and whoever types."""

    def __init__(self, folder: Path, url: str, out: Callable[[], str]) -> None:
        self.folder, self.url, self._out = folder, url, out
        access = folder / "access"
        access.write_text(base64.urlsafe_b64encode(SECRET).decode())

    def __call__(self, *words: object) -> dict[str, Any]:
        """A command that must succeed; what it printed."""
        assert run([*map(str, words), "--json"]) == 0, words
        told: dict[str, Any] = json.loads(self._out())
        return told

    def fails(self, error: type[AsyliaError], *words: object) -> None:
        """A command that must end with the exit code of this error."""
        assert run([*map(str, words), "--json"]) == error.exit_code, words
        self._out()

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, text: str) -> Path:
        self.path(name).write_text(text)
        return self.path(name)

    def vault(self, name: str) -> tuple[object, ...]:
        """A device's vault, and how it is opened."""
        return (self.path(name), "--passphrase-file", self.path(f"{name}-words"))

    def shares(self, option: str, *names: str) -> list[object]:
        return [word for name in names for word in (option, self.path(name))]

    def found(self, *names: str) -> None:
        devices = [
            word
            for name in names
            for word in (
                *("--vault", self.path(name), "--name", name),
                *("--passphrase-file", self.path(f"{name}-words")),
            )
        ]
        shares = self.shares("--share", "share-1", "share-2", "share-3")
        files = ("--access-file", self.path("access"), "--root", self.path("root"))
        self("team", "init", "--relay", self.url, *files, *shares, *devices)

    def invited(self, name: str, by: str) -> Path:
        card = self.path(f"{name}-card-{len(list(self.folder.iterdir()))}")
        self("team", "card", *self.vault(name), "--file", card)
        invitation = card.with_suffix(".invitation")
        self("team", "invite", *self.vault(by), "--card", card, "--file", invitation)
        return invitation

    def brought(self, name: str, by: str, signer: str | None, *compartments: str) -> None:
        """All of an invitation, in the order in which people do it."""
        invitation = self.invited(name, by)
        asked = self("team", "join", *self.vault(name), "--invitation", invitation)
        assert asked["entered"] is False
        heard = self.write("heard", " ".join(asked["words"]))
        into = [word for one in compartments for word in ("--compartment", one)]
        proposed = self(
            "team", "admit", *self.vault(by)[:1], name, *self.vault(by)[1:],
            "--words-file", heard, *into,
        )  # fmt: skip
        entered = self("team", "join", *self.vault(name), "--invitation", invitation, "--agreed")
        assert entered["entered"] is True
        if signer is not None:
            assert not proposed["posted"]
            self.signed(signer)
        told = self("team", "join", *self.vault(name))
        assert told["admitted"] is True
        assert set(compartments) <= set(told["compartments"])

    def signed(self, name: str) -> tuple[str, ...]:
        """Sign whatever waits; what it said it was."""
        words: list[str] = []
        for one in self("team", "proposals", *self.vault(name))["proposals"]:
            if not one["stale"] and not one["signed_by_me"]:
                folder, *key = self.vault(name)
                self("team", "sign", folder, one["id"][:12], *key)
                words += one["words"]
        return tuple(words)

    def seen(self, by: str, name: str) -> list[str]:
        """The compartments that one device sees another in."""
        found = self("team", "members", *self.vault(by))["members"]
        (compartments,) = [one["compartments"] for one in found if one["name"] == name]
        return list(compartments)

    def states(self, name: str) -> dict[str, str]:
        found = self("team", "members", *self.vault(name))["members"]
        return {one["name"]: one["state"] for one in found}


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine's own costs are half a second a vault."""
    monkeypatch.setattr(module, "Costs", lambda: Costs(memory=64, passes=1, lanes=1))
    monkeypatch.setattr(Costs, "calibrated", lambda self: self)
    monkeypatch.setattr(joining, "_MEMORY_KIB", 64)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], cheap: None) -> Iterator[Terminal]:
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        yield Terminal(tmp_path, str(client.base_url), lambda: capsys.readouterr().out)


def test_a_team_of_two_invites_a_third_and_sees_it_come_and_go(terminal: Terminal) -> None:
    terminal.found("linden", "rowan")
    terminal.brought("willow", "linden", "rowan", "casework")
    assert terminal.states("rowan") == {"linden": "live", "rowan": "live", "willow": "live"}

    folder, *key = terminal.vault("rowan")
    assert terminal("team", "suspend", folder, "willow", *key)["posted"]
    assert terminal.states("linden")["willow"] == "suspended"

    terminal.brought("willow", "rowan", "linden", "casework")
    assert terminal.states("linden")["willow"] == "live"

    folder, *key = terminal.vault("linden")
    assert not terminal("team", "remove", folder, "willow", *key)["posted"]
    assert terminal.states("linden")["willow"] == "live"
    terminal.signed("rowan")
    assert terminal.states("linden")["willow"] == "removed"


def test_an_invitation_goes_by_qr_codes_read_in_any_order(terminal: Terminal) -> None:
    terminal.found("linden")
    codes = terminal.path("codes")
    told = terminal("team", "card", *terminal.vault("willow"), "--pictures", codes)
    assert told["files"] == [str(file) for file in sorted(codes.iterdir())]
    pasted = []
    for file in sorted(codes.iterdir(), reverse=True):
        with Image.open(file) as picture:
            pasted += [one.text for one in zxingcpp.read_barcodes(picture.convert("L"))]
    card = terminal.write("pasted", "\n".join(pasted))
    made = terminal("team", "invite", *terminal.vault("linden"), "--card", card)
    half = len(made["invitation"]) // 2
    one = terminal.write("half-1", "\n".join(made["invitation"][half:]))
    two = terminal.write("half-2", "\n".join(made["invitation"][:half]))
    given = ("--invitation", one, "--invitation", two)
    asked = terminal("team", "join", *terminal.vault("willow"), *given)
    assert len(asked["words"]) == 8
    terminal.fails(MalformedError, "team", "join", *terminal.vault("willow"), "--invitation", one)


def test_other_words_admit_nobody(terminal: Terminal) -> None:
    terminal.found("linden")
    invitation = terminal.invited("willow", "linden")
    asked = terminal("team", "join", *terminal.vault("willow"), "--invitation", invitation)
    terminal.write("heard", " ".join(reversed(asked["words"])))
    folder, *key = terminal.vault("linden")
    heard = ("--words-file", terminal.path("heard"))
    terminal.fails(ForgedError, "team", "admit", folder, "willow", *key, *heard)
    assert terminal.states("linden") == {"linden": "live"}
    terminal.fails(NotFoundError, "team", "join", *terminal.vault("willow"))


def test_a_name_is_kept_sealed_and_shown_for_one_device(terminal: Terminal) -> None:
    terminal.found("linden")
    terminal.write("name", NAME + "\n")
    folder, *key = terminal.vault("linden")
    terminal("team", "name", folder, "linden", *key, "--keep-file", terminal.path("name"))
    assert terminal("team", "name", folder, "linden", *key)["name"] == NAME
    for file in (terminal.path("relay.sqlite"), *terminal.path("linden").iterdir()):
        assert NAME.encode() not in file.read_bytes()
    assert NAME not in json.dumps(terminal("team", "members", *terminal.vault("linden")))


def test_a_compartment_is_opened_entered_left_and_closed(terminal: Terminal) -> None:
    terminal.found("linden")
    terminal.brought("willow", "linden", None, "casework")
    folder, *key = terminal.vault("linden")
    opened = ("team", "compartment", "open", folder, "leg-1", *key, "--label", "en=A leg")
    assert terminal(*opened, "--device", "willow")["posted"]
    assert "leg-1" in terminal("team", "join", *terminal.vault("willow"))["compartments"]
    terminal("team", "compartment", "dismiss", folder, "leg-1", "willow", *key)
    assert "leg-1" not in terminal.seen("linden", "willow")
    terminal("team", "compartment", "admit", folder, "leg-1", "willow", *key)
    assert "leg-1" in terminal.seen("linden", "willow")
    terminal("team", "compartment", "open", folder, "leg-2", *key, "--label", "en=Another leg")
    assert terminal("team", "compartment", "close", folder, "leg-1", "leg-2", *key)["posted"]
    terminal.fails(UsageError, "team", "compartment", "open", folder, "x", *key, "--label", "y")


def test_state_words_are_the_same_at_the_same_number(terminal: Terminal) -> None:
    terminal.found("linden", "rowan")
    terminal("team", "members", *terminal.vault("rowan"))
    terminal("team", "members", *terminal.vault("linden"))
    mine = terminal("team", "words", *terminal.vault("rowan"))
    assert len(mine["words"]) == 6
    at = ("--count", mine["count"])
    assert terminal("team", "words", *terminal.vault("linden"), *at) == mine


def test_two_custodians_make_an_admin_of_a_third_device(terminal: Terminal) -> None:
    terminal.found("linden")
    terminal.brought("willow", "linden", None, "casework")
    folder, *key = terminal.vault("linden")
    held = terminal.shares("--share", "share-1", "share-3")
    assert terminal("team", "certify", folder, "willow", *key, *held)["posted"]
    found = terminal("team", "members", *terminal.vault("willow"))["members"]
    assert all(one["admin"] for one in found)
    terminal.brought("alder", "willow", "linden", "casework")  # two sign from now on
    one = terminal.shares("--share", "share-1", "share-1")
    terminal.fails(UsageError, "team", "certify", folder, "alder", *key, *one)


def test_one_of_two_phones_is_lost_and_the_custodians_stand_in_for_it(terminal: Terminal) -> None:
    terminal.found("linden", "rowan")
    folder, *key = terminal.vault("linden")
    terminal("team", "suspend", folder, "rowan", *key)
    invitation = terminal.invited("willow", "linden")
    asked = terminal("team", "join", *terminal.vault("willow"), "--invitation", invitation)
    heard = ("--words-file", terminal.write("heard", " ".join(asked["words"])))
    proposed = terminal(
        "team", "admit", folder, "willow", *key, *heard, "--compartment", "casework"
    )
    assert not proposed["posted"]
    held = terminal.shares("--share", "share-1", "share-2")
    terminal.fails(RefusedError, "team", "sign", folder, proposed["proposal"], *key)
    terminal("team", "sign", folder, proposed["proposal"], *key, *held)
    given = ("--invitation", invitation, "--agreed")
    assert terminal("team", "join", *terminal.vault("willow"), *given)["admitted"]
    certified = terminal("team", "certify", folder, "willow", *key, *held)
    terminal("team", "sign", folder, certified["proposal"], *key, *held)
    terminal("team", "members", *terminal.vault("willow"))
    removed = terminal("team", "remove", folder, "rowan", *key)
    terminal.fails(RefusedError, "team", "sign", folder, removed["proposal"], *key, *held)
    assert terminal.signed("willow")
    assert terminal.states("linden") == {"linden": "live", "rowan": "removed", "willow": "live"}


def test_a_drill_replaces_the_shares_and_a_lost_team_comes_back(terminal: Terminal) -> None:
    terminal.found("linden", "rowan")
    folder, *key = terminal.vault("linden")
    terminal.write("name", NAME)
    terminal("team", "name", folder, "linden", *key, "--keep-file", terminal.path("name"))
    old = terminal.shares("--share", "share-1", "share-2")
    terminal("recovery", "check", *terminal.vault("linden"), *old)
    new = terminal.shares("--new-share", "drill-1", "drill-2", "drill-3")
    terminal("recovery", "drill", *terminal.vault("linden"), *old, *new)
    terminal.fails(
        ForgedError, "recovery", "check", *terminal.vault("linden"),
        *terminal.shares("--share", "drill-1", "drill-2"),
    )  # fmt: skip
    assert terminal.signed("rowan")
    for _ in range(2):
        for name in ("rowan", "linden"):
            terminal("team", "members", *terminal.vault(name))
    drilled = terminal.shares("--share", "drill-2", "drill-3")
    terminal("recovery", "check", *terminal.vault("linden"), *drilled)
    terminal.fails(ForgedError, "recovery", "check", *terminal.vault("linden"), *old)


def test_a_team_that_lost_every_device_comes_back_from_two_shares_and_the_relay(
    tmp_path: Path, cheap: None, capsys: pytest.CaptureFixture[str]
) -> None:
    def out() -> str:
        return capsys.readouterr().out

    relay = tmp_path / "relay"
    made = Terminal(tmp_path, "", out)("relay", "init", relay)
    with RelayProcess(relay) as process:
        terminal = Terminal(tmp_path, f"http://127.0.0.1:{process.port}", out)
        terminal.write("access", made["access"])
        terminal.found("linden", "rowan")
        terminal.write("name", NAME)
        folder, *key = terminal.vault("linden")
        terminal("team", "name", folder, "rowan", *key, "--keep-file", terminal.path("name"))
        process.stop()
    terminal.write("access", terminal("relay", "access", relay)["access"])
    with RelayProcess(relay) as process:
        url = f"http://127.0.0.1:{process.port}"
        held = terminal.shares("--share", "share-3", "share-2")
        new = terminal.shares("--new-share", "new-1", "new-2", "new-3")
        reach = ("--relay", url, "--access-file", terminal.path("access"), "--name", "juniper")
        told = terminal("recovery", "recover", *terminal.vault("found"), *held, *new, *reach)
        assert told["removed"] == 2
        assert told["compartments"] == ["casework", "evidence", "identity", "team"]
        folder, *key = terminal.vault("found")
        assert terminal("team", "name", folder, "rowan", *key)["name"] == NAME
        newest = terminal.shares("--share", "new-1", "new-3")
        terminal("recovery", "check", *terminal.vault("found"), *newest)
        status, bundle = process.request("GET", "/v1/bundle")
        assert status == 200
        root = read_root(terminal.path("root").read_bytes())
        assert len(verify_bundle(bundle, root, day_of(system_clock())).compartments) == 1
        terminal.brought("willow", "found", None, "casework")
