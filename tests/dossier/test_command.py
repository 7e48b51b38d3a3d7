"""``asylia dossier`` over a real relay: the policy, a refusal, a bundle that is valid."""

import base64
import json

import httpx
import pytest
from tests.dossier.world import CONTENTS, INQUIRY
from tests.relay.process import SECRET, RelayProcess, found

from asylia.cli import run
from asylia.counts import verdict
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


def listed(desk, capsys, *told):
    capsys.readouterr()
    secret = ["--passphrase-file", str(desk / "passphrase"), "--json"]
    assert run(["dossier", "list", str(desk / "vault"), *told, *secret]) == 0
    return json.loads(capsys.readouterr().out)


def seen(desk, exhibit, *told):
    secret = ["--passphrase-file", str(desk / "passphrase")]
    return run(["dossier", "seen", str(desk / "vault"), exhibit, *told, *secret])


def test_an_exhibit_leaves_by_command_once_somebody_looked_with_its_file_or_without(
    desk, authority, capsys, tmp_path
):
    policy(desk, authority)
    (tmp_path / "page.html").write_bytes(b"<!doctype html><p>An invented article.")
    told = ["--kind", "web_page", "--description", "An article", "--given-by", "Linden",
            "--purpose", "as a source", "--address", "https://example.org/", "--saved-on",
            "2026-01-20", "--passphrase-file", str(desk / "passphrase"), "--json"]  # fmt: skip
    capsys.readouterr()
    taken = ["record", "exhibit", str(desk / "vault"), str(tmp_path / "page.html"), *told]
    assert run(taken) == 0
    one = json.loads(capsys.readouterr().out)
    choices = listed(desk, capsys)
    assert (INQUIRY in choices["recipients"], "inquiry" in choices["purposes"]) == (True, True)
    assert run(["dossier", "list", str(desk / "vault"), "--purpose", "inquiry"]) == 64
    asking = ("--purpose", "inquiry", "--recipient", INQUIRY)
    (exhibit,) = listed(desk, capsys, *asking)["exhibits"]
    assert (exhibit["id"], exhibit["file"]) == (one["id"], True)
    assert exhibit["stays"] == ["“An article”: nobody has said whether it could identify anybody"]
    assert look(desk, one["id"]) == 77
    for wrong in ((), ("--nobody", "--person", "BM-003"), ("--person", "BM-003=uncle")):
        assert seen(desk, one["sha256"][:12], *wrong) == 64
    assert seen(desk, one["sha256"][:12], "--person", "Anna") == 64
    assert seen(desk, "0" * 12, "--nobody") == 66
    assert seen(desk, one["sha256"][:12], "--nobody") == 0
    found = listed(desk, capsys, *asking)
    assert found["exhibits"][0]["stays"] == []
    assert "p-two, for" in " ".join(
        why for its in found["claims"] if its["id"] == "c-third" for why in its["stays"]
    )
    for option, there in (("--item", 1), ("--record-only", 0)):
        named = ["--purpose", "inquiry", "--recipient", INQUIRY, option, one["id"],
                 "--passphrase-file", str(desk / "passphrase")]  # fmt: skip
        capsys.readouterr()
        assert run(["dossier", "look", str(desk / "vault"), *named]) == 0
        *_, read = capsys.readouterr().out.splitlines()
        out = tmp_path / option
        proven = ["--policy", str(desk / "policy"), "--stamp", authority.url, "--read", read]
        assert run(["dossier", "build", str(desk / "vault"), str(out), *named, *proven]) == 0
        assert verify([str(out), "--policy", str(desk / "policy")]) == 0
        assert len(list(out.glob("data/exhibits/*/content"))) == there
    assert run(["dossier", "look", str(desk / "vault"), *named[:4], *named[-2:]]) == 64


def test_a_policy_is_never_written_over_and_needs_whole_keys(desk, authority, capsys):
    assert policy(desk, authority, "another") == 0
    assert policy(desk, authority, "another") == 73
    secret = ["--passphrase-file", str(desk / "passphrase")]
    told = ["--origin", "x", "--log-key", "not base64!"]
    arguments = ["dossier", "policy", str(desk / "vault"), str(desk / "p"), *told, *secret]
    assert run(arguments) == 65
    assert not (desk / "p").exists()


