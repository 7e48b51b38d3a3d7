"""Text read from an image by Debian's ``tesseract``, which takes this confined process over.

Upholds: the image comes by standard input, the text goes by standard output, no file is made.
Refuses: a language that is not installed.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Any, NoReturn

from asylia.confined.failing import FailedError

LANGUAGES = {"en": "eng", "ru": "rus"}


def prepare(options: dict[str, Any]) -> Callable[[], NoReturn]:
    """Look for the program and its languages; what comes back takes over and does not return."""
    program = shutil.which("tesseract")
    if program is None:
        raise FailedError("no_tesseract")
    wanted = [LANGUAGES[one] for one in options["languages"]]
    if not set(wanted) <= set(re.findall(r"^\w+$", _told(program, "--list-langs"), re.M)):
        raise FailedError("no_language")
    by = _told(program, "--version").partition("\n")[0][:100]

    def take_over() -> NoReturn:
        os.lseek(0, options["start"], os.SEEK_SET)
        os.write(1, json.dumps({"failed": "", "by": by}).encode() + b"\n")
        os.execv(program, [program, "stdin", "stdout", "-l", "+".join(wanted)])  # noqa: S606

    return take_over


def _told(program: str, about: str) -> str:
    done = subprocess.run(  # noqa: S603  found on a PATH of ours
        [program, about], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return done.stdout.decode("ascii", "replace")
