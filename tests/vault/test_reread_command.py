"""``asylia vault reread``, against a real relay that was lost."""

import base64
import io
import json
import sqlite3
from pathlib import Path

import pytest
from tests.ledger.serving import serving
from tests.vault.test_commands import SECRET, cheap, devices, init

from asylia.cli import run
from asylia.errors import RefusedError, UsageError
from asylia.ledger.courier import TeamCourier
from asylia.vault.vault import Vault

__all__ = ["cheap"]
pytestmark = pytest.mark.usefixtures("cheap")


def reread(folder: Path, at: int, monkeypatch: pytest.MonkeyPatch, said: str, *more: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(said + "\n"))
    words = ["--passphrase-file", str(folder / f"p{at}")]
    return run(["vault", "reread", str(folder / f"v{at}"), *words, "--json", *more])


def words_of(folder: Path, at: int) -> str:
    return (folder / f"p{at}").read_text().strip()


def write(folder: Path, at: int, courier: TeamCourier, text: bytes) -> None:
    with Vault.open(folder / f"v{at}", words_of(folder, at)) as vault:
        ledger = vault.ledger()
        ledger.append(ledger.new_record("casework"), b"asylia/test/1\n" + text)
        ledger.sync(courier)


@pytest.fixture
def relay(tmp_path: Path) -> Path:
    return tmp_path / "relay.sqlite"


def test_it_refills_the_relay_and_needs_the_word(
    tmp_path: Path,
    relay: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving(relay, SECRET) as client:
        url = str(client.base_url)
        assert run([*init(tmp_path, url), *devices(tmp_path, 2)]) == 0
        with Vault.open(tmp_path / "v0", words_of(tmp_path, 0)) as vault:
            courier = TeamCourier(url, vault.ledger().relay.secret, client)
        for at in (0, 1, 0):
            write(tmp_path, at, courier, b"words %d" % at)
        with sqlite3.connect(relay) as db:
            (count,) = db.execute("SELECT count(*) FROM entry").fetchone()
            db.execute("DELETE FROM entry WHERE position >= ?", (count - 2,))
        write(tmp_path, 0, courier, b"this waits")
        capsys.readouterr()
        assert reread(tmp_path, 0, monkeypatch, "yes") == UsageError.exit_code
        capsys.readouterr()
        assert reread(tmp_path, 0, monkeypatch, "compared") == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["outcome"], told["returned"]) == ("refilled", 2)
        with Vault.open(tmp_path / "v0", words_of(tmp_path, 0)) as vault:
            assert vault.ledger().sync(courier).findings == ()
            assert vault.ledger().waiting() == 0
        assert reread(tmp_path, 1, monkeypatch, "compared") == 0


def test_a_relay_made_anew_is_opened_to_the_team_and_filled(
    tmp_path: Path,
    relay: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with serving(relay, SECRET) as client:
        url = str(client.base_url)
        assert run([*init(tmp_path, url), *devices(tmp_path, 1)]) == 0
        with Vault.open(tmp_path / "v0", words_of(tmp_path, 0)) as vault:
            courier = TeamCourier(url, vault.ledger().relay.secret, client)
        write(tmp_path, 0, courier, b"kept")
        # As one made anew: nothing in its line, and another secret.
        new, access = bytes(reversed(SECRET)), tmp_path / "new-access"
        access.write_text(base64.urlsafe_b64encode(new).decode().rstrip("="))
        with sqlite3.connect(relay) as db:
            (count,) = db.execute("SELECT count(*) FROM entry").fetchone()
            db.execute("DELETE FROM entry")
        courier.put_access(new)
        assert reread(tmp_path, 0, monkeypatch, "compared") == RefusedError.exit_code
        capsys.readouterr()
        more = ["--access-file", str(access)]
        assert reread(tmp_path, 0, monkeypatch, "compared", *more) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["outcome"], told["returned"]) == ("refilled", count)
        assert reread(tmp_path, 0, monkeypatch, "compared") == 0
        assert json.loads(capsys.readouterr().out)["outcome"] == "same"
