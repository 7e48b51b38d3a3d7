"""Making a bundle anew after a change: what a forger, or a device gone bad, could do."""

from hashlib import sha256

import msgspec

from asylia.dossier import bag
from asylia.dossier.build import STATEMENT, _seal
from asylia.dossier.formats import DEVICE_USE, DossierStatement, FileFacts
from asylia.envelope.signed import SignedBytes
from asylia.wire import decode, encode


def payload(files):
    return {name: content for name, content in files.items() if name.startswith("data/")}


def rebag(files):
    """New manifests over what is there; the seal is left as it was."""
    return {**bag.bag(payload(files), "2026-11-22"), bag.SEAL: files[bag.SEAL]}


def resign(files, exporter, stampers, **changes):
    """Statement, stamps, manifests and seal made anew by this device over what is there."""
    old = decode(SignedBytes.parse(files[STATEMENT]).body, DossierStatement)
    kept = {
        name: content
        for name, content in payload(files).items()
        if name != STATEMENT and not name.startswith("data/stamps/")
    }
    facts = tuple(
        FileFacts(path=name, sha256=sha256(kept[name]).digest(), size=len(kept[name]))
        for name in sorted(kept)
    )
    said = {"files": facts, "stamps": len(stampers), **changes}
    body = encode(msgspec.structs.replace(old, **said))
    signed = SignedBytes(body, exporter.signer.sign(DEVICE_USE, body)).encode()
    stamps = {f"data/stamps/{n}.tsr": stamp(signed) for n, stamp in enumerate(stampers, 1)}
    whole = bag.bag({**kept, STATEMENT: signed, **stamps}, "2026-11-22")
    return {**whole, bag.SEAL: _seal(exporter.signer, whole[bag.TAG_MANIFEST])}
