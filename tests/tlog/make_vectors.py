"""Writes ``spec/vectors/{checkpoint,tlog}.json``: ``python -m tlog.make_vectors`` in ``tests``.

ML-DSA-44 signatures are hedged with fresh randomness, so ``checkpoint.json`` comes out anew each
time; the committed one is what counts.
"""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from asylia.crypto import merkle
from asylia.tlog import leaf as leaves
from asylia.tlog.addcheckpoint import AddCheckpoint
from asylia.tlog.checkpoint import NoteKey, parse_checkpoint, with_cosignatures
from asylia.tlog.log import Log
from asylia.tlog.note import parse_note
from asylia.tlog.policy import LogParty, Policy, WitnessParty, encode_policy
from asylia.tlog.proof import parse_proof
from asylia.tlog.reader import LogReader
from asylia.tlog.tiles import Tile
from asylia.tlog.witness import cosign
from tlog.memorylog import MemoryLog

FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors"
LOG = NoteKey("log.example/asylia", bytes(range(32)))
FIRST, SECOND = (NoteKey(f"witness{n}.example", bytes([n]) * 32) for n in (1, 2))


def clock():
    return datetime(2026, 11, 22, 12, tzinfo=UTC)


def leaf(number):
    return sha256(b"leaf %d" % number).digest()


def grown(size, other=0):
    storage = MemoryLog()
    Log(LOG).append(storage, [leaf(n + other) for n in range(size)])
    return storage


def cosigned(note, *witnesses):
    for witness in witnesses:
        note = with_cosignatures(
            note, cosign(note, LOG.public, None, (), witness, clock=clock).lines
        )
    return note


def policy(threshold, quantum=False):
    def keys(key):
        return {"key": key.public.ed25519} | (
            {"ml_dsa_44": key.public.ml_dsa_44} if quantum else {}
        )

    return Policy(
        root_hash=bytes(32),
        log=LogParty(origin=LOG.name, **keys(LOG)),
        witnesses=tuple(WitnessParty(name=w.name, **keys(w)) for w in (FIRST, SECOND)),
        threshold=threshold,
        stamp_roots=(),
    )


def policies():
    """Policy files by name, with what becomes of them."""
    two = policy(2)
    doubled = msgspec.structs.replace(two, witnesses=two.witnesses[:1] * 2)
    unmet = msgspec.structs.replace(two, threshold=3)
    unchecked = lambda made: b"asylia/policy/1\n" + msgspec.json.encode(made, order="sorted")  # noqa: E731
    good = {f"two{'-quantum' * q}": encode_policy(policy(2, bool(q))) for q in (0, 1)}
    bad = {
        "one-key-twice": unchecked(doubled),
        "more-than-it-names": unchecked(unmet),
        "another-version": encode_policy(two).replace(b"policy/1", b"policy/2"),
        "explicit-null": encode_policy(two).replace(b'"},"root', b'","ml_dsa_44":null},"root'),
        "unknown-key": encode_policy(two).replace(b'{"log"', b'{"hash":"","log"'),
        "white-space": encode_policy(two).replace(b'{"log"', b'{ "log"'),
        "cut-off": encode_policy(two)[:-1],
    }
    return good, bad


