"""Makes spec/vectors/{phrase,threadkeys,intake-bundle,envelope,drop}.json.

    python tests/envelope/make_vectors.py

What is random in part (sealed files, ML-DSA-44 signatures) is taken from the stored ``files``; to
make those anew, delete the vector first.  An ``edit`` is done to the bytes before they are read:
``["flip", at]`` inverts the lowest bit of byte ``at``, ``["cut", n]`` drops the last n bytes,
``["append", hex]`` adds bytes.
"""

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from asylia.crypto import age
from asylia.crypto.kdf import pbkdf2
from asylia.crypto.padding import unpad
from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.envelope.drop import NO_PREVIOUS, drop_id
from asylia.envelope.envelope import Letter, arrival_digest, seal_envelope
from asylia.envelope.phrase import LANGUAGES, Phrase, word_list
from asylia.envelope.signed import SignedBytes
from asylia.envelope.statement import Statement
from asylia.envelope.threadkeys import ROUNDS, ThreadKeys
from asylia.values import Hash
from asylia.wire import unframe
from envelope import world

Json = dict[str, Any]
FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors"


def stored(name: str) -> Json:
    path = FOLDER / f"{name}.json"
    content: Json = json.loads(path.read_text()) if path.exists() else {}
    return content


def text64(content: bytes) -> str:
    return b64encode(content).decode()


def edited(content: bytes, edit: list[Any] | None) -> bytes:
    if edit is None:
        return content
    what, value = edit
    if what == "flip":
        return content[:value] + bytes([content[value] ^ 1]) + content[value + 1 :]
    return content[:-value] if what == "cut" else content + bytes.fromhex(value)


def key(public: VerifyingKey) -> Json:
    later = public.ml_dsa_44
    return {
        "ed25519": text64(public.ed25519),
        "fingerprint": text64(public.fingerprint),
        "ml_dsa_44": text64(later) if later else None,
    }


def kept_or_made(name: str, makers: dict[str, Callable[[], bytes]]) -> dict[str, str]:
    kept = stored(name).get("files", {})
    return {each: kept.get(each) or text64(make()) for each, make in makers.items()}


def phrase() -> Json:
    entropies = [bytes(12), b"\xff" * 12, bytes(range(12)), sha256(b"asylia").digest()[:12]]
    by = {language: world.PHRASE.words(language) for language in LANGUAGES}
    en, ru, fr, tr = (" ".join(by[language]) for language in ("en", "ru", "fr", "tr"))
    swapped = " ".join([by["en"][1], by["en"][0], *by["en"][2:]])
    mended = Phrase((1572 << 85).to_bytes(12, "big"))
    accents = first_with("é", "fr")
    turkish = first_with("ı", "tr")
    yot = first_with("й", "ru")
    lines = "\n".join(f"{n}. {word.title()}," for n, word in enumerate(by["en"], 1))
    good: list[tuple[str, str, str, Phrase]] = [
        ("as shown", "en", en, world.PHRASE),
        ("as shown, Russian", "ru", ru, world.PHRASE),
        ("as shown, French", "fr", fr, world.PHRASE),
        ("as shown, Turkish", "tr", tr, world.PHRASE),
        ("upper case", "en", en.upper(), world.PHRASE),
        ("upper case, Russian", "ru", ru.upper(), world.PHRASE),
        ("numbered lines, commas, capitals", "en", lines, world.PHRASE),
        (
            "no-break spaces, a soft hyphen",
            "en",
            en.replace(" ", "\u00a0") + "\u00ad",
            world.PHRASE,
        ),
        ("full-width letters", "en", "".join(wide(char) for char in en), world.PHRASE),
        ("no accent", "fr", " ".join(accents.words("fr")).replace("é", "e"), accents),
        ("accent apart", "fr", " ".join(accents.words("fr")).replace("é", "e\u0301"), accents),
        ("dotted for dotless i", "tr", " ".join(turkish.words("tr")).replace("ı", "i"), turkish),
        ("Turkish capitals", "tr", " ".join(turkish.words("tr")).replace("ı", "I"), turkish),
        ("и for й", "ru", " ".join(yot.words("ru")).replace("й", "и"), yot),
        ("the mended word", "ru", " ".join(mended.words("ru")), mended),
    ]
    bad: list[tuple[str, str, str, str, int | None]] = [
        ("nothing", "en", "", "count", None),
        ("eight words", "en", en.rsplit(" ", 1)[0], "count", None),
        ("ten words", "en", f"{en} zoo", "count", None),
        ("too long", "en", en + " " * 1000, "count", None),
        ("no spaces", "en", en.replace(" ", ""), "count", None),
        ("another language", "en", ru, "word", 1),
        ("a word cut short", "en", f"{en[:-1]}", "word", 9),
        (
            "a word not in the list",
            "en",
            " ".join([*by["en"][:3], "asylia", *by["en"][4:]]),
            "word",
            4,
        ),
        ("two words swapped", "en", swapped, "check", None),
    ]
    return {
        "phrases": [
            {"entropy": bits.hex(), "language": each, "words": list(Phrase(bits).words(each))}
            for bits in entropies
            for each in LANGUAGES
        ],
        "cases": [
            {"name": n, "language": at, "text": text, "expect": "ok", "entropy": p.entropy.hex()}
            for n, at, text, p in good
        ]
        + [
            {
                "name": name,
                "language": language,
                "text": text,
                "expect": "malformed",
                "reason": reason,
                "position": position,
            }
            for name, language, text, reason, position in bad
        ],
    }


