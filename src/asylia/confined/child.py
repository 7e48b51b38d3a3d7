"""The confined process itself: ``python -I -m asylia.confined.child JOB``.

Standard input: the length of the options (four bytes, big-endian), the options as JSON, the file.

Upholds: it is confined before a parser sees the first byte of the file; it answers with one line,
``{"failed": word or ""}``, and behind it what was found.  Refuses everything else by being unable
to do it.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from asylia.confined import cage
from asylia.confined.failing import FailedError
from asylia.errors import UnavailableError

Work = Callable[[], str]  # what was found; or, where another program takes over, no return


def _page(content: bytes, options: dict[str, Any]) -> Work:
    if options["kind"] == "pdf":  # each job loads what it needs, and nothing else
        from asylia.confined import pdf  # noqa: PLC0415

        return lambda: json.dumps(pdf.read(content, options))
    from asylia.confined import pages  # noqa: PLC0415

    return lambda: json.dumps(pages.read(content, options))


def _credentials(content: bytes, options: dict[str, Any]) -> Work:
    from asylia.confined import credentials  # noqa: PLC0415

    return lambda: json.dumps(credentials.read(content, options))


def _ocr(_content: bytes, options: dict[str, Any]) -> Work:
    from asylia.confined import ocr  # noqa: PLC0415

    return ocr.prepare(options)


JOBS: dict[str, Callable[[bytes, dict[str, Any]], Work]] = {
    "page": _page,
    "credentials": _credentials,
    "ocr": _ocr,
}


def main() -> None:
    """One job, one answer."""
    failed, found = "", ""
    try:
        given = sys.stdin.buffer.read()
        start = 4 + int.from_bytes(given[:4], "big")
        options = {**json.loads(given[4:start]), "start": start}
        work = JOBS[sys.argv[1]](given[start:], options)
        cage.enter()
        found = work()
    except UnavailableError:
        failed = "no_cage"
    except FailedError as error:
        failed = str(error)
    except MemoryError:
        failed = "limits"
    except Exception:  # whatever a parser throws at a hostile file
        failed = "malformed"
    print(json.dumps({"failed": failed}))
    print(found)


if __name__ == "__main__":
    main()
