"""``asylia team init``, ``asylia vault status`` and ``rebuild``, against a real relay."""

import base64
import json
from itertools import combinations
from pathlib import Path

import pytest
from tests.ledger.serving import serving

from asylia.cli import run
from asylia.envelope.bundle import verify_bundle
from asylia.errors import LockedError, RefusedError, UnavailableError, UsageError
from asylia.intake.rootfile import read_root
from asylia.ledger import parts
from asylia.ledger.courier import TeamCourier
from asylia.ledger.recovery import combine
from asylia.values import day_of, system_clock
from asylia.vault import vault as module
from asylia.vault.header import Costs
from asylia.vault.vault import Vault

SECRET = bytes(range(32))


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command takes this machine's costs; half a second a vault is too long for a test."""
    monkeypatch.setattr(module, "Costs", lambda: Costs(memory=64, passes=1, lanes=1))
    monkeypatch.setattr(Costs, "calibrated", lambda self: self)


def init(folder: Path, url: str, *more: str, secret: bytes = SECRET) -> list[str]:
    access = folder / "access"
    access.write_text(base64.urlsafe_b64encode(secret).decode().rstrip("="))
    named = {
        "relay": url,
        "access-file": access,
        "root": folder / "root",
    }
    options = [word for name, value in named.items() for word in (f"--{name}", str(value))]
    for at in range(1, 4):
        options += ["--share", str(folder / f"share-{at}")]
    return ["team", "init", *options, *more]


def devices(folder: Path, count: int) -> list[str]:
    words = []
    for at in range(count):
        words += ["--vault", str(folder / f"v{at}"), "--name", f"Aspen {at}"]
        words += ["--passphrase-file", str(folder / f"p{at}")]
    return words


@pytest.mark.usefixtures("cheap")
def test_a_team_is_founded_and_its_vaults_are_told_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        url = str(client.base_url)
        assert run([*init(tmp_path, url, "--json"), *devices(tmp_path, 2)]) == 0
        told = json.loads(capsys.readouterr().out)
        assert [one["name"] for one in told["devices"]] == ["Aspen 0", "Aspen 1"]
        assert not told["signs_alone"]

        root = read_root((tmp_path / "root").read_bytes())
        assert root.fingerprint.hex() == told["root_hash"]
        bundle = TeamCourier(url, bytes(32), client).bundle()
        verify_bundle(bundle, root, day_of(system_clock()))
        held = [
            parts.join("SHARE", (tmp_path / f"share-{at}").read_text("utf-8")) for at in (1, 2, 3)
        ]
        for pair in combinations(held, 2):
            assert combine(pair).root.public == root

        with pytest.raises(RefusedError):  # the first secret was replaced
            TeamCourier(url, SECRET, client).envelope_ids()
        passphrase = (tmp_path / "p1").read_text()
        assert len(passphrase.split()) == 6
        with Vault.open(tmp_path / "v1", passphrase) as vault:
            ledger = vault.ledger()
            relay = ledger.relay
            assert TeamCourier(relay.url, relay.secret, client).envelope_ids() == ()

        options = ["--passphrase-file", str(tmp_path / "p0"), "--json"]
        assert run(["vault", "status", str(tmp_path / "v0"), *options]) == 0
        status = json.loads(capsys.readouterr().out)
        assert (status["waiting"], status["findings"], status["remote_share"]) == (0, [], False)
        assert status["blobs"] >= 2  # an epoch of the team's and one of each compartment
        assert run(["vault", "rebuild", str(tmp_path / "v0"), *options]) == 0
        assert json.loads(capsys.readouterr().out) == {"entries": 0, "rows": 0, "same": True}


@pytest.mark.usefixtures("cheap")
def test_a_device_alone_is_told_that_it_signs_alone_and_its_passphrase_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        words = init(tmp_path, str(client.base_url), "--vault", str(tmp_path / "v"))
        assert run(words) == 0
    shown = capsys.readouterr().out
    assert "signs alone" in shown
    (line,) = [line for line in shown.splitlines() if line.startswith(f"  {tmp_path / 'v'}: ")]
    Vault.open(tmp_path / "v", line.rpartition(": ")[2]).close()


@pytest.mark.usefixtures("cheap")
def test_nothing_is_made_where_the_relay_does_not_know_the_secret(tmp_path: Path) -> None:
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        words = init(tmp_path, str(client.base_url), *devices(tmp_path, 1), secret=bytes(32))
        assert run(words) == RefusedError.exit_code
    assert not (tmp_path / "v0").exists()
    assert not (tmp_path / "root").exists()


@pytest.mark.usefixtures("cheap")
def test_a_ceremony_that_stops_after_the_secret_was_replaced_leaves_what_opens_the_vaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise UnavailableError("the relay does not answer")

    monkeypatch.setattr("asylia.cli.team._publish", stop)
    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        words = init(tmp_path, str(client.base_url), *devices(tmp_path, 1))
        assert run(words) == UnavailableError.exit_code
        read_root((tmp_path / "root").read_bytes())
        with Vault.open(tmp_path / "v0", (tmp_path / "p0").read_text()) as vault:
            relay = vault.ledger().relay
            assert TeamCourier(relay.url, relay.secret, client).envelope_ids() == ()


@pytest.mark.usefixtures("cheap")
@pytest.mark.parametrize("joined", [True, False])
def test_secrets_come_from_standard_input_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, joined: bool
) -> None:
    def option(name: str) -> list[str]:
        return [f"--{name}=-"] if joined else [f"--{name}", "-"]

    with serving(tmp_path / "relay.sqlite", SECRET) as client:
        words = init(tmp_path, str(client.base_url), *devices(tmp_path, 1))
        at = words.index("--access-file")
        words[at : at + 2] = option("access-file")
        monkeypatch.setattr("sys.stdin", (tmp_path / "access").open())
        assert run(words) == 0
    monkeypatch.setattr("sys.stdin", (tmp_path / "p0").open())
    assert run(["vault", "status", str(tmp_path / "v0"), *option("passphrase-file")]) == 0


def test_arguments_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1"
    three = init(tmp_path, url, *devices(tmp_path, 3))
    silent = init(tmp_path, url, "--json", "--vault", str(tmp_path / "v"))
    taken = init(tmp_path, url, "--vault", str(tmp_path / "v"), "--root", str(tmp_path / "access"))
    for words in (three, silent, taken):
        assert run(words) == UsageError.exit_code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["access"]


@pytest.mark.usefixtures("cheap")
def test_a_wrong_passphrase_has_its_own_exit_code(tmp_path: Path) -> None:
    Vault.create(tmp_path / "v", "six words", costs=Costs(memory=64, passes=1, lanes=1)).close()
    (tmp_path / "p").write_text("other words\n")
    options = ["--passphrase-file", str(tmp_path / "p")]
    assert run(["vault", "status", str(tmp_path / "v"), *options]) == LockedError.exit_code
