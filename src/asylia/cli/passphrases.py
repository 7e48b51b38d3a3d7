"""Where a command gets a passphrase from: the terminal, a file, or standard input.

Refuses: arguments and environment variables, which other processes can read.
"""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from asylia.errors import NotFoundError

PassphraseFile = Annotated[Path | None, Parameter(allow_leading_hyphen=True)]


def read_passphrase(file: Path | None) -> str:
    """The first line of ``file`` (``-``: standard input); without one, asked for unseen."""
    if file is None:
        return getpass("Passphrase (six words): ")
    try:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeError):
        raise NotFoundError("the file with the passphrase cannot be read") from None
    return text.partition("\n")[0]
