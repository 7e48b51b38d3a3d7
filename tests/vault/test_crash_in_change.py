"""Killed at any step of a change, a vault opens as before or as after."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.vault.shares import Kept, line
from tests.vault.world import PASSPHRASE

from asylia.vault.share import RelayShares, token_of
from asylia.vault.unlocking import unlock

OPEN = {"duress": ["old"], "share": False, "oracle": True, "opens": ["old"]}
SHARED = {**OPEN, "share": True, "oracle": False}
CHANGES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "passphrase": ("passphrase", OPEN, {**OPEN, "opens": ["new"]}),
    "passphrase, with the share": ("passphrase", SHARED, {**SHARED, "opens": ["new"]}),
    "duress": ("duress", OPEN, {**OPEN, "duress": ["new"]}),
    "duress, with the share": ("duress", SHARED, {**SHARED, "duress": ["new"]}),
    "share on": ("on", OPEN, SHARED),
    "share off": ("off", SHARED, OPEN),
    "duress typed": ("typed", OPEN, {**OPEN, "duress": [], "oracle": False, "opens": []}),
}


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks and kills")


def crashes_of(kind: str, folder: Path, url: str, kept: str, root: Path) -> list[dict[str, Any]]:
    """What was there after each crash, and at last without one."""
    command = [sys.executable, "-m", "tests.vault.crashing", kind, str(folder), url, kept]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=root)
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    *killed, last = [(row.pop("killed"), row.pop("status")) for row in rows]
    assert all(one for one, _ in killed)
    assert last == (False, 0)
    return rows


@pytest.mark.parametrize("name", CHANGES)
def test_a_kill_at_any_step_leaves_before_or_after(name: str, tmp_path: Path, root: Path) -> None:
    kind, before, after = CHANGES[name]
    with line(tmp_path) as one:
        one.set_duress()
        kept = ""
        if before["share"]:
            one.share_on()
            opened = unlock(one.folder, PASSPHRASE)
            token = token_of(opened.stretched)
            share = RelayShares(one.folder).fetch(opened.header.share_id, token)
            assert unlock(one.folder, PASSPHRASE, Kept(share)).master == opened.master
            kept = (sha256(token).digest() + share).hex()
        *crashes, last = crashes_of(kind, one.folder, one.url, kept, root)
    assert last == after
    assert len(crashes) >= 2
    assert all(crash in (before, after) for crash in crashes)
    assert crashes[0] == before
    turned = [crash == after for crash in crashes]
    assert turned == sorted(turned)  # once changed, it stays changed


def test_a_header_that_is_written_carelessly_would_be_seen_broken(
    tmp_path: Path, root: Path
) -> None:
    """The negative control."""
    with line(tmp_path) as one:
        crashes = crashes_of("careless", one.folder, one.url, "", root)
    assert {"broken": True} in crashes
