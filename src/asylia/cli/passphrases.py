"""Where a command gets a passphrase from, and where it leaves one that it drew.

Upholds: words that were drawn are written whole to a file, or shown and typed back, before anything
is changed.  Refuses: arguments and environment variables, which other processes can read.
"""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from asylia.errors import NotFoundError, UsageError
from asylia.vault.files import write_whole
from asylia.vault.passphrase import draw, normal

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


def hand_out(file: Path | None, purpose: str) -> str:
    """Draw six words and leave them in ``file``, which must be new; without one, on the terminal.

    On the terminal they are to be typed back, so that nobody is locked out by a slip of the pen.
    Raises ``UsageError``; then nothing was changed.
    """
    words = draw()
    if file is not None:
        if file.exists():
            raise UsageError("the file for the words is there already", hint="Name another.")
        write_whole(file, words.encode() + b"\n")
        return words
    Console(highlight=False, soft_wrap=True).print(
        f"[bold]{purpose}. Shown once; learn it, or write it down and destroy the paper:[/]\n"
        f"  [bold]{words}[/]"
    )
    if normal(getpass("Type it once to go on: ")) != normal(words):
        raise UsageError("these are not the words; nothing was changed", hint="Start again.")
    return words
