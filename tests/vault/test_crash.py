"""A process that is killed at any moment loses nothing that it said was kept."""

import subprocess
import sys
import time
from pathlib import Path

from tests.vault.world import LABEL, PASSPHRASE, Words, make_team_vault

from asylia.vault.vault import Vault

WRITER = """
import sys
from pathlib import Path
from tests.vault.world import LABEL, PASSPHRASE, Words
from asylia.values import RecordId
from asylia.vault.vault import Vault

vault = Vault.open(Path(sys.argv[1]), PASSPHRASE)
ledger = vault.ledger()
for number in range(10_000):
    ledger.append(RecordId(bytes.fromhex(sys.argv[2])), LABEL + str(number).encode())
    if number % 7 == 0:
        vault.project([Words()], ledger)
    print(number, flush=True)
"""


def test_what_was_appended_before_a_kill_is_there(tmp_path: Path, root: Path) -> None:
    vault, _, record = make_team_vault(tmp_path / "v")
    vault.close()
    last = -1
    for _ in range(3):
        kept = last + 1
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "v"), record.hex()],
            stdout=subprocess.PIPE,
            cwd=root,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        process.kill()
        told = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        with Vault.open(tmp_path / "v", PASSPHRASE) as again:
            ledger = again.ledger()
            contents = [entry.content for entry in ledger.entries()]
            fresh = contents[kept:]
            assert len(fresh) >= len(told)
            assert fresh == [LABEL + str(number).encode() for number in range(len(fresh))]
            again.project([Words()], ledger)
            before = again.dump([Words()])
            again.rebuild([Words()], ledger)
            assert again.dump([Words()]) == before
            last = len(contents) - 1
