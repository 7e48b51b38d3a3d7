"""Makes ``spec/vectors/{age,signing,layer,padding,merkle,kdf}.json``.

``cd tests && python -m crypto.make_vectors`` writes them; a test makes them again and compares.
All is deterministic but ML-DSA-44's signatures and what HPKE seals: those are taken from the stored
file, where the tests check that they still hold.
"""

import json
from collections.abc import Callable
from typing import Any

from asylia.crypto import kdf, layer, merkle, padding

from .sealedvectors import age_vectors, signing_vectors
from .vectorkit import FOLDER, Json, flip, seed


def kdf_vectors() -> Json:
    secret, salt = seed(1), seed(2)[:16]
    return {
        "hkdf": [
            {
                "secret": secret.hex(),
                "label": label,
                "salt": s.hex(),
                "length": length,
                "out": kdf.hkdf(secret, label, salt=s, length=length).hex(),
            }
            for label, s, length in [
                ("asylia/example/1 one", b"", 32),
                ("asylia/example/1 two", b"", 32),
                ("asylia/example/1 one", salt, 32),
                ("asylia/example/1 one", b"", 16),
                ("asylia/example/1 one", b"", 96),
            ]
        ],
        "mac": [
            {
                "key": secret.hex(),
                "label": "asylia/example/1 mac",
                "parts": [part.hex() for part in parts],
                "out": kdf.mac(secret, "asylia/example/1 mac", *parts).hex(),
            }
            for parts in [[], [b""], [b"ab", b"c"], [b"a", b"bc"], [b"abc"]]
        ],
        "pbkdf2": [
            {
                "source": source,
                "password": password.hex(),
                "salt": s.hex(),
                "rounds": rounds,
                "length": length,
                "out": kdf.pbkdf2(password, salt=s, rounds=rounds, length=length).hex(),
            }
            for source, password, s, rounds, length in [
                ("RFC 7914, section 11", b"passwd", b"salt", 1, 64),
                ("RFC 7914, section 11", b"Password", b"NaCl", 80000, 64),
                ("the inputs of RFC 6070", b"password", b"salt", 1, 32),
                ("the inputs of RFC 6070", b"password", b"salt", 4096, 32),
                ("a phrase's cost", seed(3)[:12], seed(4), 2048, 32),
            ]
        ],
        "argon2id": [
            {
                "source": source,
                "password": b"password".hex(),
                "salt": b"somesalt".hex(),
                "memory_kib": memory,
                "passes": passes,
                "lanes": lanes,
                "length": 32,
                "out": kdf.argon2id(
                    b"password", salt=b"somesalt", memory_kib=memory, passes=passes, lanes=lanes
                ).hex(),
            }
            for source, memory, passes, lanes in [
                ("phc-winner-argon2, test.c", 65536, 2, 1),
                ("phc-winner-argon2, test.c", 256, 2, 1),
                ("phc-winner-argon2, test.c", 256, 2, 2),
                ("ours", 1024, 3, 4),
            ]
        ],
    }


def layer_vectors() -> Json:
    key, label, salt = seed(10), "asylia/example/1 layer", seed(11)

    def sealed(text: bytes) -> bytes:
        return layer.seal_layer(key, label, text, randomness=lambda size: salt[:size])

    whole = sealed(b"words")
    cases: list[tuple[str, bytes, str, bytes, str]] = [
        ("empty", key, label, sealed(b""), "ok"),
        ("short", key, label, whole, "ok"),
        ("one block and a byte", key, label, sealed(bytes(65)), "ok"),
        ("another key", seed(12), label, whole, "forged"),
        ("another label", key, label + "s", whole, "forged"),
        ("salt altered", key, label, flip(whole, 0), "forged"),
        ("content altered", key, label, flip(whole, layer.SALT), "forged"),
        ("tag altered", key, label, flip(whole, len(whole) - 1), "forged"),
        ("cut off", key, label, whole[:-1], "forged"),
        ("one byte more", key, label, whole + b"\0", "forged"),
        ("salt only", key, label, whole[: layer.SALT], "forged"),
        ("nothing", key, label, b"", "forged"),
    ]
    plain = {"empty": b"", "short": b"words", "one block and a byte": bytes(65)}
    return {
        "cases": [
            {
                "name": name,
                "key": k.hex(),
                "label": use,
                "sealed": box.hex(),
                "expect": expect,
                **({"plaintext": plain[name].hex()} if expect == "ok" else {}),
            }
            for name, k, use, box, expect in cases
        ]
    }


