"""Deterministic contents, good and spoiled, for ``spec/vectors/casework.json``."""

import itertools
import json
from hashlib import sha256
from pathlib import Path

from asylia import wire
from asylia.casework.contents import (
    Arrival,
    Case,
    Held,
    Met,
    Quarantine,
    Read,
    Reply,
    ReplyLeft,
    Safety,
    Submission,
    Triage,
    Urgency,
)
from asylia.crypto import age
from asylia.crypto.padding import pad
from asylia.crypto.signing import SigningKey
from asylia.envelope.control import Control, SafeContact
from asylia.envelope.statement import Statement

FILE = Path(__file__).parents[2] / "spec" / "vectors" / "casework.json"
T16, H32 = bytes(range(16)), bytes(range(32))

NOTES: tuple[wire.Message, ...] = (
    Held(envelope_sha256=H32),
    Quarantine(blob=T16, envelope_sha256=H32, reason="does_not_open"),
    Reply(thread=T16, n=1, kind="reply", body="We read it.", previous=H32, answers=H32, drop=b"x"),
    ReplyLeft(thread=T16, drop_sha256=H32),
    Case(case=T16, thread=T16, pseudonym="BK-204"),
    Triage(thread=T16, state="in_hand", assigned="Linden"),
    Urgency(thread=T16, answers=H32, urgency="can_wait", reason="safe abroad", by="Linden"),
    Safety(thread=T16, answers=H32, may_contact=False, how="", when="", notes="Brother reads it."),
    Read(thread=T16, envelope_sha256=H32),
    Met(case=T16, thread=T16, pseudonym="WR-118"),
)


def submission() -> bytes:
    """A submission whose every byte follows from a counter."""
    counter = itertools.count()

    def drawn(size: int) -> bytes:
        return sha256(next(counter).to_bytes(4, "big")).digest()[:size].ljust(size, b"\x07")

    identity = age.Identity.generate(drawn)
    statement = Statement(language="en", text="Invented words of an invented person.")
    sealed = age.encrypt(pad(wire.encode(statement)), [identity.recipient], randomness=drawn)
    control = Control(
        attachments=(),
        compartment="casework",
        drop_secret=H32,
        epoch=0,
        kind="report",
        language="en",
        nonce=T16,
        on_behalf="myself",
        recipient=str(identity.recipient),
        safe_contact=SafeContact(may_contact=False),
        statement_sha256=sha256(sealed).digest(),
        thread=T16,
        thread_key=SigningKey(H32, "ed25519").public,
        urgency="days",
    )
    arrival = Arrival(
        blob=T16,
        compartment="casework",
        control_sha256=H32,
        envelope_sha256=H32,
        leaf_index=7,
        salt=H32,
        statement_file_key=age.file_key(sealed, [identity]),
    )
    return Submission(arrival, control, sealed, statement).encode()


def vectors() -> list[dict[str, str]]:
    """What the file holds."""
    found: list[dict[str, str]] = json.loads(FILE.read_text("utf-8"))["vectors"]
    return found


def make() -> list[dict[str, str]]:
    """Every content once as it should be, and spoiled in each way that a reader must notice."""
    good, whole = NOTES[4], submission()
    case, triage = wire.encode(good), wire.encode(NOTES[5])
    flipped = whole[:-1] + bytes([whole[-1] ^ 1])
    newer = whole.replace(b"submission/1", b"submission/2", 1)
    made = [(note.LABEL.split("/")[1], wire.encode(note), "ok") for note in NOTES]
    made += [
        ("submission", whole, "ok"),
        ("submission cut off", whole[:-1], "malformed"),
        ("submission with a byte after its end", whole + b"\0", "malformed"),
        ("submission with a byte of its statement flipped", flipped, "forged"),
        ("submission of another version", newer, "not ours"),
        ("case with an unknown key", case.replace(b'{"case"', b'{"age":1,"case"'), "malformed"),
        ("case with white space", case.replace(b'":"', b'": "', 1), "malformed"),
        ("case under a name", case.replace(b"BK-204", b"Amadou"), "malformed"),
        ("case without a thread", case[: case.index(b',"thread"')] + b"}", "malformed"),
        ("triage in no such state", triage.replace(b"in_hand", b"on_hold"), "malformed"),
        ("claim, another part's", b"asylia/claim/1\n{}", "not ours"),
    ]  # fmt: skip
    return [{"name": n, "input": i.hex(), "expect": e} for n, i, e in made]


if __name__ == "__main__":
    FILE.write_text(json.dumps({"format": "casework", "vectors": make()}, indent=1) + "\n", "utf-8")
