"""QR codes of parts: in the terminal, or as pictures in a folder.

Upholds: one part a code, alphanumeric, so that any phone's reader gives a line that can be pasted.
Refuses: anything that is not a part; a secret in clear is never made a code.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import segno
from rich.console import Console

Form = Literal["png", "svg"]
_PIXELS = 6  # a module in a PNG


def show(lines: Sequence[str], console: Console) -> None:
    """Each code with its number, one below the other."""
    for number, line in enumerate(lines, start=1):
        console.print(f"Code {number} of {len(lines)}:")
        _code(line).terminal(compact=True, border=2)


def write(lines: Sequence[str], folder: Path, name: str, form: Form) -> list[Path]:
    """``name-01.png`` and so on, in a new or existing folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}-{at:02}.{form}" for at in range(1, len(lines) + 1)]
    for line, file in zip(lines, files, strict=True):
        _code(line).save(str(file), scale=_PIXELS, border=4)
    return files


def _code(line: str) -> segno.QRCode:
    return segno.make(line, mode="alphanumeric", error="l", boost_error=False, micro=False)