def notes():
    """Signed checkpoints: name, note, policy, outcome."""
    plain = grown(7).note
    both = cosigned(plain, FIRST, SECOND)
    parsed = parse_note(both)
    text = both.decode()

    def without(*drop):
        kept = tuple(s for at, s in enumerate(parsed.signatures) if at not in drop)
        return replace(parsed, signatures=kept).encode()

    def flipped(at):
        line = parsed.signatures[at]
        false = replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
        lines = (*parsed.signatures[:at], false, *parsed.signatures[at + 1 :])
        return replace(parsed, signatures=lines).encode()

    forger = NoteKey(LOG.name, b"f" * 32)
    foreign = forger.sign(parse_checkpoint(plain)[0])
    other_root = base64.b64encode(bytes(32)).decode()
    root = text.split("\n")[2]
    return [
        ("cosigned by both", both, "two", "ok"),
        ("both, both algorithms asked for", both, "two-quantum", "ok"),
        ("no ML-DSA-44 line of the log, none asked for", without(1), "two", "ok"),
        ("no ML-DSA-44 line of the log", without(1), "two-quantum", "forged"),
        ("no ML-DSA-44 line of a witness", without(3), "two-quantum", "forged"),
        ("no Ed25519 line of the log", without(0), "two", "forged"),
        ("cosigned by none", plain, "two", "forged"),
        ("cosigned by one", cosigned(plain, FIRST), "two", "forged"),
        ("cosigned by one, twice", cosigned(plain, FIRST, FIRST), "two", "forged"),
        ("the log's line flipped", flipped(0), "two", "forged"),
        ("the log's ML-DSA-44 line flipped", flipped(1), "two-quantum", "forged"),
        ("a witness's line flipped", flipped(2), "two", "forged"),
        ("signed by another key of that name", foreign, "two", "forged"),
        ("another size", text.replace("\n7\n", "\n8\n").encode(), "two", "forged"),
        ("another root", text.replace(root, other_root).encode(), "two", "forged"),
        ("another origin", text.replace(LOG.name, "log.example/b", 1).encode(), "two", "forged"),
        ("size with a zero in front", text.replace("\n7\n", "\n07\n").encode(), "two", "malformed"),
        ("extension line", text.replace("=\n\n", "=\nx\n\n").encode(), "two", "malformed"),
        ("control character", text.replace("=\n\n", "=\t\n\n").encode(), "two", "malformed"),
        ("no empty line", text.replace("\n\n", "\n").encode(), "two", "malformed"),
        ("hyphen for dash", text.replace("\u2014", "-").encode(), "two", "malformed"),
        ("cut off", both[:-1], "two", "malformed"),
        ("not UTF-8", b"\xff" + both, "two", "malformed"),
        ("empty", b"", "two", "malformed"),
    ]


def checkpoint_vectors():
    good, bad = policies()
    files = {name: base64.b64encode(raw).decode() for name, raw in (good | bad).items()}
    return {
        "format": "spec/tlog.md: policies (base64), and notes under them (base64)",
        "policies": [
            {"name": name, "policy": raw, "expect": "ok" if name in good else "malformed"}
            for name, raw in files.items()
        ],
        "notes": [
            {
                "name": name,
                "note": base64.b64encode(raw).decode(),
                "policy": under,
                "expect": expect,
            }
            for name, raw, under, expect in notes()
        ],
    }


def tlog_vectors():
    salt, value = bytes(range(32)), bytes(range(32, 64))
    sizes = (0, 1, 2, 3, 7, 8, 255, 256, 257, 600)
    hashes = [merkle.leaf_hash(leaf(n)) for n in range(600)]
    reader = LogReader(grown(600).fetch, LOG.public)
    tiles = [Tile(0, 0), Tile(0, 1234067), Tile(1, 999), Tile(2, 1000, 17), Tile("entries", 5, 1)]
    not_tiles = ("tile/0/1", "tile/00/000", "tile/64/000", "tile/0/000.p/256", "tile/0/x000/001")
    return {
        "format": "spec/tlog.md; leaf n is SHA-256 of the text 'leaf n'; bytes in hexadecimal",
        "leaves": [
            {
                "kind": kind,
                "salt": salt.hex(),
                "value": value.hex(),
                "leaf": make(salt, value).hex(),
            }
            for kind, make in (
                ("arrival", leaves.arrival_commitment),
                ("version", leaves.version_commitment),
            )
        ],
        "roots": [{"size": size, "root": merkle.root(hashes[:size]).hex()} for size in sizes],
        "paths": [
            {"level": t.level, "index": t.index, "width": t.width, "path": t.path, "expect": "ok"}
            for t in tiles
        ]
        + [{"path": path, "expect": "malformed"} for path in not_tiles],
        "inclusion": inclusion_vectors(reader, hashes),
        "growth": growth_vectors(hashes),
        "requests": request_vectors(hashes),
    }


