"""Writes ``spec/vectors/joining.json``, ``parts.json`` and ``recovery.json``.

``python -m tests.ledger.make_joining_vectors``.  ML-DSA-44 and sealing draw randomness
of their own; a new file is as good as the old one.
"""

import base64
import json
from pathlib import Path

import msgspec
from tests.ledger.make_vectors import Drawn, b64

from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.ledger import joining, parts, recovery
from asylia.ledger.epoch import Relay, Seen
from asylia.ledger.statewords import state_words
from asylia.values import Day
from asylia.wire import encode

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"
DAY = Day(20779)
SIGNING = SigningKey(bytes([1]) * 32, "pair")
PREKEY = Identity.from_seed(bytes([2]) * 32)
OTHER = Identity.from_seed(bytes([3]) * 32)
ROOT = SigningKey(bytes([4]) * 32, "pair")


def cards() -> list[dict[str, str]]:
    good = joining.make_card(SIGNING, PREKEY.recipient)
    card = joining.parse_card(good)
    single = SigningKey(bytes([1]) * 32, "ed25519")
    other = SigningKey(bytes([9]) * 32, "pair")
    stolen = msgspec.structs.replace(card, prekey=str(OTHER.recipient))
    renamed = msgspec.structs.replace(card, signing=other.public)
    alone = msgspec.structs.replace(card, signing=single.public)
    text = str(PREKEY.recipient)
    cases = {
        "ok": {"as its device made it": good},
        "malformed": {
            "cut off": good[:-1],
            "another version": good.replace(b"asylia/card/1", b"asylia/card/2"),
            "one signature": encode(msgspec.structs.replace(card, signature=card.signature[:1])),
            "a key that is no pair": encode(alone),
            "a prekey that is none": good.replace(
                text.encode(), (text[:-1] + "bq"[text[-1] == "b"]).encode()
            ),
            "an unknown key": good.replace(b'{"prekey"', b'{"name":"Linden","prekey"'),
        },
        "forged": {
            "another's prekey": encode(stolen),
            "another's signature": encode(renamed),
        },
    }
    return [
        {"name": name, "card": b64(content), "expect": expect}
        for expect, named in cases.items()
        for name, content in named.items()
    ]


def invitation() -> dict[str, object]:
    content = joining.Invitation(
        day=DAY,
        inviter=bytes([5]) * 32,
        relay=Relay(secret=bytes([6]) * 32, url="http://127.0.0.1:1"),
        root_hash=ROOT.public.fingerprint,
        seen=Seen(count=3, line=bytes([7]) * 32),
        welcome=bytes([8]) * 32,
    )
    plaintext = encode(content)
    sealed = joining.seal_invitation(plaintext, PREKEY.recipient)
    card = b"a card, as far as the words are concerned"
    return {
        "prekey": PREKEY.reveal(),
        "plaintext": b64(plaintext),
        "sealed": [
            {"name": "on its day", "today": DAY, "age": b64(sealed), "expect": "ok"},
            {"name": "on its last day", "today": DAY + 14, "age": b64(sealed), "expect": "ok"},
            {"name": "too late", "today": DAY + 15, "age": b64(sealed), "expect": "refused"},
            {"name": "altered", "today": DAY, "age": b64(_flipped(sealed)), "expect": "forged"},
            {
                "name": "sealed to another",
                "today": DAY,
                "age": b64(joining.seal_invitation(plaintext, OTHER.recipient)),
                "expect": "forged",
            },
            {
                "name": "something else inside",
                "today": DAY,
                "age": b64(joining.seal_invitation(b"asylia/test/1\n{}", PREKEY.recipient)),
                "expect": "malformed",
            },
        ],
        "words": {
            "card": b64(card),
            "root_hash": b64(ROOT.public.fingerprint),
            "words": list(joining.words(card, plaintext, ROOT.public.fingerprint)),
        },
        "state_words": {
            "count": 3,
            "line": b64(bytes([7]) * 32),
            "root_hash": b64(ROOT.public.fingerprint),
            "words": list(state_words(ROOT.public.fingerprint, 3, bytes([7]) * 32)),
        },
    }


