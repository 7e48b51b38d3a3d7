"""A made-up team and a made-up reporter, with fixed keys, for tests and vectors."""

from collections.abc import Callable
from hashlib import sha256

from asylia.crypto.age import Identity
from asylia.crypto.random import Randomness
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify, root_hash
from asylia.envelope.bundle import Compartment, IntakeBundle, sign_bundle
from asylia.envelope.control import SafeContact
from asylia.envelope.drop import NO_PREVIOUS, Drop, seal_drop
from asylia.envelope.envelope import Letter
from asylia.envelope.phrase import Phrase
from asylia.envelope.statement import Answer, Statement
from asylia.envelope.threadkeys import ThreadKeys
from asylia.values import Day, Hash

FIRST_DAY = Day(20779)  # 2026-11-22


def seed(number: int) -> bytes:
    return bytes((number + at) % 256 for at in range(32))


def counting(name: str) -> Randomness:
    """Bytes that are the same at each run, and never the same twice within one."""
    calls = 0

    def draw(length: int) -> bytes:
        nonlocal calls
        calls += 1
        return sha256(f"{name} {calls}".encode()).digest()[:length]

    return draw


ROOT = SigningKey(seed(1), "pair")
OTHER_ROOT = SigningKey(seed(4), "pair")
DEVICES = (SigningKey(seed(2), "pair"), SigningKey(seed(3), "pair"))
INTAKE, OTHER_INTAKE = Identity.from_seed(seed(5)), Identity.from_seed(seed(6))
REPLY, EARLIER_REPLY = SigningKey(seed(7), "ed25519"), SigningKey(seed(8), "ed25519")
ROOT_HASH = root_hash(ROOT.public)
PHRASE = Phrase(bytes(range(12)))
KEYS = ThreadKeys.derive(PHRASE, ROOT_HASH)
OTHER_KEYS = ThreadKeys.derive(Phrase(bytes(12)), ROOT_HASH)

COMPARTMENT = Compartment(
    id="casework",
    intake_recipient=str(INTAKE.recipient),
    labels={"en": "Help line", "ru": "Линия помощи"},
    reply_key=REPLY.public,
    earlier_reply_keys=(EARLIER_REPLY.public,),
)


def certificate(device: SigningKey, *, alone: bool = False, not_before: int = 0) -> bytes:
    day = Day(FIRST_DAY + not_before)
    return certify(ROOT, device.public, not_before=day, alone=alone)


CERTIFICATES = tuple(certificate(device) for device in DEVICES)
ALONE = (certificate(DEVICES[0], alone=True),)


def bundle(certificates: tuple[bytes, ...] = CERTIFICATES, **changed: object) -> IntakeBundle:
    fields: dict[str, object] = {
        "certificates": certificates,
        "compartments": (COMPARTMENT,),
        "epoch": 3,
        "not_after": FIRST_DAY + 14,
        "not_before": FIRST_DAY,
        "root_hash": ROOT_HASH,
        "version": 1,
    }
    return IntakeBundle(**(fields | changed))  # type: ignore[arg-type]


def signed_bundle(certificates: tuple[bytes, ...] = CERTIFICATES, **changed: object) -> bytes:
    return sign_bundle(bundle(certificates, **changed), DEVICES[: len(certificates)])


LETTER = Letter(
    kind="report",
    statement=Statement(
        language="en",
        text="A made-up report: «Осень» and 🍂, twice.\nNobody is named.",
        answers=(Answer(question="When?", text="In a made-up month."),),
    ),
    safe_contact=SafeContact(may_contact=True, how="this page only", when="in the evening"),
    urgency="days",
    on_behalf="another",
)


def sealed(drop: Drop, key: SigningKey = REPLY, team: Hash = ROOT_HASH) -> bytes:
    return seal_drop(drop, KEYS.identity.recipient, key, team)


def make_drop(n: int, before: bytes | None = None, **changed: object) -> Drop:
    fields: dict[str, object] = {
        "body": f"Reply {n}.",
        "kind": "reply" if n else "receipt",
        "n": n,
        "previous": NO_PREVIOUS if before is None else sha256(before).digest(),
        "thread": KEYS.thread,
    }
    return Drop(**(fields | changed))  # type: ignore[arg-type]


def chain(length: int, seal: Callable[[Drop], bytes] = sealed) -> list[bytes]:
    """Drops 0 to ``length`` - 1, each naming the one before."""
    made: list[bytes] = []
    for n in range(length):
        made.append(seal(make_drop(n, made[-1] if made else None)))
    return made
