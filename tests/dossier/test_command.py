"""``asylia dossier`` over a real relay: the policy, a refusal, a bundle that is valid."""

import base64
import json

import httpx
import pytest
from tests.dossier.world import CONTENTS, INQUIRY
from tests.relay.process import SECRET, RelayProcess, found

from asylia.cli import run
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founder
from asylia.ledger.founding import found as found_team
from asylia.tlog.checkpoint import NoteKey
from asylia.vault.header import Costs
from asylia.vault.passphrase import draw
from asylia.vault.vault import Vault
from asylia.wire import encode
from asylia_verify.__main__ import main as verify

LOG = NoteKey("log.example/test", bytes(32)).public
CHEAP = Costs(memory=8192, passes=1, lanes=1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    passphrase = draw()
    (folder / "passphrase").write_text(passphrase)
    with RelayProcess(found(folder / "relay")) as relay:
        url = f"http://127.0.0.1:{relay.port}"
        with Vault.create(folder / "vault", passphrase, costs=CHEAP) as vault:
            founding = found_team([Founder(vault.keys(), "Linden")], relay_url=url)
            founding.enter(vault.store, vault.keys())
            ledger = vault.ledger()
            record = ledger.new_record("casework")
            for content in CONTENTS:
                ledger.append(record, encode(content))
            with httpx.Client(trust_env=False) as client:
                TeamCourier(url, SECRET, client).put_access(founding.relay.secret)
                ledger.sync(TeamCourier(url, founding.relay.secret, client))
        yield folder


def policy(desk, authority, name="policy"):
    (desk / f"{name}.pem").write_text(f"words around it\n{authority.root_pem}")
    key = base64.b64encode(LOG.ed25519).decode()
    told = ["--origin", LOG.name, "--log-key", key, "--stamp-root", str(desk / f"{name}.pem")]
    secret = ["--passphrase-file", str(desk / "passphrase")]
    return run(["dossier", "policy", str(desk / "vault"), str(desk / name), *told, *secret])


def asked(desk, *items):
    wanted = [word for item in items for word in ("--item", item)]
    secret = ["--passphrase-file", str(desk / "passphrase")]
    return ["--purpose", "inquiry", "--recipient", INQUIRY, *wanted, *secret]


def look(desk, *items):
    return run(["dossier", "look", str(desk / "vault"), *asked(desk, *items)])


def build(desk, authority, out, read, *items):
    proven = ["--policy", str(desk / "policy"), "--stamp", authority.url, "--read", read]
    told = [*asked(desk, *items), *proven, "--json"]
    return run(["dossier", "build", str(desk / "vault"), str(out), *told])


def test_from_policy_to_verdict(desk, authority, capsys):
    assert policy(desk, authority) == 0
    capsys.readouterr()
    refused = ("c-one", "c-third")
    assert look(desk, *refused) == 77
    assert "p-two" in " ".join(capsys.readouterr().err.split())
    assert build(desk, authority, desk / "refused", "0" * 64, *refused) == 77
    assert "p-two" in " ".join(capsys.readouterr().err.split())
    assert not (desk / "refused").exists()
    assert look(desk, "c-one", "c-press") == 0
    *shown, read = capsys.readouterr().out.splitlines()
    assert "Меня держали восемь дней. They took my phone." in shown
    assert build(desk, authority, desk / "refused", "0" * 64, "c-one", "c-press") == 77
    assert build(desk, authority, desk / "refused", "yes", "c-one", "c-press") == 64
    capsys.readouterr()
    assert build(desk, authority, desk / "bundle", read, "c-one", "c-press") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["items"]) == {"c-one", "c-press"}
    assert verify([str(desk / "bundle"), "--policy", str(desk / "policy")]) == 0
    assert build(desk, authority, desk / "bundle", read, "c-one", "c-press") == 73


def test_a_policy_is_never_written_over_and_needs_whole_keys(desk, authority, capsys):
    assert policy(desk, authority, "another") == 0
    assert policy(desk, authority, "another") == 73
    secret = ["--passphrase-file", str(desk / "passphrase")]
    told = ["--origin", "x", "--log-key", "not base64!"]
    arguments = ["dossier", "policy", str(desk / "vault"), str(desk / "p"), *told, *secret]
    assert run(arguments) == 65
    assert not (desk / "p").exists()
