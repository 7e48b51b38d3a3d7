"""HURIDOCS Events Standard Formats, read: OpenEvsys's XML, of ours or of others.

Upholds: a record of ours comes back as the content that it was; of others, events, acts with who is
involved, groups and organisations, information and interventions come in, and each element that
has no place in the record is named with its line.  Refuses a violation that is no term and that the
mapping does not translate.  Never kept: whom it is, what they are, how to reach them.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from asylia.errors import MalformedError, Sentence
from asylia.exchange import cells, never
from asylia.exchange.esf_tree import records
from asylia.exchange.esf_words import COMMENTS, NUMBER, Record, content_id, notes_in, unit_of
from asylia.exchange.ftm_words import edtf
from asylia.exchange.mapping import read_terms
from asylia.exchange.report import Report, shown
from asylia.exchange.taking import Found
from asylia.record import contents as c
from asylia.record.places import is_address
from asylia.record.reading import Record as Known
from asylia.record.yamlfile import YamlFile

_NEVER = frozenset({"person_name", "other_names"})  # an organisation's is kept
_AREA = "district"  # a local geographical area; an exact location is only described, and stays
Terms = Mapping[str, Mapping[str, str]]


def found(
    file: BinaryIO, known: Known, report: Report, mapping: Path | YamlFile | None = None
) -> Iterator[Found]:
    """The contents, as plain values; ``MalformedError`` for what is not of these formats."""
    read_records = records(file)
    reader = _Reader(
        read_records, known, report, read_terms(mapping, known.words) if mapping else {}
    )
    for one in read_records:
        report.rows += one.kind not in ("meta_data", "management_data")
    yield from reader.contents()


class _Reader:
    def __init__(self, records: list[Record], known: Known, report: Report, terms: Terms) -> None:
        self._records = records
        self._known = known
        self._report = report
        self._terms = terms
        self._persons = {one.number: one for one in records if one.kind == "person"}
        self._inside: dict[int, list[Record]] = {}
        for one in records:
            if one.kind == "involvement" and one.around is not None:
                self._inside.setdefault(id(one.around), []).append(one)
        self._places: dict[str, str] = {}
        self._used: dict[int, set[str]] = {}
        self._source = self._file_source()

    def contents(self) -> Iterator[Found]:
        foreign = [one for one in self._records if not self._is_ours(one)]
        if any(one.kind in _FOREIGN for one in foreign):
            yield Found("meta_data", c.Source, dict(self._source))
        for one in self._records:
            self._never(one)
            if self._is_ours(one):
                yield from self._ours(one)
            elif one.kind in _FOREIGN:
                yield from _FOREIGN[one.kind](self, one)
            elif one.kind not in ("meta_data", "management_data", "involvement"):
                self._lose(one, Sentence("has no place in the record"))
        for one in foreign:
            if one.kind in _FOREIGN or one.kind == "involvement":
                self._unused(one)

    def _is_ours(self, one: Record) -> bool:
        if one.kind in ("involvement", "management_data") and one.around:
            return self._is_ours(one.around)
        noun = notes_in(one.values.get(COMMENTS, ())).get(cells.ITEM)
        return noun in cells.KINDS

    def _ours(self, one: Record) -> Iterator[Found]:
        notes = notes_in(one.values.get(COMMENTS, ()))
        if one.kind in ("involvement", "management_data"):
            return
        kind = cells.KINDS[notes[cells.ITEM]]
        own = set(cells.columns(kind))
        told = {name: text for name, text in notes.items() if name in own}
        if "words" in own:
            told["words"] = one.first("remarks")
        try:
            values = cells.from_cells(kind, told)
        except MalformedError as error:
            self._report.refused.add(one.where, error.message)
            return
        place = one.first("local_geographical_area", "exact_location")
        if place and kind in (c.Event, c.Act):
            yield from self._placed(one, place, values)
        yield Found(one.where, kind, values)

    def _never(self, one: Record) -> None:
        group = one.kind == "person" and one.first("counting_unit") in ("organisation", "source")
        for name in list(one.values):
            kept = name in _NEVER and (group or self._is_ours(one))
            if not kept and never.reason(name):
                values = len(one.values.pop(name))
                if one.kind != "management_data":
                    self._report.never(name, values)

    def _unused(self, one: Record) -> None:
        used = self._used.get(id(one), set())
        for name in one.values:
            if name not in used and name not in (COMMENTS, f"{one.kind}_{NUMBER}"):
                self._lose(one, Sentence("%(name)s has no place in the record", name=shown(name)))

    def _lose(self, one: Record, what: str) -> None:
        self._report.lost.add(one.where, what)

    def _take(self, one: Record, *names: str) -> str:
        self._used.setdefault(id(one), set()).update(names)
        return one.first(*names)

    def _file_source(self) -> dict[str, Any]:
        meta = next((one for one in self._records if one.kind == "meta_data"), None)
        instance = meta.first("instance") if meta else ""
        day = edtf(meta.first("date")) if meta else ""
        return {
            "id": content_id(f"esf-{instance or 'export'}-{day}"),
            "kind": "compilation",
            "title": "Export of a HURIDOCS database",
            "language": "",
            "said_on": day,
        }

    def _term(self, concept: str, untrusted: str) -> str:
        """Our term for a code or word; empty where there is none."""
        said = self._terms.get(concept, {}).get(untrusted.strip(), "")
        plain = "_".join(untrusted.casefold().split())
        coded = self._known.words[concept].by_code("huridocs", plain)
        return said or (plain if plain in self._known.words[concept] else coded)

    def _placed(
        self, one: Record, name: str, values: dict[str, Any], precision: str = _AREA
    ) -> Iterator[Found]:
        plain = " ".join(name.split())
        if not self._places:
            self._places = {
                text.text.casefold(): place.id
                for place in self._known.all(c.Place)
                for text in place.names
            }
        if plain.casefold() not in self._places:
            made = f"place-{sha256(plain.casefold().encode()).hexdigest()[:24]}"
            self._places[plain.casefold()] = made
            named = [{"text": plain, "language": ""}]
            known = "described" if is_address(plain) else precision
            yield Found(one.where, c.Place, {"id": made, "names": named, "precision": known})
        values["place"] = self._places[plain.casefold()]

    def _event(self, one: Record) -> Iterator[Found]:
        name = content_id(one.number)
        values: dict[str, Any] = {
            "id": name,
            "name": self._take(one, "event_title")[:500],
            "kind": "incident",
            "interval": self._interval(one),
        }
        place = self._take(one, "local_geographical_area") or self._take(one, "geographical_term")
        if place:
            yield from self._placed(one, place, values)
        yield Found(one.where, c.Event, values)
        for text in ("event_description", "impact_of_event", "remarks"):
            if words := self._take(one, text).strip():
                yield self._claim(one, f"{name}-{text}", words, name, name)

    def _claim(
        self, one: Record, name: str, words: str, event: str, subject: str, **more: Any
    ) -> Found:
        values = {
            "id": content_id(name),
            "source": self._source["id"],
            "words": words,
            "tellers": [{"who": ""}],
            "subject": subject,
            "property": "account",
            "value": words,
            "event": event,
            "said_on": self._source["said_on"],
            **more,
        }
        return Found(one.where, c.Claim, values)

    def _interval(self, one: Record) -> str:
        first = edtf(self._take(one, "initial_date"))
        last = edtf(self._take(one, "final_date"))
        self._take(one, "initial_date_type", "final_date_type")
        return first if first and not last else f"{first or '..'}/{last}" if last else ""

    def _act(self, one: Record) -> Iterator[Found]:
        name = content_id(one.number)
        event = self._take(one, "event") or (one.around.number if one.around else "")
        said = self._take(one, "type_of_act")
        violation = self._term("violations", said)
        if not violation:
            why = Sentence("type_of_act: no term of ours; say it in a mapping, under violations")
            self._report.refused.add(one.where, why)
            return
        victim = self._take(one, "victim")
        values: dict[str, Any] = {
            "id": name,
            "event": content_id(event),
            "violation": violation,
            "victim": content_id(victim),
            "interval": self._interval(one),
            "perpetrators": [self._involved(other) for other in self._inside.get(id(one), ())],
        }
        if place := self._take(one, "exact_location"):
            yield from self._placed(one, place, values, "described")
        yield Found(one.where, c.Act, values)
        if words := self._take(one, "remarks").strip():
            yield self._claim(one, f"{name}-remarks", words, content_id(event), name)

    def _involved(self, one: Record) -> dict[str, str]:
        kind = self._term("perpetrators", self._take(one, "type_of_perpetrator")) or "not_stated"
        said = self._take(one, "degree_of_involvement")
        role = self._term("perpetrator_roles", said) or "not_stated"
        who = self._take(one, "perpetrator")
        self._take(one, "act", "event", "latest_status_as_perpetrator_in_the_act")
        if said and role == "not_stated":
            self._lose(one, Sentence("degree_of_involvement is no term of ours"))
        named = self._persons.get(who)
        if who and (named is None or unit_of(named) == "individual"):
            self._lose(one, Sentence("a person is not named as a perpetrator from a list"))
            who = ""
        return {"kind": kind, "role": role, "who": content_id(who) if who else ""}

    def _person(self, one: Record) -> Iterator[Found]:
        name, unit = content_id(one.number), unit_of(one)
        self._take(one, "counting_unit")
        if unit == "organisation":
            values = {
                "id": name,
                "name": self._take(one, "person_name")[:500],
                "kind": "public_body",
            }
            self._lose(one, Sentence("an organisation is taken for a public body"))
            yield Found(one.where, c.Organisation, values)
        elif unit == "group":
            described = self._take(one, "group_description", "person_name")[:500]
            values = {"id": name, "what": "persons", "description": described}
            yield Found(one.where, c.Group, values)
        else:
            yield Found(one.where, c.Person, {"id": name, "pseudonym": name})

    def _information(self, one: Record) -> Iterator[Found]:
        event = self._take(one, "event", "related_event")
        words = self._take(one, "remarks").strip()
        if not words:
            self._lose(one, Sentence("information without words says nothing"))
            return
        source = self._persons.get(self._take(one, "source"))
        who = one.first("source") if source and unit_of(source) == "organisation" else ""
        given = self._take(one, "source_connection_to_information")
        more: dict[str, Any] = {
            "tellers": [{"who": content_id(who)} if who else {"who": "", "as_given": given[:500]}],
            "language": self._take(one, "language_of_source_material")[:500],
        }
        if day := edtf(self._take(one, "date_of_source_material")):
            more["said_on"] = day
        yield self._claim(one, one.number, words, content_id(event), content_id(event), **more)

    def _intervention(self, one: Record) -> Iterator[Found]:
        party = self._persons.get(self._take(one, "intervening_party"))
        if party is None or unit_of(party) != "organisation":
            self._lose(one, Sentence("who intervened is no organisation"))
            return
        self._take(one, "parties_requested")
        what = "; ".join(filter(None, (self._take(one, "type_of_intervention"),
                                       self._take(one, "remarks"))))  # fmt: skip
        yield Found(one.where, c.Demand, {
            "id": content_id(one.number),
            "by": [content_id(party.number)],
            "to": [text[:500] for text in one.values.get("parties_requested", ())],
            "must_act": "",
            "what": what,
            "event": content_id(self._take(one, "event")),
        })  # fmt: skip


_FOREIGN: Mapping[str, Callable[[_Reader, Record], Iterator[Found]]] = {
    "event": _Reader._event,
    "act": _Reader._act,
    "person": _Reader._person,
    "information": _Reader._information,
    "intervention": _Reader._intervention,
}
