"""Each unit's exposure as systemd's own tool sees it, and that every line is one it understands."""

import re
import shutil
import subprocess

import pytest

MOST = 20  # tenths: 2.0


@pytest.fixture(scope="module")
def units(root):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    found = sorted((root / "deploy" / "systemd").glob("*.service"))
    assert len(found) == 4
    return found


def exposure(unit):
    """In tenths, and whether the tool itself found it within ``MOST``."""
    options = ("--offline=true", "--no-pager", f"--threshold={MOST}")
    done = subprocess.run(
        ["systemd-analyze", "security", *options, unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"exposure level for .*: ([0-9.]+)", done.stdout)
    assert found is not None, done.stderr
    assert "ignoring" not in done.stderr  # a line that systemd does not understand
    return round(float(found[1]) * 10), done.returncode == 0


def test_each_unit_is_exposed_by_two_of_ten_at_most(units):
    found = {unit.name: exposure(unit) for unit in units}
    assert all(level <= MOST and within for level, within in found.values()), found


def test_without_two_of_its_lines_a_unit_is_exposed_by_more(units, tmp_path):
    for unit in units:
        lines = unit.read_text().splitlines(keepends=True)
        gone = ("CapabilityBoundingSet=", "SystemCallFilter=")
        stripped = tmp_path / unit.name
        stripped.write_text("".join(line for line in lines if not line.startswith(gone)))
        level, within = exposure(stripped)
        assert level > MOST
        assert not within


def test_systemd_understands_every_line(root, units):
    files = [*units, *(root / "deploy" / "systemd").glob("*.[st][li][im]*")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    complaints = [
        line for line in done.stderr.splitlines()
        if "Command /opt/asylia/bin/asylia is not executable" not in line
    ]  # fmt: skip
    assert complaints == []


def test_no_unit_keeps_a_core_swaps_or_hands_a_secret_over_in_its_environment(units):
    for unit in units:
        text = unit.read_text()
        for line in ("LimitCORE=0", "MemorySwapMax=0", "StandardOutput=null", "IPAddressDeny=any"):
            assert f"\n{line}\n" in text
        assert re.findall(r"^Environment=(.*)", text, re.MULTILINE) == ["PYTHONDONTWRITEBYTECODE=1"]
