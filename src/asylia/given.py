"""A file that a person named: read whole, and never more than one of its kind can hold.

Upholds: a device that gives bytes for ever, a folder or a huge file ends in a clear error, not in
a full memory.  Pipes are read, since secrets are handed over by them.  Refuses: to say what was in
it.
"""

import stat
from pathlib import Path

from asylia.errors import MalformedError, NotFoundError, Sentence

MOST = 1 << 20  # bytes; keys, words, policies, certificates and their likes


def read_given(path: Path, *, what: str, most: int = MOST) -> bytes:
    """All that the file holds; ``what`` names it in messages ("the file with the passphrase").

    Raises ``NotFoundError`` where it can't be read, ``MalformedError`` for a folder, a device or
    more than ``most`` bytes.
    """
    try:
        # Before it is opened: a device may do something when it is.
        if not _holds_bytes(path.stat().st_mode):
            raise MalformedError(
                Sentence("%(why)s is no file", why=what), hint="Is its name right?"
            )
        with path.open("rb") as file:
            untrusted = file.read(most + 1)
    except OSError:
        raise NotFoundError(
            Sentence("%(why)s can't be read", why=what), hint="Check its path and rights."
        ) from None
    if len(untrusted) > most:
        raise MalformedError(
            Sentence("%(why)s is too long to be one", why=what), hint="Is its name right?"
        )
    return untrusted


def read_given_text(path: Path, *, what: str, most: int = MOST) -> str:
    """The same as text in UTF-8; ``MalformedError`` where it is none."""
    try:
        return read_given(path, what=what, most=most).decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedError(
            Sentence("%(why)s is no text in UTF-8", why=what), hint="Is its name right?"
        ) from None


def _holds_bytes(mode: int) -> bool:
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)