def padding_vectors() -> Json:
    lengths = [0, 1, 4095, 4096, 4097, 5000, 8191, 8192, 8193, 100_000, 1 << 20, (1 << 20) + 1]
    lengths += [10**9, (1 << 32) - 1]
    cases: list[tuple[str, bytes, int, str]] = [
        ("empty", bytes(4), 4092, "ok"),
        ("short", b"\0\0\0\5words", 4087, "ok"),
        ("fills the floor", b"\0\0\x0f\xfc" + b"a" * 4092, 0, "ok"),
        ("over the floor", b"\0\0\x0f\xfd" + b"a" * 4093, 255, "ok"),
        ("a byte behind is not zero", b"\0\0\0\5words" + bytes(4086) + b"\1", 0, "malformed"),
        ("the byte right behind is not zero", b"\0\0\0\5wordsx", 4086, "malformed"),
        ("one byte short", b"\0\0\0\5words", 4086, "malformed"),
        ("one byte long", b"\0\0\0\5words", 4088, "malformed"),
        ("padded to the next step", b"\0\0\0\5words", 4087 + 128, "malformed"),
        ("length beyond the end", b"\0\0\x0f\xfdwords", 4087, "malformed"),
        ("length at its greatest", b"\xff\xff\xff\xffwords", 4087, "malformed"),
        ("no room for a length", b"\0\0\0", 0, "malformed"),
        ("nothing", b"", 0, "malformed"),
    ]
    return {
        "floor": padding.FLOOR,
        "lengths": [{"length": n, "padded": padding.padded_length(n)} for n in lengths],
        "cases": [
            {"name": name, "head": head.hex(), "zeros": zeros, "expect": expect}
            for name, head, zeros, expect in cases
        ],
    }


# The leaves of Certificate Transparency's own reference tests for RFC 6962.
REFERENCE_LEAVES = [
    bytes.fromhex(text)
    for text in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]


def merkle_vectors() -> Json:
    leaves = [merkle.leaf_hash(data) for data in REFERENCE_LEAVES]
    roots = [merkle.root(leaves[:size]) for size in range(len(leaves) + 1)]

    def proven(name: str, expect: str, **fields: Any) -> Json:
        return {"name": name, "expect": expect, **fields}

    def inclusion(index: int, size: int) -> Json:
        path = merkle.inclusion_proof(leaves[:size], index)
        return {
            "leaf": leaves[index].hex(),
            "index": index,
            "size": size,
            "path": [h.hex() for h in path],
            "root": roots[size].hex(),
        }

    def consistency(old: int, new: int) -> Json:
        path = merkle.consistency_proof(leaves[:new], old)
        return {
            "old_size": old,
            "new_size": new,
            "old_root": roots[old].hex(),
            "new_root": roots[new].hex(),
            "path": [h.hex() for h in path],
        }

    one, grown = inclusion(2, 7), consistency(3, 7)
    path, steps = one["path"], grown["path"]
    return {
        "leaves": [data.hex() for data in REFERENCE_LEAVES],
        "roots": [value.hex() for value in roots],
        "inclusion": [
            *(
                proven(f"leaf {i} of {n}", "ok", **inclusion(i, n))
                for i, n in [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (6, 7), (2, 7)]
            ),
            proven("another leaf", "forged", **{**one, "leaf": leaves[3].hex()}),
            proven("another index", "forged", **{**one, "index": 3}),
            proven("index outside", "forged", **{**one, "index": 7}),
            proven("index below", "forged", **{**one, "index": -1}),
            proven("another size", "forged", **{**one, "size": 3}),
            proven("another root", "forged", **{**one, "root": roots[6].hex()}),
            proven("path too short", "forged", **{**one, "path": path[:-1]}),
            proven("path too long", "forged", **{**one, "path": [*path, path[0]]}),
            proven("path swapped", "forged", **{**one, "path": path[::-1]}),
            proven("empty tree", "forged", **{**one, "size": 0, "index": 0, "path": []}),
            proven("short hash", "forged", **{**one, "path": [path[0][:-2], *path[1:]]}),
            proven(
                "a node's two children as one leaf",
                "forged",
                leaf=(leaves[0] + leaves[1]).hex(),
                index=0,
                size=2,
                path=[""],
                root=roots[2].hex(),
            ),
        ],
        "consistency": [
            *(
                proven(f"{old} to {new}", "ok", **consistency(old, new))
                for old, new in [(1, 1), (1, 8), (6, 8), (2, 5), (4, 8), (3, 7), (7, 8)]
            ),
            proven("another old root", "forged", **{**grown, "old_root": roots[2].hex()}),
            proven("another new root", "forged", **{**grown, "new_root": roots[6].hex()}),
            proven("a larger tree claimed", "forged", **{**consistency(3, 4), "new_size": 8}),
            proven("sizes swapped", "forged", **{**grown, "old_size": 7, "new_size": 3}),
            proven("empty older tree", "forged", **{**grown, "old_size": 0}),
            proven("path too short", "forged", **{**grown, "path": steps[:-1]}),
            proven("path too long", "forged", **{**grown, "path": [*steps, steps[0]]}),
            proven("no path", "forged", **{**grown, "path": []}),
            proven("path for one tree", "forged", **{**consistency(3, 3), "path": steps[:1]}),
            proven(
                "two roots for one size",
                "forged",
                **{**consistency(3, 3), "old_root": roots[4].hex()},
            ),
            proven("short hash", "forged", **{**grown, "path": [steps[0][:-2], *steps[1:]]}),
        ],
    }


MAKERS: dict[str, Callable[[], Json]] = {
    "age": age_vectors,
    "kdf": kdf_vectors,
    "layer": layer_vectors,
    "merkle": merkle_vectors,
    "padding": padding_vectors,
    "signing": signing_vectors,
}


def main() -> None:
    for name, make in MAKERS.items():
        text = json.dumps(make(), indent=1, ensure_ascii=True) + "\n"
        (FOLDER / f"{name}.json").write_text(text)


if __name__ == "__main__":
    main()
