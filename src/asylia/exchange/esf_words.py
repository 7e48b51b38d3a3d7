"""HURIDOCS Events Standard Formats as OpenEvsys writes them: names of elements, records, notes.

Upholds: one shape for reading and writing.  Order and namespace are those of OpenEvsys's own
export; names of elements are those of its fields.  What the formats have no field for stands in
``comments`` of a record's management data, a cell a line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from asylia.errors import Sentence
from asylia.record.forms import ID_PATTERN

NAMESPACE = "http://www.huridocs.org/"
ROOT = "events"
RECORDS = frozenset({
    "event", "act", "involvement", "person", "information", "intervention", "meta_data",
    "management_data", "chain_of_events", "biographic_details", "address", "arrest", "killing",
    "torture", "destruction",
})  # fmt: skip
NUMBER = "record_number"
COMMENTS = "comments"


@dataclass
class Record:
    """One record as read: its kind, line, values by element, and the record around it."""

    kind: str
    line: int
    around: "Record | None" = None
    values: dict[str, list[str]] = field(default_factory=dict, repr=False)

    @property
    def where(self) -> str:
        """For reports."""
        return Sentence("line %(line)s, %(kind)s", line=str(self.line), kind=self.kind)

    def first(self, *names: str) -> str:
        """The first value under one of these names; empty if there is none."""
        return next((self.values[name][0] for name in names if self.values.get(name)), "")

    @property
    def number(self) -> str:
        """Its record number."""
        return self.first(f"{self.kind}_{NUMBER}")


def notes_out(cells: Mapping[str, str]) -> str:
    """Cells as lines of one comment."""
    return "\n".join(f"{name}: {_line(text)}" for name, text in cells.items())


def notes_in(texts: Sequence[str]) -> dict[str, str]:
    """The cells among the comments of a record."""
    found: dict[str, str] = {}
    for line in (line for text in texts for line in text.split("\n")):
        name, colon, text = line.partition(": ")
        if colon and name.replace(".", "").replace("_", "").isalpha():
            found[name] = _unline(text)
    return found


def _line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _unline(text: str) -> str:
    out, signs = [], iter(text)
    for sign in signs:
        if sign == "\\":
            after = next(signs, "")
            out.append("\n" if after == "n" else after)
        else:
            out.append(sign)
    return "".join(out)


def unit_of(person: Record) -> str:
    """Organisation, group or individual: by the counting unit, or by what is told of it."""
    said = person.first("counting_unit").casefold()
    if said in ("organisation", "organization", "institution"):
        return "organisation"
    if said == "group" or person.first("group_description", "number_of_persons_in_group"):
        return "group"
    return "individual"


def content_id(untrusted: str) -> str:
    """The record number where it can be an id of ours; else one that follows from it."""
    if re.match(ID_PATTERN, untrusted):
        return untrusted
    return f"esf-{sha256(untrusted.encode()).hexdigest()[:32]}" if untrusted else ""
