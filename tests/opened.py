"""Files that this very process opens to write, as the interpreter reports them (PEP 578)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# An audit hook can not be taken away, but it can have nobody to tell.
_listening: list[list[str]] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _listening and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        for one in _listening:
            one.append(str(arguments[0]))


sys.addaudithook(_hook)


@contextmanager
def opened_to_write() -> Iterator[list[str]]:
    """The paths so far, temporary files without a name by their folder."""
    found: list[str] = []
    _listening.append(found)
    try:
        yield found
    finally:
        _listening.remove(found)


def beside_code(found: list[str]) -> set[str]:
    """Without code that Numba and Python keep; a file without a name yet is told by its folder."""
    code = {".nbi", ".nbc", ".pyc"}
    kept = {one for one in found if not code & {*Path(one).suffixes}}
    return {one for one in kept if Path(one).name != "__pycache__"}
