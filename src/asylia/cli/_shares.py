"""Recovery shares as files: text that a custodian understands, and the part that a machine reads.

Upholds: each file says whose it is, what it is for, and that one alone opens nothing.  Refuses: to
write over a file, to take more or fewer than two back.
"""

from collections.abc import Sequence
from pathlib import Path

from asylia.cli._working import read_parts
from asylia.errors import UsageError
from asylia.ledger import parts
from asylia.ledger.recovery import Combined, combine, parse
from asylia.values import date_of
from asylia.vault.vault import write_whole

_TEXT = """\
Asylia: recovery share {custodian} of 3
Team {team}, made on {day}.

Any two of the three shares bring the team's records back when every device is lost, and let
the team make somebody an admin. One alone opens nothing. Keep it offline, apart from the
other two, and tell nobody that you have it; printed on paper it will do. When a drill gives
you a new one, destroy this.

{part}
"""


def check_files(files: Sequence[Path]) -> None:
    """Raise ``UsageError`` unless these are three new files."""
    if len(set(files)) != 3:
        raise UsageError("there are three shares", hint="Name three files for them.")
    if any(file.exists() for file in files):
        raise UsageError("a file for a share is there already", hint="Name another.")


def write_shares(files: Sequence[Path], shares: Sequence[bytes]) -> None:
    """One file a custodian."""
    for file, share in zip(files, shares, strict=True):
        said = parse(share)
        text = _TEXT.format(
            custodian=said.custodian,
            team=said.root_hash.hex()[:12],
            day=date_of(said.day).isoformat(),
            part="\n".join(parts.split("SHARE", share)),
        )
        write_whole(file, text.encode())


def read_shares(files: Sequence[Path] | None) -> Combined:
    """What two shares make; each file holds one."""
    if files is None or len(files) != 2:
        raise UsageError(
            "two shares are needed", hint="Name the files of two custodians: --share A --share B"
        )
    return combine([read_parts("SHARE", [file]) for file in files])
