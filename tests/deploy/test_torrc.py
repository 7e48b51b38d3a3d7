"""What Debian's tor says of our configuration."""

import os
import re
import shutil
import subprocess

import pytest


@pytest.fixture(scope="module")
def tor(root):
    if shutil.which("tor") is None:
        if os.geteuid() != 0:
            pytest.skip("tor is not here, and only root can install it")
        subprocess.run([root / "tools" / "need.sh", "tor"], check=True)
    return shutil.which("tor")


def verify(tor, file, folder):
    done = subprocess.run(
        [tor, "--verify-config", "-f", file, "--DataDirectory", folder, "--quiet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@pytest.fixture
def ours(root, tmp_path):
    """Our torrc with its folders below one of the test's."""
    text = (root / "deploy" / "torrc").read_text().replace("/var/lib/tor", str(tmp_path / "tor"))
    (tmp_path / "tor").mkdir(mode=0o700)
    return text


def test_tor_takes_it(tor, ours, tmp_path):
    (tmp_path / "torrc").write_text(ours)
    assert verify(tor, tmp_path / "torrc", tmp_path / "tor")


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ("HiddenServicePoWQueueRate 50", "HiddenServicePoWQueueRate fifty"),
        ("HiddenServiceVersion 3", "HiddenServiceVersion 2"),
        ("HiddenServicePort 80 127.0.0.1:8480", "HiddenServicePort eighty"),
        ("HiddenServiceSingleHopMode 0", "HiddenServiceSingleHopMode 1"),
        ("SafeLogging 1", "SafeLoging 1"),
    ],
)
def test_tor_refuses_it_with_a_flaw(tor, ours, tmp_path, line, flaw):
    assert line in ours
    (tmp_path / "torrc").write_text(ours.replace(line, flaw))
    assert not verify(tor, tmp_path / "torrc", tmp_path / "tor")


def test_tor_has_proof_of_work_and_both_services_ask_for_it(tor, ours):
    modules = subprocess.run([tor, "--list-modules"], capture_output=True, text=True, check=True)
    assert "pow: yes" in modules.stdout
    services = re.split(r"^HiddenServiceDir ", ours, flags=re.MULTILINE)[1:]
    assert len(services) == 2
    assert all("\nHiddenServicePoWDefensesEnabled 1\n" in one for one in services)


def test_nothing_is_logged_but_errors_and_no_port_listens_beyond_loopback(ours):
    assert re.findall(r"^Log (.*)", ours, re.MULTILINE) == ["err syslog"]
    for port in re.findall(r"^SocksPort (\S+)", ours, re.MULTILINE):
        assert port.startswith("127.0.0.1:")
    for target in re.findall(r"^HiddenServicePort \d+ (\S+)", ours, re.MULTILINE):
        assert target.startswith("127.0.0.1:")
