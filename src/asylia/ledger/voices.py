"""What devices say of themselves: the newest heartbeat and acknowledgements of each.

Upholds: only what stands in the line counts, for this device's own words too; a heartbeat counts
only from one who had read this line; what a device said last is what holds.  Refuses: control
entries that are none of these, without a word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes
from asylia.ledger.bundles import BundleProposal
from asylia.ledger.control import Acknowledgement, Forgetting, Heartbeat, parse_control
from asylia.ledger.entry import CONTROL, NOTHING, Header, decode_header
from asylia.ledger.epoch import COMMONS
from asylia.ledger.state import State
from asylia.ledger.store import EntryRow, LedgerStore, SaidRow

_HEARD = "controls"  # the value that keeps how far ``listen`` came
_PAGE = 500
_BUNDLE = BundleProposal.LABEL.encode() + b"\n"
_BEAT = Heartbeat.LABEL.encode() + b"\n"


class Beat(NamedTuple):
    """A device's newest heartbeat, and the day that it bears."""

    day: int
    said: Heartbeat


class Answer(NamedTuple):
    """A device's newest acknowledgement in a compartment, and the day that it bears."""

    day: int
    said: Acknowledgement


class Forgotten(NamedTuple):
    """What remains of records that were forgotten, who wrote it, and when."""

    author: bytes
    compartment: str
    day: int
    said: Forgetting


@dataclass(frozen=True)
class Voices:
    """``own_…``: the last that this device said, waiting or not."""

    beats: Mapping[bytes, Beat]
    answers: Mapping[tuple[str, bytes], Answer]
    forgettings: tuple[Forgotten, ...]
    bundles: tuple[tuple[bytes, bytes], ...]  # author, content
    own_beat: Beat | None
    own_answers: Mapping[str, Answer]

    @classmethod
    def of(cls, rows: Iterable[SaidRow], own: bytes) -> "Voices":
        """What these rows say, in their order."""
        beats: dict[bytes, Beat] = {}
        answers: dict[tuple[str, bytes], Answer] = {}
        own_beat, own_answers = None, dict[str, Answer]()
        forgettings, found = [], []
        for row in rows:
            said, sent = parse_control(row.content), row.place is not None
            if isinstance(said, Heartbeat):
                beat = Beat(row.day, said)
                if sent:
                    beats[row.author] = beat
                if row.author == own:
                    own_beat = beat
            elif isinstance(said, Acknowledgement):
                answer = Answer(row.day, said)
                if sent:
                    answers[row.compartment, row.author] = answer
                if row.author == own:
                    own_answers[row.compartment] = answer
            elif isinstance(said, Forgetting):
                forgettings.append(Forgotten(row.author, row.compartment, row.day, said))
            else:
                found.append((row.author, row.content))
        return cls(beats, answers, tuple(forgettings), tuple(found), own_beat, own_answers)


def listen(store: LedgerStore, state: State) -> None:
    """Keep apart what control entries say since the last time; what is superseded goes."""
    with store.transaction():
        after = int.from_bytes(store.value(_HEARD) or b"", "big")
        start = after
        while rows := store.entries(after, _PAGE, CONTROL):
            after = rows[-1].position
            for row in rows:
                content = _read(row, store, state)
                if content is not None and _counts(row.compartment, content):
                    store.put_said(row.position, content)
        if after > start:
            store.put_value(_HEARD, after.to_bytes(8, "big"))
            _supersede(store)


def _read(row: EntryRow, store: LedgerStore, state: State) -> bytes | None:
    """What it says; None where that does not count."""
    if row.place is None:
        return row.content
    keys = state.keys[row.epoch]
    try:
        sealed = boxes.parse_outer(boxes.open_outer(keys.key, row.blob))
        content = boxes.open_inner(keys.key, CONTROL, sealed)
    except (ForgedError, MalformedError):
        return None
    if row.compartment == COMMONS and content.startswith(_BEAT):
        return content if _is_on_this_line(decode_header(sealed.header), store) else None
    return content


def _is_on_this_line(header: Header, store: LedgerStore) -> bool:
    """Whether its author had seen what this device had; else it may lack what was kept from it."""
    row = store.line_row(header.seen - 1) if header.seen else None
    return header.line == (row.line if row is not None else NOTHING)


def _counts(compartment: str, content: bytes) -> bool:
    said = parse_control(content)
    if isinstance(said, Heartbeat):
        return compartment == COMMONS
    return said is not None or content.startswith(_BUNDLE)


def _supersede(store: LedgerStore) -> None:
    """Of heartbeats and acknowledgements, the last in the line and what waits behind it stay."""
    newest: dict[tuple[bytes, str, str], int] = {}
    gone = []
    for row in store.said():
        said = parse_control(row.content)
        if row.place is None or not isinstance(said, Heartbeat | Acknowledgement):
            continue
        name = (row.author, row.compartment, said.LABEL)
        if name in newest:
            gone.append(newest[name])
        newest[name] = row.position
    store.drop_said(gone)
