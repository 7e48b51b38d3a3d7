"""The records of an ESF document, as a list: each with its line, values, and the record around it.

Upholds: within a record, elements that name another record (``event`` in an act) are values.
Refuses another root, elements within a value, and more than ``MOST`` records.
"""

from dataclasses import dataclass, field
from typing import BinaryIO

from asylia.errors import MalformedError, Sentence
from asylia.exchange import hard_xml
from asylia.exchange.esf_words import COMMENTS, RECORDS, ROOT, Record
from asylia.exchange.report import shown
from asylia.exchange.taking import MOST_TEXT

MOST = 300_000  # records


@dataclass
class _Tree:
    """Gathers records as elements begin and end."""

    records: list[Record] = field(default_factory=list)
    open: list[Record] = field(default_factory=list)
    leaf: str = ""
    depth: int = 0
    text: list[str] = field(default_factory=list)
    size: int = 0

    def start(self, name: str, _attributes: dict[str, str], line: int) -> None:
        name = name.rpartition(":")[2]
        self.depth += 1
        if self.depth == 1:
            if name != ROOT:
                raise MalformedError(
                    Sentence(
                        "line %(line)s: expected <%(root)s>, as OpenEvsys exports it",
                        line=str(line),
                        root=ROOT,
                    ),
                    hint="Nothing was imported. Is it an export of OpenEvsys?",
                )
            return
        if self.leaf:
            raise MalformedError(
                Sentence(
                    "line %(line)s: an element within <%(name)s>",
                    line=str(line),
                    name=shown(self.leaf),
                )
            )
        if name in RECORDS and not (name in ("act", "event", "person") and self._is_link(name)):
            record = Record(name, line, self.open[-1] if self.open else None)
            self.open.append(record)
            self.records.append(record)
            if len(self.records) > MOST:
                raise MalformedError(
                    Sentence(
                        "line %(line)s: more than %(most)s records", line=str(line), most=str(MOST)
                    ),
                    hint="Split the file.",
                )
        else:
            self.leaf, self.text = name, []

    def _is_link(self, name: str) -> bool:
        """Within a record, `event` and `act` name another one; an act within an event is one."""
        return bool(self.open) and not (name == "act" and self.open[-1].kind == "event")

    def characters(self, text: str) -> None:
        if self.leaf:
            self.size += len(text)
            if self.size > MOST_TEXT:
                raise MalformedError(
                    Sentence("more than %(most)s MiB of text", most=str(MOST_TEXT >> 20)),
                    hint="Split it.",
                )
            self.text.append(text)

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.leaf:
            value = "".join(self.text)
            if self.open and (value.strip() or (value and self.leaf == "remarks")):
                self.open[-1].values.setdefault(self.leaf, []).append(value)
            self.leaf = ""
        elif self.open:
            done = self.open.pop()
            if done.kind == "management_data" and done.around:
                done.around.values[COMMENTS] = done.values.get(COMMENTS, [])


def records(file: BinaryIO) -> list[Record]:
    """Every record, in order of their beginnings; ``MalformedError``."""
    tree = _Tree()
    hard_xml.parse(
        file, limits=hard_xml.Limits(), start=tree.start, end=tree.end, text=tree.characters
    )
    return tree.records
