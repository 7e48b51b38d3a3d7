"""What a file is, by its own bytes and nothing else.

Upholds: neither a name nor a type that came with it decides how a file is read or shown.  Refuses
to guess: what is not known is ``application/octet-stream``, kept like everything else, shown never.
"""

from dataclasses import dataclass
from typing import Literal
from unicodedata import category

Shows = Literal["image", "audio", "video", "text", "nothing"]
Reads = Literal["", "html", "warc", "wacz", "pdf", "ocr", "text"]


@dataclass(frozen=True)
class Kind:
    """``shows``: how a browser may show it; ``reads``: how its words can be read."""

    media_type: str
    shows: Shows = "nothing"
    reads: Reads = ""


OTHER = Kind("application/octet-stream")
TEXT = Kind("text/plain", "text", "text")
HTML = Kind("text/html", reads="html")
_MAGIC: tuple[tuple[bytes, int, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, Kind("image/png", "image", "ocr")),
    (b"\xff\xd8\xff", 0, Kind("image/jpeg", "image", "ocr")),
    (b"GIF87a", 0, Kind("image/gif", "image", "ocr")),
    (b"GIF89a", 0, Kind("image/gif", "image", "ocr")),
    (b"WEBP", 8, Kind("image/webp", "image", "ocr")),
    (b"II*\x00", 0, Kind("image/tiff", reads="ocr")),
    (b"MM\x00*", 0, Kind("image/tiff", reads="ocr")),
    (b"%PDF-", 0, Kind("application/pdf", reads="pdf")),
    (b"ftypM4A", 4, Kind("audio/mp4", "audio")),
    (b"ftypqt", 4, Kind("video/quicktime", "video")),
    (b"ftyp", 4, Kind("video/mp4", "video")),
    (b"\x1aE\xdf\xa3", 0, Kind("video/webm", "video")),
    (b"OggS", 0, Kind("audio/ogg", "audio")),
    (b"fLaC", 0, Kind("audio/flac", "audio")),
    (b"ID3", 0, Kind("audio/mpeg", "audio")),
    (b"\xff\xfb", 0, Kind("audio/mpeg", "audio")),
    (b"\xff\xf3", 0, Kind("audio/mpeg", "audio")),
    (b"WAVE", 8, Kind("audio/wav", "audio")),
    (b"WARC/1.", 0, Kind("application/warc", reads="warc")),
    (b"\x1f\x8b", 0, Kind("application/warc+gzip", reads="warc")),
)
_ZIP, _WACZ = b"PK\x03\x04", b"datapackage.json"
_PAGE = (b"<!doctype html", b"<html", b"<head", b"<?xml", b"<!--")
_BEGINNING = 1 << 10
_UNSEEN = frozenset({"Cf", "Zl", "Zp", "Zs"})  # in words; a desk shows them as marks


def kind_of(content: bytes) -> Kind:
    """Look at the bytes."""
    for magic, at, kind in _MAGIC:
        if content[at : at + len(magic)] == magic:
            return kind
    if content.startswith(_ZIP):
        return Kind("application/wacz", reads="wacz") if _WACZ in content else OTHER
    beginning = content[:_BEGINNING].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if beginning.startswith(_PAGE):
        return HTML
    try:
        words = content.decode()
    except UnicodeDecodeError:
        return OTHER
    plain = all(c.isprintable() or c in "\n\r\t" or category(c) in _UNSEEN for c in words)
    return TEXT if plain and words else OTHER
