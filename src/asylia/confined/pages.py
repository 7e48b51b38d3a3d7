"""A saved page as text: HTML by itself, or inside a WARC or WACZ archive.

Upholds: what is unpacked is counted as it comes out and bounded, whatever an archive says of its
own size; every digest that the archive itself states is checked, and those that do not hold are
counted.  Refuses: archives over the limits, under a password, or without the page that is wanted.
ISO 28500 (WARC), WACZ 1.1.1 (specs.webrecorder.net).
"""

import hashlib
import io
import json
import platform
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.metadata import version
from typing import Any

from bs4.dammit import UnicodeDammit
from warcio.archiveiterator import ArchiveIterator

from asylia.confined.failing import FailedError

MOST_UNPACKED = 256 << 20  # bytes out of one archive
MOST_PAGE = 16 << 20  # bytes of one page
MOST_RECORDS = 50_000
MOST_TEXT = 4 << 20  # characters
_BLOCKS = (
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
    "nav", "ol", "p", "pre", "section", "table", "td", "th", "title", "tr", "ul",
)  # fmt: skip
_NOT_SHOWN = ("script", "style", "template", "noscript", "iframe", "object", "svg")
_HTML = ("text/html", "application/xhtml+xml")


class Budget:
    """How many bytes may still be unpacked."""

    def __init__(self, left: int = MOST_UNPACKED) -> None:
        self._left = left

    def read(self, stream: Any, most: int | None = None) -> bytes:
        """All of a stream, counted; ``too_large`` over what is left, or over ``most``."""
        limit = self._left if most is None else min(most, self._left)
        out = bytearray()
        while some := stream.read(min(1 << 16, limit - len(out) + 1)):
            out += some
            if len(out) > limit:
                raise FailedError("too_large")
        self._left -= len(out)
        return bytes(out)


def read(content: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """``text``, ``by``, ``address``, ``on`` (a day), ``checked`` and ``broken`` (digests)."""
    kind, wanted = options["kind"], options.get("address", "")
    if kind == "html":
        found: dict[str, Any] = {"text": text_of(content, "")}
    elif kind == "warc":
        found = _from_warcs([io.BytesIO(content)], wanted, Budget())
    else:
        found = _from_wacz(content, wanted, Budget())
    if not found["text"]:
        raise FailedError("no_text")
    if len(found["text"]) > MOST_TEXT:
        raise FailedError("too_large")
    by = f"Python {platform.python_version()}" if kind == "html" else f"warcio {version('warcio')}"
    return {"by": by, "address": "", "on": "", "checked": 0, "broken": 0, **found}


def text_of(untrusted: bytes, charset: str) -> str:
    """The words of a page as a reader sees them, a line a block; no script runs."""
    if len(untrusted) > MOST_PAGE:
        raise FailedError("too_large")
    known = [charset] if charset else []
    markup = UnicodeDammit(untrusted, known_definite_encodings=known, is_html=True).unicode_markup
    if markup is None:
        raise FailedError("malformed")
    shown = _Shown()
    shown.feed(markup)
    shown.close()
    lines = (" ".join(line.split()) for line in "".join(shown.parts).split("\f"))
    return "\n".join(line for line in lines if line)


class _Shown(HTMLParser):
    """What a reader sees, in order; a form feed between blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _NOT_SHOWN
        if tag in _BLOCKS:
            self.parts.append("\f")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs  # it hides nothing: there is nothing in it
        if tag in _BLOCKS:
            self.parts.append("\f")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _NOT_SHOWN))
        if tag in _BLOCKS:
            self.parts.append("\f")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\f", " "))


def _from_warcs(streams: list[Any], wanted: str, budget: Budget) -> dict[str, Any]:
    """The page of the wanted address, or the first one; every record is read and checked."""
    found: dict[str, Any] | None = None
    checked = broken = seen = 0
    for stream in streams:
        for record in ArchiveIterator(stream, check_digests=True):
            seen += 1
            if seen > MOST_RECORDS:
                raise FailedError("too_large")
            body = budget.read(record.content_stream())
            budget.read(record.raw_stream)
            if record.raw_stream.limit > 0:
                raise FailedError("malformed")  # cut off: fewer bytes than it says of itself
            checker = record.digest_checker
            checked += checker.passed is not None
            broken += checker.passed is False
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            if found is None and _is_page(record) and (not wanted or _same(address, wanted)):
                when = record.rec_headers.get_header("WARC-Date") or ""
                found = {"text": text_of(body, _charset(record)), "address": address[:2000],
                         "on": when[:10]}  # fmt: skip
    if found is None:
        raise FailedError("other_address" if wanted else "no_page")
    return {**found, "checked": checked, "broken": broken}


def _is_page(record: Any) -> bool:
    if record.rec_type != "response" or record.http_headers is None:
        return False
    kind = (record.http_headers.get_header("Content-Type") or "").split(";")[0].strip().lower()
    return record.http_headers.get_statuscode() == "200" and kind in _HTML


def _charset(record: Any) -> str:
    kind = record.http_headers.get_header("Content-Type") or ""
    _, _, after = kind.lower().partition("charset=")
    return after.split(";")[0].strip(" \"'")


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(address: str) -> str:
    return address.partition("#")[0].rstrip("/").removeprefix("https://").removeprefix("http://")


def _from_wacz(content: bytes, wanted: str, budget: Budget) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MOST_RECORDS or sum(one.file_size for one in members) > MOST_UNPACKED:
            raise FailedError("too_large")
        if any(one.flag_bits & 0x1 for one in members):
            raise FailedError("encrypted")
        checked, broken = _resources(archive, budget)
        wanted = wanted or _main_page(archive, budget)
        warcs = [one for one in members if one.filename.endswith((".warc", ".warc.gz"))]
        unpacked = Budget()  # of the WARCs themselves; what they hold is counted apart
        streams = [io.BytesIO(_member(archive, one.filename, unpacked)) for one in warcs]
        found = _from_warcs(streams, wanted, budget)
    checked += found["checked"]
    return {**found, "checked": checked, "broken": broken + found["broken"]}


def _resources(archive: zipfile.ZipFile, budget: Budget) -> tuple[int, int]:
    """How many files ``datapackage.json`` gives a hash of, and how many have another."""
    package = json.loads(_member(archive, "datapackage.json", budget))
    hashes = {
        str(one["path"]): str(one["hash"])
        for one in package.get("resources", ())
        if str(one.get("hash", "")).startswith("sha256:")
    }
    reading = Budget()
    names = set(archive.namelist())
    broken = sum(
        name not in names
        or hashlib.sha256(_member(archive, name, reading)).hexdigest() != value[7:].lower()
        for name, value in hashes.items()
    )
    return len(hashes), broken


def _main_page(archive: zipfile.ZipFile, budget: Budget) -> str:
    """The first page that the one who saved it opened; empty where none is told."""
    if "pages/pages.jsonl" not in archive.namelist():
        return ""
    for one in _lines(_member(archive, "pages/pages.jsonl", budget)):
        if isinstance(one, dict) and isinstance(one.get("url"), str):
            return str(one["url"])
    return ""


def _lines(content: bytes) -> Iterator[Any]:
    for line in content.splitlines()[:MOST_RECORDS]:
        if line.strip():
            yield json.loads(line)


def _member(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytes:
    with archive.open(name) as stream:
        return budget.read(stream)
