"""Make spec/vectors/fields.json: run ``python -m tests.dossier.make_vectors``."""

import json
from base64 import b64encode
from pathlib import Path

import msgspec

from asylia.tlog import fields

SPEC = Path(__file__).parents[2] / "spec" / "vectors"
SEED = bytes(range(32))
VERSION = {
    "property": "detained",
    "value": "more than 100",
    "words": "«более ста человек» · Ӏаьржа",
}


def field_vectors() -> dict[str, object]:
    """Roots for seeds and versions; proofs that hold, and proofs broken in one way each."""
    tree = fields.tree(SEED, VERSION)
    other = fields.tree(bytes(32), {"property": "killed"})
    good = msgspec.to_builtins(tree.prove("value"))
    path = good["path"]
    unused = next(s for s in range(fields.SLOTS) if s not in tree.slots.values())
    last = "B" if good["salt"][0] != "B" else "C"
    broken = [
        ("another value", "forged", {"value": "more than 101"}),
        ("another name", "forged", {"name": "values"}),
        ("another slot", "forged", {"slot": good["slot"] ^ 1}),
        ("another salt", "forged", {"salt": last + good["salt"][1:]}),
        ("two siblings swapped", "forged", {"path": [path[1], path[0], *path[2:]]}),
        ("a path of four", "malformed", {"path": path[:4]}),
        ("a path of six", "malformed", {"path": [*path, path[0]]}),
        ("a slot out of range", "malformed", {"slot": fields.SLOTS}),
        ("an unused slot", "malformed", _unused(tree, unused)),
        ("a name in capitals", "malformed", {"name": "Value"}),
        ("a NUL in the value", "malformed", {"value": "more\0than"}),
        ("a short salt", "malformed", {"salt": b64encode(bytes(31)).decode()}),
        ("a key nobody knows", "malformed", {"colour": "red"}),
    ]
    cases = [{"name": "as it is", "expect": "ok", "proof": good}]
    cases += [{"name": n, "expect": e, "proof": {**good, **change}} for n, e, change in broken]
    return {
        "trees": [_tree(SEED, VERSION, tree), _tree(bytes(32), other.fields, other)],
        "root": tree.root.hex(),
        "proofs": cases,
    }


def _unused(tree: fields.FieldTree, slot: int) -> dict[str, object]:
    proof = fields.FieldTree({"": ""}, tree.salts, {"": slot}, tree.leaves).prove("")
    return dict(msgspec.to_builtins(proof))


def _tree(seed: bytes, version: object, tree: fields.FieldTree) -> dict[str, object]:
    return {
        "seed": seed.hex(),
        "fields": version,
        "slots": dict(tree.slots),
        "root": tree.root.hex(),
        "commitment_salt": fields.commitment_salt(seed).hex(),
        "name_in_bundle": fields.name_in_bundle(seed),
    }


def write(name: str, content: object) -> None:
    """One file, sorted and indented, for people to read too."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    (SPEC / name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    write("fields.json", field_vectors())
