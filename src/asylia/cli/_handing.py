"""Handing something in parts to another person: as text, as QR codes, as pictures of them.

Upholds: the same lines in every form, so that what one cannot scan one can paste.  Refuses: to
write over a file that is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cyclopts import Parameter
from rich.console import Console

from asylia.cli import _codes
from asylia.errors import ConflictError
from asylia.vault.vault import write_whole


@Parameter(name="*")
@dataclass(frozen=True)
class Handing:
    """Where it goes; on the terminal as lines, if nothing else is asked for.

    Parameters
    ----------
    file
        Write the lines to this file: send it, or carry it on a medium.
    qr
        Show QR codes in the terminal, one a line: any phone's reader gives the line back.
    pictures
        Write the same codes as pictures into this folder.
    form
        What kind of pictures: png or svg.

    """

    file: Path | None = None
    qr: bool = False
    pictures: Path | None = None
    form: _codes.Form = "png"

    def check(self) -> None:
        """Raise ``ConflictError`` where something would be written over."""
        if self.file is not None and self.file.exists():
            raise ConflictError("the file is there already", hint="Name another with --file.")

    def hand(self, lines: Sequence[str], name: str, *, json: bool) -> list[str]:
        """Do it; the files written."""
        written: list[Path] = []
        if self.file is not None:
            write_whole(self.file, ("\n".join(lines) + "\n").encode())
            written.append(self.file)
        if self.pictures is not None:
            written += _codes.write(lines, self.pictures, name, self.form)
        if self.qr and not json:
            _codes.show(lines, Console(highlight=False))
        elif not written and not json:
            print("\n".join(lines))
        return [str(file) for file in written]
