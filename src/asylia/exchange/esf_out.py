"""HURIDOCS Events Standard Formats, written: events, acts, involvement, persons, information.

Upholds: OpenEvsys's shape; each thing that the formats have no room for is said, line by line; a
claim is one piece of information with its words, and what it says of polarity, count and lineage is
in the record's comments, so that reading it back gives the same claim.  Refuses nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from asylia.exchange import cells
from asylia.exchange.esf_words import COMMENTS, NAMESPACE, NUMBER, ROOT, notes_out
from asylia.exchange.ftm_words import dates
from asylia.exchange.going import Going
from asylia.exchange.report import Report
from asylia.record import contents as c

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PARTIES: Mapping[type[c.Content], str] = {
    c.Organisation: "organisation",
    c.Official: "individual",
    c.Group: "group",
}
_INTERVENTIONS: tuple[type[c.Content], ...] = (c.Statement, c.Demand, c.Response)
_SAID: tuple[type[c.Content], ...] = (c.Claim, c.Translation)
_NO_ROOM: Mapping[type[c.Content], str] = {
    c.Place: "the formats have no record for a place: its name goes with events and acts",
    c.Site: "the formats have no record for a site of detention",
    c.Exhibit: "an exhibit stays out",
    c.Custody: "custody stays out",
}
Fields = Sequence[tuple[str, str]]


def encoded(items: Sequence[Going], report: Report) -> bytes:
    """The document."""
    return "".join(_Writer(items, report).document()).encode()


class _Writer:
    def __init__(self, items: Sequence[Going], report: Report) -> None:
        self._items = items
        self._report = report
        self._by_name = {one.name: one for one in items}
        self._kinds: dict[type[c.Content], list[Going]] = {}
        self._acts: dict[str, list[Going]] = {}
        for one in items:
            self._kinds.setdefault(one.kind, []).append(one)
            if one.kind is c.Act:
                self._acts.setdefault(str(one.fields.get("event", "")), []).append(one)

    def document(self) -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} xmlns="{NAMESPACE}">\n'
        for one in self._of(c.Event):
            yield from self._event(one)
        for kind, unit in _PARTIES.items():
            for one in self._of(kind):
                yield self._record("person", _party(one, unit), one)
        for one in self._of(c.Source):
            fields = [("person_record_number", one.name), ("counting_unit", "source"),
                      ("person_name", str(one.fields.get("title", "")))]  # fmt: skip
            self._lost(one, "a source is a person record here, its kind and dates are comments")
            yield self._record("person", fields, one)
        for intervening in _INTERVENTIONS:
            for one in self._of(intervening):
                yield self._record("intervention", _intervention(one), one)
        for kind in _SAID:
            for one in self._of(kind):
                yield from self._information(one)
        for one in self._items:
            if why := _NO_ROOM.get(one.kind):
                self._lost(one, why)
        yield f"</{ROOT}>\n"

    def _of(self, kind: type[c.Content]) -> list[Going]:
        return self._kinds.get(kind, [])

    def _lost(self, one: Going, why: str) -> None:
        self._report.lost.add(one.name, why)

    def _event(self, one: Going) -> Iterator[str]:
        fields = [
            ("event_record_number", one.name),
            ("event_title", str(one.fields.get("name", ""))),
            ("local_geographical_area", self._place(one)),
            *self._dates(one),
        ]
        inner = "".join(self._act(act) for act in self._acts.get(one.name, ()))
        yield self._record("event", fields, one, inner)

    def _act(self, one: Going) -> str:
        fields = [
            ("act_record_number", one.name),
            ("event", str(one.fields["event"])),
            ("victim", str(one.fields.get("victim", ""))),
            ("type_of_act", str(one.fields["violation"])),
            *self._dates(one),
            ("exact_location", self._place(one)),
        ]
        self._lost(one, "type_of_act is our own term: the codes of list 4 are not ours to give")
        inner = ""
        for at, involved in enumerate(one.fields.get("perpetrators", ()), 1):
            told = [
                (f"involvement_{NUMBER}", f"{one.name}-{at}"),
                ("act", one.name),
                ("perpetrator", str(involved.get("who", ""))),
                ("event", str(one.fields["event"])),
                ("degree_of_involvement", str(involved["role"])),
                ("type_of_perpetrator", str(involved["kind"])),
            ]
            inner += self._element("involvement", told, "")
        return self._record("act", fields, one, inner)

    def _information(self, one: Going) -> Iterator[str]:
        fields = one.fields
        if one.kind is c.Claim and self._is_gone(one):
            self._lost(one, "it is about a place of detention, for which there is no record")
            return
        of = self._by_name.get(str(fields.get("of", "")))
        if one.kind is c.Translation and (of is None or self._is_gone(of)):
            self._lost(one, "what it translates stays out")
            return
        if fields.get("place"):
            self._lost(one, "where it was, as these words give it, has no field")
        told = [
            (f"information_{NUMBER}", one.name),
            ("source", _teller(fields)),
            ("event", str(fields.get("event", of.fields.get("event", "") if of else ""))),
            ("date_of_source_material", str(fields.get("said_on", ""))),
            ("language_of_source_material", str(fields.get("language", ""))),
            ("remarks", str(fields.get("words", ""))),
        ]
        yield self._record("information", told, one, without=("words", "place"))

    def _is_gone(self, one: Going) -> bool:
        about = (str(one.fields.get(name, "")) for name in ("subject", "value"))
        kinds = [found.kind for name in about if (found := self._by_name.get(name))]
        return any(kind in (c.Site, c.Place) for kind in kinds)

    def _place(self, one: Going) -> str:
        place = self._by_name.get(str(one.fields.get("place", "")))
        return str(place.fields["names"][0]["text"]) if place else ""

    def _dates(self, one: Going) -> Fields:
        edtf = str(one.fields.get("interval", ""))
        first, last = dates(edtf)
        if edtf and edtf not in (first, f"{first}/{last}"):
            self._lost(one, "an uncertain date is its first and last day here, itself a comment")
        return (("initial_date", first), ("final_date", last if last != first else ""))

    def _record(
        self, kind: str, fields: Fields, one: Going, inner: str = "",
        without: Sequence[str] = ("place",),
    ) -> str:  # fmt: skip
        told = cells.to_cells({n: v for n, v in one.fields.items() if n not in without})
        notes = notes_out({cells.ITEM: one.noun, **told})
        managed = self._element("management_data", [(COMMENTS, notes)], "")
        return self._element(kind, fields, managed + inner)

    def _element(self, kind: str, fields: Fields, inner: str) -> str:
        told = "".join(f"<{name}>{self._text(text)}</{name}>\n" for name, text in fields if text)
        return f"<{kind}>\n{told}{inner}</{kind}>\n"

    def _text(self, text: str) -> str:
        if _CONTROLS.search(text) or "\r" in text:
            self._report.lost.add("the document", "a control character, which XML can't hold")
        plain = _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
        return escape(plain)


def _party(one: Going, unit: str) -> Fields:
    fields: Mapping[str, Any] = one.fields
    name = str(fields.get("name") or fields.get("office") or "")
    described = str(fields.get("description", ""))
    return [("person_record_number", one.name), ("counting_unit", unit), ("person_name", name),
            ("group_description", described)]  # fmt: skip


def _intervention(one: Going) -> Fields:
    by = one.fields.get("by", ())
    actors = [by] if isinstance(by, str) else list(by)
    parties = [("parties_requested", str(one_to)) for one_to in one.fields.get("to", ())]
    return [
        (f"intervention_{NUMBER}", one.name),
        *(("intervening_party", str(actor)) for actor in actors),
        ("event", str(one.fields.get("event", ""))),
        ("date_of_intervention", str(one.fields.get("on", ""))),
        *parties,
        ("remarks", str(one.fields.get("what", ""))),
    ]


def _teller(fields: Mapping[str, Any]) -> str:
    """Who tells it in the source: the first who is named, else the source itself."""
    named = (link["who"] for link in fields.get("tellers", ()) if link["who"])
    return str(next(named, fields.get("source", "")))
