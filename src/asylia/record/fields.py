"""A content as at most 32 named fields of text: what a dossier proves one by one.

Upholds: the same content gives the same fields; what is empty gives none.  Refuses to give the
pseudonyms of those whom a claim concerns, whether others are among them, the report it came from,
and who translated: those stay with the team.
"""

from collections.abc import Mapping

from asylia.record.contents import Claim, Content, Count, Teller, Translation
from asylia.wire import Part

LIMIT = 32
_KEPT_BACK = frozenset({"persons", "others", "report"})
_LINK = " \u2190 "  # back towards who is said to know at first hand


def fields(content: Content) -> dict[str, str]:
    """The named fields of a content, in a fixed order."""
    out: dict[str, str] = {}
    kept_back = _KEPT_BACK | ({"by"} if isinstance(content, Translation) else set())
    for name in content.__struct_fields__:
        if name not in kept_back:
            out.update(_field(name, getattr(content, name)))
    if isinstance(content, Claim):
        out["lineage"] = content.lineage
    return out


def told_by(chain: tuple[Teller, ...]) -> str:
    """The chain of tellers as one line, from the source back to first hand."""
    return _LINK.join(link.who or f"({link.as_given or 'unnamed'})" for link in chain)


def free_text(claim: Claim, takes: str) -> frozenset[str]:
    """Names of the fields in which a claim's teller can have described somebody."""
    names = {"words", "locator", "tellers", "perpetrator_words"}
    if takes == "text":
        names.add("value")
    if claim.parts:
        names.add("parts.words")
    if claim.recants:
        names.add("recants.circumstances")
    return frozenset(names & fields(claim).keys())


def _field(name: str, value: object) -> Mapping[str, str]:
    out: Mapping[str, str] = {}
    match value:
        case None | "" | ():
            pass
        case Count():
            out = _count(value)
        case bool():
            out = {name: "yes" if value else "no"}
        case bytes():
            out = {name: value.hex()}
        case tuple():
            out = {name: _list(value)}
        case dict():
            out = {f"{name}.{key}": str(one) for key, one in sorted(value.items())}
        case Part():
            inner = {f"{name}.{part}": getattr(value, part) for part in value.__struct_fields__}
            out = {
                key: text for path, one in inner.items() for key, text in _field(path, one).items()
            }
        case _:
            out = {name: str(value)}
    return out


def _list(values: tuple[object, ...]) -> str:
    if all(isinstance(one, Teller) for one in values):
        return told_by(tuple(one for one in values if isinstance(one, Teller)))
    return "; ".join(one if isinstance(one, str) else _line(one) for one in values)


def _line(part: object) -> str:
    names = getattr(part, "__struct_fields__", ())
    return " ".join(str(getattr(part, name)) for name in names)


def _count(count: Count) -> dict[str, str]:
    if count.min is None and count.max is None:
        return {"count": "not_stated"}
    ends = {"count.min": count.min, "count.max": count.max}
    out = {name: "open" if end is None else str(end) for name, end in ends.items()}
    return {**out, "count.about": "yes"} if count.about else out
