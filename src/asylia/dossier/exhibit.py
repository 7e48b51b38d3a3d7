"""An exhibit as an inquiry gets it: its record, its custody log, its bytes where those leave too.

Upholds: the hands of a log are numbered, so that the chain can be followed and nobody is named; a
copy names its original by that one's hash, and what made it; what is carried has, byte for byte,
the hash that was taken at intake.  Refuses a log that does not hold, an exhibit whose bytes are
not here, words that hold a pseudonym or a hand's name.  Format: ``spec/bundle.md``, "Exhibits".
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from asylia.dossier.formats import CustodyLine, CustodyLog
from asylia.dossier.naming import SHORTEST_NAME, names_one
from asylia.errors import AsyliaError, Sentence
from asylia.record import pieces
from asylia.record.chain import Link, chain
from asylia.record.consent import NotPermittedError
from asylia.record.contents import Derived, Exhibit
from asylia.record.reading import Record
from asylia.tlog.fields import VALUE_LIMIT
from asylia.values import date_of
from asylia.wire import encode

FOLDER = "data/exhibits"
MEMBER = "a member of the team"
MOST_BYTES = 240 << 20  # of all exhibits: a bundle may hold 256 MiB
# A field of ``record.fields`` and what it becomes here; the id would join two recipients' bundles.
BECOMES: Mapping[str, str] = {
    "description": "description",
    "kind": "source_kind",
    "media_type": "media_type",
    "sha256": "sha256",
    "size": "size",
}
_BY_PROGRAM = frozenset({"ocr", "page_text"})  # the others are made, and signed for, by somebody
_QUOTES = re.compile(r"text ([0-9a-f]{16}), characters (\d{1,9})-(\d{1,9})")


@dataclass(frozen=True)
class SelectedFile:
    """An exhibit of which the bytes leave, not the record alone."""

    item: str
    sha256: bytes
    size: int
    is_text: bool


@dataclass(frozen=True)
class Carried:
    """The bytes of the exhibits that leave, by item."""

    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def files(self, names: Mapping[str, str]) -> dict[str, bytes]:
        """As they lie in the bundle; no name of a file and no ending steers what opens them."""
        return {f"{FOLDER}/{names[item]}/content": one for item, one in self.contents.items()}

    def names(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """As the signed statement names them."""
        return tuple(sorted(names[item] for item in self.contents))


def exhibit_wording(record: Record, exhibit: Exhibit, may: Mapping[str, str]) -> dict[str, str]:
    """The fields of an exhibit; ``may``: those of ``record.fields`` that consent lets leave.

    Raises ``NotPermittedError`` where its custody log does not hold.
    """
    links = chain(record, exhibit)
    missing = [*_broken(exhibit, links), *_telling(exhibit, links)]
    if missing:
        raise NotPermittedError(tuple(missing))
    log = encode(CustodyLog(events=tuple(_lines(links)))).decode()
    if len(log.encode()) > VALUE_LIMIT:
        raise NotPermittedError(
            (Sentence("%(item)s: its custody log is too long for a bundle", item=exhibit.id),)
        )
    told = {new: may[old] for old, new in BECOMES.items() if may.get(old)}
    taken_in = date_of(links[0].event.on).isoformat()
    return {**told, **_made(record, exhibit), "custody": log, "taken_in": taken_in}


def carried(
    files: Iterable[SelectedFile],
    entries: Iterable[tuple[bytes, bytes]],
    names: Collection[str],
) -> Carried:
    """The bytes of these, put together from the ledger's entries and held against the hashes.

    ``entries``: the device, the content.  ``names``: what no text among them may hold
    (``naming.pseudonyms``).  Raises ``NotPermittedError`` naming each whose bytes are not here, or
    are other ones.
    """
    wanted = tuple(files)
    if sum(one.size for one in wanted) > MOST_BYTES:
        raise NotPermittedError(
            (Sentence("the exhibits together are larger than a bundle may be"),)
        )
    found = pieces.in_entries(entries, {one.sha256 for one in wanted})
    whole: dict[str, bytes] = {}
    missing: list[str] = []
    for one in wanted:
        try:
            whole[one.item] = pieces.assemble(found[one.sha256], one.sha256, one.size)
        except AsyliaError as error:
            missing.append(Sentence("%(item)s: %(why)s", item=one.item, why=error.message))
            continue
        if one.is_text and names_one(names, whole[one.item].decode("utf-8", "replace")):
            missing.append(Sentence("%(item)s names a person in its text", item=one.item))
    if missing:
        raise NotPermittedError(tuple(missing))
    return Carried(whole)


def check_quotes(told: Mapping[str, Mapping[str, str]], held: Carried) -> None:
    """Raise ``NotPermittedError`` where a claim does not say what stands at its place in a text.

    ``told``: the disclosed fields by item.  The recipient's checker looks at the same.
    """
    by_hash = {told[item]["sha256"][:16]: text for item, text in held.contents.items()}
    missing = []
    for item, fields in told.items():
        at = _QUOTES.fullmatch(fields.get("locator", ""))
        content = by_hash.get(at[1]) if at else None
        if at and content is not None and "words" in fields:
            text = content.decode("utf-8", "replace")
            if text[int(at[2]) - 1 : int(at[3])] != fields["words"]:
                missing.append(Sentence("%(item)s does not quote what stands there", item=item))
    if missing:
        raise NotPermittedError(tuple(missing))


def quoted_in(locator: str) -> str:
    """The first 16 digits of the SHA-256 of the text that a claim's locator names, or nothing."""
    found = _QUOTES.fullmatch(locator)
    return found[1] if found else ""