def first_with(letter: str, language: str) -> Phrase:
    """A phrase whose first word is the first of the list with that letter."""
    index = next(at for at, word in enumerate(word_list(language)) if letter in word)
    return Phrase((index << 85).to_bytes(12, "big"))


def wide(char: str) -> str:
    return chr(ord(char) + 0xFEE0) if char.isalpha() else char


def threadkeys() -> Json:
    def case(bits: bytes, root_hash: Hash) -> Json:
        keys = ThreadKeys.derive(Phrase(bits), root_hash)
        return {
            "entropy": bits.hex(),
            "root_hash": root_hash.hex(),
            "master": pbkdf2(bits, salt=root_hash, rounds=ROUNDS).hex(),
            "thread": keys.thread.hex(),
            "identity_seed": keys.identity.seed.hex(),
            "identity": keys.identity.reveal(),
            "recipient": str(keys.identity.recipient),
            "signing_seed": keys.signing.seed.hex(),
            "thread_key": keys.signing.public.ed25519.hex(),
            "thread_key_fingerprint": keys.signing.public.fingerprint.hex(),
            "drop_secret": keys.drop_secret.hex(),
            "drop_ids": {str(n): drop_id(keys.drop_secret, n).hex() for n in (0, 1, 8, 9999)},
        }

    one, other = world.PHRASE.entropy, Hash(world.OTHER_ROOT.public.fingerprint)
    return {"cases": [case(one, world.ROOT_HASH), case(one, other), case(bytes(12), other)]}


def intake_bundle() -> Json:
    files = kept_or_made(
        "intake-bundle",
        {
            "by two": world.signed_bundle,
            "by one, alone": lambda: world.signed_bundle(world.ALONE),
            "by one, not alone": lambda: world.signed_bundle(world.CERTIFICATES[:1]),
            "for 15 days": lambda: world.signed_bundle(world.ALONE, not_after=world.FIRST_DAY + 15),
        },
    )
    today, two = world.FIRST_DAY, b64decode(files["by two"])
    letter = next(at for at in range(len(two) - 40, 0, -1) if chr(two[at] ^ 1).isalnum())
    rows: list[tuple[str, str, list[Any] | None, str, int, str]] = [
        ("by two, first day", "by two", None, "root", today, "ok"),
        ("by two, last day", "by two", None, "root", today + 14, "ok"),
        ("by two, the day before", "by two", None, "root", today - 1, "refused"),
        ("by two, the day after", "by two", None, "root", today + 15, "refused"),
        ("under another root", "by two", None, "other_root", today, "forged"),
        ("cut off", "by two", ["cut", 1], "root", today, "malformed"),
        ("a byte behind", "by two", ["append", "00"], "root", today, "malformed"),
        ("another label", "by two", ["flip", 7], "root", today, "malformed"),
        ("a letter of the last signature", "by two", ["flip", letter], "root", today, "forged"),
        ("by one, alone", "by one, alone", None, "root", today, "ok"),
        ("by one, not alone", "by one, not alone", None, "root", today, "forged"),
        ("for 15 days", "for 15 days", None, "root", today, "forged"),
    ]
    return {
        "root": key(world.ROOT.public),
        "other_root": key(world.OTHER_ROOT.public),
        "files": files,
        "cases": [
            {"name": name, "of": of, "edit": edit, "root": root, "today": on, "expect": expect}
            for name, of, edit, root, on, expect in rows
        ],
    }


