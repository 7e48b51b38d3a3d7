"""The file that leaves: written whole, to a name that nothing has yet.

Upholds: this is the way out of ``exchange``; what is given to it was permitted and, from a team's
ledger, entered before.  Refuses to write over anything.
"""

from pathlib import Path

from asylia.errors import ConflictError
from asylia.vault.vault import write_whole


def check_free(path: Path) -> None:
    """``ConflictError`` where something has this name."""
    if path.exists() or path.is_symlink():
        raise ConflictError("the file is there already", hint="Name another with --out.")


def leave(path: Path, content: bytes) -> None:
    """Write it; ``ConflictError``, ``UnavailableError``."""
    check_free(path)
    write_whole(path, content)
