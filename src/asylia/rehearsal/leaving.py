"""A device after its duress passphrase, and one that was removed from the team.

Upholds: what opens such a vault is tried with every passphrase of the play, by the commands that a
seizer would use.
"""

import shutil
from pathlib import Path

from asylia.errors import LockedError
from asylia.rehearsal.seizure import Finding, Looked
from asylia.rehearsal.stage import Stage
from asylia.rehearsal.team import asylia, memory_folder
from asylia.vault.vault import HEADER, Vault

DURESS = "a device after its duress passphrase"


def look_after_duress(stage: Stage, *, plant: bool = False) -> Looked:
    """Set a duress passphrase on a copy of the second device, type it, and try every passphrase."""
    vault = stage.world.folder / "under-duress"
    shutil.rmtree(vault, ignore_errors=True)
    shutil.copytree(stage.world.vault("second"), vault)
    passphrase = stage.team.passphrases["second"]
    with memory_folder() as scratch:
        words = scratch / "duress"
        asylia(
            stage.world,
            *("vault", "duress", str(vault), "--passphrase-file=-", "--new-file", str(words)),
            typed=f"{passphrase}\ndestroy",
        )
        duress = words.read_text("utf-8").strip()
    stage.know_phrase("duress passphrase", tuple(duress.split()))
    before = (vault / HEADER).read_bytes()
    opened = _tried(vault, [duress])
    if plant:
        (vault / HEADER).write_bytes(before)
    opened += _tried(vault, [*stage.team.passphrases.values()])
    if (vault / HEADER).read_bytes() == before:
        opened.append("its header is what it was")
    findings = tuple(Finding(str(vault), what, "after its duress passphrase") for what in opened)
    return stage.searcher().folders(DURESS, [vault]) + Looked(DURESS, findings=findings)


def _tried(vault: Path, passphrases: list[str]) -> list[str]:
    opened = []
    for passphrase in passphrases:
        try:
            Vault.open(vault, passphrase).close()
        except LockedError:
            continue
        opened.append("a passphrase opens it")
    return opened
