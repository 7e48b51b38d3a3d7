"""Having a file looked into by another process: bytes in, what was found out, or an error of ours.

Upholds: the file goes in through memory alone (a memfd), the answer is bounded, and a reader that
hangs, swells, crashes or says nonsense ends in one plain sentence.  Refuses to quote anything that
the file or the reader says in an error.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import Any, Literal

from asylia.errors import AsyliaError, MalformedError, NotFoundError, UnavailableError

Job = Literal["page", "credentials", "ocr"]
LONGEST_ANSWER = 32 << 20  # bytes
PATIENCE = 120.0  # seconds by the clock
_DAMAGED = b'{"failed": "malformed"}\n'  # a program that took over and left with an error
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
_SAID: dict[str, AsyliaError] = {
    "malformed": MalformedError(
        "This file is damaged, cut off, or not what it seems to be; it could not be read.",
        hint="The original is kept as it is. Save or copy it once more, if you can.",
    ),
    "too_large": MalformedError(
        "This file unpacks to more than is ever read here.",
        hint="The original is kept as it is. It may have been made to do harm.",
    ),
    "encrypted": MalformedError(
        "This file is locked by a password, so its text can't be read.",
        hint="The original is kept as it is.",
    ),
    "other_address": NotFoundError(
        "This archive holds no page of that address.",
        hint="Write the address as the program that saved it shows it.",
    ),
    "no_page": NotFoundError("This archive holds no page that can be read as text."),
    "no_text": NotFoundError("There is no text in it that could be read."),
    "no_tesseract": UnavailableError(
        "The program that reads text from images is not installed.",
        hint="On Debian: sudo apt-get install tesseract-ocr tesseract-ocr-rus",
    ),
    "no_language": UnavailableError(
        "The program that reads text from images does not know this language here.",
        hint="On Debian: sudo apt-get install tesseract-ocr-eng tesseract-ocr-rus",
    ),
    "no_cage": UnavailableError(
        "This system can't confine a program, so files are not looked into here.",
        hint="On Linux on a 64-bit PC or ARM machine it can. The original is kept as it is.",
    ),
}
_FAILED = MalformedError(
    "Reading this file took too much memory or time, or the reader failed at it.",
    hint="The original is kept as it is. It may have been made to do harm.",
)


def run(
    job: Job,
    content: bytes,
    options: dict[str, Any] | None = None,
    *,
    beside: bytes = b"",
    patience: float = PATIENCE,
) -> Any:
    """What the reader found, ``by`` which program; ``beside`` goes before the content in memory.

    Raises ``MalformedError`` where the file can't be read, ``NotFoundError`` where there is
    nothing, ``UnavailableError`` where this machine lacks what it takes.
    """
    asked = json.dumps({**(options or {}), "beside": len(beside)}).encode()
    command = [sys.executable, "-I", "-m", "asylia.confined.child", job]
    given = len(asked).to_bytes(4, "big") + asked + beside + content  # by memory: others see argv
    head, _, rest = _answer(command, given, patience).partition(b"\n")
    try:
        told = json.loads(head)
        failed = str(told["failed"])
        if not failed and job == "ocr":
            failed, found = "" if rest.strip() else "no_text", {"text": rest.decode(), **told}
        elif not failed:
            found = json.loads(rest)
        if not failed:
            return found
    except (ValueError, KeyError, TypeError, RecursionError):
        failed = "nonsense"
    raise _again(_SAID.get(failed, _FAILED))


def _again(error: AsyliaError) -> AsyliaError:
    """A fresh error: one that was raised before carries where."""
    return type(error)(error.message, hint=error.hint)


def _answer(command: list[str], content: bytes, patience: float) -> bytes:
    try:
        given = os.memfd_create("untrusted", os.MFD_CLOEXEC)
    except (AttributeError, OSError):
        raise _again(_SAID["no_cage"]) from None
    with os.fdopen(given, "wb") as file:
        file.write(content)
        file.flush()
        file.seek(0)
        process = subprocess.Popen(  # noqa: S603  our own module, run by our own Python
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    over = threading.Timer(patience, process.kill)
    over.start()
    try:
        out = process.stdout
        answer = out.read(LONGEST_ANSWER + 1) if out else b""
        if len(answer) > LONGEST_ANSWER:
            process.kill()
        left = process.wait()
        return answer if left == 0 else _DAMAGED if left > 0 else b""
    finally:
        over.cancel()
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
