"""The way out for what is sealed to one recipient: written whole, to a name that nothing has yet.

Upholds: what is given to it was permitted, entered before, and is an age file.  Refuses to write
over anything, and to write what is not sealed.
"""

from pathlib import Path

from asylia.errors import ConflictError, RefusedError
from asylia.vault.vault import write_whole

_SEALED = b"age-encryption.org/v1\n"


def check_free(path: Path) -> None:
    """``ConflictError`` where something has this name."""
    if path.exists() or path.is_symlink():
        raise ConflictError("the file is there already", hint="Name another.")


def leave(path: Path, sealed: bytes) -> None:
    """Write it; ``ConflictError``, ``RefusedError``, ``UnavailableError``."""
    if not sealed.startswith(_SEALED):
        raise RefusedError("this is not sealed, and stays")
    check_free(path)
    write_whole(path, sealed)
