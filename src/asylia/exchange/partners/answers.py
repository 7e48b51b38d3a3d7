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
    earlier = [one.answer for one in entered(place, Answered) if one.file == sent.file]
    if any(one != digest for one in earlier):
        raise RefusedError(
            "another answer to this list was read before",
            hint="Two answers tell by subtraction who left or came between them.",
        )
    given = [one for one in record.all(HandedOver) if one.sha256 == sent.file]
    whose = {name: item for one in given for item, name in zip(one.items, one.names, strict=True)}
    if any(id_ not in whose for id_, _ in answer.clusters):
        raise ForgedError("the answer names ids that were not in the list")
    if not earlier:
        enter(place, Answered(answer=digest, file=sent.file, id=place.randomness(16).hex()))
    agreed = _agreed(record, sent.recipient, whose.values(), place.today)
    kept = {whose[id_]: many for id_, many in answer.clusters if whose[id_] in agreed}
    tables = tuple(
        Histories(answer.lists, {tuple(one == "1" for one in row): many for row, many in table})
        for table in answer.tables
    )
    return TakenBack(sent.list, kept, len(answer.clusters) - len(kept), tables, answer.persons)


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
