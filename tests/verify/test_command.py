"""The command: exit codes, JSON, policies, old and new openssl."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dossier.remake import resign
from tests.dossier.world import NOW

from asylia.dossier.build import STATEMENT
from asylia.envelope.signed import SignedBytes
from asylia.tlog.policy import LogParty, WitnessParty
from asylia.wire import Message, encode, frame
from asylia_verify import strict
from asylia_verify.__main__ import main
from asylia_verify.check import check_files
from asylia_verify.errors import UsageError, WrongError
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy

SOURCE = Path(__file__).parents[2] / "src"
# What openssl 3.5 adds, where this machine's is older: ML-DSA-44 by the library of `cryptography`.
NEWER = f"""#!{sys.executable}
import subprocess, sys
from pathlib import Path
arguments = sys.argv[1:]
real = [{shutil.which("openssl")!r}, *arguments]
if arguments[:1] == ["list"]:
    print("  {{ 2.16.840.1.101.3.4.3.17, id-ml-dsa-44, ML-DSA-44, MLDSA44 }} @ default")
elif arguments[:1] == ["pkeyutl"] and len(Path("key").read_bytes()) > 1000:
    import warnings
    warnings.simplefilter("ignore")
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    key = load_der_public_key(Path("key").read_bytes())
    try:
        key.verify(Path("signature").read_bytes(), Path("message").read_bytes())
    except Exception:
        sys.exit(1)
else:
    sys.exit(subprocess.run(real).returncode)
