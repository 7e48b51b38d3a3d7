"""What a bundle says of itself is shown so that it can't steer the terminal it is shown on."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.dossier.remake import resign
from tests.dossier.world import NOW

from asylia_verify.__main__ import main
from asylia_verify.check import check_files

SOURCE = Path(__file__).parents[2] / "src"


def run(capsys, *arguments):
    code = main([str(one) for one in arguments])
    return code, capsys.readouterr()


STEERING = "\x1b[2J\x1b[HVALID\x1b[8m"


def test_a_bundle_can_not_steer_the_terminal_by_a_name_in_a_manifest(folder, tmp_path, capsys):
    hostile = shutil.copytree(folder, tmp_path / "b")
    manifest = hostile / "tagmanifest-sha256.txt"
    manifest.write_text(f"{'0' * 64}  {STEERING}\n{manifest.read_text()}")
    code, said = run(capsys, hostile)
    assert code == 1
    assert said.out.replace("\n", "").isprintable()
    assert r"\x1b[2J" in said.out


def test_a_bundle_can_not_steer_the_terminal_by_a_name_in_a_zip(folder, tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(f"{STEERING}/bagit.txt", b"")
    code, said = run(capsys, tmp_path / "b.zip")
    assert code == 1
    assert said.out.replace("\n", "").isprintable()


def readdressed(files, world, stampers, recipient):
    """The same bundle, made by the same device for another recipient."""
    name = "data/consent.json"
    label, _, body = files[name].partition(b"\n")
    said = {**json.loads(body), "recipient": recipient}
    body = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    changed = {**files, name: label + b"\n" + body}
    return resign(changed, world.exporter, stampers, recipient=recipient)


@pytest.mark.parametrize(
    ("recipient", "seen"), [("Комиссия", "Комиссия"), ("A\u202eB\x1b[2J", r"A\u202eB\x1b[2J")]
)
def test_whom_it_was_made_for_is_shown_and_can_not_turn_the_line(
    files, world, openssl, stampers, policy, recipient, seen
):
    again = readdressed(files, world, stampers, recipient)
    verdict = check_files(again, policy, NOW, openssl)
    assert verdict.verdict == "valid", verdict.wrong
    assert f"recipient: “{seen}”\n" in verdict.as_text()


def test_a_terminal_that_knows_only_ascii_gets_the_verdict_too(
    files, world, stampers, policy_path, tmp_path
):
    for name, content in readdressed(files, world, stampers, "Комиссия").items():
        (tmp_path / "b" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "b" / name).write_bytes(content)
    code = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
        "from asylia_verify.__main__ import main; sys.exit(main())"
    )
    for more in ([], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "b", "--policy", policy_path, *more],
            env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert rb"\u041a" in done.stdout
