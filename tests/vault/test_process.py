"""What a process that holds keys asks of its system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from asylia.cli import run
from asylia.errors import RefusedError
from asylia.vault import process
from asylia.vault.process import check_memory, unencrypted_swap

HEAD = "Filename\tType\tSize\tUsed\tPriority\n"
# Commands of partners that read names, or what tells of them; none of these files is there.
READERS = (
    "partners hand-over v n.csv --recipient r --list A --look --swap-is-safe",
    "partners link v n.age --out o --words-file w --swap-is-safe",
    "partners take-back v n.age --swap-is-safe",
)
SHOW = (
    "import resource, ctypes; from asylia.vault.process import harden; {}; "
    "print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize(("call", "dumpable"), [("print(harden())", "0"), ("print(True)", "1")])
def test_a_hardened_process_leaves_no_core_and_cannot_be_read(call: str, dumpable: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW.format(call)], capture_output=True, text=True, check=True
    )
    hardened, core, now = done.stdout.split()
    assert hardened == "True"
    assert now == dumpable
    if dumpable == "0":
        assert core == "0"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_names_are_read_by_a_process_that_leaves_no_core() -> None:
    script = (
        "import ctypes; from asylia.cli import run; prctl = ctypes.CDLL(None).prctl\n"
        "for command in ('link n.csv', 'incidents n.csv',\n"
        f"        *{READERS}, 'link --help'):\n"
        "    prctl(4, 1, 0, 0, 0)\n"
        "    print('at', run(command.split()), prctl(3, 0, 0, 0, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("at ")]
    assert told == ["at 66 0"] * (2 + len(READERS)) + [
        "at 0 1"
    ]  # whoever asks for help reads nothing


def test_others_names_are_not_opened_over_swap_in_clear(tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text(f"{HEAD}/dev/sda2  partition\t1024\t0\t-2\n")
    with pytest.raises(RefusedError, match="unencrypted"):
        check_memory(swap_is_safe=False, swaps=swaps)
    check_memory(swap_is_safe=True, swaps=swaps)
    swaps.write_text(HEAD)
    check_memory(swap_is_safe=False, swaps=swaps)


def test_partners_read_no_name_over_swap_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    swaps = tmp_path / "swaps"
    monkeypatch.setattr(process, "_SWAPS", swaps)
    monkeypatch.chdir(tmp_path)
    for devices, safe, code in (
        ("/dev/sda2  partition\t1024\t0\t-2\n", False, 77),
        ("/dev/sda2  partition\t1024\t0\t-2\n", True, 66),  # no file is there
        ("", False, 66),
    ):
        swaps.write_text(HEAD + devices)
        for reader in READERS:
            asked = [one for one in reader.split() if safe or one != "--swap-is-safe"]
            assert run(asked) == code, reader
            assert ("memory to its disk" in capsys.readouterr().err) == (code == 77)


def test_no_swap_is_safe(tmp_path: Path) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text(HEAD)
    assert not unencrypted_swap(swaps, tmp_path)


def test_a_system_that_does_not_tell_is_not_trusted(tmp_path: Path) -> None:
    assert unencrypted_swap(tmp_path / "none", tmp_path)


@pytest.mark.parametrize(
    ("device", "files", "unsafe"),
    [
        ("sda2", {}, True),
        ("dm-1", {"dm/uuid": "CRYPT-LUKS2-0123-swap\n"}, False),
        ("dm-1", {"dm/uuid": "LVM-0123\n"}, True),
        ("zram0", {"backing_dev": "none\n"}, False),
        ("zram0", {}, False),
        ("zram0", {"backing_dev": "/dev/sda3\n"}, True),
    ],
)
def test_swap_in_clear_is_told(
    device: str, files: dict[str, str], unsafe: bool, tmp_path: Path
) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text(f"{HEAD}/dev/{device}  partition\t1024\t0\t-2\n")
    for name, content in files.items():
        path = tmp_path / device / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    assert unencrypted_swap(swaps, tmp_path) is unsafe


def test_this_machine_is_asked(tmp_path: Path) -> None:
    if os.name == "posix":
        assert unencrypted_swap() in (True, False)
