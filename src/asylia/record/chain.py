"""The custody log of an exhibit, read as a chain, and whatever breaks it.

Upholds: each event is shown as it was entered; a hash that is not the one before it, a hand that
had not got the item, and a beginning that is not the intake are named at the event where they show.
Refuses to repair or to leave out.  Rules: ``spec/record.md``, "Custody".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from asylia.errors import Sentence
from asylia.record.contents import Custody, Exhibit
from asylia.record.reading import Record

TAKEN_IN = "taken_in"
GIVES_AWAY = frozenset({"taken_in", "handed_over", "returned"})


@dataclass(frozen=True)
class Link:
    """One event, and what is wrong with it: sentences, none where it holds."""

    event: Custody
    wrong: tuple[str, ...]


def chain(record: Record, exhibit: Exhibit) -> tuple[Link, ...]:
    """The events of an item by day, those of one day as they were entered."""
    events = [one for one in record.all(Custody) if one.item == exhibit.id]
    events.sort(key=lambda one: one.on)  # stable: the order of entry within a day
    links, last, holder = [], exhibit.sha256, ""
    for at, event in enumerate(events):
        wrong = tuple(_wrong(event, exhibit, last, holder, first=at == 0))
        links.append(Link(event, wrong))
        last = event.sha256_after or event.sha256_before or last
        if event.action in GIVES_AWAY and event.to:
            holder = event.to
    return tuple(links)


def is_broken(links: tuple[Link, ...]) -> bool:
    """Whether anything is wrong, or nobody entered the intake."""
    return not links or any(one.wrong for one in links)


def holder(links: tuple[Link, ...]) -> str:
    """Who has it now, as the log says; empty where it says nothing."""
    given = [one.event.to for one in links if one.event.action in GIVES_AWAY and one.event.to]
    return given[-1] if given else ""


def _wrong(
    event: Custody, exhibit: Exhibit, last: bytes, holder: str, *, first: bool
) -> Iterator[str]:
    if first and event.action != TAKEN_IN:
        yield Sentence("the log does not begin with the intake")
    before, after = event.sha256_before, event.sha256_after
    if before is not None and before != last:
        yield Sentence("the hash before is not the one that it had last: these are other bytes")
    if after is not None and after != exhibit.sha256:
        yield Sentence("the hash after is not that of the original: it was changed or exchanged")
    if before is None and after is None:
        yield Sentence("nobody checked the hash")
    if event.action in GIVES_AWAY and not first and holder and event.by != holder:
        yield Sentence("it was given by another than the one who had it last")
