"""The three formats of counting with partners: a linker's card, records, an answer.

Upholds: records name nobody but by what linkage compares, under ids of that one file; an answer
holds ids, numbers and counts, and no field that a name could stand in.  Refuses: a field that
linkage has not, fewer records than ``FEWEST``, ids out of order or used twice, a list's name that
hides something or that a spreadsheet would run, numbers of clusters that are not counted up, tables
whose rows do not fit the lists, or the records.  Free of I/O.  Format: ``spec/partners.md``.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import msgspec

from asylia.counts.linking.table import Records
from asylia.counts.table import can_be_a_list
from asylia.counts.words import N_, spoken
from asylia.crypto.age import Recipient
from asylia.crypto.signing import Signature, SigningKey, VerifyingKey
from asylia.envelope.shapes import Bytes32, DayNumber, RecipientText
from asylia.errors import MalformedError
from asylia.exchange.formula import harmless
from asylia.values import Day
from asylia.wire import Message, Part, decode, encode

MOST_BYTES = 32 << 20  # of a sealed file
MOST_RECORDS = 20_000
FEWEST = 20  # records of a list: the overlap of a shorter one tells too much of each
MOST_LISTS, MOST_TABLES = 12, 25
FILE = "asylia/linkage-file/1"
RECORDS_USE = "asylia/linkage-records/1 device"
ANSWER_USE = "asylia/linkage-answer/1 linker"
_CARD_USE = "asylia/linker/1 device"

Field = Literal[
    "name", "born", "age", "day", "place", "region", "postcode", "latitude", "longitude", "sex",
    "occupation",
]  # fmt: skip
FIELDS: tuple[Field, ...] = Field.__args__  # type: ignore[attr-defined]
RowId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
Cell = Annotated[str, msgspec.Meta(max_length=500)]
ListName = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Many = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Pattern = Annotated[str, msgspec.Meta(pattern=r"^[01]{2,12}\Z")]
Table = Annotated[tuple[tuple[Pattern, Many], ...], msgspec.Meta(min_length=1, max_length=4096)]


class LinkerCard(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom records may be sealed to, and whose signature an answer bears; it holds no name."""

    LABEL: ClassVar[str] = "asylia/linker/1"
    made_on: DayNumber
    recipient: RecipientText
    signature: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=2, max_length=2)]
    signing: VerifyingKey


