"""Taking envelopes in from the relay: open, commit, keep, acknowledge, and only then delete.

Upholds: an arrival is committed to in the transparency log before anything of it is kept or shown;
an envelope leaves the relay only when signed entries that the relay has shown hold it twice (once
in a team of one).  Refuses: losing anything; what can't be taken in is named and stays there.
``spec/casework.md`` has the steps and states.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from asylia.casework.contents import Arrival, Held, Quarantine, Reason, Submission
from asylia.casework.place import Place
from asylia.casework.reply import send_waiting, write_receipt
from asylia.casework.withdrawal import withdraw_all
from asylia.crypto import random
from asylia.envelope.control import Control, check_follow_up
from asylia.envelope.envelope import OpenedEnvelope, open_envelope
from asylia.errors import ForgedError, NotFoundError
from asylia.ledger.entry import LARGEST
from asylia.tlog.leaf import arrival_commitment, cover_leaf
from asylia.values import BlobId, RecordId, ThreadId

BATCH = 8
ROUND = 256  # envelopes taken in at once: a flood must fit into memory
_LARGEST = LARGEST - (64 << 10)  # room for the control and the arrival in one entry


@dataclass(frozen=True)
class Round:
    """What one round of taking in did."""

    taken: tuple[ThreadId, ...]
    put_aside: int
    acknowledged: int
    replies_left: int
    deleted: int


@dataclass(frozen=True)
class _Opened:
    """An envelope that opens, and where it lies."""

    blob: BlobId
    envelope: OpenedEnvelope


@dataclass(frozen=True)
class _Wrong:
    """An envelope that can't be taken in, and why."""

    blob: BlobId
    envelope_sha256: bytes
    reason: Reason


def take_in(place: Place) -> Round:
    """One round with the relay: fetch, commit, keep, acknowledge, answer, delete."""
    place.synchronise()
    at_relay = place.courier.envelope_ids()
    opened, shut, again = _fetch(place, at_relay)
    rightful, wrong = _tell_apart(place, opened)
    taken = _keep(place, rightful)
    for one in (*shut, *wrong):
        _put_aside(place, one)
    acknowledged = _acknowledge(place)
    place.synchronise()
    replies_left = send_waiting(place)
    # Only what the relay has shown back counts as held: others can read that too.
    deleted = 0 if place.synchronise().waiting else _delete_held(place, at_relay, again)
    return Round(taken, len(shut) + len(wrong), acknowledged, replies_left, deleted)


def _fetch(
    place: Place, at_relay: Iterable[BlobId]
) -> tuple[list[_Opened], list[_Wrong], list[tuple[BlobId, bytes]]]:
    """What no entry accounts for, each envelope once: what opens, and what does not.

    Where more lie there than a round takes, the next round goes on.  What was taken in already and
    lies there again under other ids is named last, to be deleted with it.
    """
    casework = place.casework()
    known = casework.accounted_for()
    seen = {envelope for _, envelope in casework.submitted()}
    identities = tuple(place.ledger.intake_identities())
    if not identities:
        return [], [], []  # it is in no compartment that takes reports: not its to call junk
    opened: list[_Opened] = []
    shut: list[_Wrong] = []
    again: list[tuple[BlobId, bytes]] = []
    for blob in (one for one in at_relay if one not in known):
        if len(opened) + len(shut) >= ROUND:
            break
        try:
            untrusted = place.courier.envelope(blob)
        except NotFoundError:
            continue  # a colleague's desk was faster
        name = sha256(untrusted).digest()
        if name in seen:
            again.append((blob, name))
            continue
        try:
            envelope = open_envelope(untrusted, identities, place.ledger.root_hash)
            opened.append(_Opened(blob, envelope))
            seen.add(name)
        except ForgedError:
            shut.append(_Wrong(blob, name, "does_not_open"))
    return opened, shut, again


