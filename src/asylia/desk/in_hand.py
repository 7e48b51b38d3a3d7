"""A file that somebody sent to be imported and that is not in the record yet.

Upholds: it lies in this process's memory alone, one at a time, and is gone with the lock; what is
applied is what was looked at, by a mark over file, reading and mapping.  Refuses nothing: reading
and mapping are ``exchange``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from asylia.exchange.imports import (
    TABLES,
    Looked,
    Options,
    Taken,
    look_at,
    read_from,
)
from asylia.exchange.mapping import parsed
from asylia.exchange.report import Report
from asylia.exchange.text import guessed
from asylia.record.reading import Record
from asylia.wire import frame

_LABEL = "asylia/import-in-hand/1"
_SAMPLE = 1 << 16
TEXTS = frozenset({"csv", "uwazi", "ftm"})  # formats that have an encoding
_ENDINGS = {".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xml": "esf", ".json": "kobo"}


@dataclass(frozen=True)
class InHand:
    """The file, how to read it, and its mapping once there is one."""

    untrusted_name: str = field(repr=False)
    content: bytes = field(repr=False)
    form: str
    encoding: str = ""
    sheet: str = ""
    rows: str = ""
    mapping: bytes = field(default=b"", repr=False)
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, in hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def mark(self) -> str:
        """Names exactly this file, read and mapped exactly so."""
        parts = (self.form, self.encoding, self.sheet, self.rows)
        framed = frame(_LABEL, self.content, self.mapping, *(one.encode() for one in parts))
        return sha256(framed).hexdigest()

    @property
    def options(self) -> Options:
        """What was said of it, as the command line takes it."""
        mapping = parsed(self.mapping, "mapping") if self.mapping else None
        return Options(self.encoding or None, mapping, self.sheet, self.rows)

    def look(self) -> Looked | None:
        """Columns and values of a table; None of a format that says itself what is what."""
        if self.form not in TABLES:
            return None
        options = Options(self.encoding or None, sheet=self.sheet, rows=self.rows)
        return look_at(BytesIO(self.content), self.form, options)

    def read(self, record: Record, report: Report) -> Taken:
        """What it would bring, exactly as the command line reads it."""
        return read_from(BytesIO(self.content), self.form, self.options, record, report)


def form_of(untrusted_name: str) -> str:
    """The format that a name's ending speaks of; empty where it speaks of none."""
    name = untrusted_name.lower()
    if name.endswith((".ftm.json", ".ijson", ".jsonl", ".ftm")):
        return "ftm"
    return next((form for end, form in _ENDINGS.items() if name.endswith(end)), "")


def encoding_for(form: str, content: bytes) -> str:
    """The encoding in which to show a text file first; the person sees it and can say another."""
    return guessed(content[:_SAMPLE]) if form in TEXTS else ""
