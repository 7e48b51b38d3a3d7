"""Answering a thread: write, share, then leave at the relay.

A reply is in the ledger before the relay has its drop, so a desk that loses a number to another's
reply can always learn the winner's hash.  ``spec/casework.md`` has the steps.

Upholds: a written reply is never lost, and never left under two numbers knowingly.  Refuses: to
guess which of several replies holds a number; it waits for the next synchronisation.
"""

from collections.abc import Sequence
from typing import Literal

from asylia.casework.contents import Reply, ReplyLeft, Submission
from asylia.casework.place import Place
from asylia.casework.threads import ReplyRow, WaitingReply
from asylia.crypto.age import Recipient
from asylia.envelope.drop import LAST, NO_PREVIOUS, Drop, bridges, drop_id, seal_drop
from asylia.errors import ConflictError, UnavailableError, UsageError
from asylia.languages import LANGUAGES, SOURCE, translator
from asylia.values import ThreadId


class NumberTakenError(UnavailableError):
    """Nobody knows yet which reply holds a number of this thread."""


def write_receipt(place: Place, thread: bytes) -> None:
    """Drop 0: that the team holds the report.  Sent by ``send_waiting``."""
    first = place.casework().thread(thread).first
    _write(place, thread, "receipt", _receipt_words(first.control.language), 0, NO_PREVIOUS, None)


def write_reply(place: Place, thread: bytes, body: str) -> None:
    """A reply under the next number.  Sent by ``send_waiting``."""
    if not body.strip():
        raise UsageError("There is no reply to send.", hint="Write something, then send it.")
    if not place.casework().row(thread).wrote:
        raise UsageError("This person never wrote to the line, so nothing can be answered there.")
    n, previous = next_number(place.casework().replies(thread))
    _write(place, thread, "reply", body, n, previous, None)


def send_waiting(place: Place) -> int:
    """Share, then leave every written reply at the relay; how many it stored.

    A thread whose number somebody else holds, and whose entry has not come, keeps its reply for the
    next round: whoever has the relay's secret could leave such a drop, and must not stop the rest.
    """
    left = 0
    if place.casework().waiting_replies():
        place.synchronise()
    for waiting in place.casework().waiting_replies():
        try:
            left += _send(place, waiting)
        except NumberTakenError:
            continue
    return left


def next_number(replies: Sequence[ReplyRow]) -> tuple[int, bytes]:
    """The next free number, and the hash of the drop that holds the one before it."""
    if not replies:
        raise UnavailableError(
            "This thread has no receipt yet.", hint="Fetch once more, then answer."
        )
    n = max(reply.n for reply in replies) + 1
    if n > LAST:
        raise UsageError("This thread is full.", hint="Ask the writer to begin a new one.")
    return n, _holder(replies, n - 1)


def _holder(replies: Sequence[ReplyRow], n: int) -> bytes:
    claiming = [reply for reply in replies if reply.n == n]
    stored = [reply for reply in claiming if reply.left_on is not None]
    sure = stored or claiming
    if len(sure) != 1:
        raise NumberTakenError(
            "A colleague is answering this thread just now.",
            hint="Your words are kept. Fetch again in a moment; they are sent then.",
        )
    return sure[0].drop_sha256


def _send(place: Place, waiting: WaitingReply) -> int:
    control = place.casework().thread(waiting.thread).first.control
    try:
        place.courier.put_drop(drop_id(control.drop_secret, waiting.n), waiting.drop)
    except ConflictError:
        return _lost_its_number(place, waiting)
    _append(
        place, waiting.thread, ReplyLeft(thread=waiting.thread, drop_sha256=waiting.drop_sha256)
    )
    _leave_bridges(place, waiting)
    return 1


def _lost_its_number(place: Place, waiting: WaitingReply) -> int:
    """Another drop is there: write anew for the next number.  Of receipts one is enough."""
    if waiting.kind == "receipt":
        return 0
    place.synchronise()
    others = [
        reply
        for reply in place.casework().replies(waiting.thread)
        if reply.drop_sha256 != waiting.drop_sha256
    ]
    n = waiting.n + 1
    previous = _holder(others, waiting.n)
    _write(place, waiting.thread, "reply", waiting.body, n, previous, waiting.drop_sha256)
    place.synchronise()
    again = [
        w for w in place.casework().waiting_replies() if w.thread == waiting.thread and w.n == n
    ]
    return _send(place, again[0])


def _leave_bridges(place: Place, waiting: WaitingReply) -> None:
    first = place.casework().thread(waiting.thread).first
    for n in bridges(waiting.n):
        drop = Drop(body="", kind="bridge", n=n, previous=NO_PREVIOUS, thread=waiting.thread)
        try:
            place.courier.put_drop(drop_id(first.control.drop_secret, n), _seal(place, first, drop))
        except ConflictError:
            continue  # a drop is or was there: the way is open


def _write(
    place: Place,
    thread: bytes,
    kind: Literal["receipt", "reply"],
    body: str,
    n: int,
    previous: bytes,
    replaces: bytes | None,
) -> None:
    known = place.casework().thread(thread)
    drop = Drop(body=body, kind=kind, n=n, previous=previous, thread=thread)
    reply = Reply(
        thread=thread,
        n=n,
        kind=kind,
        body=body,
        previous=previous,
        answers=known.newest,
        drop=_seal(place, known.first, drop),
        replaces=replaces,
    )
    place.append(known.row.record, reply)


def _seal(place: Place, first: Submission, drop: Drop) -> bytes:
    return seal_drop(
        drop,
        Recipient.parse(first.control.recipient),
        place.ledger.reply_key(first.arrival.compartment),
        place.ledger.root_hash,
        randomness=place.randomness,
    )


def _append(place: Place, thread: ThreadId, content: ReplyLeft) -> None:
    place.append(place.casework().row(thread).record, content)


def _receipt_words(language: str) -> str:
    known = language if language in LANGUAGES else SOURCE
    return translator(known, "desk").gettext(
        "We have your report. Come back with your nine words: our answer will be here."
    )