def _broken(exhibit: Exhibit, links: tuple[Link, ...]) -> Iterator[str]:
    if not links:
        yield Sentence("%(item)s has no custody log", item=exhibit.id)
    for number, link in enumerate(links, 1):
        for why in link.wrong:
            yield Sentence(
                "%(item)s: its custody log does not hold, line %(number)s (%(why)s)",
                item=exhibit.id,
                number=str(number),
                why=str(why),
            )


def _telling(exhibit: Exhibit, links: tuple[Link, ...]) -> Iterator[str]:
    """Whether a free text of the log or the description names one of the hands."""
    events = [link.event for link in links]
    hands = {one for event in events for one in (event.by, event.to) if len(one) >= SHORTEST_NAME}
    texts = [exhibit.description]
    texts += [text for one in events for text in (one.place, one.purpose, one.condition)]
    named = (rf"\b{re.escape(hand)}\b" for hand in hands)
    if any(re.search(one, text, re.IGNORECASE) for one in named for text in texts):
        yield Sentence(
            "%(item)s names one of those who had it, in its log or its description",
            item=exhibit.id,
        )


def _lines(links: tuple[Link, ...]) -> Iterator[CustodyLine]:
    hands: dict[str, int] = {}

    def hand(name: str) -> int:
        return hands.setdefault(name, len(hands) + 1) if name else 0

    for link in links:
        one = link.event
        yield CustodyLine(
            action=one.action,
            by=hand(one.by),
            condition=one.condition,
            on=date_of(one.on).isoformat(),
            place=one.place,
            purpose=one.purpose,
            sha256_after=one.sha256_after,
            sha256_before=one.sha256_before,
            to=hand(one.to),
        )


def _made(record: Record, exhibit: Exhibit) -> dict[str, str]:
    link = next((one for one in record.all(Derived) if one.exhibit == exhibit.id), None)
    if link is None:
        return {}
    original = record.find(link.original)
    if not isinstance(original, Exhibit):
        raise NotPermittedError(
            (Sentence("%(item)s: the original that it was made of is not here", item=exhibit.id),)
        )
    return {
        "derived_by": link.by if link.how in _BY_PROGRAM else MEMBER,
        "derived_how": link.how,
        "original_sha256": original.sha256.hex(),
    }
