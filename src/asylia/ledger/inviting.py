"""The admin's side of an invitation, ``spec/ledger.md``, *A device joins, or comes back*.

Upholds: who is admitted is the one whose words were heard, and nobody's list of words is ever shown
here.  Refuses: a card of a device that is in the team, or was removed from it; words of no
invitation that this device made in the last 14 days.
"""

from hashlib import sha256
from typing import Annotated, ClassVar

import msgspec

from asylia.crypto import random
from asylia.envelope.shapes import encode_checked
from asylia.errors import ForgedError, RefusedError, UnavailableError
from asylia.ledger import joining
from asylia.ledger.epoch import Seen
from asylia.ledger.joining import Card, Invitation, Welcome
from asylia.ledger.ledger import Ledger
from asylia.ledger.state import State
from asylia.ledger.statewords import heard
from asylia.ledger.store import LedgerStore, OutboxRow
from asylia.ledger.sync import LedgerCourier
from asylia.values import Day
from asylia.wire import Message, Part, decode, encode

_PENDING = "invited"
_LIMIT = 1 << 24


class _One(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    card: bytes
    invitation: bytes


class _Pending(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/invited/1"
    invited: Annotated[tuple[_One, ...], msgspec.Meta(max_length=64)]


def invite(
    ledger: Ledger,
    store: LedgerStore,
    courier: LedgerCourier,
    untrusted_card: bytes,
    randomness: random.Randomness = random.system,
) -> bytes:
    """The sealed invitation for a card; its welcome stands in the line before it is made.

    Raises ``MalformedError`` and ``ForgedError`` for the card, ``RefusedError`` where it may not be
    invited, ``UnavailableError`` where the relay does not take the welcome.
    """
    card = joining.parse_card(untrusted_card)
    ledger.sync(courier)
    _check_invitable(ledger, card)
    welcome = joining.seal_welcome(_welcome(store), card.recipient, randomness)
    welcome_hash = sha256(welcome).digest()
    with store.transaction():
        store.add_outbox([OutboxRow(0, None, "", 0, welcome_hash, welcome, None)])
    ledger.sync(courier)
    if any(row.blob_hash == welcome_hash for row in store.outbox()):
        raise UnavailableError(
            "the relay has not shown the welcome back", hint="Nothing was lost; invite again."
        )
    count, line = store.line_end()
    invitation = Invitation(
        day=ledger.today(),
        inviter=ledger.device,
        relay=ledger.relay,
        root_hash=ledger.root_hash,
        seen=Seen(count=count, line=line),
        welcome=welcome_hash,
    )
    plaintext = encode_checked(invitation)
    _keep(
        store, [*_pending(store, ledger.today()), _One(card=untrusted_card, invitation=plaintext)]
    )
    return joining.seal_invitation(plaintext, card.recipient, randomness)


def recognise(ledger: Ledger, store: LedgerStore, untrusted_words: str) -> Card:
    """The card whose words these are; ``ForgedError`` where they are nobody's."""
    given = heard(untrusted_words)
    for one in reversed(_pending(store, ledger.today())):
        if joining.words(one.card, one.invitation, ledger.root_hash) == given:
            return joining.parse_card(one.card)
    raise ForgedError(
        "these are not the words of any invitation that this device made",
        hint="Hear them again. If they stay different, somebody swapped the card or the invitation"
        " on the way: admit nobody, and begin anew by another way.",
    )


def settled(ledger: Ledger, store: LedgerStore, card: Card) -> None:
    """Its invitation was used; it is of no more use."""
    left = [
        one
        for one in _pending(store, ledger.today())
        if joining.parse_card(one.card).device != card.device
    ]
    _keep(store, left)


def _check_invitable(ledger: Ledger, card: Card) -> None:
    known = {member.device: member for member in ledger.members()}
    if not known[ledger.device].admin:
        raise RefusedError("this device is no admin device", hint="Ask an admin to invite.")
    one = known.get(card.device)
    state = one.state if one is not None else None
    if state == "live":
        raise RefusedError("this device is in the team already")
    if state == "removed":
        raise RefusedError(
            "this device was removed from the team for good",
            hint="Make a card in a new vault: `asylia team card`.",
        )


def _welcome(store: LedgerStore) -> Welcome:
    state = State.load(store)
    if state is None or state.team is None:
        raise LookupError("a ledger without a team epoch")
    signed = dict(store.epochs())[state.team_hash]
    return Welcome(epoch=state.team_hash, root=state.root, team=signed)


def _pending(store: LedgerStore, today: Day) -> list[_One]:
    stored = store.value(_PENDING)
    if stored is None:
        return []
    return [
        one
        for one in decode(stored, _Pending, limit=_LIMIT).invited
        if today <= decode(one.invitation, Invitation).day + joining.VALID
    ]


def _keep(store: LedgerStore, pending: list[_One]) -> None:
    with store.transaction():
        store.put_value(_PENDING, encode(_Pending(invited=tuple(pending[-64:]))))
