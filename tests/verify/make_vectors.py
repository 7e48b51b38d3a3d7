"""Make spec/vectors/bundle.json: run ``python -m tests.verify.make_vectors``.

Signatures by ML-DSA-44 and stamps differ each time, so a test checks what the file says, not that
it is made again alike.
"""

import json
import tempfile
from base64 import b64encode
from pathlib import Path

from msgspec import structs
from tests.dossier import exhibits
from tests.dossier.remake import rebag, resign
from tests.dossier.reports import Reported, taken_in
from tests.dossier.world import NOW, World, service, stamps_in

from asylia.dossier.formats import ArrivalProof
from asylia.wire import decode, encode
from asylia_verify.opening import open_bundle

TARGET = Path(__file__).parents[2] / "spec" / "vectors" / "bundle.json"
PDF = "data/dossier.pdf"
ITEMS = ("c-one", "c-denial", "x-photo", "x-masked", "x-page", "x-text", "c-quote")
EXHIBITS = exhibits.CONTENTS


def shown(files):
    return {name: b64encode(content).decode() for name, content in sorted(files.items())}


def difference(files, changed):
    put = {name: content for name, content in changed.items() if files.get(name) != content}
    return {"drop": sorted(set(files) - set(changed)), "put": shown(put)}


def flip(files, name, at):
    content = bytearray(files[name])
    content[at] ^= 1
    return {**files, name: bytes(content)}


def cases(files, world, stampers):
    item, other = sorted(name for name in files if name.startswith("data/items/"))[:2]
    swapped = {**files, item: files[other], other: files[item]}
    dropped = {name: content for name, content in files.items() if name != "data/method.txt"}
    lines = files["data/log/checkpoint.txt"].decode().splitlines(True)
    unseen = "".join(line for line in lines if "witness" not in line).encode()
    alone = {**files, "data/log/checkpoint.txt": unseen}
    other_team = World(1)
    forged = {**files, "data/certificates/device.cert": other_team.exporter.certificate}
    signer = other_team.device.public.fingerprint
    yield "as it is", files, "valid", ""
    yield "a byte of an item", flip(files, item, 99), "wrong", item
    yield "a byte of an item, new manifests", rebag(flip(files, item, 99)), "wrong", item
    yield (
        "a byte of the stamp, new manifests",
        rebag(flip(files, "data/stamps/1.tsr", 20)),
        ("wrong"),
        "seal.json",
    )
    yield "a file dropped", dropped, "wrong", "data/method.txt"
    yield "a file added, new manifests", rebag({**files, "data/x.txt": b"x"}), "wrong", "data/x.txt"
    yield "two items swapped, signed anew", resign(swapped, world.exporter, stampers), "wrong", item
    yield from arrival_cases(files, world, stampers)
    yield from exhibit_cases(files, world, stampers)
    yield (
        "no witness, signed anew",
        resign(alone, world.exporter, stampers),
        ("wrong"),
        "data/log/checkpoint.txt",
    )
    yield (
        "signed whole by another team's device",
        (resign(forged, other_team.exporter, stampers, signer=signer)),
        "wrong",
        "data/certificates/device.cert",
    )


def arrival_cases(files, world, stampers):
    (folder,) = {name.rpartition("/")[0] for name in files if name.startswith("data/arrivals/")}
    sealed, proof, words = (
        f"{folder}/{name}" for name in ("statement.age", "proof.json", "statement.json")
    )

    def said(**changes):
        old = decode(files[proof], ArrivalProof)
        return {**files, proof: encode(structs.replace(old, **changes))}

    leaf = decode(files[proof], ArrivalProof).leaf
    moved = said(leaf=structs.replace(leaf, index=leaf.index ^ 1))
    salted = said(leaf=structs.replace(leaf, salt=bytes(32)))
    unread = {name: content for name, content in files.items() if name != words}
    for name, changed, wrong in (
        ("a byte of a whole statement", flip(files, sealed, 3000), sealed),
        ("another file key", said(file_key=bytes(16)), sealed),
        ("another control", said(control_sha256=bytes(32)), sealed),
        ("another salt of an arrival", salted, proof),
        ("another place of an arrival", moved, proof),
        ("other words beside the statement", flip(files, words, -3), words),
        ("no words beside the statement", unread, words),
    ):
        yield f"{name}, signed anew", resign(changed, world.exporter, stampers), "wrong", wrong


def exhibit_cases(files, world, stampers):
    held = {content: name for name, content in files.items() if name.endswith("/content")}
    photo, masked = held[exhibits.PHOTO], held[exhibits.MASKED]
    item = f"data/items/{photo.split('/')[2]}.json"
    dropped = {name: content for name, content in files.items() if name != photo}
    swapped = {**files, photo: files[masked], masked: files[photo]}
    stranger = "data/exhibits/0000000000/content"
    for name, changed, wrong in (
        ("a byte of an exhibit", flip(files, photo, 99), photo),
        ("an exhibit dropped", dropped, photo.removesuffix("/content")),
        ("two exhibits swapped", swapped, min(photo, masked)),
        ("an exhibit that nobody named", {**files, stranger: b"x"}, stranger[:-8]),
        ("a custody line altered", {**files, item: files[item].replace(b"town", b"city")}, item),
        ("custody reordered", {**files, item: reordered(files[item])}, item),
    ):
        yield f"{name}, signed anew", resign(changed, world.exporter, stampers), "wrong", wrong


def reordered(item):
    """The item with the second and third event of its log in the other order."""
    head, _, body = item.partition(b"\n")
    told = json.loads(body)
    (log,) = [one for one in told["fields"] if one["name"] == "custody"]
    label, _, events = log["value"].partition("\n")
    first, second, third = json.loads(events)["events"]
    log["value"] = f"{label}\n{compact({'events': [first, third, second]})}"
    return head + b"\n" + compact(told).encode()


def compact(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def main():
    world = World()
    reported = Reported(taken_in(world))
    with tempfile.TemporaryDirectory() as scratch, stamps_in(Path(scratch) / "tsa") as authority:
        stampers = [service(authority)]
        reported.build(world, authority, Path(scratch) / "bundle", *ITEMS, of=EXHIBITS)
        files = open_bundle(Path(scratch) / "bundle")
        # The checker reads no PDF; a short one keeps this file readable.
        files = resign({**files, PDF: b"%PDF-1.7\n%%EOF\n"}, world.exporter, stampers)
        made = [
            {"name": name, "expect": expect, "names": names, **difference(files, changed)}
            for name, changed, expect, names in cases(files, world, stampers)
        ]
        policy = world.policy(authority).decode()
        whole = {"cases": made, "files": shown(files), "now": NOW.isoformat(), "policy": policy}
    TARGET.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
