"""The second look: what is about to leave, shown once more, whole, to whoever lets it leave.

No machine knows whether words could identify somebody.  Upholds: every text of the selected items
is in what is read, and ``read`` names exactly that: where anything in it changes, it must be read
anew.  Refuses (``check_read``) to go on when something else was read, or nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Literal

from asylia.casework.contents import Submission
from asylia.dossier.estimate import Kept
from asylia.dossier.formats import CustodyLine, CustodyLog
from asylia.dossier.selection import Selection
from asylia.dossier.wording import CONCEPTS, MASKED
from asylia.errors import RefusedError
from asylia.record.vocabulary import vocabulary
from asylia.wire import decode, frame

_LABEL = "asylia/second-look/1"
# What a teller can have described somebody in; the other fields are terms, numbers and dates.
_FREE = (
    "value", "subject", "place", "tellers", "perpetrator_words", "parts_words",
    "recants_circumstances", "locator", "derived_by",
)  # fmt: skip


@dataclass(frozen=True)
class Quotation:
    """One item as it will leave: its words, and its other texts by the field's name."""

    item: str
    words: str = field(repr=False)
    others: Mapping[str, str] = field(repr=False)
    basis: str
    exhibit: Literal["", "record", "whole"] = ""  # of what leaves of an exhibit, its bytes or not
    log: tuple[CustodyLine, ...] = field(default=(), repr=False)  # as it is told in ``others``


@dataclass(frozen=True)
class Look:
    """All of it, and the 32 bytes by which one says that this is what one read."""

    quotations: tuple[Quotation, ...]
    read: bytes
    estimates: tuple[Kept, ...] = ()


def look(
    selection: Selection, reports: Mapping[str, Submission], estimates: Iterable[Kept] = ()
) -> Look:
    """What leaves of ``selection``; ``reports``: whole statements, by their source's id."""
    parts: list[bytes] = []
    shown: list[Quotation] = []
    whole = {one.item for one in selection.files}
    for one in selection.items:
        told = {name: one.version[name] for name in one.disclosed}
        quoted = _quotation(one.item, told, one.basis)
        if "custody" in told:
            quoted = replace(
                quoted,
                exhibit="whole" if one.item in whole else "record",
                log=decode(told["custody"].encode(), CustodyLog).events,
            )
        shown.append(quoted)
        parts += [text.encode() for pair in (("item", one.item), *told.items()) for text in pair]
        if one.item in whole:
            parts += [b"content", told["sha256"].encode()]
    for item, submission in reports.items():
        said = submission.statement
        texts = [said.text, *(text for one in said.answers for text in (one.question, one.text))]
        shown.append(Quotation(item, "\n\n".join(texts), {}, "consent"))
        parts += [text.encode() for text in ("report", item, *texts)]
    kept = tuple(estimates)
    for each in kept:
        parts += [b"estimate", each.digest]
    return Look(tuple(shown), sha256(frame(_LABEL, *parts)).digest(), kept)


def check_read(now: Look, read: bytes) -> None:
    """Raise ``RefusedError`` unless exactly this was read."""
    if now.read != read:
        raise RefusedError(
            "What would leave now was not read in these words.",
            hint="Nothing was built. Look at each quotation once more, then build.",
        )


def _quotation(item: str, told: Mapping[str, str], basis: str) -> Quotation:
    def text(name: str) -> str:
        return told.get(name, told.get(f"{name}{MASKED}", ""))

    others = (*_FREE, *(name for name in CONCEPTS if _own(name, told)))
    texts = {one: text(one) for one in others if text(one)}
    if "custody" in told:
        texts["custody"] = "\n".join(_events(told["custody"]))
    return Quotation(item, text("words") or text("description"), texts, basis)


def _events(custody: str) -> Iterator[str]:
    """A line an event: the day, what was done, and every text that somebody wrote of it."""
    for one in decode(custody.encode(), CustodyLog).events:
        texts = (one.on, one.action, one.purpose, one.place, one.condition)
        yield "; ".join(text for text in texts if text)


def _own(name: str, told: Mapping[str, str]) -> bool:
    """Whether a field tells a term of the team's own, by a label that somebody there wrote."""
    return name not in _FREE and name in told and told[name] not in vocabulary(CONCEPTS[name])
