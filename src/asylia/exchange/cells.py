"""A content as named cells of text, and back: the row of a table, and the notes of an entity.

Upholds: what goes out as cells comes back as the same content, whatever is in its texts; a cell is
plain words wherever it can be.  Refuses a cell that is not of its form, by name, without quoting
it.  Format: ``spec/exchange.md``, "Cells".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from asylia.errors import MalformedError, Sentence
from asylia.record import contents as c
from asylia.record.folder import LISTS
from asylia.record.forms import ID_PATTERN

# What can be read back; judgements are the team's own, persons are entered one at a time.
KINDS: dict[str, type[c.Content]] = {
    kind.__name__.lower(): kind
    for kind in LISTS.values()
    if kind not in (c.Judgement, c.Undo, c.Person)
}
ITEM = "item"  # the cell that says which kind of item it is
_SPECIAL = "\\|←[]"
_WHO = ID_PATTERN.removeprefix("^").removesuffix(r"\Z")
_LINK = re.compile(rf"({_WHO})?(?: ?\((.*)\))?\Z", re.DOTALL)
_NAME = re.compile(r"(.*) \[((?:[^\[\]\\]|\\.)*)\]\Z", re.DOTALL)
# What a content must have and may leave empty.
_EMPTY: Mapping[str, Any] = {
    "name": "", "title": "", "language": "", "office": "", "description": "", "must_act": "",
    "what": "", "to": [],
}  # fmt: skip
_COUNT = ("count", "count.min", "count.max", "count.about")
_NUMBERS = frozenset({"radius", "size"})
_DEGREES = frozenset({"latitude", "longitude"})


def columns(kind: type[c.Content]) -> tuple[str, ...]:
    """The names of a kind's cells, in order."""
    out: list[str] = []
    for name in kind.__struct_fields__:
        if name == "count":
            out += _COUNT
        elif name == "parts":
            out += ("parts.complete", "parts.words")
        elif name == "recants":
            out += ("recants.claim", "recants.circumstances")
        elif name not in ("persons", "others", "report"):  # these stay with the team
            out.append(name)
    return tuple(out)


def to_cells(fields: Mapping[str, Any]) -> dict[str, str]:
    """Cells from plain values, as ``msgspec.to_builtins`` gives them; none for what is empty."""
    cells: dict[str, str] = {}
    for name, value in fields.items():
        if name == "count" and value is not None:
            cells.update(_count_out(value))
        elif name in ("parts", "recants") and value is not None:
            cells.update({f"{name}.{part}": text for part, text in value.items()})
        elif name in _DEGREES and value is not None:
            cells[name] = degrees(value)
        elif isinstance(value, list | tuple):
            cells[name] = " | ".join(map(_OUT.get(name, escaped), value))
            if name == "tellers":
                cells[name] = " ← ".join(map(_link_out, value))
        elif isinstance(value, bool):
            cells[name] = "yes" if value else "no"
        elif value is not None:
            cells[name] = str(value)
    return {name: text for name, text in cells.items() if text}


def from_cells(kind: type[c.Content], cells: Mapping[str, str]) -> dict[str, Any]:
    """Plain values for ``msgspec.convert``; ``MalformedError`` naming the cell that is wrong."""
    fields: dict[str, Any] = {
        name: empty for name, empty in _EMPTY.items() if name in kind.__struct_fields__
    }
    if kind is c.Translation:
        fields["by"] = ""  # who translated stays with the team
    for name, text in cells.items():
        if text and name not in _COUNT:
            try:
                _put(fields, name, text, kind)
            except (ValueError, ArithmeticError):
                why = _EXPECTED.get(name, Sentence("is not of its form"))
                raise MalformedError(Sentence("%(field)s: %(why)s", field=name, why=why)) from None
    told = {name: cells[name] for name in _COUNT if cells.get(name)}
    if told:
        fields["count"] = _count_in(told)
    return fields


