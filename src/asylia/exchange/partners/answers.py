"""Reading a linker's answer: whose ids are one person within the own list, and counts by list.

Upholds: it is the answer to a file that this team handed over, signed by the linker of the card
that it was sealed to; the own ids come back as persons of the record, without those who have
withdrawn since.  Refuses: an answer to another's file, ids that were not in it, a second answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from asylia.casework.partnering import Answered, Sent, check_member, enter, entered, synchronise
from asylia.casework.place import Place
from asylia.counts.histories import Histories
from asylia.crypto import age
from asylia.crypto.padding import unpad
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError, RefusedError
from asylia.exchange.partners import formats
from asylia.record.consent import LINKAGE, NotPermittedError, permission_for_some
from asylia.record.contents import HandedOver
from asylia.record.reading import Record
from asylia.values import Day


@dataclass(frozen=True)
class TakenBack:
    """What the answer says; ``clusters`` by person, those left out who have withdrawn since."""

    list: str
    clusters: Mapping[str, int] = field(repr=False)
    left_out: int
    tables: tuple[Histories, ...]
    persons: formats.PersonsTold


def take_back(place: Place, untrusted: bytes) -> TakenBack:
    """The answer, for those of the own list whose consent still holds."""
    check_member(place)
    if len(untrusted) > formats.MOST_BYTES:
        raise MalformedError("an answer is too long to be one")
    synchronise(place)
    sent, answer = _opened(untrusted, entered(place, Sent))
    digest, record = sha256(untrusted).digest(), place.record()
    is_known = check_first(place, sent.file, digest)
    known = whose(record, sent.file)
    if any(id_ not in known for id_, _ in answer.clusters):
        raise ForgedError("the answer names ids that were not in the list")
    if not is_known:
        enter(place, Answered(answer=digest, file=sent.file, id=place.randomness(16).hex()))
        check_first(place, sent.file, digest)  # another device may have read another meanwhile
    agreed = _agreed(record, sent.recipient, known.values(), place.today)
    kept = {known[id_]: many for id_, many in answer.clusters if known[id_] in agreed}
    tables = tuple(
        Histories(answer.lists, {tuple(one == "1" for one in row): many for row, many in table})
        for table in answer.tables
    )
    return TakenBack(sent.list, kept, len(answer.clusters) - len(kept), tables, answer.persons)


def check_first(place: Place, file: bytes, answer: bytes) -> bool:
    """Whether this answer was read before; ``RefusedError`` where another one was."""
    earlier = {one.answer for one in entered(place, Answered) if one.file == file}
    if earlier - {answer}:
        raise RefusedError(
            "another answer to this list was read before",
            hint="Two answers tell by subtraction who left or came between them.",
        )
    return bool(earlier)


def whose(record: Record, file: bytes) -> dict[str, str]:
    """Whose each id of the file is, as it was entered when it was handed over.

    ``ForgedError`` where entries differ: nothing tells which of them a member wrote by hand.
    """
    found: dict[str, str] = {}
    for one in record.all(HandedOver):
        if one.sha256 == file:
            pairs = zip(one.names, one.items, strict=False)
            if len(one.names) != len(one.items) or any(
                found.setdefault(name, item) != item for name, item in pairs
            ):
                raise ForgedError("the record says in two ways whose the ids of this list are")
    return found


def _agreed(record: Record, recipient: str, persons: Iterable[str], on: Day) -> frozenset[str]:
    """Those of the persons whose consent to this holds on that day."""
    try:
        granted, _ = permission_for_some(record, LINKAGE, recipient, persons, on)
    except NotPermittedError:
        return frozenset()
    return frozenset(one.item for one in granted.items)


def _opened(untrusted: bytes, known: tuple[Sent, ...]) -> tuple[Sent, formats.LinkageAnswer]:
    for sent in known:
        try:
            plain = unpad(age.decrypt(untrusted, [age.Identity.from_seed(sent.reply)]))
        except ForgedError:
            continue
        parsed = SignedBytes.parse(plain, limit=formats.MOST_BYTES)
        linker = formats.parse_card(sent.card)
        linker.signing.verify(formats.ANSWER_USE, parsed.body, signatures=parsed.signatures)
        answer = formats.parse_answer(parsed.body)
        if answer.file != sent.file or answer.lists[answer.own] != sent.list:
            raise ForgedError("the answer is to another list than the one that it was sealed to")
        return sent, answer
    raise ForgedError(
        "this opens to no list that this team handed over",
        hint="It is another's, was altered or cut off, or that hand-over was forgotten.",
    )
