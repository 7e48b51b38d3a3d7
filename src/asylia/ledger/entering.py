"""The new device's side of an invitation, ``spec/ledger.md``, *A device joins, or comes back*.

Upholds: nothing is kept of a team before its welcome is the one that the invitation names and the
line so far is the one that the inviting device saw; then all of it is kept, or nothing.  Refuses:
another team's invitation in a vault that belongs to one.
"""

from hashlib import sha256

from asylia.crypto import random
from asylia.crypto.age import Recipient
from asylia.errors import ForgedError, NotFoundError, RefusedError
from asylia.ledger import joining
from asylia.ledger.epoch import Relay
from asylia.ledger.joining import Base, Invitation, Opened
from asylia.ledger.journal import Journal
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.prekeys import identities, keep_prekeys, offer, offered
from asylia.ledger.replay import Replay
from asylia.ledger.state import State, pin_base, pin_root
from asylia.ledger.store import LedgerStore, LineState
from asylia.ledger.sync import LedgerCourier
from asylia.values import Day

_CARD = "card"
_STATES: tuple[LineState, ...] = ("unread", "notice")


def show_card(
    store: LedgerStore, keys: DeviceKeys, randomness: random.Randomness = random.system
) -> bytes:
    """The card of this device; the same bytes as long as its prekey is on offer."""
    with store.transaction():
        keep_prekeys(store, keys)
        offer(store, randomness)
        prekey, kept = offered(store.prekeys()), store.value(_CARD)
        if prekey is None:
            raise LookupError("no prekey is on offer")
        if kept is None or joining.parse_card(kept).prekey != prekey:
            kept = joining.make_card(keys.signing, Recipient.parse(prekey))
            store.put_value(_CARD, kept)
    return kept


def open_invitation(store: LedgerStore, untrusted: bytes, today: Day) -> Opened:
    """What was sealed to this device's card.

    Raises ``ForgedError`` (it is for another device, or was altered), ``MalformedError``,
    ``RefusedError`` (too old, or of another team than this vault's).
    """
    opened = joining.open_invitation(untrusted, list(identities(store)), today)
    state = State.load(store)
    if state is not None and state.root.fingerprint != opened.invitation.root_hash:
        raise RefusedError("this vault belongs to another team", hint="Make a card in a new vault.")
    return opened


def words(store: LedgerStore, opened: Opened) -> tuple[str, ...]:
    """The eight words to read to the admin who invited."""
    card = store.value(_CARD)
    if card is None:
        raise NotFoundError("this device has shown no card", hint="Begin with `asylia team card`.")
    return joining.words(card, opened.plaintext, opened.invitation.root_hash)


def enter(store: LedgerStore, opened: Opened, courier: LedgerCourier) -> None:
    """Fetch the line, check it against the invitation, and go on from its welcome.

    Once the admin has said that the words are right.  Raises ``ForgedError`` where relay and
    invitation do not agree; then nothing is kept.
    """
    with store.transaction():
        _fetch(store, opened.invitation, courier)
        base = _welcome(store, opened.invitation)
        if State.load(store) is None:
            pin_root(store, base.epoch.root)
        if base.blob_hash not in dict(store.epochs()):
            store.add_epoch(base.blob_hash, base.signed.encode())
        pin_base(store, base.blob_hash)


def waits(store: LedgerStore, device: bytes) -> Relay | None:
    """Where a device that entered and was not admitted yet asks; None for one that is in.

    ``NotFoundError`` where it has not entered.
    """
    state = State.load(store)
    if state is None or state.team is None:
        raise NotFoundError(
            "this vault has entered no team yet",
            hint="Show its card (`asylia team card`); then open the invitation that you get.",
        )
    known = state.devices.get(device)
    return None if known is not None and known.state == "live" else state.team.relay


def look(store: LedgerStore, courier: LedgerCourier) -> None:
    """Fetch what is new, for a device that waits to be admitted: it can't write yet."""
    while True:
        with store.transaction():
            if not _page(store, courier, None):
                return


def _fetch(store: LedgerStore, invitation: Invitation, courier: LedgerCourier) -> None:
    """The line as far as the inviting device had seen it."""
    seen = invitation.seen
    while store.line_end()[0] < seen.count:
        if not _page(store, courier, seen.count):
            raise _other_line()
    if Journal(store).line_at(seen.count) != seen.line:
        raise _other_line()


def _page(store: LedgerStore, courier: LedgerCourier, until: int | None) -> bool:
    """The next page of the line, written down; False where there is none."""
    count, _ = store.line_end()
    start = max(count - 1, 0)
    blobs = courier.ledger_page(start)
    blobs = blobs if until is None else blobs[: until - start]
    if count:
        last = store.line_row(count - 1)
        if not blobs or last is None or sha256(blobs[0]).digest() != last.blob_hash:
            raise _other_line()
        blobs = blobs[1:]
    state = State.load(store)
    if state is not None:
        Replay(store, state, identities(store)).take(blobs)
    else:
        journal = Journal(store)
        for blob in blobs:
            journal.add_line(sha256(blob).digest(), blob, "unread")
        journal.flush()
    return bool(blobs)


def _other_line() -> ForgedError:
    return ForgedError(
        "the relay does not show this device what it showed the one that invited",
        hint="Tell the admin by voice: the relay may be in other hands. Nothing was kept.",
    )


def _welcome(store: LedgerStore, invitation: Invitation) -> Base:
    for state in _STATES:
        row = store.find_line(invitation.welcome, state)
        if row is not None and row.position < invitation.seen.count:
            return joining.open_welcome(row.blob, list(identities(store)), invitation)
    raise ForgedError(
        "the welcome that the invitation names is not in the line", hint="Ask for a new one."
    )
