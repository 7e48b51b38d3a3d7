"""Contents as YAML files of a folder of public sources, as people write them by hand.

Upholds: what is written is read back as the same contents, or ``MalformedError`` names what can't
be written so; each file keeps the limits of the reader.  Format: ``spec/record.md``, "YAML files".
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import yaml

from asylia.errors import MalformedError
from asylia.exchange.cells import degrees
from asylia.record.contents import Content
from asylia.record.folder import LISTS
from asylia.record.yamlfile import LIMIT, NODES

_LISTS = {kind: name for name, kind in LISTS.items()}
_FULL = LIMIT * 3 // 4


def files(contents: Iterable[Content], prefix: str) -> dict[str, bytes]:
    """File name -> bytes, each with as much as one file may hold."""
    out: dict[str, bytes] = {}
    text: dict[str, list[str]] = {}
    size = nodes = 0
    for content in contents:
        name, one, count = _item(content)
        if text and (size + len(one) * 2 > _FULL or nodes + count > NODES):
            out[f"{prefix}-{len(out) + 1:03}.yaml"] = _joined(text)
            text, size, nodes = {}, 0, 0
        text.setdefault(name, []).append(one)
        size, nodes = size + len(one.encode()), nodes + count
    if text:
        out[f"{prefix}-{len(out) + 1:03}.yaml"] = _joined(text)
    return out


def _joined(text: Mapping[str, list[str]]) -> bytes:
    parts = (f"{name}:\n{''.join(items)}" for name, items in text.items())
    return ("# Imported; take it back whole with `asylia record undo`.\n" + "".join(parts)).encode()


def _item(content: Content) -> tuple[str, str, int]:
    name = _LISTS.get(type(content))
    if name is None:
        raise MalformedError(f"{type(content).__name__.lower()}: is never read from files")
    plain = dict(_fields(content))
    text: str = yaml.dump(
        [plain], Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=100
    )
    return name, text, _nodes(plain)


def _fields(content: Content) -> Iterator[tuple[str, Any]]:
    defaults = dict(zip(
        content.__struct_fields__[-len(content.__struct_defaults__) :] or (),
        content.__struct_defaults__, strict=False,
    )) if content.__struct_defaults__ else {}  # fmt: skip
    for name in content.__struct_fields__:
        value = getattr(content, name)
        if name in defaults and value == defaults[name]:
            continue
        plain = msgspec.json.decode(msgspec.json.encode(value))
        if name == "tellers":
            plain = [_teller(link) for link in plain]
        elif name == "count":
            plain = _count(plain, content.id)
        elif name in ("latitude", "longitude"):
            plain = degrees(plain)
        yield name, plain


def _teller(link: Mapping[str, str]) -> Any:
    if not link["who"]:
        return {"unnamed": link["as_given"]}
    return dict(link) if link["as_given"] else link["who"]


def _count(count: Mapping[str, Any], content_id: str) -> Any:
    least, most, about = count["min"], count["max"], count["about"]
    if least is None and most is None and not about:
        return "not_stated"
    if about:
        if least != most or least is None:
            raise MalformedError(f"{content_id}: “about” with two ends can't be written as YAML")
        return {"about": least}
    if least == most:
        return {"exactly": least}
    if most is None:
        return {"at_least": least}
    return {"at_most": most} if least is None else {"from": least, "to": most}


def _nodes(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_nodes, value.values()))
    return 1 + sum(map(_nodes, value)) if isinstance(value, list) else 1
