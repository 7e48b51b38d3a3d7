"""The folder in memory: where it lies, whose it is, when it goes."""

import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asylia import scratch
from asylia.desk.serve import write_nowhere_but
from asylia.errors import RefusedError


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder below the system's shared memory, for one test."""
    folder = Path(tempfile.mkdtemp(prefix="asylia-test-", dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def mounts_saying(tmp_path: Path, folder: Path, kind: str) -> Path:
    device = folder.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    said = tmp_path / "mountinfo"
    said.write_text(f"30 25 {number} / {folder} rw,relatime shared:5 - {kind} none rw\n")
    return said


def test_memory_is_told_from_a_disk(memory: Path, tmp_path: Path) -> None:
    assert scratch.in_memory(memory)
    for kind, is_memory in (("tmpfs", True), ("ramfs", True), ("ext4", False), ("fuse", False)):
        assert scratch.in_memory(tmp_path, mounts_saying(tmp_path, tmp_path, kind)) is is_memory


def test_a_disk_is_never_taken_instead(memory: Path, tmp_path: Path) -> None:
    disk = mounts_saying(tmp_path, tmp_path, "ext4")
    assert scratch.base([tmp_path], disk) is None
    assert scratch.base([tmp_path / "missing", memory]) == memory
    assert scratch.base([memory], tmp_path / "no such file") is None
    assert scratch.base([]) is None


def test_the_users_runtime_folder_comes_first() -> None:
    shared = Path("/dev/shm")
    assert scratch.places({"XDG_RUNTIME_DIR": "/run/user/7"}) == [Path("/run/user/7"), shared]
    assert scratch.places({}) == scratch.places({"XDG_RUNTIME_DIR": "here"}) == [shared]


def test_it_is_ours_alone_and_goes_with_all_that_is_in_it(memory: Path) -> None:
    with scratch.scratch(memory) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "file").write_text("words")
    assert list(memory.iterdir()) == []


def test_a_start_removes_what_a_crash_left_and_nothing_that_is_held(memory: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from asylia import scratch\n"
        "with scratch.scratch(Path(sys.argv[1])) as f: print(f, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(memory)], stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout
        held = Path(owner.stdout.readline().strip())
        (memory / "somebody else's").mkdir()
        with scratch.scratch(memory) as mine:
            assert held.is_dir()
            assert mine != held
            owner.send_signal(signal.SIGKILL)
            owner.wait(30)
            assert held.is_dir()
            scratch.sweep(memory)
            assert not held.exists()
            assert mine.is_dir()
    assert [one.name for one in memory.iterdir()] == ["somebody else's"]


def test_what_cannot_be_removed_is_said(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asylia.scratch._TRIES", 1)
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(RefusedError):
        scratch.remove(memory)


def _tempfile_in(folder: Path | None, answers: "multiprocessing.SimpleQueue[str]") -> None:
    write_nowhere_but(folder)
    try:
        with tempfile.NamedTemporaryFile() as made:
            answers.put(made.name)
    except OSError as error:
        answers.put(type(error).__name__)


@pytest.mark.parametrize("given", [True, False])
def test_temporary_files_lie_there_or_nowhere(memory: Path, given: bool) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.SimpleQueue[str] = context.SimpleQueue()
    one = context.Process(target=_tempfile_in, args=(memory if given else None, answers))
    one.start()
    answer = answers.get()
    one.join()
    assert answer.startswith(str(memory)) if given else answer == "NotADirectoryError"