class LinkageRecords(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One list: each row an id of this file and a cell a field; ``until``: consents' first end."""

    LABEL: ClassVar[str] = "asylia/linkage-records/1"
    card: Bytes32
    fields: Annotated[tuple[Field, ...], msgspec.Meta(min_length=1)]
    list: ListName
    made_on: DayNumber
    reply: RecipientText
    root: VerifyingKey
    rows: Annotated[tuple[tuple[Cell, ...], ...], msgspec.Meta(max_length=MOST_RECORDS)]
    until: DayNumber


class PersonsTold(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many persons all lists together are of: posterior median, 95 % interval, minimum."""

    high: Many
    low: Many
    median: Many
    minimum: Many


class LinkageAnswer(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one organisation gets: its own ids with numbers of its own, and counts by list."""

    LABEL: ClassVar[str] = "asylia/linkage-answer/1"
    clusters: Annotated[tuple[tuple[RowId, Many], ...], msgspec.Meta(max_length=MOST_RECORDS)]
    file: Bytes32
    lists: Annotated[tuple[ListName, ...], msgspec.Meta(min_length=2, max_length=MOST_LISTS)]
    made_on: DayNumber
    own: Many
    persons: PersonsTold
    tables: Annotated[tuple[Table, ...], msgspec.Meta(min_length=1, max_length=MOST_TABLES)]


def make_card(signing: SigningKey, recipient: Recipient, made_on: Day) -> bytes:
    """A card, signed by the linker's device."""
    text = str(recipient)
    signed = signing.sign(_CARD_USE, text.encode(), made_on.to_bytes(4, "big"))
    return encode(
        LinkerCard(made_on=made_on, recipient=text, signature=signed, signing=signing.public)
    )


def parse_card(untrusted: bytes) -> LinkerCard:
    """A card that its own key signed; ``MalformedError``, ``ForgedError``.

    Whose it is, only the words that two people compare say.
    """
    card = decode(untrusted, LinkerCard)
    Recipient.parse(card.recipient)
    if card.signing.ml_dsa_44 is None:
        raise MalformedError("a card's key is not a pair")
    card.signing.verify(
        _CARD_USE,
        card.recipient.encode(),
        card.made_on.to_bytes(4, "big"),
        signatures=card.signature,
    )
    return card


def parse_records(untrusted: bytes) -> LinkageRecords:
    """One list, its rows whole and in order; ``MalformedError``, which quotes no cell."""
    found = decode(untrusted, LinkageRecords, limit=MOST_BYTES)
    Recipient.parse(found.reply)
    if "name" not in found.fields or found.fields != in_order(found.fields):
        raise MalformedError("the records' fields are not those that linkage compares")
    ids = [row[0] if row else "" for row in found.rows]
    if ids != sorted(set(ids)) or any(len(one) != 32 or not _is_hex(one) for one in ids):
        raise MalformedError("the records' ids are not ids of a file, each once and in order")
    if any(len(row) != 1 + len(found.fields) for row in found.rows):
        raise MalformedError("a record has not one cell a field")
    if len(found.rows) < FEWEST:
        raise too_few()
    check_names((found.list,))
    columns = dict(
        zip(found.fields, zip(*(row[1:] for row in found.rows), strict=True), strict=True)
    )
    Records(ids, columns)  # it refuses an age that nobody has
    return found


def parse_answer(untrusted: bytes) -> LinkageAnswer:
    """An answer whose numbers fit each other; ``MalformedError``."""
    found = decode(untrusted, LinkageAnswer, limit=MOST_BYTES)
    ids = [one for one, _ in found.clusters]
    width = len(found.lists)
    fits = all(len(row) == width and "1" in row for table in found.tables for row, _ in table)
    once = all(len({row for row, _ in table}) == len(table) for table in found.tables)
    if ids != sorted(set(ids)) or len(set(found.lists)) != width or found.own >= width:
        raise MalformedError("the answer's ids or lists stand twice, or out of order")
    if not fits or not once:
        raise MalformedError("the answer's counts do not fit its lists")
    check_names(found.lists)
    numbers = [number for _, number in found.clusters]
    if list(dict.fromkeys(numbers)) != list(range(1, len(set(numbers)) + 1)):
        raise MalformedError("the answer's clusters are not counted up in order of ids")
    told = found.persons
    if not told.low <= told.median <= told.high:
        raise MalformedError("the answer's number of persons lies outside its own interval")
    for table in found.tables:
        own = sum(many for row, many in table if row[found.own] == "1")
        if not min(1, len(ids)) <= own <= len(ids):
            raise MalformedError("the answer counts other persons in a list than it has records")
    return found


def check_names(lists: Iterable[str]) -> None:
    """``MalformedError`` where a name can't stand in a table of counts, as others will open it."""
    if not all(can_be_a_list(one) and harmless(one) == one for one in lists):
        raise MalformedError(
            "a list has a name that can't stand in a table of counts",
            hint="It is letters, digits and spaces; no count, linkage or stratum.",
        )


def in_order(fields: tuple[str, ...]) -> tuple[Field, ...]:
    """Those of the fields that linkage compares, each once, in its order."""
    return tuple(one for one in FIELDS if one in fields)


def too_few() -> MalformedError:
    """What is said of a list that is too short."""
    return MalformedError(
        spoken(
            N_(
                "a list has fewer than %(fewest)s records: what it shares would tell of single "
                "persons"
            ),
            fewest=FEWEST,
        ),
        hint="Ask more people for their consent, or count without this list.",
    )


def _is_hex(text: str) -> bool:
    return set(text) <= set("0123456789abcdef")
