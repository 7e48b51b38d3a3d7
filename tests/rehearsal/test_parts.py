"""Each part of the seizure check, as a command and one by one: clean, and with its own leak."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from asylia.rehearsal.aftermath import PARTS, Part, look, on_stage
from asylia.rehearsal.stage import Stage
from asylia.vault.process import unencrypted_swap

# Whether any process may leave a core file here; where none may, the check has to say so.
CORES = resource.getrlimit(resource.RLIMIT_CORE)[1] != 0
UNSEEN = "core files: not even an unprotected process leaves one here (the limit forbids them)"
NOT_COVERED = () if CORES else (UNSEEN,)
# What a leak of each kind is found as; its own words, so that no other finding passes for it.
PLANTED = {
    "files": "the reporter's name",
    "relay": "the reporter's name",
    "postgres": "the reporter's name",
    "locked": "left in memory",
    "removed": "opens what was written after it left",
    "duress": "a passphrase opens it",
    "processes": "the reporter's name",
    "cores": "the page left a core file" if CORES else "could be read",
    "swap": "memory may be swapped to a disk in clear",
}


def seizure(*options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "asylia", "selfcheck", "seizure", *options],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.timeout(900)
def test_nothing_that_was_typed_is_left_anywhere(tmp_path: Path) -> None:
    done = seizure("--json", cwd=tmp_path)
    assert done.returncode in {0, 1}, done.stderr
    report = json.loads(done.stdout)
    swap = {"memory may be swapped to a disk in clear"} if unencrypted_swap() else set()
    assert {finding["what"] for finding in report["findings"]} == swap, done.stdout
    assert done.returncode == len(swap), done.stderr
    assert report["not_covered"] == [*NOT_COVERED]
    assert report["files"] > 1000
    assert report["processes"] > 20
    assert report["canaries"] > 50
    assert len(report["parts"]) == len(PARTS)
    assert all(one["files"] or one["processes"] for one in report["parts"])
    assert "looked at" in done.stderr


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with on_stage(tmp_path_factory.mktemp("seized"), lambda _: None) as played:
        assert played.not_covered == ()
        yield played


@pytest.mark.timeout(900)
def test_each_part_sees_a_leak_of_its_kind(stage: Stage) -> None:
    assert set(PLANTED) == set(PARTS)
    for part, what in PLANTED.items():
        kind: Part = part  # type: ignore[assignment]
        looked = look(stage, kind, plant=True)
        # A relay that an earlier part started anew has settled, and emptied its log, once more.
        expected = NOT_COVERED if part == "cores" else ()
        assert looked.not_covered == expected or part == "relay", part
        assert what in {finding.what for finding in looked.findings}, part


def test_a_leak_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    assert seizure("--plant", "somewhere", cwd=tmp_path).returncode == 64
