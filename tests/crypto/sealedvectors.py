"""Makes the vectors whose bytes are in part random: signatures by a pair, sealed files.

What is random is taken from the stored file, where the tests check that it still holds.
"""

from asylia.crypto import _armor, _bech32, age
from asylia.crypto.signing import SigningKey, Suite

from .vectorkit import Json, flip, seed, stored

LABEL, PARTS = "asylia/example/1 signature", [b"first", b"second"]


def signing_vectors() -> Json:
    kept = stored("signing").get("signatures", {})
    suites: dict[str, tuple[int, Suite]] = {
        "alone": (20, "ed25519"),
        "pair": (20, "pair"),
        "other pair": (21, "pair"),
    }
    keys = {name: SigningKey(seed(number), suite) for name, (number, suite) in suites.items()}
    signatures: dict[str, Json] = {}
    for name, key in keys.items():
        for made in key.sign(LABEL, *PARTS):
            entry = f"{name}: {made.algorithm}"
            old = kept.get(entry, {})
            same = made.algorithm == "ml-dsa-44" and old
            signature = old["signature"] if same else made.signature.hex()
            signatures[entry] = {
                "algorithm": made.algorithm,
                "key": made.key.hex(),
                "signature": signature,
            }
    classic, later = signatures["pair: ed25519"], signatures["pair: ml-dsa-44"]
    for entry, base in [("ed25519", classic), ("ml-dsa-44", later)]:
        altered = flip(bytes.fromhex(base["signature"]), 40).hex()
        signatures[f"pair: {entry}, altered"] = {**base, "signature": altered}
    signatures["pair: ed25519, cut off"] = {
        **classic,
        "signature": classic["signature"][:-2] + "00",
    }
    signatures["other pair's ed25519 in the pair's name"] = {
        **signatures["other pair: ed25519"],
        "key": classic["key"],
    }
    both = ["pair: ed25519", "pair: ml-dsa-44"]
    more = ["other pair: ed25519", "other pair: ml-dsa-44"]
    parts = [part.hex() for part in PARTS]
    cases: list[tuple[str, str, str, list[str], list[str], str]] = [
        ("Ed25519 alone", "alone", LABEL, parts, ["alone: ed25519"], "ok"),
        ("a pair", "pair", LABEL, parts, both, "ok"),
        ("a pair, in the other order", "pair", LABEL, parts, both[::-1], "ok"),
        ("a pair among others", "pair", LABEL, parts, [*more, *both], "ok"),
        ("no signature", "pair", LABEL, parts, [], "forged"),
        ("only Ed25519 of a pair", "pair", LABEL, parts, both[:1], "forged"),
        ("only ML-DSA-44 of a pair", "pair", LABEL, parts, both[1:], "forged"),
        ("another key's", "pair", LABEL, parts, more, "forged"),
        ("another label", "pair", "asylia/example/1 another", parts, both, "forged"),
        ("another part", "pair", LABEL, [parts[0], "00"], both, "forged"),
        ("a part less", "pair", LABEL, parts[:1], both, "forged"),
        ("parts cut elsewhere", "pair", LABEL, [b"firsts".hex(), b"econd".hex()], both, "forged"),
        ("parts swapped", "pair", LABEL, parts[::-1], both, "forged"),
        ("one twice, the other missing", "pair", LABEL, parts, [both[0], both[0]], "forged"),
        ("one twice", "pair", LABEL, parts, [*both, both[0]], "forged"),
        (
            "one twice, the first altered",
            "pair",
            LABEL,
            parts,
            ["pair: ed25519, altered", *both],
            "forged",
        ),
        (
            "Ed25519 altered",
            "pair",
            LABEL,
            parts,
            ["pair: ed25519, altered", both[1]],
            "forged",
        ),
        (
            "ML-DSA-44 altered",
            "pair",
            LABEL,
            parts,
            [both[0], "pair: ml-dsa-44, altered"],
            "forged",
        ),
        (
            "Ed25519, last byte zero",
            "pair",
            LABEL,
            parts,
            ["pair: ed25519, cut off", both[1]],
            "forged",
        ),
        (
            "another's Ed25519 in this name",
            "pair",
            LABEL,
            parts,
            ["other pair's ed25519 in the pair's name", both[1]],
            "forged",
        ),
        ("the pair's for the key alone", "alone", LABEL, parts, both, "forged"),
        (
            "the key's alone for the pair",
            "pair",
            LABEL,
            parts,
            ["alone: ed25519", both[1]],
            "forged",
        ),
    ]
    return {
        "keys": {
            name: {
                "seed": key.seed.hex(),
                "suite": key.suite,
                "ed25519": key.public.ed25519.hex(),
                "ml_dsa_44": key.public.ml_dsa_44.hex() if key.public.ml_dsa_44 else None,
                "fingerprint": key.public.fingerprint.hex(),
            }
            for name, key in keys.items()
        },
        "signatures": signatures,
        "cases": [
            {
                "name": name,
                "key": key_name,
                "label": label,
                "parts": pieces,
                "signatures": by,
                "expect": expect,
            }
            for name, key_name, label, pieces, by, expect in cases
        ],
    }


