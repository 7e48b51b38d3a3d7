"""Submissions of KoBo or ODK, as a table: a column for each question, a row for each submission.

Upholds: a group's questions are `group/question`; with `rows: group/repeat` the entries of a repeat
are the rows, each with the questions around it.  What the form keeps about itself, and every other
repeat, is lost and said; where somebody stood and with which device is never kept.
"""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from asylia.errors import MalformedError, Sentence
from asylia.exchange import never
from asylia.exchange.json_items import objects
from asylia.exchange.report import Report, shown
from asylia.exchange.table import MOST_COLUMNS, Header

_KEPT = frozenset({"_id", "_submission_time"})
_LONGEST = 500
_OWN = ("_", "meta/", "formhub/", "@")  # what forms keep about themselves


def read(file: BinaryIO, report: Report, rows: str = "") -> Header:
    """Columns and rows; ``MalformedError``."""
    names: dict[str, None] = {}
    lost: dict[str, None] = {}
    for _, flat in _flat(file, rows, lost):
        names.update(dict.fromkeys(flat))
        if len(names) > MOST_COLUMNS:
            raise MalformedError(f"more than {MOST_COLUMNS} questions")
    file.seek(0)
    own = [name for name in names if _is_own(name)]
    for name in (*own, *lost):
        report.lost.add(Sentence("the form"), Sentence("“%(name)s” is not taken", name=shown(name)))
    kept = tuple(name for name in names if name not in own)
    return kept, _rows(file, rows, kept)


def _rows(file: BinaryIO, rows: str, names: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for where, flat in _flat(file, rows, {}):
        yield where, [flat.get(name, "") for name in names]


def _is_own(name: str) -> bool:
    return name.startswith(_OWN) and name not in _KEPT and not never.reason(name)


def _flat(file: BinaryIO, rows: str, lost: dict[str, None]) -> Iterator[tuple[str, dict[str, str]]]:
    for where, data in objects(file):
        whole: dict[str, str] = {}
        repeats: list[Any] = []
        _flatten("", data, whole, rows, repeats, lost)
        if not rows:
            yield where, whole
        for number, entry in enumerate(repeats, 1):
            one = dict(whole)
            _flatten(f"{rows}/", entry, one, "", [], lost)
            yield f"{where}, entry {number}", one


def _flatten(
    prefix: str, data: dict[str, Any], out: dict[str, str], rows: str, repeats: list[Any],
    lost: dict[str, None],
) -> None:  # fmt: skip
    for key, value in data.items():
        name = key if key.startswith(prefix) else f"{prefix}{key}"
        if len(name) > _LONGEST:
            raise MalformedError(f"a question's name is longer than {_LONGEST} characters")
        if isinstance(value, dict) and value.get("type") != "Point":
            _flatten(f"{name}/", value, out, rows, repeats, lost)
        elif isinstance(value, dict):
            out[f"{name}/geolocation"] = "yes"  # never kept, by its name
        elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
            if rows and name == rows:
                repeats += [one for one in value if isinstance(one, dict)]
            elif len(lost) < MOST_COLUMNS:
                lost[name] = None
        elif isinstance(value, list):
            out[name] = "; ".join(_text(one) for one in value if one is not None)
        elif value is not None:
            out[name] = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