def in_parts() -> list[dict[str, object]]:
    content = Drawn(b"parts")(1700)
    one, two, three, four = parts.split("CARD", content)
    other = parts.split("CARD", Drawn(b"other")(1700))
    short = parts.split("SHARE", b"short")
    good: dict[str, tuple[parts.Kind, list[str], bytes]] = {
        "in order": ("CARD", [one, two, three, four], content),
        "in any order, twice, among other text": (
            "CARD",
            ["Hello,", four, two, one, "--", three, one],
            content,
        ),
        "in lower case, broken over lines": (
            "CARD",
            [
                part[at : at + 76].lower()
                for part in (one, two, three, four)
                for at in range(0, len(part), 76)
            ],
            content,
        ),
        "one part": ("SHARE", [*short], b"short"),
    }
    bad: dict[str, tuple[parts.Kind, list[str]]] = {
        "nothing": ("CARD", []),
        "another kind": ("INVITATION", [one, two, three, four]),
        "one missing": ("CARD", [one, two, four]),
        "of two contents": ("CARD", [one, two, three, other[3]]),
        "one read in two ways": ("CARD", [one, two, three, four, _swapped(two)]),
        "altered": ("CARD", [one, _swapped(two), three, four]),
        "cut off": ("CARD", [one, two, three, four[:-1]]),
        "not base32": ("SHARE", [short[0][:-2] + "1."]),
        "more than unpacks": ("SHARE", [f"{short[0][:-1]}AAAAAAAA."]),
    }
    return [
        {"name": name, "kind": kind, "text": "\n".join(lines), "expect": "ok", "content": b64(out)}
        for name, (kind, lines, out) in good.items()
    ] + [
        {"name": name, "kind": kind, "text": "\n".join(lines), "expect": "malformed"}
        for name, (kind, lines) in bad.items()
    ]


def shares() -> dict[str, object]:
    secrets = recovery.draw(ROOT, Drawn(b"recovery"))
    one, two, three = recovery.split(secrets, DAY, Drawn(b"split"))
    again = recovery.split(secrets, DAY, Drawn(b"again"))
    altered = {
        name: encode(
            msgspec.structs.replace(
                recovery.parse(two), **{name: (bytes(32), getattr(recovery.parse(two), name)[1])}
            )
        )
        for name in ("root", "recovery")
    }
    cases = {
        "ok": {
            "the first pair": [one, two],
            "the second pair, in any order": [three, one],
            "the third pair": [two, three],
        },
        "usage": {"one": [one], "one twice": [one, one], "all three": [one, two, three]},
        "forged": {
            "of two sets": [one, again[1]],
            "the root's half altered": [one, altered["root"]],
            "the recovery half altered": [one, altered["recovery"]],
        },
        "malformed": {
            "cut off": [one, two[:-1]],
            "another version": [one, two.replace(b"share/1", b"share/2")],
            "a fourth custodian": [one, three.replace(b'"custodian":3', b'"custodian":4')],
        },
    }
    return {
        "root_seed": b64(ROOT.seed),
        "recovery": secrets.recovery.reveal(),
        "pairs": [
            {"name": name, "shares": [b64(share) for share in given], "expect": expect}
            for expect, named in cases.items()
            for name, given in named.items()
        ],
    }


def _flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def _swapped(part: str) -> str:
    """Two characters of the payload in the other order."""
    at = next(i for i in range(40, len(part)) if part[i] != part[i + 1])
    return part[:at] + part[at + 1] + part[at] + part[at + 2 :]


def main() -> None:
    written = {
        "joining": {"cards": cards(), "invitation": invitation()},
        "parts": {"parts": in_parts()},
        "recovery": shares(),
    }
    for name, content in written.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


def unb64(text: str) -> bytes:
    return base64.b64decode(text)


if __name__ == "__main__":
    main()
