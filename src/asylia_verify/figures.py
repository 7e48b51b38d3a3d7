"""The figures: every number is what the items that it names say, and every such item is counted.

``spec/bundle.md``, ``asylia/figures-snapshot/1``.  Each row is held against the fields that were
proven, so that no number in the file can say more than the bundle's own items do.
"""

from collections.abc import Mapping
from typing import Any

from asylia_verify.errors import WrongError
from asylia_verify.statement import NAME
from asylia_verify.strict import day, flag, many, message, optional, record, text, whole

FIGURES = "data/figures.json"
_NUMBER = optional(whole(0, 1 << 53))
_ROW = record(
    {
        "about": flag,
        "claims": many(NAME, 1),
        "event": text(),
        "lineage": text(),
        "max": _NUMBER,
        "min": _NUMBER,
        "part_of_a_total": flag,
        "perpetrator": text(),
        "running_total": flag,
        "words": text(),
    }
)
_ROWS = many(_ROW, 1)
_HIDDEN = "not_disclosed"


def check_figures(files: Mapping[str, bytes], proven: Mapping[str, Mapping[str, str]]) -> None:
    """Hold every row against ``proven``: each item's fields, name to value."""
    shape = record({"as_of": day, "figures": _by_property})
    parsed = message(files.get(FIGURES, b""), "asylia/figures-snapshot/1", shape, FIGURES)
    counted: list[str] = []
    for subject, rows in parsed["figures"].items():
        for row in rows:
            claims = row.pop("claims")
            for name in claims:
                if name not in proven:
                    raise WrongError("rests on an item that is not in the bundle", FIGURES)
                if not _counts(proven[name]) or (subject, row) != _said(proven[name]):
                    raise WrongError("says another number, or of another, than its items", FIGURES)
            counted += claims
    if sorted(counted) != sorted(name for name, fields in proven.items() if _counts(fields)):
        raise WrongError("leaves an item's number out, or has it twice", FIGURES)


def _by_property(value: Any) -> dict[str, Any]:
    rows = value if isinstance(value, dict) else {"": None}
    return {subject: _ROWS(one) for subject, one in rows.items()}


def _counts(fields: Mapping[str, str]) -> bool:
    ends = {"count_min", "count_max"} <= fields.keys()
    return "property" in fields and ("count" in fields or ends)


def _said(fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    row = {
        "about": fields.get("count_about") == "yes",
        "event": fields.get("event", _HIDDEN),
        "lineage": fields.get("lineage", _HIDDEN),
        "max": _end(fields.get("count_max")),
        "min": _end(fields.get("count_min")),
        "part_of_a_total": fields.get("part_of_a_total") == "yes",
        "perpetrator": fields.get("perpetrator", _HIDDEN),
        "running_total": fields.get("running_total") == "yes",
        "words": fields.get("words", fields.get("words_masked", _HIDDEN)),
    }
    return fields["property"], row


def _end(value: str | None) -> int | None:
    digits = value is not None and value.isascii() and value.isdigit() and len(value) <= 16
    return int(value or "") if digits else None
