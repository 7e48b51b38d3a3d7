"""Building a bundle: one function for desk, command line and demo.

Upholds: what leaves is computed from consent; all or nothing is written; the statement is the same
bytes for the same selection, evidence, root and day.  Refuses whatever selection refuses, a signer
that the root did not certify, and a stamp that does not hold.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from asylia.crypto.signing import SigningKey, VerifyingKey
from asylia.dossier import bag
from asylia.dossier.arrival import Shown, show
from asylia.dossier.disclosure import LogEvidence, consent_statement, day_text, disclose
from asylia.dossier.estimate import Kept, files_of
from asylia.dossier.exhibit import Carried, check_quotes
from asylia.dossier.formats import (
    DEVICE_USE,
    SEAL_USE,
    Disclosed,
    DossierRoot,
    DossierSeal,
    DossierStatement,
    FileFacts,
)
from asylia.dossier.pages import pages
from asylia.dossier.pdf import method_note, render
from asylia.dossier.selection import Selection
from asylia.dossier.snapshot import snapshot
from asylia.dossier.stamp import Stamper
from asylia.envelope.authority import verify_certificate
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, RefusedError
from asylia.values import Clock, date_of, day_of, system_clock
from asylia.wire import encode

STATEMENT = "data/statement.signed"
Announce = Callable[[bytes, Mapping[str, str]], None]


@dataclass(frozen=True)
class Exporter:
    """The device that signs: its key (a pair), its certificate as signed bytes, the team's root."""

    signer: SigningKey
    certificate: bytes
    root: VerifyingKey


@dataclass(frozen=True)
class BuiltBundle:
    """Where the bundle lies, SHA-256 of its statement file, each item's name in it."""

    path: Path
    statement_sha256: bytes
    names: dict[str, str]


def build(
    selection: Selection,
    evidence: LogEvidence,
    exporter: Exporter,
    stampers: Sequence[Stamper],
    out: Path,
    announce: Announce,
    *,
    held: Carried | None = None,
    estimates: Sequence[Kept] = (),
    clock: Clock = system_clock,
) -> BuiltBundle:
    """Write the bundle into the new folder ``out``; ``held``: the bytes of its exhibits.

    ``estimates`` may leave: ``estimate_leaving`` asked.

    ``announce`` is called with SHA-256 of the statement and the items' names before anything is
    written: whoever withdraws later must be able to know what went out.

    Raises ``RefusedError``, ``ForgedError``, ``UnavailableError`` (stamp service, disk) or
    ``ConflictError`` (``out`` exists); then nothing was written.
    """
    today = day_of(clock())
    if today != selection.on:
        raise RefusedError(
            "consent was looked up on another day than today", hint="Select the items anew."
        )
    held = held or Carried()
    if set(held.contents) != {one.item for one in selection.files}:
        raise RefusedError("the bytes of an exhibit are not those of the selection")
    _check_exporter(exporter, today)
    checkpoint = evidence.checkpoint
    items = {
        one.item: disclose(one, evidence.leaves[one.item], checkpoint) for one in selection.items
    }
    arrived = {one.item: show(evidence.arrivals[one.item], checkpoint) for one in selection.reports}
    check_quotes({i: {f.name: f.value for f in one.fields} for i, one in items.items()}, held)
    files = _files(selection, items, arrived, evidence, exporter, estimates)
    files |= files_of(estimates)
    names = _names(items, arrived)
    files |= held.files(names)
    signed = _statement(selection, files, items, arrived, exporter, len(stampers), held)
    files[STATEMENT] = signed
    for number, stamp in enumerate(stampers, 1):
        files[f"data/stamps/{number}.tsr"] = stamp(signed)
    whole = bag.bag(files, date_of(today).isoformat())
    whole[bag.SEAL] = _seal(exporter.signer, whole[bag.TAG_MANIFEST])
    digest = sha256(signed).digest()
    announce(digest, names)
    bag.write(whole, out)
    return BuiltBundle(out, digest, names)


def _check_exporter(exporter: Exporter, today: int) -> None:
    certificate = verify_certificate(exporter.certificate, exporter.root)
    if certificate.device != exporter.signer.public or certificate.not_before > today:
        raise ForgedError("the certificate is not this device's, or does not hold yet")


def _names(items: dict[str, Disclosed], arrived: dict[str, Shown]) -> dict[str, str]:
    found = {item: one.name for item, one in items.items()}
    return found | {item: one.name for item, one in arrived.items()}


def _files(
    selection: Selection,
    items: dict[str, Disclosed],
    arrived: dict[str, Shown],
    evidence: LogEvidence,
    exporter: Exporter,
    estimates: Sequence[Kept],
) -> dict[str, bytes]:
    made_on = date_of(selection.on)
    ordered = [items[one.item] for one in selection.items]
    consent = consent_statement(selection, _names(items, arrived))
    figures = snapshot(ordered, made_on.isoformat())
    root_hash = exporter.root.fingerprint
    whole = [(one.name, one.statement) for one in arrived.values()]
    shown = pages(
        ordered,
        whole,
        consent,
        figures,
        evidence.checkpoint,
        root_hash,
        made_on.isoformat(),
        {items[one.item].name for one in selection.files},
    )
    if estimates:
        from asylia.dossier.several_pages import shown_estimates  # noqa: PLC0415 - arrays

        shown["estimates"] = shown_estimates(estimates)
    return {
        "data/certificates/device.cert": exporter.certificate,
        "data/certificates/root.json": encode(DossierRoot(root=exporter.root)),
        "data/consent.json": encode(consent),
        "data/dossier.pdf": render(shown, made_on),
        "data/figures.json": encode(figures),
        "data/log/checkpoint.txt": evidence.note,
        "data/method.txt": method_note(),
        **{f"data/items/{one.name}.json": encode(one) for one in ordered},
        **{path: content for one in arrived.values() for path, content in one.files.items()},
    }


def _statement(
    selection: Selection,
    files: dict[str, bytes],
    items: dict[str, Disclosed],
    arrived: dict[str, Shown],
    exporter: Exporter,
    stamps: int,
    held: Carried,
) -> bytes:
    facts = (
        FileFacts(path=name, sha256=sha256(files[name]).digest(), size=len(files[name]))
        for name in sorted(files)
    )
    statement = DossierStatement(
        arrivals=tuple(sorted(one.name for one in arrived.values())),
        consent_until=day_text(selection.until),
        exhibits=held.names(_names(items, arrived)),
        files=tuple(facts),
        items=tuple(sorted(one.name for one in items.values())),
        made_on=date_of(selection.on).isoformat(),
        purpose=selection.purpose,
        recipient=selection.name,
        root_hash=exporter.root.fingerprint,
        signer=exporter.signer.public.fingerprint,
        stamps=stamps,
    )
    body = encode(statement)
    return SignedBytes(body, exporter.signer.sign(DEVICE_USE, body)).encode()


def _seal(signer: SigningKey, tag_manifest: bytes) -> bytes:
    """Ed25519 alone: the last signature must leave no byte that an old openssl can't check."""
    alone = SigningKey(signer.seed, "ed25519")
    (signature,) = alone.sign(SEAL_USE, tag_manifest)
    return encode(DossierSeal(signature=signature.signature))
