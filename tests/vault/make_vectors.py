"""Writes ``spec/vectors/vault.json``: ``python -m tests.vault.make_vectors``."""

import json
from hashlib import sha256, shake_256
from pathlib import Path

from asylia.crypto.kdf import hkdf
from asylia.vault.header import Costs, Header

FILE = Path(__file__).parents[2] / "spec" / "vectors" / "vault.json"
COSTS = Costs(memory=64, passes=1, lanes=1)
PASSPHRASE = "amber basin cedar delta ember fjord"
MASTER = bytes(range(32))


def drawn(seed: bytes):  # type: ignore[no-untyped-def]
    count = 0

    def draw(length: int) -> bytes:
        nonlocal count
        count += 1
        return shake_256(seed + bytes([count])).digest(length)

    return draw


def with_hash(content: bytes) -> bytes:
    """The hash made right again, so that another check has to notice."""
    return content[:96] + sha256(content[:96] + content[128:]).digest() + content[128:]


def at(content: bytes, place: int, new: bytes) -> bytes:
    return content[:place] + new + content[place + len(new) :]


def vectors() -> dict[str, object]:
    good = [
        Header.create(PASSPHRASE.encode(), MASTER, COSTS, drawn(s)).encode() for s in (b"a", b"b")
    ]
    whole = good[0]
    cases = [
        ("opens", whole, PASSPHRASE, "ok"),
        ("opens, in another slot", good[1], PASSPHRASE, "ok"),
        ("typed with capitals and spaces", whole, " Amber basin  CEDAR delta ember fjord\n", "ok"),
        ("another passphrase", whole, "amber basin cedar delta ember fable", "locked"),
        ("every slot random", with_hash(whole[:128] + bytes(384)), PASSPHRASE, "locked"),
        ("other salt", with_hash(at(whole, 16, bytes(32))), PASSPHRASE, "locked"),
        ("other costs", with_hash(at(whole, 52, b"\0\0\0\2")), PASSPHRASE, "locked"),
        ("one bit of a slot", at(whole, 200, bytes([whole[200] ^ 1])), PASSPHRASE, "malformed"),
        ("one bit of the salt", at(whole, 20, bytes([whole[20] ^ 1])), PASSPHRASE, "malformed"),
        ("short", whole[:-1], PASSPHRASE, "malformed"),
        ("long", whole + b"\0", PASSPHRASE, "malformed"),
        ("empty", b"", PASSPHRASE, "malformed"),
        ("another version", with_hash(at(whole, 13, b"2")), PASSPHRASE, "malformed"),
        ("reserved bytes in use", with_hash(at(whole, 60, b"\1")), PASSPHRASE, "malformed"),
        ("8 GiB", with_hash(at(whole, 48, (8 << 20).to_bytes(4, "big"))), PASSPHRASE, "malformed"),
        ("no pass", with_hash(at(whole, 52, bytes(4))), PASSPHRASE, "malformed"),
        ("no lane", with_hash(at(whole, 56, bytes(4))), PASSPHRASE, "malformed"),
    ]
    return {
        "master_key": MASTER.hex(),
        "database_key": hkdf(MASTER, "asylia/vault/1 database").hex(),
        "headers": [
            {"name": name, "header": content.hex(), "passphrase": passphrase, "expect": expect}
            for name, content, passphrase, expect in cases
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")
