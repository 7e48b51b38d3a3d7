"""Writes vectors of the ledger: ``python -m tests.ledger.make_vectors``.

Entries come out the same each time.  Epochs do not: sealing and ML-DSA-44 draw randomness of their
own; a new file is as good as the old one.
"""

import base64
import json
from hashlib import sha256, shake_256
from pathlib import Path

import msgspec
from tests.ledger.world import Hands

from asylia.crypto.age import Identity
from asylia.crypto.layer import seal_layer
from asylia.crypto.padding import pad
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.envelope.signed import SignedBytes
from asylia.ledger import boxes, sealing
from asylia.ledger.dismissal import DismissalNotice, seal_dismissal, sign_dismissal
from asylia.ledger.entry import CONTENT, CONTROL, FLOOR, LABEL, NO_RECORD, Head, Header
from asylia.ledger.epoch import Device, Relay, TeamEpoch
from asylia.ledger.founding import Founder, found
from asylia.ledger.keys import DeviceKeys
from asylia.values import Day
from asylia.wire import encode, frame

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"
COMPARTMENT_KEY, RECORD_KEY, WRAP_KEY = (bytes([n]) * 32 for n in (1, 2, 3))
AUTHOR = SigningKey(bytes([4]) * 32, "ed25519")
DEVICE = SigningKey(bytes([4]) * 32, "pair").public.fingerprint
OUTER = "asylia/entry/1 outer"


class Drawn:
    """Bytes that are the same each time."""

    def __init__(self, seed: bytes) -> None:
        self.seed, self.count = seed, 0

    def __call__(self, length: int) -> bytes:
        self.count += 1
        return shake_256(self.seed + self.count.to_bytes(4, "big")).digest(length)


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def header(**changes: object) -> Header:
    fields = {
        "author": DEVICE,
        "compartment": "casework",
        "epoch": bytes([5]) * 32,
        "record": boxes.record_id("casework", RECORD_KEY),
        "sequence": 7,
        "previous": bytes([8]) * 32,
        "seen": 9,
        "line": bytes([10]) * 32,
        "day": 20779,
        "kind": CONTENT,
    }
    return Header(**(fields | changes))  # type: ignore[arg-type]


def entry(head: Header, *, heads: tuple[Head, ...] = (), wrap: bool = True) -> bytes:
    inner = COMPARTMENT_KEY if head.kind == CONTROL else RECORD_KEY
    keys = boxes.Keys(COMPARTMENT_KEY, inner, WRAP_KEY if wrap else None)
    return boxes.seal_entry(head, heads, b"asylia/test/1\nwords", keys, AUTHOR, Drawn(b"entry"))


def twisted(old: bytes, new: bytes, *, padded: bool = True) -> bytes:
    """An entry altered inside by somebody who holds the compartment key."""
    inside = boxes.open_outer(COMPARTMENT_KEY, entry(header()))
    assert inside.count(old) == 1
    altered = inside.replace(old, new)
    if padded:
        length = int.from_bytes(inside[:4], "big") + len(new) - len(old)
        altered = pad(altered[4 : 4 + length], FLOOR)
    return seal_layer(COMPARTMENT_KEY, OUTER, altered, randomness=Drawn(b"twisted"))


