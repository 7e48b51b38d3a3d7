"""What FollowTheMoney calls things: schemata for our kinds, languages, dates, ids of entities.

Upholds: a date is never made more exact than it is; what FollowTheMoney has no form for is left to
the notes of the entity, which hold every field.  Source: the schemata of ``followthemoney`` 4.
"""

import re
from collections.abc import Mapping

from asylia.errors import MalformedError
from asylia.record import contents as c
from asylia.record.edtf_dates import is_edtf, span
from asylia.values import date_of

DOCUMENTS: Mapping[str, str] = {  # source_kinds -> schema; everything else is a Document
    "article": "Article",
    "web_page": "HyperText",
    "broadcast": "Video",
    "video": "Video",
    "audio": "Audio",
    "photograph": "Image",
}
SOURCE_KINDS: Mapping[str, str] = {  # and back, for files of others
    "Article": "article",
    "HyperText": "web_page",
    "Video": "video",
    "Audio": "audio",
    "Image": "photograph",
    "Document": "document",
    "Pages": "document",
    "PlainText": "document",
    "Workbook": "document",
    "Table": "document",
}
_PUBLIC = frozenset({"public_body", "state", "court", "police", "security_service", "military",
                     "prison", "unit"})  # fmt: skip
SCHEMATA: Mapping[type[c.Content], str] = {
    c.Claim: "Note",
    c.Translation: "Note",
    c.Event: "Event",
    c.Act: "Event",
    c.Statement: "Event",
    c.Demand: "Event",
    c.Response: "Event",
    c.Group: "LegalEntity",
    c.Official: "Person",
    c.Site: "RealEstate",
    c.Place: "Address",
    c.Exhibit: "Document",
    c.Custody: "Note",
}
LANGUAGES: Mapping[str, str] = {  # ISO 639-1 -> 639-3
    "en": "eng", "ru": "rus", "fr": "fra", "tr": "tur", "de": "deu", "uk": "ukr", "ce": "che",
    "es": "spa", "ar": "ara", "it": "ita", "nl": "nld", "pl": "pol", "ka": "kat", "be": "bel",
    "kk": "kaz", "az": "aze", "hy": "hye", "fa": "fas", "zh": "zho", "pt": "por",
}  # fmt: skip
_BACK = {three: two for two, three in LANGUAGES.items()}
_PREFIX = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def schema_of(kind: type[c.Content], term: str) -> str:
    """The schema for a content of this kind; ``term``: its own kind, if it has one."""
    if kind is c.Source:
        return DOCUMENTS.get(term, "Document")
    if kind is c.Organisation:
        return "PublicBody" if term in _PUBLIC else "Organization"
    return SCHEMATA[kind]


def language_back(untrusted: str) -> str:
    """Two letters where we know them; as it came otherwise."""
    return _BACK.get(untrusted, untrusted)


def dates(edtf: str) -> tuple[str, str]:
    """First and last as FollowTheMoney writes dates; empty where open; the same: one date."""
    if _PREFIX.fullmatch(edtf):
        return edtf, edtf
    try:
        found = span(edtf)
    except MalformedError:
        return "", ""
    first, last = found.first, found.last
    return (
        date_of(first).isoformat() if first is not None else "",
        date_of(last).isoformat() if last is not None else "",
    )


def edtf(untrusted_date: str) -> str:
    """A date of FollowTheMoney as EDTF: the day, without a time; empty where it is none."""
    day = untrusted_date.partition("T")[0].partition(" ")[0]
    return day if is_edtf(day) else ""


def entity_id(content_id: str) -> str:
    """An id that entities may have: letters, digits, dots and hyphens, the last no sign."""
    plain = content_id.replace("_", "-")
    return plain if plain[-1].isalnum() else f"{plain}0"


def dataset(content_id: str) -> str:
    """A name that a dataset may have: small letters, digits, single underscores."""
    return re.sub(r"[^a-z0-9]+", "_", content_id.lower()).strip("_") or "source"
