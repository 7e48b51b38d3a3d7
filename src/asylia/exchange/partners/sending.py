"""Handing one list to the named linker: chosen by consent, sealed, told to the team, written.

Upholds: a record leaves only if its person agreed to be counted by this linker and by everyone whom
that linker tells; what leaves was looked at as it is now; ids are drawn for this one file; the team
knows of it before a byte is written, and a withdrawal that comes in until then stops it; only what
is sealed is written.  Refuses a linker that tells nobody, a short list, words that were not heard,
a device that the root did not certify.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from asylia.casework.partnering import Sent, check_member, enter, synchronise
from asylia.casework.place import Place
from asylia.counts.linking.table import Records
from asylia.counts.words import N_, said, spoken
from asylia.crypto import age
from asylia.crypto.padding import pad
from asylia.envelope.signed import SignedBytes
from asylia.errors import MalformedError, RefusedError, UsageError
from asylia.exchange import sealed_out
from asylia.exchange.partners import formats, voice
from asylia.ledger.ledger import Ledger
from asylia.record import leaving
from asylia.record.consent import (
    LINKAGE,
    NotPermittedError,
    Permission,
    permission,
    permission_for_some,
)
from asylia.record.reading import Record
from asylia.values import Day
from asylia.wire import encode, frame

_LONGEST = 500  # characters of a cell
_LOOK = "linkage-look"  # in this device's vault alone


@dataclass(frozen=True)
class Asked:
    """One list, as partners will know it, for the linker whom the record knows by this id.

    ``key``: what no guess of names can be tried without, once somebody has what ``--look`` said.
    """

    recipient: str
    name: str
    on: Day
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Chosen:
    """Who leaves and who stays, why; ``read`` is what somebody who looked gives back."""

    asked: Asked
    granted: Permission
    staying: Mapping[str, tuple[str, ...]]
    fields: tuple[formats.Field, ...]
    cells: Mapping[str, tuple[str, ...]] = field(repr=False)  # by the person's id

    @property
    def read(self) -> bytes:
        """It changes with whoever leaves or stays, and with what of them."""
        told = (self.asked.recipient, *self.granted.onward, self.asked.name, *self.fields)
        rows = [(one, *self.cells[one]) for one in sorted(self.cells)]
        flat = [frame("asylia/linkage-look/1", *(c.encode() for c in row)) for row in (told, *rows)]
        return hmac.digest(self.asked.key, b"".join(flat), "sha256")


@dataclass(frozen=True)
class SealedList:
    """What lies in the file, and the words for it."""

    records: int
    sha256: bytes
    words: tuple[str, ...]


def ask(place: Place, recipient: str, name: str) -> Asked:
    """What is asked on this device today; the key stays in its vault."""
    key = place.vault.secret(_LOOK)
    if key is None:
        key = place.randomness(32)
        place.vault.put_secret(_LOOK, key)
    return Asked(recipient, name, place.today, key)


def choose(record: Record, asked: Asked, table: Records) -> Chosen:
    """What consent lets leave; ``table``'s ids are those of persons of the record.

    ``NotPermittedError`` where nothing may, for which reasons.
    """
    formats.check_names((asked.name,))
    table = _of_list(table, asked.name)
    granted, staying = permission_for_some(record, LINKAGE, asked.recipient, table.ids, asked.on)
    if not granted.onward:
        raise RefusedError(
            "nobody is written down whom this linker tells",
            hint="Counts go to the other organisations: write them down as those it tells.",
        )
    if not granted.items:
        whole = (why for reasons in staying.values() for why in reasons)
        raise NotPermittedError(tuple(dict.fromkeys(whole)))
    if len(granted.items) < formats.FEWEST:
        raise formats.too_few()
    used = formats.in_order(tuple(one for one in table.columns if table.column(one)))
    columns = [table.columns[one] for one in used]
    leaving_ids = {one.item for one in granted.items}
    cells = {
        one: tuple(column[at].strip() for column in columns)
        for at, one in enumerate(table.ids)
        if one in leaving_ids
    }
    if any(len(cell) > _LONGEST for row in cells.values() for cell in row):
        raise MalformedError(
            spoken(N_("a cell of the table is longer than %(most)s characters"), most=_LONGEST)
        )
    return Chosen(asked, granted, staying, used, cells)


def _of_list(table: Records, name: str) -> Records:
    """The rows of one list; the whole table, if it names none."""
    if not table.lists:
        return table
    rows = [at for at, one in enumerate(table.lists) if one == name]
    if not rows:
        raise UsageError(
            "the table has no list of this name", hint="Give --list as the column `list` has it."
        )
    columns = {kind: [cells[at] for at in rows] for kind, cells in table.columns.items()}
    return Records([table.ids[at] for at in rows], columns)


def hand_over(
    place: Place, chosen: Chosen, read: bytes | None, card: bytes, heard: str, out: Path
) -> SealedList:
    """Seal it to the linker of this card and write it; the words are to be read to that linker."""
    check_member(place)
    sealed_out.check_free(out)
    linker = formats.parse_card(card)
    voice.check_heard(card, heard, said(N_("this card")))
    if read != chosen.read:
        raise RefusedError(
            "nobody has looked at this as it is now",
            hint="Look with --look, and give back its last line with --read.",
        )
    synchronise(place)
    ids = [one.item for one in chosen.granted.items]
    asked = chosen.asked
    if permission(place.record(), LINKAGE, asked.recipient, ids, place.today) != chosen.granted:
        raise RefusedError("what may leave has changed since", hint="Look at it once more.")
    names = {one.item: place.randomness(16).hex() for one in chosen.granted.items}
    reply = age.Identity.generate(place.randomness)
    body = _body(chosen, names, card, reply, place.ledger)
    sealed = age.encrypt(
        pad(body), [age.Recipient.parse(linker.recipient)], randomness=place.randomness
    )
    digest = sha256(sealed).digest()
    sent = Sent(
        card=card, file=digest, id=place.randomness(16).hex(), list=chosen.asked.name,
        recipient=chosen.asked.recipient, reply=reply.seed,
    )  # fmt: skip
    leaving.announce(
        place.record(), chosen.granted, "file", digest, names, place.ledger, place.randomness
    )
    enter(place, sent)
    leaving.check_still(place.record(), chosen.granted)
    sealed_out.leave(out, sealed)
    return SealedList(len(names), digest, voice.words_of(sealed))


def _body(
    chosen: Chosen, names: Mapping[str, str], card: bytes, reply: age.Identity, ledger: Ledger
) -> bytes:
    certificate = ledger.certificate()
    if certificate is None:
        raise RefusedError("this device may not sign for the team", hint="An admin device can.")
    if chosen.granted.expires_on is None:
        raise RefusedError("these records leave on no consent that ends")
    rows: Sequence[tuple[str, ...]] = sorted(
        (names[one], *cells) for one, cells in chosen.cells.items()
    )
    records = formats.LinkageRecords(
        card=sha256(card).digest(),
        fields=chosen.fields,
        list=chosen.asked.name,
        made_on=chosen.asked.on,
        reply=str(reply.recipient),
        root=ledger.root,
        rows=tuple(rows),
        until=chosen.granted.expires_on,
    )
    body = encode(records)
    formats.parse_records(body)  # nobody writes what nobody could read
    signed = SignedBytes(body, ledger.signing_key().sign(formats.RECORDS_USE, body))
    return frame(formats.FILE, signed.encode(), certificate)
