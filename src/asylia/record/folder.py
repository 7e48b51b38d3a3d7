"""A folder of YAML files as contents of the record: public sources, as people write them down.

Upholds: all or nothing; every error names file, line and what is expected; an import that was cut
off is known by the file that is written last.  Refuses: consent,
custody and exhibits from files, unknown keys and terms, ids used twice, references to nothing.
Format: ``spec/record.md``, "YAML files".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from asylia.errors import MalformedError, NotFoundError, Sentence
from asylia.record import check, references
from asylia.record import contents as c
from asylia.record.own_terms import OwnTerm
from asylia.record.termfile import own_terms
from asylia.record.wordbook import Words, words_of
from asylia.record.yamlfile import Trail, YamlFile, read

FILES = 200
TERMS = "terms"
LISTS: dict[str, type[c.Content]] = {
    "sources": c.Source,
    "events": c.Event,
    "acts": c.Act,
    "groups": c.Group,
    "persons": c.Person,
    "organisations": c.Organisation,
    "officials": c.Official,
    "sites": c.Site,
    "places": c.Place,
    "statements": c.Statement,
    "demands": c.Demand,
    "responses": c.Response,
    "claims": c.Claim,
    "translations": c.Translation,
    "judgements": c.Judgement,
    "undos": c.Undo,
}
_IMPORTED = re.compile(r"imported-(.+)-([0-9]{3})\.yaml")
_EACH_CLAIM = "each_claim"
_INTEGERS = frozenset({"count", "information", "radius"})  # elsewhere `2017` is the text of a date
_DEGREES = frozenset({"latitude", "longitude"})  # "43.32" here, millionths in the content
_COUNTS = "expected exactly, at_least, more_than, at_most, about, from and to, or not_stated"
_FORMS: dict[tuple[str, ...], Callable[..., dict[str, Any]]] = {
    ("exactly",): lambda exactly_: {"min": exactly_, "max": exactly_},
    ("about",): lambda about_: {"min": about_, "max": about_, "about": True},
    ("at_least",): lambda at_least_: {"min": at_least_},
    ("more_than",): lambda more_than_: {"min": more_than_ + 1},
    ("at_most",): lambda at_most_: {"max": at_most_},
    ("from", "to"): lambda from_, to_: {"min": from_, "max": to_},
}


@dataclass(frozen=True)
class _Placed:
    file: YamlFile
    trail: Trail
    content: c.Content


def contents_of(folder: Path) -> tuple[c.Content, ...]:
    """Every content in the folder's ``*.yaml``, files in order of name; or ``MalformedError``.

    A folder ``terms`` in it holds terms of the team's own (``record.termfile``), which come first.
    """
    if not folder.is_dir():
        raise NotFoundError("there is no such folder", hint="Name a folder of YAML files.")
    paths = sorted(folder.glob("*.yaml"))
    if not paths or len(paths) > FILES:
        raise MalformedError(
            Sentence(
                "YAML files in this folder: %(found)s; expected 1 to %(most)s",
                found=str(len(paths)),
                most=str(FILES),
            ),
            hint="Name the folder in which the *.yaml files lie themselves.",
        )
    check_whole(paths)
    own = own_terms(folder / TERMS) if (folder / TERMS).is_dir() else ()
    return contents_in([read(path) for path in paths], own)


def check_whole(paths: Iterable[Path]) -> None:
    """``MalformedError`` where an import was cut off: its first file is written last."""
    first: dict[str, int] = {}
    for path in paths:
        if found := _IMPORTED.fullmatch(path.name):
            first[found[1]] = min(int(found[2]), first.get(found[1], int(found[2])))
    for name, number in first.items():
        if number != 1:
            raise MalformedError(
                Sentence(
                    "import %(name)s of this folder was cut off before it was whole", name=name
                ),
                hint=Sentence(
                    "Take back what is there of it: asylia record undo FOLDER %(name)s", name=name
                ),
            )


def contents_in(files: Iterable[YamlFile], own: Sequence[OwnTerm] = ()) -> tuple[c.Content, ...]:
    """Every content of these files together, the team's own terms first; or ``MalformedError``."""
    words = words_of(own)
    placed = [one for file in files for one in _file(file, words)]
    by_id: dict[str, c.Content] = {}
    for one in placed:
        if by_id.setdefault(one.content.id, one.content) is not one.content:
            raise one.file.wrong(
                (*one.trail, "id"), Sentence("expected an id that nothing else has")
            )
    for one in placed:
        for trail, expected in references.missing(one.content, by_id.get, words):
            raise one.file.wrong((*one.trail, *trail), expected)
    return (*own, *(one.content for one in placed))


