"""Writes ``spec/vectors/vault.json``: ``python -m tests.vault.make_vectors``."""

import json
from dataclasses import replace
from hashlib import sha256, shake_256
from pathlib import Path

from asylia.crypto.kdf import hkdf
from asylia.values import DeviceId
from asylia.vault.header import Costs, Header, Places, seal_duress, seal_passphrase
from asylia.vault.share import share_id_of, token_of

FILE = Path(__file__).parents[2] / "spec" / "vectors" / "vault.json"
COSTS = Costs(memory=64, passes=1, lanes=1)
PASSPHRASE = "amber basin cedar delta ember fjord"
DURESS = "gravel hazel indigo jungle kettle lemon"
MASTER = bytes(range(32))
SHARE, DEVICE = bytes(range(64, 96)), DeviceId(bytes(range(96, 128)))
SECOND = Places.of(MASTER).passphrase[1]


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


def shared(good: Header, slots: str = "shared") -> bytes:
    """A header with the remote share on; ``both``: what must never be, an ordinary slot beside."""
    stretched = good.stretch(PASSPHRASE.encode())
    slot = seal_passphrase(stretched, SHARE, SECOND, MASTER)
    on = replace(good.with_slot(SECOND, slot), share_id=share_id_of(DEVICE))
    first = Places.of(MASTER).passphrase[0]
    return (on if slots == "both" else on.with_slot(first, drawn(b"unused")(48))).encode()


def with_duress(good: Header) -> bytes:
    at = Places.of(MASTER).duress
    slot = seal_duress(good.stretch(DURESS.encode()), at, drawn(b"duress"))
    return good.with_slot(at, slot).encode()


def vectors() -> dict[str, object]:
    made = Header.create(PASSPHRASE.encode(), MASTER, COSTS, drawn(b"a"))
    last = seal_passphrase(made.stretch(PASSPHRASE.encode()), None, 7, MASTER)
    places = Places.of(MASTER)
    whole, elsewhere = made.encode(), made.fresh(drawn(b"b"))
    elsewhere = replace(elsewhere, salt=made.salt).with_slot(7, last)
    stretched = made.stretch(PASSPHRASE.encode())
    cases = [
        ("opens", whole, PASSPHRASE, "ok"),
        ("opens, in another slot", elsewhere.encode(), PASSPHRASE, "ok"),
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
        ("reserved bytes in use", with_hash(at(whole, 76, b"\1")), PASSPHRASE, "malformed"),
        ("last reserved byte in use", with_hash(at(whole, 95, b"\1")), PASSPHRASE, "malformed"),
        ("one bit of the share id", at(whole, 60, b"\1"), PASSPHRASE, "malformed"),
        ("duress slot, passphrase typed", with_duress(made), PASSPHRASE, "ok"),
        ("duress slot, duress typed", with_duress(made), DURESS, "duress"),
        ("duress slot, wrong typed", with_duress(made), "amber basin", "locked"),
        ("fresh header", made.fresh(drawn(b"fresh")).encode(), PASSPHRASE, "locked"),
        ("share on, share there", shared(made), PASSPHRASE, "ok with the share"),
        ("share on, another passphrase", shared(made), DURESS, "locked"),
        ("an ordinary slot beside the shared", shared(made, "both"), PASSPHRASE, "oracle"),
        ("8 GiB", with_hash(at(whole, 48, (8 << 20).to_bytes(4, "big"))), PASSPHRASE, "malformed"),
        ("no pass", with_hash(at(whole, 52, bytes(4))), PASSPHRASE, "malformed"),
        ("no lane", with_hash(at(whole, 56, bytes(4))), PASSPHRASE, "malformed"),
    ]
    return {
        "master_key": MASTER.hex(),
        "database_key": hkdf(MASTER, "asylia/vault/1 database").hex(),
        "share": SHARE.hex(),
        "share_id": share_id_of(DEVICE).hex(),
        "device": DEVICE.hex(),
        "stretched": stretched.hex(),
        "token": token_of(stretched).hex(),
        "places": {"passphrase": list(places.passphrase), "duress": places.duress},
        "headers": [
            {"name": name, "header": content.hex(), "passphrase": passphrase, "expect": expect}
            for name, content, passphrase, expect in cases
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n")
