"""What of this machine decides whether memory may reach a disk: its swap.

Upholds: it is told from the same judgement by which the desk stays locked, and that judgement is
tried on made-up machines first.
"""

import tempfile
from pathlib import Path

from asylia.errors import UnavailableError
from asylia.rehearsal.seizure import Finding, Looked
from asylia.vault.process import unencrypted_swap

PART = "this machine's swap"
SWAPS = Path("/proc/swaps")
_HEAD = "Filename\tType\tSize\tUsed\tPriority\n"
_CLEAR, _ENCRYPTED = "/dev/sda9 partition 1024 0 -2\n", "/dev/dm-7 partition 1024 0 -2\n"


def look_at_swap(*, plant: bool = False) -> Looked:
    """Whether memory may reach the disk in clear here; then the desk stays locked."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mark = folder / "dm-7" / "dm" / "uuid"
        mark.parent.mkdir(parents=True)
        mark.write_text("CRYPT-PLAIN-swap\n", "ascii")
        made_up = [folder / word for word in ("none", "clear", "encrypted")]
        for file, line in zip(made_up, ("", _CLEAR, _ENCRYPTED), strict=True):
            file.write_text(_HEAD + line, "ascii")
        if [unencrypted_swap(file, folder) for file in made_up] != [False, True, False]:
            raise UnavailableError("the judgement on swap is wrong on made-up machines")
        unsafe = unencrypted_swap(made_up[1], folder) if plant else unencrypted_swap()
    findings = (Finding(str(SWAPS), "memory may be swapped to a disk in clear", _HINT),)
    size = len(SWAPS.read_bytes()) if SWAPS.is_file() else 0
    return Looked(PART, int(SWAPS.is_file()), size, 0, findings if unsafe else ())


_HINT = "the desk stays locked here: switch swap off or encrypt it"