def entries() -> list[dict[str, object]]:
    others = (Head(bytes(32), 3, bytes([1]) * 32), Head(bytes([1]) * 32, 4, bytes([2]) * 32))
    good = {
        "first of a record": entry(header()),
        "later": entry(header(sequence=8), wrap=False),
        "with heads": entry(header(), heads=others),
        "control": entry(header(kind=CONTROL, record=NO_RECORD), wrap=False),
    }
    whole = good["first of a record"]
    inside = boxes.parse_outer(boxes.open_outer(COMPARTMENT_KEY, whole))
    one = b"\x01\x00\x40" + inside.signature
    listed = len(one).to_bytes(4, "big") + one
    twice = (2 * len(one)).to_bytes(4, "big") + one + one
    malformed = {
        "signed twice": twisted(listed, twice),
        "signed by an unknown algorithm": twisted(b"\x01\x00\x40", b"\x07\x00\x40"),
        "another version": twisted(LABEL.encode(), b"asylia/entry/2"),
        "another kind": twisted(b"\x51\x2b\x01", b"\x51\x2b\x07"),
        "a day that is no date": twisted(b"\x00\x00\x51\x2b\x01", b"\x00\x01\x86\xa1\x01"),
        "no compartment": twisted(b"casework", bytes(8)),
        "padding that is not zeros": twisted(
            inside.signature + bytes(4), inside.signature + b"\0\0\0\1", padded=False
        ),
        "a record in a control entry": twisted(b"\x51\x2b\x01", b"\x51\x2b\x02"),
    }
    altered = whole[:-1] + bytes([whole[-1] ^ 1])
    forged = {
        "altered from outside": altered,
        "cut off": whole[:-1],
        "empty": b"",
        "another sequence than was signed": twisted(
            (7).to_bytes(8, "big") + bytes([8]) * 32, (8).to_bytes(8, "big") + bytes([8]) * 32
        ),
        "another inner layer than was signed": twisted(inside.inner[-16:], bytes(16)),
    }
    kinds = (("ok", good), ("malformed", malformed), ("forged", forged))
    return [
        {"name": name, "blob": b64(blob), "expect": expect}
        for expect, named in kinds
        for name, blob in named.items()
    ]


REPLACED = {
    "team": {
        "unknown key": ('{"day"', '{"data":1,"day"'),
        "another version": ("asylia/team-epoch/1", "asylia/team-epoch/2"),
        "a number that is none": ('"number":0', '"number":-1'),
        "a live device without a prekey": ('"state":"live"', '"state":"removed"'),
        "an empty name": ('"name":"Linden"', '"name":""'),
        "a space": ('"number":0', '"number": 0'),
        "version 0": ('"minimum_version":1', '"minimum_version":0'),
    },
    "compartment": {
        "no English name": ('"en":"Casework"', '"xx":"Casework"'),
        "a compartment that is no id": ('"compartment":"casework"', '"compartment":"Case work"'),
        "an intake key that is none": ("AGE-SECRET-KEY-PQ-1", "AGE-SECRET-KEY-PQ-2"),
        "a record forgotten twice": (
            '"forgotten":[]',
            '"forgotten":["AAAAAAAAAAAAAAAAAAAAAA==","AAAAAAAAAAAAAAAAAAAAAA=="]',
        ),
        "one dismissal told twice": (
            '"told":[]',
            f'"told":["{b64(bytes(32))}","{b64(bytes(32))}"]',
        ),
        "nothing of whom it leaves out": (',"told":[]', ""),
    },
}


def epochs() -> dict[str, object]:
    keys = DeviceKeys.generate(Drawn(b"device"))
    founding = found(
        [Founder(keys, "Linden")],
        relay_url="http://127.0.0.1:1",
        compartments={"casework": {"en": "Casework"}},
        clock=Hands(),
        randomness=Drawn(b"founding"),
    )
    (team, body), (compartment, _) = (
        sealing.open_epoch(blob, keys.prekeys) for blob in founding.epochs[:2]
    )
    assert isinstance(body, TeamEpoch)
    stranger = sealing.sign_epoch(body, [SigningKey(bytes(32), "pair")])
    other = sealing.sign_epoch(
        msgspec.structs.replace(body, number=1, previous=(bytes(32),)), [keys.signing]
    )
    return {
        "root_hash": b64(founding.root_hash),
        "prekey": keys.prekeys[0].reveal(),
        "recovery": founding.recovery.reveal(),
        "signed": {"team": b64(team.encode()), "compartment": b64(compartment.encode())},
        "sealed": {
            "blob": b64(founding.epochs[1]),
            "opens_for": ["prekey", "recovery"],
            "not_for": Identity.from_seed(bytes(32)).reveal(),
        },
        "replaced": [
            {"name": name, "in": base, "old": old, "new": new, "expect": "malformed"}
            for base, cases in REPLACED.items()
            for name, (old, new) in cases.items()
        ],
        "first_team": [
            {"name": "as founded", "signed": b64(team.encode()), "expect": "ok"},
            {"name": "by a stranger", "signed": b64(stranger.encode()), "expect": "forged"},
            {
                "name": "with the signature of another body",
                "signed": b64(SignedBytes(team.body, other.signatures).encode()),
                "expect": "forged",
            },
            {"name": "not the first", "signed": b64(other.encode()), "expect": "forged"},
        ],
    }