"""


@pytest.fixture
def newer(tmp_path, monkeypatch):
    (tmp_path / "openssl").write_text(NEWER)
    (tmp_path / "openssl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    openssl = OpenSSL()
    assert openssl.has_ml_dsa
    return openssl


def run(capsys, *arguments):
    code = main([str(one) for one in arguments])
    return code, capsys.readouterr()


def test_exit_codes_and_json(folder, policy_path, tmp_path, capsys):
    code, said = run(capsys, folder, "--policy", policy_path, "--json")
    told = json.loads(said.out)
    assert (code, told["verdict"], told["wrong"]) == (0, "valid", None)
    assert set(told) == {"checked", "heed", "not_checked", "verdict", "wrong"}
    code, said = run(capsys, folder)
    assert code == 3
    assert "SIGNER UNKNOWN" in said.out
    assert "VALID" not in said.out
    broken = shutil.copytree(folder, tmp_path / "b")
    (broken / "data/method.txt").write_bytes(b"other words")
    code, said = run(capsys, broken, "--policy", policy_path)
    assert code == 1
    assert "First thing wrong: data/method.txt: " in said.out
    code, said = run(capsys, broken, "--policy", policy_path, "--json")
    assert json.loads(said.out)["wrong"].startswith("data/method.txt: ")


def test_a_zip_of_the_bundle_is_as_valid(folder, policy_path, tmp_path, capsys):
    packed = shutil.make_archive(str(tmp_path / "b"), "zip", folder.parent, folder.name)
    code, said = run(capsys, packed, "--policy", policy_path)
    assert code == 0
    assert "the .zip around the files" in said.out
    assert "can be made to unpack differently" in said.out


def test_a_bundle_or_policy_that_is_not_there_is_a_usage_error(folder, tmp_path, capsys):
    for arguments in ((tmp_path / "none",), (folder, "--policy", tmp_path / "none")):
        code, said = run(capsys, *arguments)
        assert code == 2
        assert said.err.startswith("asylia-verify: ")
        assert not said.out


def test_no_openssl_is_a_usage_error(folder, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(capsys, folder)[0] == 2


def test_a_fault_of_the_machine_is_never_told_as_a_wrong_bundle(
    folder, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    code, said = run(capsys, folder)
    assert (code, said.out) == (2, "")
    assert said.err.startswith("asylia-verify: broke off, so nothing is known")


def test_an_older_python_is_told_and_is_not_told_as_a_wrong_bundle(folder):
    code = (
        f"import sys; sys.version_info = (3, 10, 0); sys.path.insert(0, {str(SOURCE)!r})\n"
        "from asylia_verify.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, folder], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"asylia-verify: Python 3.11 or later is needed\n"


def test_a_policy_that_the_bundle_brings_itself_is_refused(folder, policy_path, tmp_path, capsys):
    brought = shutil.copytree(folder, tmp_path / "b")
    shutil.copy(policy_path, brought / "data/policy.json")
    code, said = run(capsys, brought, "--policy", brought / "data/policy.json")
    assert (code, said.out) == (2, "")
    assert "lies in the bundle" in said.err


def test_it_runs_alone_on_the_standard_library(folder, policy_path):
    code = (
        f"import sys; sys.modules['asylia'] = None; sys.path.insert(0, {str(SOURCE)!r})\n"
        "from asylia_verify.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, folder, "--policy", policy_path],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


POLICIES = {
    "empty": b"",
    "another label": b"asylia/policy/2\n{}",
    "no object": b"asylia/policy/1\n[]",
    "too long": b"asylia/policy/1\n" + b" " * (1 << 21),
    "not UTF-8": b"asylia/policy/1\n\xff",
}


@pytest.mark.parametrize("content", POLICIES.values(), ids=POLICIES)
def test_a_policy_that_is_none_is_a_usage_error(folder, tmp_path, capsys, content):
    (tmp_path / "policy").write_bytes(content)
    assert run(capsys, folder, "--policy", tmp_path / "policy")[0] == 2


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_policy_with_a_changed_byte_never_gives_a_traceback(policy_path, at, by):
    content = bytearray(policy_path.read_bytes())
    content[at % len(content)] ^= by
    path = policy_path.with_name("changed")
    path.write_bytes(content)
    try:
        read_policy(path)
    except UsageError:
        return


def test_a_policy_asking_for_more_than_it_names_is_refused(world, authority, policy_path, tmp_path):
    content = policy_path.read_bytes().replace(b'"threshold":1', b'"threshold":2')
    (tmp_path / "policy").write_bytes(content)
    with pytest.raises(UsageError, match="more witnesses"):
        read_policy(tmp_path / "policy")


def test_an_older_openssl_says_that_ml_dsa_was_not_checked(files, policy, openssl):
    if openssl.has_ml_dsa:
        pytest.skip("this openssl checks ML-DSA-44")
    verdict = check_files(files, policy, NOW, openssl)
    assert any(line.startswith("ML-DSA-44: not checked") for line in verdict.not_checked)


def test_a_newer_openssl_checks_ml_dsa_too(files, world, authority, newer, tmp_path):
    lasting = {
        "log": LogParty(
            origin=world.log_key.name,
            key=world.log_key.public.ed25519,
            ml_dsa_44=world.log_key.public.ml_dsa_44,
        ),
        "witnesses": (
            WitnessParty(
                name=world.witness.name,
                key=world.witness.public.ed25519,
                ml_dsa_44=world.witness.public.ml_dsa_44,
            ),
        ),
    }
    (tmp_path / "policy").write_bytes(world.policy(authority, **lasting))
    policy = read_policy(tmp_path / "policy")
    verdict = check_files(files, policy, NOW, newer)
    assert verdict.verdict == "valid", verdict.wrong
    assert not any("ML-DSA" in line for line in verdict.not_checked)
    assert any("ML-DSA-44" in line for line in verdict.checked)


def test_a_log_without_the_ml_dsa_line_of_the_policy_is_refused_by_any_openssl(
    files, policy, openssl
):
    for party, said in (("log", "is not signed with the log's"), ("witness", "cosigned by 0")):
        asked = replace(policy.log, ml_dsa_44=bytes(1312))
        held = replace(policy, log=asked)
        if party == "witness":
            lasting = replace(policy.witnesses[0], ml_dsa_44=bytes(1312))
            held = replace(policy, witnesses=(lasting,))
        assert said in (check_files(files, held, NOW, openssl).wrong or "")


def test_a_false_ml_dsa_signature_is_refused_where_it_can_be_checked(
    files, policy, world, newer, stampers, monkeypatch
):
    class OldKeyOnly:
        """A device whose ML-DSA-44 half signs something else."""

        public = world.device.public
        seed = world.device.seed

        @staticmethod
        def sign(label, body):
            ed25519, _ = world.device.sign(label, body)
            _, other = world.device.sign(label, body + b"!")
            return ed25519, other

    exporter = type("Exporter", (), {"signer": OldKeyOnly, "certificate": b"", "root": None})
    forged = resign(files, exporter, stampers)
    verdict = check_files(forged, policy, NOW, newer)
    assert verdict.wrong == (
        f"{STATEMENT}: is not the device's: the ML-DSA-44 signature does not hold"
    )


def test_a_missing_ml_dsa_signature_is_refused_by_any_openssl(
    files, policy, world, openssl, stampers
):
    class Half:
        public = world.device.public
        seed = world.device.seed

        @staticmethod
        def sign(label, body):
            return world.device.sign(label, body)[:1]

    exporter = type("Exporter", (), {"signer": Half, "certificate": b"", "root": None})
    verdict = check_files(resign(files, exporter, stampers), policy, NOW, openssl)
    assert verdict.wrong
    assert "a signature is missing" in verdict.wrong


class Words(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL = "asylia/words/1"
    text: str
    number: int


@given(st.text(st.characters(codec="utf-8")), st.integers(-(2**53), 2**53))
def test_every_message_of_ours_reads_as_it_was_written(text, number):
    shape = strict.record({"number": strict.whole(-(2**53), 2**53), "text": str})
    content = encode(Words(text=text, number=number))
    said = strict.message(content, "asylia/words/1", shape, "words")
    assert said == {"text": text, "number": number}


@given(st.lists(st.binary(max_size=20), max_size=5), st.binary(max_size=60))
def test_frames_read_as_they_were_written_and_nothing_else_does(parts, other):
    whole = frame("asylia/x/1", *parts)
    assert strict.unframe(whole, "asylia/x/1", len(parts), "x") == tuple(parts)
    for broken in (whole + b"!", b"asylia/x/1\n" + other, other):
        try:
            again = strict.unframe(broken, "asylia/x/1", len(parts), "x")
        except WrongError:
            continue
        assert frame("asylia/x/1", *again) == broken


def test_the_statement_is_what_the_code_of_the_team_reads(files):
    assert SignedBytes.parse(files[STATEMENT]).body.startswith(b"asylia/dossier/1\n")


def test_a_reader_that_stops_reading_is_never_told_that_the_bundle_is_wrong(folder, policy_path):
    command = [sys.executable, "-m", "asylia_verify", folder, "--policy", policy_path]
    read, write = os.pipe()
    os.close(read)
    gone = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    shut = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *map(str, command)], stderr=subprocess.PIPE, check=False
    )
    for done in (gone, shut):
        assert done.returncode == 2
        assert done.stderr.decode() == (
            "asylia-verify: the verdict could not be written, so nothing is told\n"
        )