def escaped(text: str) -> str:
    """The text as one of several in a cell; an empty one as ``[]``."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text) or "[]"


def unescaped(text: str) -> str:
    """The text that ``escaped`` gave; ``ValueError``."""
    if text == "[]":
        return ""
    out, signs = [], iter(text)
    for char in signs:
        if char == "\\":
            char = next(signs, "")  # noqa: PLW2901 - the sign that was escaped
            if not char or char not in _SPECIAL:
                raise ValueError
        elif char in _SPECIAL:
            raise ValueError
        out.append(char)
    return "".join(out)


def degrees(millionths: int) -> str:
    """Millionths of a degree as degrees."""
    text = f"{Decimal(millionths) / 1_000_000:.6f}".rstrip("0")
    return text.removesuffix(".")


def _put(fields: dict[str, Any], name: str, text: str, kind: type[c.Content]) -> None:
    whole, dot, part = name.partition(".")
    if dot:
        fields.setdefault(whole, {})[part] = text
    elif name == "tellers":
        fields[name] = [_link_in(one) for one in text.split(" ← ")]
    elif name in _IN and not (name == "by" and kind in (c.Statement, c.Translation)):
        fields[name] = [_IN[name](one) for one in text.split(" | ")]
    elif name in _NUMBERS:
        fields[name] = _number(text)
    elif name in _DEGREES:
        fields[name] = _millionths(text)
    elif name == "apart":
        fields[name] = text == "yes" if text in ("yes", "no") else _wrong()
    else:
        fields[name] = text


def _wrong() -> Any:
    raise ValueError


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text, re.ASCII) else _wrong()


def _millionths(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,6})?", text, re.ASCII):
        raise ValueError
    return int(Decimal(text) * 1_000_000)


def _link_out(link: Mapping[str, str]) -> str:
    given = escaped(link["as_given"]) if link.get("as_given") else ""
    if not link["who"]:
        return f"({given})"
    return f"{link['who']} ({given})" if given else link["who"]


def _link_in(text: str) -> dict[str, str]:
    found = _LINK.match(text)
    if not found or not text:
        raise ValueError
    return {"who": found[1] or "", "as_given": unescaped(found[2]) if found[2] else ""}


def _involved_out(one: Mapping[str, str]) -> str:
    return " ".join(filter(None, (one["kind"], one["role"], one.get("who", ""))))


def _involved_in(text: str) -> dict[str, str]:
    kind, role, *who = text.split(" ")
    if len(who) > 1:
        raise ValueError
    return {"kind": kind, "role": role, "who": who[0] if who else ""}


def _overlap_in(text: str) -> dict[str, str]:
    relation, other = text.split(" ")
    return {"relation": relation, "other": other}


def _name_in(text: str) -> dict[str, str]:
    found = _NAME.match(text)
    if not found:
        raise ValueError
    language = unescaped(found[2]) if found[2] else ""
    return {"text": unescaped(found[1]), "language": language}


def _name_out(one: Mapping[str, str]) -> str:
    language = escaped(one["language"]) if one["language"] else ""
    return f"{escaped(one['text'])} [{language}]"


_OUT: Mapping[str, Callable[[Any], str]] = {
    "perpetrators": _involved_out,
    "overlaps": lambda one: f"{one['relation']} {one['other']}",
    "names": _name_out,
}
_IN: Mapping[str, Callable[[str], Any]] = {
    "perpetrators": _involved_in,
    "overlaps": _overlap_in,
    "names": _name_in,
    "aliases": unescaped,
    "by": unescaped,
    "to": unescaped,
}
_EXPECTED = {
    "tellers": Sentence("expected ids or (as the source calls them), with ← between them"),
    "names": Sentence("expected names with their language, such as Grozny [en] | Грозный [ru]"),
    "perpetrators": Sentence("expected kind, role and perhaps an id, with | between several"),
    "overlaps": Sentence("expected a relation and the id of a claim, with | between several"),
    "latitude": Sentence("expected degrees such as 43.32"),
    "longitude": Sentence("expected degrees such as 45.69"),
    "apart": Sentence("expected yes or no"),
    "radius": Sentence("expected metres"),
    "size": Sentence("expected bytes"),
}


def _count_out(count: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if count["min"] is None and count["max"] is None:
        yield "count", "not_stated"
    else:
        for end in ("min", "max"):
            yield f"count.{end}", "open" if count[end] is None else str(count[end])
    if count.get("about"):
        yield "count.about", "yes"


def _count_in(told: Mapping[str, str]) -> dict[str, Any]:
    expected = Sentence(
        "count: expected not_stated, or numbers (or open) under count.min and count.max"
    )
    ends = {name: told.get(f"count.{name}", "open") for name in ("min", "max")}
    plain = told.get("count") in (None, "not_stated") and told.get("count.about") in (None, "yes")
    stated = any(text != "open" for text in ends.values())
    if not plain or ("count" in told) == stated:
        raise MalformedError(expected)
    try:
        numbers = {name: None if text == "open" else _number(text) for name, text in ends.items()}
    except ValueError:
        raise MalformedError(expected) from None
    return {**numbers, "about": "count.about" in told}