# What differs from the team epoch before, by whom it is signed, what comes of it.  The devices are
# three admins, in the order of their fingerprints; "r" is the root.
_GONE = {"devices.2.state": "suspended", "devices.2.prekey": None}
_REMOVED = {"devices.2.state": "removed", "devices.2.prekey": None}
STEPS: list[tuple[str, dict[str, object], str, str]] = [
    ("nothing but the day", {"day": 20780}, "0", "ok"),
    ("by nobody", {"day": 20780}, "", "forged"),
    ("by a stranger", {"day": 20780}, "s", "forged"),
    ("a suspension by one", _GONE, "0", "ok"),
    ("a suspension by the root alone", _GONE, "r", "forged"),
    ("a removal by one", _REMOVED, "0", "forged"),
    ("a removal by two", _REMOVED, "01", "ok"),
    ("a removal by one twice", _REMOVED, "00", "forged"),
    ("a removal by one and the root", _REMOVED, "0r", "forged"),
    ("a name by one", {"devices.1.name": "Willow"}, "0", "forged"),
    ("a name by two", {"devices.1.name": "Willow"}, "01", "ok"),
    ("a certificate taken by one", {"devices.1.certificate": None}, "0", "forged"),
    ("a certificate taken by two", {"devices.1.certificate": None}, "02", "ok"),
    ("another device's certificate", {"devices.1.certificate": "devices.0"}, "01", "forged"),
    ("rotation by one", {"rotation": 3}, "1", "ok"),
    ("a jump in number", {"number": 2}, "01", "forged"),
    ("another parent", {"previous": [b64(bytes(32))]}, "01", "forged"),
    ("a newer version", {"minimum_version": 2}, "01", "malformed"),
]
# Two siblings and what their merge differs from their common ancestor in.
MERGES: list[tuple[str, dict[str, object], str, dict[str, object], str, dict[str, object]]] = [
    ("both changes", _GONE, "0", {"rotation": 3}, "1", _GONE | {"rotation": 3}),
    ("the worse of both", _GONE, "0", _REMOVED, "01", _REMOVED),
    (
        "a removed device has no say",
        _REMOVED,
        "01",
        {"devices.0.state": "suspended", "devices.0.prekey": None, "rotation": 9},
        "2",
        _REMOVED,
    ),
    (
        "a suspended device has one",
        _GONE,
        "0",
        {"devices.0.state": "suspended", "devices.0.prekey": None},
        "2",
        _GONE | {"devices.0.state": "suspended", "devices.0.prekey": None},
    ),
    (
        "a certificate taken by one sibling",
        {"devices.1.certificate": None},
        "01",
        {"rotation": 9},
        "2",
        {"devices.1.certificate": None, "rotation": 9},
    ),
]


_SAME_SECRET = ("the worse of both", "a certificate taken by one sibling")


