"""A table of others, by a mapping: each row one claim, or one for each number in it.

Upholds: the words of a claim are the row's own; a cell that can't be read as the mapping says keeps
the row out, with the reason; the motive, perpetrator and certainty are terms.  Refuses a place that
is a shelter, and an act's exact position: where it was is a named place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from asylia.errors import MalformedError, Sentence
from asylia.exchange.mapping import TERMS, Counted, Mapping, Translated, check_complete
from asylia.exchange.numbers import typed_count
from asylia.exchange.report import Report, shown
from asylia.exchange.table import Row
from asylia.exchange.taking import Found
from asylia.record import contents as c
from asylia.record.places import is_address
from asylia.record.reading import Record
from asylia.record.typed_dates import typed_date

_ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
_NUMBERS = re.compile(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})\Z", re.ASCII)
_DATES = frozenset({"facts", "said_on"})
_ACCOUNT = "account"


class _Wrong(Exception):  # noqa: N818 - why one row stays out, never seen outside
    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


def found(
    mapping: Mapping, columns: Sequence[str], rows: Iterable[Row], record: Record, report: Report
) -> Iterator[Found]:
    """Source, event, organisations and places of the mapping, and the claims of the rows."""
    check_complete(mapping, tuple(columns))
    yield Found("the mapping, source", c.Source, dict(mapping.source))
    if mapping.new_event:
        yield Found("the mapping, new_event", c.Event, dict(mapping.new_event))
    for one in mapping.organisations:
        yield Found("the mapping, organisations", c.Organisation, dict(one))
    for name, target in mapping.columns.items():
        if target is None:
            report.lost.add(
                Sentence("the mapping"),
                Sentence("the column “%(name)s” is dropped", name=shown(name)),
            )
    places = _Places(mapping, record)
    for number, row in enumerate(rows, 1):
        try:
            claims = list(_claims(mapping, row, number, places, record))
        except _Wrong as why:
            report.refused.add(row.where, why.why)
            continue
        yield from places.new(row.where)
        for claim in claims:
            yield Found(row.where, c.Claim, claim)
            yield from _translations(mapping, row, claim["id"])


class _Places:
    """Names of places that the record has, and those that this import brings."""

    def __init__(self, mapping: Mapping, record: Record) -> None:
        self._mapping = mapping
        self._known = {
            name.text.casefold(): place.id for place in record.all(c.Place) for name in place.names
        }
        self._waiting: list[dict[str, Any]] = []

    def find(self, text: str) -> str:
        """The id of a place of this name, made where there is none."""
        name = " ".join(text.split())
        if known := self._known.get(name.casefold()):
            return known
        made = f"place-{sha256(name.casefold().encode()).hexdigest()[:24]}"
        self._known[name.casefold()] = made
        named = {"text": name, "language": self._mapping.source["language"]}
        precision = "described" if is_address(name) else self._mapping.places
        self._waiting.append({"id": made, "names": [named], "precision": precision})
        return made

    def new(self, where: str) -> Iterator[Found]:
        """Those made since it was asked last."""
        waiting, self._waiting = self._waiting, []
        yield from (Found(where, c.Place, one) for one in waiting)


def _claims(
    mapping: Mapping, row: Row, number: int, places: _Places, record: Record
) -> Iterator[dict[str, Any]]:
    shared: dict[str, Any] = {
        "source": mapping.source["id"],
        "event": mapping.event,
        "subject": mapping.event,
        "said_on": mapping.source["said_on"],
        "language": mapping.source["language"],
        "tellers": [dict(one) for one in mapping.tellers],
        "row": str(number),
        **mapping.each,
    }
    counts: dict[str, dict[str, str]] = {}
    for column, target in mapping.columns.items():
        text = row.cells.get(column, "").strip()
        if isinstance(target, Counted):
            if text:
                counts.setdefault(target.property, {})[target.end] = text
        elif isinstance(target, str) and text:
            _put(shared, target, text, mapping, places)
    if not shared.get("words"):
        raise _Wrong(Sentence("expected words: what the row says, in a column mapped to `words`"))
    prop = str(shared.pop("property", "") or (_ACCOUNT if not counts else ""))
    value = shared.pop("value", "")
    base = f"{mapping.source['id']}.{number}"
    for counted, told in counts.items():
        yield {**shared, "id": f"{base}-{counted}"[:64], "property": counted, "count": _count(told)}
    if prop:
        yield {**shared, "id": base, "property": prop, **_answer(prop, value, shared, record)}


def _translations(mapping: Mapping, row: Row, claim_id: str) -> Iterator[Found]:
    """The row's words in other languages, beside the claim."""
    for column, target in mapping.columns.items():
        text = row.cells.get(column, "").strip()
        if isinstance(target, Translated) and text:
            values = {
                "id": f"{claim_id[: 62 - len(target.language)]}-{target.language}",
                "of": claim_id,
                "language": target.language,
                "words": text,
                "by": "",
            }
            yield Found(row.where, c.Translation, values)


def _put(shared: dict[str, Any], target: str, text: str, mapping: Mapping, places: _Places) -> None:
    if target in TERMS:
        shared[target] = mapping.terms.get(target, {}).get(text, text)
    elif target in _DATES:
        shared[target] = _date(text, mapping.dates)
    elif target == "place":
        shared[target] = places.find(text)
    elif target == "teller":
        shared["tellers"] = [*shared["tellers"][:-1], {"who": "", "as_given": text}]
    elif target in ("words", "value") and target in shared:
        shared[target] = f"{shared[target]}\n{text}"  # several columns, one text
    else:
        shared[target] = text


def _date(text: str, order: str) -> str:
    found = _NUMBERS.match(text)
    if found and order != "edtf":
        year, month, day = (found[1 + at] for at in _ORDERS[order])
        if len(year) == 4:
            text = f"{year}-{int(month):02}-{int(day):02}"
    try:
        return typed_date(text)
    except MalformedError:
        raise _Wrong(
            Sentence("a date can't be read; say `dates: dmy` (or mdy, ymd), or write it as EDTF")
        ) from None


def _count(told: dict[str, str]) -> dict[str, Any]:
    if set(told) == {""}:
        count = typed_count(told[""])
    else:
        ends = {end: typed_count(text) for end, text in told.items() if end}
        plain = all(one and one["min"] == one["max"] for one in ends.values())
        count = {end: (ends.get(end) or {}).get("min") for end in ("min", "max")} if plain else None
        if "" in told:
            count = None
    if count is None:
        raise _Wrong(Sentence("a number can't be read, such as 6, more than 100, about 60, 3 to 5"))
    return count


def _answer(prop: str, value: str, shared: dict[str, Any], record: Record) -> dict[str, Any]:
    known = record.words["properties"].terms.get(prop)
    takes = known.takes if known else ""
    if takes == "count":
        return {"count": {"min": None, "max": None}}
    if takes == "date":
        return {"value": value or shared.get("facts", "")}
    return {"value": value or (shared["words"] if takes == "text" else "")}
