"""Exhibits for a bundle: an invented photograph, its masked copy, a saved page and its text."""

from hashlib import sha256

from tests.dossier.world import NOW, TODAY, World, clock, consent, public, record, service

from asylia.dossier.build import build
from asylia.dossier.exhibit import carried
from asylia.dossier.naming import pseudonyms
from asylia.dossier.selection import select
from asylia.record import pieces
from asylia.record.contents import (
    Capture,
    Claim,
    Concerned,
    Custody,
    Derived,
    Exhibit,
    ExhibitLook,
    Source,
)
from asylia.values import Day

PHOTO = b"\x89PNG an invented photograph of a scar and of a window " * 20
MASKED = b"\x89PNG an invented photograph of a scar alone " * 20
PAGE = b"<p>An invented article.</p><p>More than 100 were detained.</p>"
TEXT = b"An invented article.\nMore than 100 were detained.\n"
SPEAKER = (Concerned(person="p-one", role="speaker"),)
ALL = ("x-photo", "x-masked", "x-page", "x-text", "c-quote", "c-press")


def exhibit(name: str, content: bytes, **changes: object) -> Exhibit:
    told = {
        "id": name,
        "kind": "photograph",
        "description": "an invented photograph",
        "media_type": "image/png",
        "size": len(content),
        "sha256": sha256(content).digest(),
        "report": "t-1",
        "persons": SPEAKER,
    }
    return Exhibit(**{**told, **changes})


def event(name: str, content: bytes | None, **changes: object) -> Custody:
    digest = sha256(content).digest() if content else None
    told = {
        "id": f"v-{name}",
        "item": name,
        "action": "taken_in",
        "by": "the sender",
        "to": "Heron",
        "on": Day(TODAY - 9),
        "purpose": "safe keeping",
        "sha256_after": digest,
    }
    return Custody(**{**told, **changes})


def look(name: str, **changes: object) -> ExhibitLook:
    told = {"id": f"l-{name}", "exhibit": name, "others": "none", "by": "Heron", "on": Day(TODAY)}
    return ExhibitLook(**{**told, **changes})


def handed(number: int, by: str, to: str, **changes: object) -> Custody:
    told = {"by": by, "to": to, "action": "handed_over", "purpose": "examination"}
    given = {"id": f"v-{number}", "on": Day(TODAY - 9 + number), "place": "Example town"}
    digest = {"sha256_before": sha256(PHOTO).digest()}
    return event("x-photo", PHOTO, **{**told, **given, **digest, **changes})


PUBLIC = {"persons": (), "report": "", "kind": "web_page", "description": "An invented article"}
QUOTED = "More than 100 were detained."
AT = TEXT.decode().index(QUOTED) + 1
CONTENTS = (
    exhibit("x-photo", PHOTO),
    exhibit("x-masked", MASKED),
    exhibit("x-page", PAGE, media_type="text/html", **PUBLIC),
    exhibit("x-text", TEXT, media_type="text/plain", **PUBLIC),
    event("x-photo", PHOTO),
    handed(1, "Heron", "Stork"),
    handed(2, "Stork", "Heron", action="returned", condition="as it was"),
    event("x-masked", MASKED, by="Heron"),
    event("x-page", PAGE),
    event("x-text", TEXT, by="reader 1.0", to="reader 1.0"),
    *(look(name) for name in ("x-photo", "x-masked", "x-page", "x-text")),
    Derived(id="d-masked", exhibit="x-masked", original="x-photo", how="redaction", by="Heron"),
    Derived(id="d-text", exhibit="x-text", original="x-page", how="page_text", by="reader 1.0"),
    Capture(id="y-page", exhibit="x-page", address="https://example.org/", on=Day(1), by="Heron"),
    Capture(id="y-text", exhibit="x-text", address="https://example.org/", on=Day(1), by="Heron"),
    Source(
        id="s-page", kind="web_page", title="An invented article", language="en",
        said_on="2026-11", exhibit="x-page",
    ),
    public(
        "c-quote", source="s-page", words=QUOTED,
        locator=f"text {sha256(TEXT).hexdigest()[:16]}, characters {AT}-{AT + len(QUOTED) - 1}",
    ),
    consent("k-x", items=("x-photo", "x-masked")),
)  # fmt: skip
PIECES = tuple(piece for one in (PHOTO, MASKED, PAGE, TEXT) for piece in pieces.cut(one))


def without(*names: str, more: tuple[object, ...] = ()) -> object:
    """The record with these contents left out and others put in."""
    kept = [one for one in CONTENTS if one.id not in names]
    return record(*kept, *more)


def selected(*items: str, of: object = None, records_only: tuple[str, ...] = ()):
    known = of or without()
    return select(known, "inquiry", "r-inquiry", items or ALL, TODAY, records_only)


def bundle(world: World, authority, out, *items: str, records_only: tuple[str, ...] = ()):
    selection = selected(*items, records_only=records_only)
    entries = [(b"one", one) for one in PIECES]
    held = carried(selection.files, entries, pseudonyms(without()))
    return build(
        selection, world.evidence(selection), world.exporter, [service(authority)], out,
        lambda sha256, names: None, held=held, clock=clock,
    )  # fmt: skip


__all__ = ["NOW", "Claim", "bundle", "selected", "without"]