def _file(file: YamlFile, words: Words) -> Iterator[_Placed]:
    if not isinstance(file.data, dict):
        raise file.wrong(
            (), Sentence("expected a mapping of lists: %(names)s", names=", ".join(LISTS))
        )
    shared = file.data.get(_EACH_CLAIM, {})
    _check_keys(file, (_EACH_CLAIM,), shared, c.Claim)
    for name, items in file.data.items():
        if name == _EACH_CLAIM:
            continue
        kind = LISTS.get(name)
        if kind is None or not isinstance(items, list):
            raise file.wrong(
                (name,), Sentence("expected a list under one of %(names)s", names=", ".join(LISTS))
            )
        for at, item in enumerate(items):
            trail: Trail = (name, at)
            _check_keys(file, trail, item, kind)
            whole = {**shared, **item} if kind is c.Claim else item
            yield _Placed(file, trail, _content(file, trail, whole, kind, words))


def _check_keys(file: YamlFile, trail: Trail, item: Any, kind: type[c.Content]) -> None:
    if not isinstance(item, dict):
        raise file.wrong(trail, Sentence("expected a mapping"))
    for key in item:
        if key not in kind.__struct_fields__:
            fields = ", ".join(kind.__struct_fields__)
            raise file.wrong(
                (*trail, key), Sentence("expected one of these keys: %(names)s", names=fields)
            )


def _content(
    file: YamlFile, trail: Trail, item: dict[str, Any], kind: type[c.Content], words: Words
) -> c.Content:
    plain = {key: _texts(value, key) for key, value in item.items()}
    if kind is c.Claim:
        if "tellers" in plain:
            plain["tellers"] = _tellers(file, trail, plain["tellers"])
        if "count" in plain:
            plain["count"] = _count(file, trail, plain["count"])
    elif kind is c.Place:
        for name in _DEGREES & plain.keys():
            plain[name] = _millionths(file, (*trail, name), plain[name])
    try:
        content = msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        place, expected = explained(str(error))
        raise file.wrong((*trail, *place), expected) from None
    for place, expected in check.problems(content, words):
        raise file.wrong((*trail, *place), expected)
    return content


def _texts(value: Any, key: Any) -> Any:
    """Integers back to the text they were, but where a number is meant."""
    if key in _INTEGERS:
        return value
    if isinstance(value, dict):
        return {inner: _texts(one, inner) for inner, one in value.items()}
    if isinstance(value, list):
        return [_texts(one, None) for one in value]
    return str(value) if type(value) is int else value


def _tellers(file: YamlFile, trail: Trail, chain: Any) -> list[dict[str, Any]]:
    expected = "expected ids, or {unnamed: as the source calls them}"
    if not isinstance(chain, list):
        raise file.wrong((*trail, "tellers"), expected)
    links = []
    for at, link in enumerate(chain):
        if isinstance(link, str):
            links.append({"who": link})
        elif isinstance(link, dict) and set(link) == {"unnamed"}:
            links.append({"who": "", "as_given": link["unnamed"]})
        elif isinstance(link, dict) and set(link) == {"who", "as_given"}:
            links.append(link)
        else:
            raise file.wrong((*trail, "tellers", at), expected)
    return links


def _count(file: YamlFile, trail: Trail, said: Any) -> dict[str, Any]:
    if said == "not_stated":
        return {}
    if not isinstance(said, dict) or not all(type(one) is int for one in said.values()):
        raise file.wrong((*trail, "count"), _COUNTS)
    form = _FORMS.get(tuple(sorted(said)))
    if form is None:
        raise file.wrong((*trail, "count"), _COUNTS)
    return form(**{f"{name}_": number for name, number in said.items()})


def _millionths(file: YamlFile, trail: Trail, degrees: Any) -> int:
    if not isinstance(degrees, str) or not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,6})?", degrees):
        raise file.wrong(trail, Sentence('expected degrees such as "43.32"'))
    return int(Decimal(degrees) * 1_000_000)


def explained(message: str) -> tuple[Trail, str]:
    """Place and expectation out of msgspec's message, without what it quotes of the input."""
    expected, _, path = message.partition(" - at `$")
    steps = re.findall(r"\.(\w+)|\[(\d+)\]", path)
    trail: Trail = tuple(int(index) if index else name for name, index in steps)
    if missing := re.match(r"Object missing required field `(\w+)`", expected):
        return trail, Sentence("expected the key %(key)s", key=missing[1])
    if allowed := re.match(r"(Expected [^']*)$", expected):
        plain = allowed[1][0].lower() + allowed[1][1:].replace("`", "")
        return trail, Sentence("of another form: %(expected)s", expected=plain)
    return trail, Sentence("expected one of the values that spec/record.md allows here")