def _parts(letter: Letter, name: str) -> tuple[bytes, bytes]:
    made = seal_envelope(
        letter, world.KEYS, world.bundle(), "casework", randomness=world.counting(name)
    )
    control, statement = unframe(made, "asylia/envelope/1", 2)
    return control, statement


def _control(sealed: bytes) -> str:
    return SignedBytes.parse(unpad(age.decrypt(sealed, [world.INTAKE]))).body.decode()


def envelope() -> Json:
    other_words = Letter(
        kind="follow_up",
        statement=Statement(language="en", text="More, made up."),
    )
    first, later = _parts(world.LETTER, "first"), _parts(other_words, "later")
    kept = kept_or_made(
        "envelope",
        {
            "control": lambda: first[0],
            "statement": lambda: first[1],
            "later control": lambda: later[0],
            "later statement": lambda: later[1],
        },
    )
    control = b64decode(kept["control"])
    signed = SignedBytes.parse(unpad(age.decrypt(control, [world.INTAKE])))
    statement_age = b64decode(kept["statement"])
    both, ours, theirs = ["intake", "other_intake"], ["intake"], ["other_intake"]
    rows: list[tuple[str, str, str, list[Any] | None, list[str], str]] = [
        ("a report", "control", "statement", None, ours, "ok"),
        ("a report, two identities held", "control", "statement", None, both[::-1], "ok"),
        ("a follow-up", "later control", "later statement", None, ours, "ok"),
        ("another intake key", "control", "statement", None, theirs, "forged"),
        ("no intake key", "control", "statement", None, [], "forged"),
        ("the statement of another", "control", "later statement", None, ours, "forged"),
        ("two controls", "control", "control", None, ours, "forged"),
        ("the files swapped", "statement", "control", None, ours, "forged"),
        ("cut off", "control", "statement", ["cut", 1], ours, "forged"),
        ("a byte behind", "control", "statement", ["append", "00"], ours, "forged"),
        ("another version", "control", "statement", ["flip", 16], ours, "forged"),
        ("a byte of the control", "control", "statement", ["flip", 5000], ours, "forged"),
        ("a byte of the statement", "control", "statement", ["flip", 11000], ours, "forged"),
    ]
    pairs: list[tuple[str, str, str, str]] = [
        ("by the same phrase", "first", "later", "ok"),
        ("the same again", "first", "first", "forged"),
    ]
    return {
        "root_hash": world.ROOT_HASH.hex(),
        "arrival_digest": text64(
            arrival_digest(sha256(control).digest(), sha256(statement_age).digest())
        ),
        "intake": world.INTAKE.reveal(),
        "intake_recipient": str(world.INTAKE.recipient),
        "other_intake": world.OTHER_INTAKE.reveal(),
        "files": kept,
        "control": signed.body.decode(),
        "later_control": _control(b64decode(kept["later control"])),
        "control_signature": text64(signed.signatures[0].signature),
        "statement": unpad(age.decrypt(statement_age, [world.INTAKE])).decode(),
        "statement_file_key": text64(age.file_key(statement_age, [world.INTAKE])),
        "cases": [
            {
                "name": name,
                "control": one,
                "statement": two,
                "edit": edit,
                "identities": held,
                "expect": expect,
            }
            for name, one, two, edit, held, expect in rows
        ],
        "envelopes": {
            "first": ["control", "statement"],
            "later": ["later control", "later statement"],
        },
        "follow_ups": [
            {"name": name, "first": one, "later": two, "expect": expect}
            for name, one, two, expect in pairs
        ],
    }


