"""``asylia vault passphrase``, ``duress`` and ``share``, against a real relay."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.ledger.serving import serving
from tests.vault.test_commands import SECRET, cheap, devices, init

from asylia.cli import run
from asylia.errors import (
    ConflictError,
    LockedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    UsageError,
)
from asylia.ledger.courier import TeamCourier
from asylia.vault import share as remote
from asylia.vault.vault import Vault

__all__ = ["cheap"]
pytestmark = pytest.mark.usefixtures("cheap")


@pytest.fixture
def team(tmp_path: Path, cheap: None) -> Iterator[httpx.Client]:
    """Two devices, Aspen 0 and Aspen 1, whose relay runs."""
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        assert run([*init(tmp_path, str(client.base_url)), *devices(tmp_path, 2)]) == 0
        yield client


def vault(folder: Path, command: str, *more: str, at: int = 0, words: str = "p0") -> int:
    options = ["--passphrase-file", str(folder / words), *more]
    return run(["vault", command, str(folder / f"v{at}"), *options])


def opens(folder: Path, words: str) -> int:
    return vault(folder, "status", words=words)


@pytest.mark.usefixtures("team")
def test_a_new_passphrase_comes_into_a_file_and_the_old_one_is_over(tmp_path: Path) -> None:
    assert vault(tmp_path, "passphrase", "--new-file", str(tmp_path / "n")) == 0
    assert opens(tmp_path, "p0") == LockedError.exit_code
    assert opens(tmp_path, "n") == 0
    again = ["--new-file", str(tmp_path / "n")]
    assert vault(tmp_path, "passphrase", *again, words="n") == UsageError.exit_code
    assert opens(tmp_path, "n") == 0


@pytest.mark.usefixtures("team")
def test_on_the_terminal_the_new_words_are_typed_back_before_anything_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("asylia.cli.passphrases.getpass", lambda _: "something else")
    capsys.readouterr()
    assert vault(tmp_path, "passphrase") == UsageError.exit_code
    shown = capsys.readouterr().out.splitlines()[1].strip()
    assert len(shown.split()) == 6
    assert opens(tmp_path, "p0") == 0
    monkeypatch.setattr("asylia.cli.passphrases.draw", lambda: shown)
    monkeypatch.setattr("asylia.cli.passphrases.getpass", lambda _: shown.upper())
    assert vault(tmp_path, "passphrase") == 0
    assert opens(tmp_path, "p0") == LockedError.exit_code


@pytest.mark.usefixtures("team")
def test_duress_words_are_set_only_by_who_types_what_they_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    new = ["--new-file", str(tmp_path / "d")]
    assert vault(tmp_path, "duress", *new) == UsageError.exit_code
    assert not (tmp_path / "d").exists()
    assert "can be a crime" in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda _: "Destroy ")
    assert vault(tmp_path, "duress", *new) == 0
    assert opens(tmp_path, "p0") == 0
    capsys.readouterr()
    assert opens(tmp_path, "p1") == LockedError.exit_code
    wrong = capsys.readouterr()
    assert opens(tmp_path, "d") == LockedError.exit_code
    assert capsys.readouterr() == wrong
    assert opens(tmp_path, "p0") == LockedError.exit_code
    assert capsys.readouterr() == wrong


def test_a_share_is_switched_on_stopped_allowed_and_switched_off(
    tmp_path: Path, team: httpx.Client
) -> None:
    assert vault(tmp_path, "share", "--on") == 0
    assert opens(tmp_path, "p0") == 0
    assert vault(tmp_path, "share", "--on") == ConflictError.exit_code
    for _ in range(10):
        assert opens(tmp_path, "p1") == LockedError.exit_code
    assert opens(tmp_path, "p0") == RefusedError.exit_code
    colleague = {"at": 1, "words": "p1"}
    assert vault(tmp_path, "share", "--allow", "Nobody", **colleague) == NotFoundError.exit_code
    assert vault(tmp_path, "share", "--allow", "Aspen 0", **colleague) == 0
    assert vault(tmp_path, "passphrase", "--new-file", str(tmp_path / "n")) == 0
    assert opens(tmp_path, "p0") == LockedError.exit_code
    with Vault.open(tmp_path / "v1", (tmp_path / "p1").read_text()) as other:
        ledger = other.ledger()
        courier = TeamCourier(ledger.relay.url, ledger.relay.secret, team)
        (device,) = [one.device for one in ledger.members() if not one.own]
        remote.stop(courier, device)
    assert opens(tmp_path, "n") == RefusedError.exit_code
    assert vault(tmp_path, "share", "--allow", "Aspen 0", **colleague) == RefusedError.exit_code


@pytest.mark.usefixtures("team")
def test_off_takes_the_share_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert vault(tmp_path, "share", "--on") == 0
    capsys.readouterr()
    assert vault(tmp_path, "status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["remote_share"] is True
    assert vault(tmp_path, "share", "--off") == 0
    assert vault(tmp_path, "share", "--off") == ConflictError.exit_code
    assert opens(tmp_path, "p0") == 0


def test_without_the_relay_it_is_said_so(tmp_path: Path, cheap: None) -> None:
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        assert run([*init(tmp_path, str(client.base_url)), *devices(tmp_path, 1)]) == 0
        assert vault(tmp_path, "share", "--on") == 0
    assert opens(tmp_path, "p0") == UnavailableError.exit_code


@pytest.mark.parametrize("words", [(), ("--on", "--allow", "Aspen"), ("--off", "--allow", "Aspen")])
def test_one_thing_at_a_time(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert vault(tmp_path, "share", *words) == UsageError.exit_code
