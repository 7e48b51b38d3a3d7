"""Export: choose by consent, encode, tell the team, write.

Upholds: nothing is written before what goes out is entered; the bytes that were entered by their
hash are those that are written; what concerns persons was read once more.  Refuses an unknown
format, and what ``choosing`` and ``second_look`` refuse.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from asylia.crypto import random
from asylia.errors import UsageError
from asylia.exchange import (
    csv_io,
    esf_out,
    ftm_out,
    geojson,
    jsonld,
    out,
    second_look,
    table,
    xlsx_out,
)
from asylia.exchange.choosing import Asked, Chosen, choose
from asylia.exchange.going import Going
from asylia.exchange.report import Report
from asylia.record.reading import Record

Encoder = Callable[[Sequence[Going], Report], bytes]
FORMATS: Mapping[str, Encoder] = {
    "ftm": ftm_out.encoded,
    "csv": lambda items, _report: csv_io.encoded(table.rows(items)),
    "esf": esf_out.encoded,
    "geojson": geojson.encoded,
    "jsonld": jsonld.encoded,
    "xlsx": lambda items, report: xlsx_out.encoded(table.rows(items), report),
}
Announce = Callable[[Chosen, bytes], None]


@dataclass(frozen=True)
class Written:
    """Where the file lies, how many items are in it, its SHA-256."""

    path: Path
    items: int
    sha256: bytes


def export(
    record: Record,
    asked: Asked,
    form: str,
    path: Path,
    announce: Announce,
    report: Report,
    *,
    read: bytes | None = None,
    randomness: random.Randomness = random.system,
) -> Written:
    """Write what may leave; ``announce`` is called with it and the file's hash before a byte is.

    ``read`` names what somebody read of it (``second_look``), where it concerns persons.
    """
    encode = FORMATS.get(form)
    if encode is None:
        raise UsageError("there is no such format", hint=f"One of {', '.join(FORMATS)}.")
    out.check_free(path)
    chosen = choose(record, asked, report, randomness)
    second_look.check_read(chosen.granted, read)
    content = encode(chosen.items, report)
    digest = sha256(content).digest()
    announce(chosen, digest)
    out.leave(path, content)
    return Written(path, len(chosen.items), digest)


def look_over(record: Record, asked: Asked, report: Report) -> tuple[Chosen, second_look.Look]:
    """What would leave, what stays and why, and the texts to read; raises as ``export``."""
    chosen = choose(record, asked, report, random.system)
    return chosen, second_look.look(chosen.granted)


def to_read(record: Record, asked: Asked, report: Report) -> second_look.Look:
    """The texts of persons that would leave, for somebody to read; raises as ``export``."""
    return look_over(record, asked, report)[1]