def drop() -> Json:
    receipt, one, two = world.chain(3)
    kept = kept_or_made(
        "drop",
        {
            "receipt": lambda: receipt,
            "reply 1": lambda: one,
            "reply 2": lambda: two,
            "reply 2, out of chain": lambda: world.sealed(world.make_drop(2, b"another")),
            "reply 1, earlier key": lambda: world.sealed(
                world.make_drop(1, receipt), world.EARLIER_REPLY
            ),
            "reply 1, unknown key": lambda: world.sealed(
                world.make_drop(1, receipt), SigningKey(world.seed(9), "ed25519")
            ),
            "bridge 7": lambda: world.sealed(
                world.make_drop(7, kind="bridge", body="", previous=NO_PREVIOUS)
            ),
        },
    )
    zero, first, second, gone = "receipt", "reply 1", "reply 2", "gone"
    rows: list[tuple[str, int, list[Any], Json]] = [
        ("nothing", 0, [], {"found": False}),
        ("a receipt", 0, [zero], {"shown": [0]}),
        ("a chain", 0, [zero, first, second], {"shown": [0, 1, 2]}),
        ("the first are read", 0, [gone, gone, second], {"shown": [2]}),
        ("all read", 0, [gone, gone], {}),
        ("one is missing", 0, [zero, None, second], {"shown": [0, 2], "missing": [1]}),
        (
            "out of chain",
            0,
            [zero, first, "reply 2, out of chain"],
            {"shown": [0, 1], "refused": [2]},
        ),
        (
            "out of chain, and the one before is gone",
            0,
            [gone, gone, "reply 2, out of chain"],
            {"shown": [2]},
        ),
        (
            "the one before does not open",
            0,
            [zero, [first, ["flip", 3000]], second],
            {"shown": [0, 2], "refused": [1]},
        ),
        ("a reply in another slot", 0, [zero, second], {"shown": [0], "refused": [1]}),
        ("a receipt in another slot", 0, [None, zero], {"refused": [1], "missing": [0]}),
        ("an earlier key", 0, [gone, "reply 1, earlier key"], {"shown": [1]}),
        ("an unknown key", 0, [gone, "reply 1, unknown key"], {"refused": [1]}),
        ("cut off", 0, [[zero, ["cut", 1]]], {"refused": [0]}),
        ("of another window", 8, [zero], {"refused": [8]}),
        (
            "a bridge",
            0,
            [None] * 7 + ["bridge 7"],
            {"opened": [7], "missing": [0, 1, 2, 3, 4, 5, 6], "next": 8},
        ),
        ("the last is gone", 8, [gone] * 8, {"next": 16}),
    ]
    return {
        "entropy": world.PHRASE.entropy.hex(),
        "root_hash": world.ROOT_HASH.hex(),
        "reply_keys": [key(world.REPLY.public), key(world.EARLIER_REPLY.public)],
        "files": kept,
        "cases": [_window(*row) for row in rows],
    }


def _window(name: str, first: int, slots: list[Any], expect: Json) -> Json:
    def slot(given: Any) -> Json:
        if given in (None, "gone"):
            return {"state": given or "absent"}
        of, edit = given if isinstance(given, list) else (given, None)
        return {"state": "present", "of": of, "edit": edit}

    shown = expect.get("shown", [])
    return {
        "name": name,
        "first": first,
        "slots": [slot(given) for given in slots + [None] * (8 - len(slots))],
        "expect": {
            "shown": shown,
            "opened": expect.get("opened", shown),
            "refused": expect.get("refused", []),
            "missing": expect.get("missing", []),
            "next": expect.get("next"),
            "found": expect.get("found", True),
        },
    }


MAKERS: dict[str, Callable[[], Json]] = {
    "phrase": phrase,
    "threadkeys": threadkeys,
    "intake-bundle": intake_bundle,
    "envelope": envelope,
    "drop": drop,
}

if __name__ == "__main__":
    for _name, _make in MAKERS.items():
        _text = json.dumps(_make(), ensure_ascii=False, indent=1) + "\n"
        (FOLDER / f"{_name}.json").write_text(_text)