def _tell_apart(place: Place, opened: Sequence[_Opened]) -> tuple[list[_Opened], list[_Wrong]]:
    """Reports before what follows them; each held against all earlier ones of its thread."""
    casework = place.casework()
    earlier: dict[bytes, list[Control]] = {}
    rightful: list[_Opened] = []
    wrong: list[_Wrong] = []
    for one in sorted(opened, key=lambda o: (o.envelope.control.kind != "report", o.blob)):
        control = one.envelope.control
        if len(one.envelope.statement_age) > _LARGEST:
            wrong.append(_Wrong(one.blob, one.envelope.envelope_sha256, "too_long"))
            continue
        before = earlier.setdefault(control.thread, list(casework.controls(control.thread)))
        try:
            for other in before:
                check_follow_up(other, control)
        except ForgedError:
            wrong.append(_Wrong(one.blob, one.envelope.envelope_sha256, "not_the_writer"))
            continue
        before.append(control)
        rightful.append(one)
    return rightful, wrong


def _keep(place: Place, rightful: Sequence[_Opened]) -> tuple[ThreadId, ...]:
    """Commit to all of them first; then append each in its thread's record."""
    leaves = _commit(place, [one.envelope.arrival_digest for one in rightful])
    belongs_to = {key.recipient: name for key, name in place.ledger.intake_identities().items()}
    taken: list[ThreadId] = []
    for one, (salt, index) in zip(rightful, leaves, strict=True):
        control, thread = one.envelope.control, ThreadId(one.envelope.control.thread)
        compartment = belongs_to[one.envelope.recipient]
        arrival = Arrival(
            blob=one.blob,
            compartment=compartment,
            control_sha256=one.envelope.control_sha256,
            envelope_sha256=one.envelope.envelope_sha256,
            leaf_index=index,
            salt=salt,
            statement_file_key=one.envelope.statement_file_key,
        )
        first = place.casework().first_of(thread)
        record: RecordId = first[0] if first else place.ledger.new_record(compartment)
        submission = Submission(
            arrival, control, one.envelope.statement_age, one.envelope.statement
        )
        place.append(record, submission.encode())
        if first is None:
            write_receipt(place, thread)
        if control.kind in {"withdraw", "delete"}:
            withdraw_all(place, thread)
        taken.append(thread)
    return tuple(taken)


def _commit(place: Place, digests: Sequence[bytes]) -> list[tuple[bytes, int]]:
    """Log one leaf an envelope, in batches of eight with cover leaves: (salt, leaf index) each."""
    out: list[tuple[bytes, int]] = []
    for start in range(0, len(digests), BATCH):
        batch = digests[start : start + BATCH]
        salts = [place.randomness(32) for _ in batch]
        leaves = [arrival_commitment(s, d) for s, d in zip(salts, batch, strict=True)]
        order = sorted(leaves + _cover(BATCH - len(batch), place.randomness))
        first = place.courier.post_leaves(order)
        out += [(s, first + order.index(leaf)) for s, leaf in zip(salts, leaves, strict=True)]
    return out


def _cover(count: int, randomness: random.Randomness) -> list[bytes]:
    return [cover_leaf(randomness) for _ in range(count)]


def _put_aside(place: Place, wrong: _Wrong) -> None:
    compartment = place.ledger.home()
    note = Quarantine(blob=wrong.blob, envelope_sha256=wrong.envelope_sha256, reason=wrong.reason)
    place.append(place.ledger.new_record(compartment), note)


def _acknowledge(place: Place) -> int:
    """Say which submissions of other devices this device holds; how many it had not said yet."""
    casework, count = place.casework(), 0
    for record, envelope in casework.not_acknowledged():
        place.append(record, Held(envelope_sha256=envelope))
        count += 1
    return count


def _delete_held(
    place: Place, at_relay: Iterable[BlobId], again: Iterable[tuple[BlobId, bytes]]
) -> int:
    casework, there, count = place.casework(), set(at_relay), 0
    for blob, envelope in (*casework.submitted(), *again):
        if blob in there and len(casework.holders(envelope)) >= place.quorum:
            place.courier.delete_envelope(BlobId(blob))
            count += 1
    return count
