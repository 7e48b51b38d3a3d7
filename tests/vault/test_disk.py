"""A disk that can't be written, or is full: our errors, and the header as it was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.vault.shares import DURESS, OTHER
from tests.vault.world import PASSPHRASE, make_vault

from asylia.vault.change import changing
from asylia.vault.vault import HEADER, Vault

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and mounts are Linux's")
TRY = """
import json, resource, signal, sys
from pathlib import Path
from tests.vault.shares import DURESS, OTHER, WRONG
from tests.vault.world import PASSPHRASE, make_vault
from asylia.errors import AsyliaError
from asylia.vault.change import changing
from asylia.vault.vault import Vault

def answered(step):
    try:
        step()
    except AsyliaError as error:
        return [type(error).__name__, error.message]
    return ["done", ""]

def renew():
    with changing(folder, PASSPHRASE) as change:
        full()
        change.renew_passphrase(OTHER)

folder, full = Path(sys.argv[1]), lambda: None
"""
FULL = (
    TRY
    + """
def full():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

told = {"renew": answered(renew)}
told["create"] = answered(lambda: make_vault(folder / "new"))
told["wrong"] = answered(lambda: Vault.open(folder, WRONG))
told["duress"] = answered(lambda: Vault.open(folder, DURESS))
print(json.dumps(told))
"""
)
READ_ONLY = (
    TRY
    + """
told = {"open": answered(lambda: Vault.open(folder, PASSPHRASE)), "renew": answered(renew)}
told["create"] = answered(lambda: make_vault(folder / "new"))
told["wrong"] = answered(lambda: Vault.open(folder, WRONG))
told["duress"] = answered(lambda: Vault.open(folder, DURESS))
print(json.dumps(told))
"""
)


def vault_with_duress(folder: Path) -> bytes:
    make_vault(folder).close()
    with changing(folder, PASSPHRASE) as change:
        change.set_duress(DURESS)
    return (folder / HEADER).read_bytes()


def test_on_a_full_disk_nothing_is_half_written(tmp_path: Path, root: Path) -> None:
    before = vault_with_duress(tmp_path / "v")
    command = [sys.executable, "-c", FULL, str(tmp_path / "v")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=root)
    told = json.loads(done.stdout)
    assert told["renew"][0] == "UnavailableError"
    assert told["create"][0] == "UnavailableError"
    assert told["duress"] == told["wrong"]
    assert told["wrong"][0] == "LockedError"
    assert (tmp_path / "v" / HEADER).read_bytes() == before
    assert not (tmp_path / "v" / "header.new").exists()
    Vault.open(tmp_path / "v", PASSPHRASE).close()


def can_mount() -> bool:
    done = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
    return done.returncode == 0


def test_on_a_read_only_medium_nothing_opens_and_all_is_said(tmp_path: Path, root: Path) -> None:
    if not can_mount():
        pytest.skip("this system lets no test mount")
    before = vault_with_duress(tmp_path / "v")
    folder = tmp_path / "v"
    mount = 'mount --bind "$2" "$2" && mount -o remount,ro,bind "$2" && exec "$0" -c "$1" "$2"'
    command = ["unshare", "-rm", "sh", "-c", mount, sys.executable, READ_ONLY, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=root)
    told = json.loads(done.stdout)
    assert {told[one][0] for one in ("open", "renew", "create")} == {"UnavailableError"}
    assert told["duress"] == told["wrong"]
    assert told["wrong"][0] == "LockedError"
    assert (folder / HEADER).read_bytes() == before


def test_a_change_works_after_one_that_was_cut_off(tmp_path: Path) -> None:
    vault_with_duress(tmp_path)
    (tmp_path / "header.new").write_bytes(b"half of a hea")
    with changing(tmp_path, PASSPHRASE) as change:
        change.renew_passphrase(OTHER)
    assert not (tmp_path / "header.new").exists()
    Vault.open(tmp_path, OTHER).close()
