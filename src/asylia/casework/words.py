"""The words that an exhibit holds: read from a page or an image, typed beside a player, and quoted.

Upholds: a text that was read or typed is a derived copy beside its original, with who or what made
it; a file is looked into by a confined process alone; credentials are verified offline, kept, and
never added.  Refuses: text of a kind of file that nobody can read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from asylia.casework.exhibits import Made, derive, read, record_of
from asylia.casework.place import Place
from asylia.confined.run import run
from asylia.errors import MalformedError, NotFoundError, UsageError
from asylia.given import read_given_text
from asylia.record.check import check
from asylia.record.contents import Capture, Credentials, Exhibit
from asylia.record.mediatypes import kind_of
from asylia.record.reading import Record
from asylia.values import date_of

LONGEST_TRANSCRIPT = 400_000  # characters, as many as a form holds
LONGEST_LIST = 4 << 20  # bytes of a trust list
NO_CREDENTIALS = frozenset({"text/plain", "text/html", "application/octet-stream"})


@dataclass(frozen=True)
class Pages:
    """What was read of a saved page; digests that the archive itself states, and how many broke."""

    exhibit: str
    checked: int = 0
    broken: int = 0
    other_day: str = ""  # the archive's own, where it is not the one that was written down


@dataclass(frozen=True)
class TrustList:
    """Whose signatures under C2PA credentials are trusted: certificates as PEM, and its name."""

    name: str
    pem: bytes = field(repr=False)


def read_trust(path: Path) -> TrustList:
    """A file of certificates as PEM; its name is the file's."""
    pem = read_given_text(path, what="the trust list", most=LONGEST_LIST)
    if not pem.isascii() or "-----BEGIN CERTIFICATE-----" not in pem:
        raise MalformedError(
            "the trust list holds no certificate", hint="Certificates as PEM, one after another."
        )
    return TrustList(path.name[:500], pem.encode())


def read_words(place: Place, exhibit: Exhibit, languages: Sequence[str]) -> Pages:
    """Read an exhibit's text and keep it as a derived copy; ``languages`` are for images alone."""
    content = read(place, exhibit)
    kind = kind_of(content)
    if kind.reads == "ocr":
        if not languages:
            raise UsageError("Say in which language the words are.", hint="Nothing was saved.")
        found = run("ocr", content, {"languages": list(languages)})
        made = Made("ocr", found["by"], "+".join(languages))
        return Pages(derive(place, exhibit, _encoded(found["text"]), made))
    if kind.reads in ("", "text"):
        raise UsageError("There is no text to be read from this kind of file.")
    capture = capture_of(place.record(), exhibit)
    address = capture.address if capture and kind.reads in ("warc", "wacz") else ""
    found = run("page", content, {"kind": kind.reads, "address": address})
    copy = derive(place, exhibit, _encoded(found["text"]), Made("page_text", found["by"]))
    on = str(found.get("on", ""))
    differs = bool(capture and on and on != date_of(capture.on).isoformat())
    return Pages(
        copy, int(found.get("checked", 0)), int(found.get("broken", 0)), on if differs else ""
    )


def transcribe(place: Place, exhibit: Exhibit, text: str, by: str, language: str) -> str:
    """Keep what was typed beside the player; returns the copy's id."""
    if not text.strip():
        raise UsageError("Nothing was typed.", hint="Nothing was saved.")
    if len(text) > LONGEST_TRANSCRIPT:
        raise UsageError("This transcript is too long.", hint="Save it in two.")
    return derive(place, exhibit, text.encode(), Made("transcript", by, language))


def check_credentials(place: Place, exhibit: Exhibit, trust: TrustList | None) -> Credentials:
    """Verify the C2PA credentials that came inside a file, and enter what was found."""
    content = read(place, exhibit)
    media_type = kind_of(content).media_type
    if media_type in NO_CREDENTIALS:
        raise UsageError("This kind of file carries no credentials.")
    beside = trust.pem if trust else b""
    found = run("credentials", content, {"media_type": media_type}, beside=beside)
    told = Credentials(
        id=place.randomness(16).hex(),
        exhibit=exhibit.id,
        state=found["state"],
        on=place.today,
        by=found["by"],
        signed_by=found.get("signed_by", ""),
        signed_on=found.get("signed_on", ""),
        made_with=found.get("made_with", ""),
        failures=tuple(found.get("failures", ())),
        trust_list=trust.name if trust else "",
        trust_list_sha256=sha256(trust.pem).digest() if trust else None,
    )
    check(told)
    place.append(record_of(place.record(), place, exhibit), told)
    return told


def capture_of(record: Record, exhibit: Exhibit) -> Capture | None:
    """Where and when a page was saved, if the exhibit is one."""
    return next((one for one in record.all(Capture) if one.exhibit == exhibit.id), None)


def text_of(place: Place, exhibit: Exhibit) -> str:
    """The words of a text; ``NotFoundError`` for anything else."""
    content = read(place, exhibit)
    if kind_of(content).reads != "text":
        raise NotFoundError("This is no text.", hint="Have its text read first.")
    return content.decode()


def _encoded(text: str) -> bytes:
    """Plain text, so that it is known for one by its bytes."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t").encode()