def membership() -> dict[str, object]:
    root = SigningKey(bytes([20]) * 32, "pair")
    keys = sorted(
        (DeviceKeys.generate(Drawn(bytes([at]))) for at in range(3)), key=lambda one: one.device
    )
    devices = [
        Device(
            certificate=certify(root, one.signing.public, not_before=Day(20779)),
            name=f"Aspen {at}",
            prekey=str(one.prekeys[0].recipient),
            signing=one.signing.public,
            state="live",
        )
        for at, one in enumerate(keys)
    ]
    team = TeamEpoch(
        day=Day(20779),
        devices=tuple(devices),
        minimum_version=1,
        number=0,
        previous=(),
        recovery=str(Identity.from_seed(bytes([21]) * 32).recipient),
        relay=Relay(secret=bytes([22]) * 32, url="http://127.0.0.1:1"),
        root=root.public,
        rotation=7,
    )
    return {
        "seeds": {
            **{str(at): b64(one.seed) for at, one in enumerate(keys)},
            "r": b64(root.seed),
            "s": b64(bytes([23]) * 32),
        },
        "before": encode(team).decode(),
        "before_hash": b64(bytes([24]) * 32),
        "steps": [
            {"name": name, "set": changes, "signers": signers, "expect": expect}
            for name, changes, signers, expect in STEPS
        ],
        "merges": [
            {
                "name": name,
                "first": {"set": first, "signers": by},
                "second": {"set": second, "signers": by_other},
                "merged": merged,
                "new_secret": name not in _SAME_SECRET,
            }
            for name, first, by, second, by_other, merged in MERGES
        ],
    }


def dismissal() -> dict[str, object]:
    signer, other = (SigningKey(bytes([seed]) * 32, "pair") for seed in (30, 31))
    prekey, stranger = (Identity.from_seed(bytes([seed]) * 32) for seed in (32, 33))
    said = DismissalNotice(compartment="casework", device=bytes([34]) * 32, number=7)
    good = sign_dismissal(said, signer)
    another = sign_dismissal(msgspec.structs.replace(said, number=8), signer)
    bodies = {
        "an unknown key": (b'{"compartment"', b'{"at":1,"compartment"'),
        "another version": (b"asylia/dismissal/1", b"asylia/dismissal/2"),
        "a number that is none": (b'"number":7', b'"number":-7'),
        "a compartment that is no id": (b"casework", b"Case work"),
        "no device": (b',"device":"' + b64(said.device).encode() + b'"', b""),
        "a space": (b'"number":7', b'"number": 7'),
    }
    cases = {
        "ok": {"as its signer made it": good},
        "forged": {
            "by another": sign_dismissal(said, other),
            "with the signature of another body": SignedBytes(good.body, another.signatures),
            "one signature of the pair": SignedBytes(good.body, good.signatures[:1]),
        },
        "malformed": {
            name: SignedBytes(good.body.replace(*change), good.signatures)
            for name, change in bodies.items()
        },
    }
    return {
        "signer": b64(signer.seed),
        "says": {"compartment": said.compartment, "device": b64(said.device), "number": 7},
        "sealed": {
            "blob": b64(seal_dismissal(said, signer, prekey.recipient)),
            "prekey": prekey.reveal(),
            "not_for": stranger.reveal(),
        },
        "cases": [
            {"name": name, "signed": b64(signed.encode()), "expect": expect}
            for expect, named in cases.items()
            for name, signed in named.items()
        ],
    }


def main() -> None:
    given = {
        "compartment_key": b64(COMPARTMENT_KEY),
        "record_key": b64(RECORD_KEY),
        "wrap_key": b64(WRAP_KEY),
        "author_ed25519": b64(AUTHOR.public.ed25519),
        "content": "asylia/test/1\nwords",
        "line": {
            "blobs": [b64(b"a"), b64(b"b")],
            "values": [b64(bytes(32)), *map(b64, lines([b"a", b"b"]))],
        },
        "entries": entries(),
    }
    made = (
        ("dismissal", dismissal()),
        ("entry", given),
        ("epoch", epochs()),
        ("membership", membership()),
    )
    for name, content in made:
        (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


def lines(blobs: list[bytes]) -> list[bytes]:
    values = [bytes(32)]
    for blob in blobs:
        framed = frame("asylia/line/1", values[-1], sha256(blob).digest())
        values.append(sha256(framed).digest())
    return values[1:]


if __name__ == "__main__":
    main()