def test_a_table_that_no_bundle_carries_is_refused_before_a_minute_of_models(
    root, tmp_path, capsys, monkeypatch
):
    kosovo = (root / "examples" / "tables" / "kosovo-1999.csv").read_text("utf-8")
    (tmp_path / "formula.csv").write_text(kosovo.replace("EXH", "=EXH"), "utf-8")
    monkeypatch.setattr(verdict, "assess", lambda *_, **__: pytest.fail("models ran"))
    told = ["estimate", str(tmp_path / "formula.csv"), "--pdf", str(tmp_path / "no.pdf")]
    about = ["--title", "x", "--as-of", "2026-11-01", "--counted", "published"]
    assert run([*told, *about, "--language", "ru"]) == 77
    assert "примет за формулу" in capsys.readouterr().err


def test_an_estimate_and_its_refusal_leave_by_command_beside_an_item(
    desk, authority, capsys, tmp_path
):
    policy(desk, authority)
    (tmp_path / "apart.csv").write_text("A,B,C,count\n0,0,1,20\n0,1,0,30\n1,0,0,40\n1,1,0,6\n")
    out, printed = tmp_path / "kept", tmp_path / "alone.pdf"
    told = ["estimate", str(tmp_path / "apart.csv"), "--keep", str(out), "--pdf", str(printed)]
    about = ["--title", "Held in Exampleville", "--as-of", "2026-11-01", "--counted", "agreed"]
    assert run([*told, *about]) == 0
    assert printed.read_bytes().startswith(b"%PDF-")
    assert {one.name for one in out.iterdir()} == {"estimate.json", "counts.csv", "overlap.svg"}
    assert run([*told, *about]) == 73
    for less in (about[2:], about[:2] + about[4:], about[:4], [*about, "--model", "chao"]):
        assert run(["estimate", told[1], "--keep", str(tmp_path / "no"), *less]) == 64
    parts = tmp_path / "parts"
    rows = [
        f"{name},{row}"
        for name in ("north", "south")
        for row in ("0,0,1,20", "0,1,0,30", "1,1,0,6")
    ]
    (tmp_path / "parts.csv").write_text("\n".join(["stratum,A,B,C,count", *rows, ""]))
    assert run(["estimate", str(tmp_path / "parts.csv"), "--keep", str(parts), *about]) == 0
    assert {one.name for one in parts.iterdir()} == {"several.json", "counts.csv", "overlap.svg"}
    named = [*asked(desk, "c-press"), "--estimate", str(out), "--estimate", str(parts)]
    capsys.readouterr()
    assert run(["dossier", "look", str(desk / "vault"), *named]) == 0
    *shown, read = capsys.readouterr().out.splitlines()
    assert "estimate: Held in Exampleville, as of 2026-11-01" in shown
    assert any("6  A + B  few: could it point at somebody?" in line for line in shown)
    assert any(line.endswith("40  A") for line in shown)
    assert [line.strip() for line in shown if line.endswith("north:")] == ["north:"]
    for text in ("not all lists are connected by persons", "не все списки связаны общими людьми"):
        assert sum(text in line for line in shown) == 3  # folders' sentences are read too
    proven = ["--policy", str(desk / "policy"), "--stamp", authority.url]
    built = ["dossier", "build", str(desk / "vault"), str(tmp_path / "bundle"), *named, *proven]
    assert run([*built, "--read", "0" * 64]) == 77
    assert run([*built, "--read", read]) == 0
    assert verify([str(tmp_path / "bundle"), "--policy", str(desk / "policy")]) == 0
    told = capsys.readouterr().out
    assert "estimate 1 (“Held in Exampleville”;" in told
    several = "estimate 1 of several tables (“Held in Exampleville”; as of 2026-11-01): 2 strata"
    assert several in told
    (out / "overlap.svg").write_bytes(b"<svg><script/></svg>")
    assert run(["dossier", "look", str(desk / "vault"), *named]) == 65
