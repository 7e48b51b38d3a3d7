"""What the PDF shows of exhibits: each with its hash, what it was made of, who quotes it, its log.

Upholds: every fact is a disclosed field of the bundle, or follows from two of them; what acts
unseen in a text is shown as a mark.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from asylia.dossier.exhibit import MEMBER, quoted_in
from asylia.dossier.formats import CustodyLine, CustodyLog, Disclosed
from asylia.dossier.pdf import Pair, grouped, tongue, words
from asylia.record.vocabulary import vocabulary
from asylia.visible import visible
from asylia.wire import decode

_DIGITS = 16  # of a hash, where the whole stands elsewhere on the page


def is_exhibit(item: Disclosed) -> bool:
    """Whether the item is an exhibit, not a claim."""
    return any(field.name == "custody" for field in item.fields)


def shown_exhibits(items: Iterable[Disclosed], carried: Collection[str]) -> list[dict[str, Any]]:
    """The data of the section, an original before its copies."""
    told = {one.name: {field.name: field.value for field in one.fields} for one in items}
    exhibits = {name: fields for name, fields in told.items() if "custody" in fields}
    by_hash = {fields["sha256"]: name for name, fields in exhibits.items()}
    quoting: dict[str, list[str]] = {}
    for name, fields in told.items():
        if digits := quoted_in(fields.get("locator", "")):
            quoting.setdefault(digits, []).append(name)
    ordered = sorted(exhibits, key=lambda name: _place(name, exhibits, by_hash))
    return [
        {
            "name": name,
            "description": visible(exhibits[name].get("description", "")),
            "whole": name in carried,
            "rows": list(_rows(exhibits[name], by_hash)),
            "quoted_by": sorted(quoting.get(exhibits[name]["sha256"][:_DIGITS], [])),
            "hash": grouped(bytes.fromhex(exhibits[name]["sha256"])),
            "custody": [_event(one, exhibits[name]["sha256"]) for one in _log(exhibits[name])],
        }
        for name in ordered
    ]


def _place(
    name: str, exhibits: Mapping[str, Mapping[str, str]], by_hash: Mapping[str, str]
) -> tuple[str, ...]:
    """Behind the original that it was made of, where that is here."""
    way = [name]
    while (above := by_hash.get(exhibits[way[0]].get("original_sha256", ""))) not in (None, *way):
        way.insert(0, str(above))
    return tuple(way)


def _rows(told: Mapping[str, str], by_hash: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    labels: Mapping[str, Pair] = words()["exhibit_fields"]
    yield {"label": labels["source_kind"], "pair": _term("source_kinds", told["source_kind"])}
    for name in ("media_type", "size", "taken_in"):
        yield {"label": labels[name], "value": visible(told[name]), "lang": "en"}
    if "derived_how" in told:
        yield {"label": labels["derived_how"], "pair": _term("derivations", told["derived_how"])}
        by = told["derived_by"]
        whom = {"pair": words()["plain"]["member"]} if by == MEMBER else {"value": visible(by)}
        yield {"label": labels["derived_by"], "lang": "en", **whom}
        original = by_hash.get(told["original_sha256"])
        yield {"label": labels["original"], "lang": "en", "value": original or
               f"SHA-256 {told['original_sha256'][:_DIGITS]}…"}  # fmt: skip


def _log(told: Mapping[str, str]) -> tuple[CustodyLine, ...]:
    return decode(told["custody"].encode(), CustodyLog).events


def _event(one: CustodyLine, sha256: str) -> dict[str, Any]:
    plain = words()["plain"]
    hands = [str(hand) for hand in (one.by, one.to) if hand]
    texts = [_text(text) for text in (one.purpose, one.place, one.condition) if text]
    return {
        "on": one.on,
        "what": _term("custody_actions", one.action),
        "hands": " → ".join(dict.fromkeys(hands)),
        "texts": texts,
        "before": None
        if one.sha256_before is None and one.sha256_after
        else _hash(one.sha256_before, sha256, plain),
        "after": _hash(one.sha256_after, sha256, plain),
    }


def _text(text: str) -> dict[str, Any]:
    """As somebody wrote it; how a copy was made is a term, and told in both languages."""
    if text in vocabulary("derivations"):
        return {"pair": _term("derivations", text)}
    return {"value": visible(text), "lang": tongue(text)}


def _hash(found: bytes | None, sha256: str, plain: Mapping[str, Pair]) -> dict[str, Any]:
    if found is None:
        return {"pair": plain["not_taken"]}
    return {"pair": plain["same" if found.hex() == sha256 else "other"]}


def _term(concept: str, term: str) -> Pair:
    known = vocabulary(concept)
    if term not in known:
        return dict.fromkeys(("en", "ru"), term)
    return {tongue: known.label(term, tongue) for tongue in ("en", "ru")}
