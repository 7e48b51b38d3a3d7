"""Where a command gets a passphrase from, and where it leaves one that it drew.

Upholds: words that were drawn are written whole to a file, or shown and typed back, before anything
is changed.  Refuses: arguments and environment variables, which other processes can read.
"""

import sys
import warnings
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from asylia.counts.words import N_
from asylia.errors import UsageError
from asylia.given import read_given_text
from asylia.vault.files import write_whole
from asylia.vault.passphrase import draw, normal

_LONGEST = 4096  # characters of a line that may hold a passphrase
PassphraseFile = Annotated[Path | None, Parameter(allow_leading_hyphen=True)]


def read_passphrase(file: Path | None) -> str:
    """The first line of ``file`` (``-``: standard input); without one, asked for unseen."""
    if file is None:
        return ask_unseen("Passphrase (six words): ")
    if str(file) == "-":
        return sys.stdin.readline(_LONGEST).partition("\n")[0]
    return read_given_text(file, what=N_("the file with the passphrase")).partition("\n")[0]


def ask_unseen(prompt: str) -> str:
    """What is typed on the terminal, not shown; ``UsageError`` where there is none to ask on."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)  # it would go on, and show what is typed
        try:
            return getpass(prompt)
        except (GetPassWarning, EOFError, OSError, AttributeError, ValueError):
            raise UsageError(
                "there is no terminal to ask for a passphrase on",
                hint="Name a file with it: --passphrase-file FILE, or - for standard input.",
            ) from None


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
    if normal(ask_unseen("Type it once to go on: ")) != normal(words):
        raise UsageError("these are not the words; nothing was changed", hint="Start again.")
    return words
