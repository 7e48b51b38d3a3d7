"""One item as it leaves: the fields that consent permits, with what they point to.

Upholds: a text is the one that ``record.consent`` permitted, masked where it was masked; a place is
never finer than may be shown; a person is only what this one file calls them; what points to
something that stays behind is left out and said.  Refuses nothing: who asked decided already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from asylia.record.consent import Permitted
from asylia.record.contents import Content, Person
from asylia.record.fields import told_by
from asylia.record.places import coarse
from asylia.record.reading import Record
from asylia.record.references import references

_LONGEST = 500  # of a teller as the source calls them


@dataclass(frozen=True)
class Going:
    """Kind, id and plain values of an item in what leaves."""

    kind: type[Content]
    name: str
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def noun(self) -> str:
        """What the kind is called in tables."""
        return self.kind.__name__.lower()


@dataclass(frozen=True)
class Lost:
    """A field that points to what stays behind."""

    name: str
    field: str


def going(
    record: Record, permitted: Permitted, names: Mapping[str, str]
) -> tuple[Going, tuple[Lost, ...]]:
    """The item as it leaves; ``names``: what each item and person is called there, by id."""
    content = record.entry(permitted.item).content
    plain = _permitted(content, permitted.fields)
    lost: list[str] = []
    if "place" in plain:
        found = coarse(record, plain["place"])
        plain["place"] = found.id if found else ""
        if found is None:
            lost.append("place")
    _renamed(record, content, plain, names, lost)
    name = plain["id"] = names[permitted.item]
    kept = {key: value for key, value in plain.items() if value not in ("", None, (), [])}
    whole = tuple(Lost(name, one) for one in dict.fromkeys(lost))
    return Going(type(content), name, kept), whole


def _permitted(content: Content, allowed: Mapping[str, str]) -> dict[str, Any]:
    """Plain values of the permitted fields alone, each text as it was permitted."""
    out: dict[str, Any] = {}
    for name in content.__struct_fields__:
        value = msgspec.json.decode(msgspec.json.encode(getattr(content, name)))
        inner = {key.partition(".")[2]: text for key, text in allowed.items()
                 if key.startswith(f"{name}.")}  # fmt: skip
        if name == "tellers" and name in allowed:
            same = told_by(getattr(content, name)) == allowed[name]
            out[name] = value if same else [{"who": "", "as_given": allowed[name][:_LONGEST]}]
        elif isinstance(getattr(content, name), bytes):
            out[name] = allowed.get(name, "")
        elif isinstance(value, str) and name in allowed:
            out[name] = allowed[name]
        elif name in ("parts", "recants") and inner:
            out[name] = {part: inner[part] for part in value if part in inner}
        elif name in allowed or inner:
            out[name] = value
    return out


def _renamed(
    record: Record, content: Content, plain: dict[str, Any], names: Mapping[str, str],
    lost: list[str],
) -> None:  # fmt: skip
    """Every id as this file calls what it means; what is not in it is left out and named."""
    for trail, target, _ in references(content, record.words):
        name = str(trail[0])
        if name not in plain or name == "place":
            continue
        called = names.get(target, "")
        if not called:
            lost.append(name)
        _put(plain, trail, target, called)
    if "place" in plain:
        plain["place"] = names.get(plain["place"], "")
    for name in ("overlaps", "by"):
        if isinstance(plain.get(name), list):
            plain[name] = [one for one in plain[name] if one]
    if plain.get("recants", {}).get("claim") == "":
        del plain["recants"]


def _put(plain: dict[str, Any], trail: tuple[str | int, ...], target: str, called: str) -> None:
    name = str(trail[0])
    if len(trail) == 1:
        if plain[name] == target:
            plain[name] = called
        return
    whole, at = plain[name], trail[1]
    if isinstance(whole, dict):
        whole[str(at)] = called
        return
    one = whole[at]
    if isinstance(one, str):
        whole[at] = called
    elif name == "tellers":
        if one["who"] == target:
            one["who"] = called
    elif name == "overlaps":
        whole[at] = {**one, "other": called} if called else {}
    elif name == "perpetrators":
        one["who"] = called


def persons(record: Record, content: Content) -> tuple[str, ...]:
    """The persons to whom a content points, by id."""
    found = (record.find(target) for _, target, _ in references(content, record.words))
    return tuple(one.id for one in found if isinstance(one, Person))
