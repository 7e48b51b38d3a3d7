"""What the disclosed items say in numbers: only from the fields that leave, never from the record.

Upholds: a row is one teller's number in one claim, or several that say the same; nothing is added
up.  A number that rests on an undisclosed field is not there.
"""

from collections.abc import Iterable
from typing import Any

from asylia.dossier.formats import Disclosed, FiguresSnapshot
from asylia.dossier.wording import MASKED, YES

_SAME = (
    "words",
    "property",
    "count",
    "count_min",
    "count_max",
    "count_about",
    "lineage",
    "perpetrator",
    "event",
    "part_of_a_total",
    "running_total",
)
_ENDS = ("count_min", "count_max")
NOT_DISCLOSED = "not_disclosed"


def snapshot(items: Iterable[Disclosed], as_of: str) -> FiguresSnapshot:
    """Rows by property: see ``spec/bundle.md``."""
    rows: dict[tuple[str | None, ...], dict[str, Any]] = {}
    for item in items:
        told = {field.name: field.value for field in item.fields}
        if "property" in told and ("count" in told or all(end in told for end in _ENDS)):
            key = tuple(told.get(name) for name in _SAME)
            row = rows.setdefault(key, _row(told))
            row["claims"] = sorted([*row["claims"], item.name])
    figures: dict[str, list[dict[str, Any]]] = {}
    for row in rows.values():
        figures.setdefault(row.pop("property"), []).append(row)
    ordered = {name: sorted(figures[name], key=_order) for name in sorted(figures)}
    return FiguresSnapshot(as_of=as_of, figures=ordered)


def _row(told: dict[str, str]) -> dict[str, Any]:
    return {
        "about": told.get("count_about") == YES,
        "claims": [],
        "event": told.get("event", NOT_DISCLOSED),
        "lineage": told.get("lineage", NOT_DISCLOSED),
        "part_of_a_total": told.get("part_of_a_total") == YES,
        "running_total": told.get("running_total") == YES,
        "max": _end(told.get("count_max")),
        "min": _end(told.get("count_min")),
        "perpetrator": told.get("perpetrator", NOT_DISCLOSED),
        "property": told["property"],
        "words": told.get("words", told.get(f"words{MASKED}", NOT_DISCLOSED)),
    }


def _end(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _order(row: dict[str, Any]) -> tuple[str, int, list[str]]:
    return row["lineage"], row["min"] or 0, row["claims"]