def request_vectors(hashes):
    """Bodies of add-checkpoint: size, proof and note, or why there are none."""
    proof = tuple(hashes[:2])
    body = AddCheckpoint(3, proof, b"note\n").encode()
    none = AddCheckpoint(0, (), b"note\n").encode()
    good = [("with a proof", body, 3, proof), ("the first time", none, 0, ())]
    bad = {
        "no empty line": none.replace(b"\n\n", b"\n"),
        "no size": none.replace(b"old 0", b"old "),
        "a size with a zero in front": none.replace(b"old 0", b"old 00"),
        "a negative size": none.replace(b"old 0", b"old -1"),
        "no word": none.replace(b"old 0", b"0"),
        "a hash of another length": body.replace(b"\n\n", b"\nAAAA\n\n"),
        "a hash that is no base64": body.replace(b"\n\n", b"\n*\n\n"),
        "too many hashes": AddCheckpoint(3, proof * 32, b"note\n").encode(),
        "empty": b"",
    }
    told = [
        {"name": name, "body": raw.hex(), "old": old, "proof": [h.hex() for h in path]}
        for name, raw, old, path in good
    ]
    refused = [{"name": name, "body": raw.hex()} for name, raw in bad.items()]
    return [one | {"expect": "ok"} for one in told] + [
        one | {"expect": "malformed"} for one in refused
    ]


def inclusion_vectors(reader, hashes):
    proof = parse_proof(reader.inclusion(300).encode())
    path = [one.hex() for one in proof.path]
    swapped = [path[1], path[0], *path[2:]]
    row = {"index": 300, "size": 600, "root": merkle.root(hashes).hex(), "leaf": leaf(300).hex()}
    return [
        row | {"name": "right", "path": path, "expect": "ok"},
        row | {"name": "another leaf", "leaf": leaf(301).hex(), "path": path, "expect": "forged"},
        row | {"name": "another index", "index": 301, "path": path, "expect": "forged"},
        row | {"name": "index outside", "index": 600, "path": path, "expect": "forged"},
        row | {"name": "another size", "size": 1100, "path": path, "expect": "forged"},
        row | {"name": "two swapped", "path": swapped, "expect": "forged"},
        row | {"name": "one short", "path": path[:-1], "expect": "forged"},
        row | {"name": "one long", "path": [*path, "00" * 32], "expect": "forged"},
        row | {"name": "none", "path": [], "expect": "forged"},
    ]


def growth_vectors(hashes):
    path = [one.hex() for one in merkle.consistency_proof(hashes, 257)]
    old = {"old_size": 257, "old_root": merkle.root(hashes[:257]).hex()}
    new = {"new_size": 600, "new_root": merkle.root(hashes).hex()}
    fork = merkle.root([merkle.leaf_hash(leaf(n + 1)) for n in range(600)]).hex()
    same = {"new_size": 257, "new_root": old["old_root"]}
    first = {"old_size": 0, "old_root": merkle.EMPTY_ROOT.hex()}
    return [
        old | new | {"name": "grown", "path": path, "expect": "ok"},
        first | new | {"name": "first seen", "path": [], "expect": "ok"},
        old | same | {"name": "unchanged", "path": [], "expect": "ok"},
        old | same | {"name": "other root", "new_root": fork, "path": [], "expect": "conflict"},
        new_as_old(new) | same | {"name": "shrunk", "path": [], "expect": "conflict"},
        old | new | {"name": "forked", "new_root": fork, "path": path, "expect": "forged"},
        old | new | {"name": "one short", "path": path[:-1], "expect": "forged"},
        old | new | {"name": "one long", "path": [*path, "00" * 32], "expect": "forged"},
        old | new | {"name": "none", "path": [], "expect": "forged"},
        first | new | {"name": "first seen, with a path", "path": path, "expect": "forged"},
    ]


def new_as_old(new):
    return {"old_size": new["new_size"], "old_root": new["new_root"]}


def write(name, vectors):
    text = json.dumps(vectors, indent=1, ensure_ascii=False)
    (FOLDER / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("checkpoint.json", checkpoint_vectors())
    write("tlog.json", tlog_vectors())
