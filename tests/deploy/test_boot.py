"""The units as they are, under a real systemd as init: in namespaces, over a throw-away overlay.

What they promise is tried from inside (``probe.py``), once in each unit's sandbox and once without.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy import probe

NEEDED = ("/lib/systemd/systemd", "/usr/bin/python3", "/usr/sbin/pivot_root", "/usr/bin/curl")
UNITS = ("asylia-relay", "asylia-relay@", "asylia-intake", "asylia-relay-backup")
SECONDS = 120


def lacks():
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root can boot a system in namespaces"
    if missing := [one for one in NEEDED if not Path(one).exists()]:
        return f"not here: {', '.join(missing)}"
    found = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print(sys.version_info[:2])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if found.stdout.strip() != str(sys.version_info[:2]):
        return "the system's Python is not the one that the packages were installed for"
    tried = subprocess.run(
        ["unshare", "-mpfn", "--cgroup", "mount", "-t", "cgroup2", "x", "/sys/fs/cgroup"],
        capture_output=True, check=False,
    )  # fmt: skip
    return "" if tried.returncode == 0 else "this machine lets nobody make namespaces"


@pytest.fixture(scope="module")
def booted(root, tmp_path_factory):
    """The folder in which the drill left what it found."""
    if reason := lacks():
        pytest.skip(reason)
    exchange = tmp_path_factory.mktemp("boot")
    exchange.chmod(0o755)
    packages = next(Path(one) for one in sys.path if one.endswith("site-packages"))
    command = ["unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "--net", "--cgroup",
               "--kill-child", "bash", root / "tests/deploy/boot.sh", root, exchange,
               packages]  # fmt: skip
    with (exchange / "boot.log").open("wb") as log:
        system = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            for _ in range(SECONDS * 5):
                if system.poll() is not None or "end" in steps(exchange):
                    break
                time.sleep(0.2)
        finally:
            system.send_signal(signal.SIGKILL)
            system.wait()
    if "end" not in steps(exchange):
        pytest.fail((exchange / "boot.log").read_text() + said(exchange, "drill.out"))
    return exchange


def steps(exchange):
    path = exchange / "steps"
    return path.read_text().split("\n") if path.exists() else []


def said(exchange, name):
    path = exchange / name
    return path.read_text() if path.exists() else ""


def test_what_the_page_says_works_from_init_to_restored_backup(booted):
    assert steps(booted)[:-1] == [
        "users", "init", "started", "team", "restarted", "backed up", "backed up again",
        "restored", "intake", "end",
    ], said(booted, "drill.out")  # fmt: skip
    assert (said(booted, "put"), said(booted, "bundle")) == ("201", "200")
    assert (said(booted, "page"), said(booted, "forwarded")) == ("200", "204")
    modes = said(booted, "modes").splitlines()
    assert {line.split()[1] for line in modes} == {"asylia-relay"}
    assert [line.split()[0] for line in modes] == ["700", "700", "600"]


@pytest.mark.parametrize("unit", UNITS)
def test_no_unit_can_do_what_its_program_never_does(booted, unit):
    assert json.loads(said(booted, f"probe-{unit}")) == dict.fromkeys(probe.TRIES, False)


def test_outside_the_units_all_of_it_can_be_done(booted):
    assert json.loads(said(booted, "probe-nothing")) == dict.fromkeys(probe.TRIES, True)


def test_the_relay_runs_without_rights_under_a_filter_and_leaves_no_core(booted):
    status = dict(line.split(":\t", 1) for line in said(booted, "status").splitlines())
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
    core = next(one for one in said(booted, "limits").splitlines() if "core" in one)
    assert core.split()[-3:-1] == ["0", "0"]


def test_the_journal_holds_no_content_no_id_and_no_address(booted):
    journal = said(booted, "journal")
    for told in ("report", "00112233445566778899aabbccddeeff", "127.0.0.1", "/v1/", "GET", "PUT"):
        assert told not in journal
    assert shutil.which("journalctl")