def age_vectors() -> Json:
    identity = age.Identity.from_seed(seed(30))
    recipient, secret = str(identity.recipient), identity.reveal()
    sealed = age.encrypt(b"words", [identity.recipient])
    if kept := stored("age").get("sealed"):
        sealed = bytes.fromhex(kept["binary"])
    armored = _armor.wrap(sealed)
    lines = armored.split(b"\n")
    point = identity.recipient.public[:1184] + bytes(32)
    coefficient = b"\xff" * 1184 + identity.recipient.public[1184:]

    header, body = sealed.split(b"\n---", 1)
    stanza = header.split(b"\n", 1)[1]
    grease = b"-> grease\n\n"
    script = b"-> scrypt c2FsdA 18\n\n"

    def rebuilt(*stanzas: bytes) -> bytes:
        return b"age-encryption.org/v1\n" + b"".join(stanzas) + b"---" + body

    whole = stanza + b"\n"
    wrapped = stanza.split(b"\n")[1] + b"\n"
    nonce = len(sealed) - len(b"words") - 16 - 16
    foreign = _bech32.encode("age-secret-key-", seed(31)).upper()
    short = _bech32.encode("age-secret-key-pq-", seed(31)[1:]).upper()
    files: list[tuple[str, bytes, str]] = [
        ("binary", sealed, "ok"),
        ("armored", armored, "ok"),
        ("armored, CRLF", armored.replace(b"\n", b"\r\n"), "ok"),
        ("armored, white space around", b" \r\n\t" + armored + b"\n\n ", "ok"),
        ("armored, both line ends", armored.replace(b"\n", b"\r\n", 2), "malformed"),
        ("armored, text before", b"x\n" + armored, "malformed"),
        ("armored, a space inside", armored.replace(lines[2], lines[2] + b" "), "malformed"),
        ("armored twice", armored + armored, "malformed"),
        ("a stanza added", rebuilt(whole, grease), "forged"),
        ("the stanza doubled", rebuilt(whole, whole), "forged"),
        ("no stanza", rebuilt(), "malformed"),
        ("scrypt beside it", rebuilt(whole, script), "malformed"),
        ("128 stanzas", rebuilt(whole, *[grease] * 127), "forged"),
        ("129 stanzas", rebuilt(whole, *[grease] * 128), "malformed"),
        ("a malformed stanza of our kind", rebuilt(whole, b"-> mlkem768x25519\n\n"), "malformed"),
        ("our kind without enc", rebuilt(whole, b"-> mlkem768x25519\n" + wrapped), "malformed"),
        ("our kind with more", sealed.replace(b"\n" + wrapped, b" x\n" + wrapped), "malformed"),
        ("a version to come", sealed.replace(b"/v1", b"/v2", 1), "malformed"),
        ("cut off in the payload", sealed[:-1], "forged"),
        ("a byte behind", sealed + b"\0", "forged"),
        (
            "cut off in the nonce",
            sealed[: nonce + 9],
            "malformed",
        ),
    ]
    return {
        "seed": identity.seed.hex(),
        "identity": secret,
        "recipient": recipient,
        "plaintext": b"words".hex(),
        "file_key": age.file_key(sealed, [identity]).hex(),
        "sealed": {"binary": sealed.hex()},
        "recipients": [
            {"name": name, "text": text, "expect": expect}
            for name, text, expect in [
                ("a recipient", recipient, "ok"),
                ("upper case", recipient.upper(), "malformed"),
                ("mixed case", recipient[:-1] + recipient[-1].upper(), "malformed"),
                ("one letter off", recipient[:99] + "q" + recipient[100:], "malformed"),
                ("cut off", recipient[:-1], "malformed"),
                ("white space behind", recipient + "\n", "malformed"),
                ("foreign character", recipient[:99] + "b" + recipient[100:], "malformed"),
                ("an X25519 recipient", _bech32.encode("age", seed(31)), "malformed"),
                ("a length that is not its own", _bech32.encode("age1pq", seed(31)), "malformed"),
                ("an identity", secret, "malformed"),
                ("a point of low order", _bech32.encode("age1pq", point), "malformed"),
                ("a coefficient out of range", _bech32.encode("age1pq", coefficient), "malformed"),
                ("nothing", "", "malformed"),
            ]
        ],
        "identities": [
            {"name": name, "text": text, "expect": expect}
            for name, text, expect in [
                ("an identity", secret, "ok"),
                ("lower case", secret.lower(), "malformed"),
                ("one letter off", secret[:30] + "Q" + secret[31:], "malformed"),
                ("cut off", secret[:-1], "malformed"),
                ("a recipient", recipient, "malformed"),
                (
                    "an X25519 identity",
                    foreign,
                    "malformed",
                ),
                (
                    "31 bytes",
                    short,
                    "malformed",
                ),
                ("nothing", "", "malformed"),
            ]
        ],
        "files": [
            {"name": name, "content": content.hex(), "expect": expect}
            for name, content, expect in files
        ],
    }
