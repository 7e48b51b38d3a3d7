"""What a list is narrowed to: from a form to a filter, to a handle in an address, to plain words.

Upholds: an address holds neither a search nor a choice, only a handle of this session; days are
typed as dates everywhere.  Refuses: a page of a list beyond those that there are.
"""

from collections.abc import Mapping

import msgspec

from asylia.desk.days import in_words
from asylia.desk.screen import Visit
from asylia.desk.terms import name_of
from asylia.errors import NotFoundError, UsageError
from asylia.record.edtf_dates import span
from asylia.record.typed_dates import typed_date
from asylia.record.views.filters import Filter, decode, encode
from asylia.record.views.hierarchy import holding
from asylia.record.views.shelf import Known
from asylia.values import Day, date_of

# Field of the filter -> vocabulary that it chooses from.
TERMS: Mapping[str, str] = {
    "property": "properties",
    "polarity": "polarity",
    "certainty": "certainty",
    "perpetrator": "perpetrators",
    "whose_kind": "perpetrators",
    "role": "perpetrator_roles",
}
_NAMED = ("event", "source", "subject", "place", "lineage", "who")  # ids of the record
_TYPED = ("kind", *TERMS)
_MOST_PAGES = 400


def chosen(visit: Visit) -> Filter:
    """The filter of this address; without one, nothing is narrowed."""
    return chosen_by(visit, visit.path.get("filter", ""))


def chosen_by(visit: Visit, untrusted_handle: str) -> Filter:
    """The filter behind a handle; without one, nothing is narrowed."""
    return decode(visit.workspace.handles.find(untrusted_handle)) if untrusted_handle else Filter()


def number(visit: Visit, most: int = _MOST_PAGES) -> int:
    """Which page is asked for, from 1 to ``most``."""
    text = visit.path.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and 0 < int(text) <= most):
        raise NotFoundError("There is no such page.")
    return int(text)


def address(visit: Visit, where: str, wanted: Filter, page: int = 1) -> str:
    """Where a filter is shown; a page other than the first is named."""
    if page == 1 and not wanted.narrows:
        return where
    named = f"{where}/{visit.workspace.handles.of(encode(wanted))}"
    return named if page == 1 else f"{named}/{page}"


def posted(visit: Visit) -> Filter:
    """The filter that a form asks for; ``UsageError`` for a date that can't be read."""
    form = visit.form
    named = {name: form.text(name) for name in _NAMED}
    found: dict[str, object] = {
        name: visit.workspace.handles.find_text(handle) for name, handle in named.items() if handle
    }
    found |= {name: form.text(name) for name in _TYPED if form.text(name)}
    found |= {"only_there": True} if form.text("only_there") else {}
    kind, _, term = form.text("term").partition(":")
    if term:
        found |= {"kind": kind, "term": term}
    found |= {"text": form.text("text"), "since": _first(form.text("since"))}
    found |= {name: _last(form.text(name)) for name in ("until", "as_of", "as_recorded_on")}
    try:
        return msgspec.convert(found, Filter)
    except msgspec.ValidationError:
        raise UsageError(
            "This filter can't be read.", hint="Start again from the whole list."
        ) from None


def fields(visit: Visit, wanted: Filter) -> dict[str, str]:
    """What stands in the form's fields: handles for ids, days as they are typed."""
    handles = visit.workspace.handles
    out = {name: getattr(wanted, name) for name in ("text", "term", *_TYPED)}
    out |= {
        name: handles.of(getattr(wanted, name)) if getattr(wanted, name) else "" for name in _NAMED
    }
    out["only_there"] = "1" if wanted.only_there else ""
    for name in ("since", "until", "as_of", "as_recorded_on"):
        day = getattr(wanted, name)
        out[name] = "" if day is None else date_of(Day(day)).isoformat()
    return out


def days_of(wanted: Filter) -> Filter:
    """Nothing but the days as of which a filter looks: what a link to one thing takes along."""
    return Filter(as_of=wanted.as_of, as_recorded_on=wanted.as_recorded_on)


def act_at(visit: Visit, name: str, wanted: Filter) -> str:
    """Where one act is shown, as of the same days."""
    return address(visit, f"/act/{visit.workspace.handles.of(name)}", days_of(wanted))


def where_in(visit: Visit, known: Known, wanted: Filter) -> list[tuple[str, str]]:
    """Places to narrow a list to: those in which others lie, and the one that was chosen."""
    work, language = visit.workspace, visit.desk.language

    def named_places() -> dict[str, str]:
        found = holding(work.place.vault.connection)
        return {one: name_of(known, one, language) for one in found}

    named = work.place.kept(f"places that hold others, {language}", named_places)
    if wanted.place and wanted.place not in named:
        named = {**named, wanted.place: name_of(known, wanted.place, language)}
    ordered = sorted(named.items(), key=lambda one: one[1].casefold())
    return [(work.handles.of(one), name) for one, name in ordered]


def in_words_of(visit: Visit, known: Known, wanted: Filter) -> list[tuple[str, str]]:
    """What a filter says, part by part, each with its name; for print, and to be read aloud."""
    translate, language = visit.translate, visit.desk.language
    words = visit.workspace.place.words()
    named = {
        "event": translate("Event"),
        "source": translate("Source"),
        "subject": translate("About"),
        "place": translate("Place"),
        "lineage": translate("Told by"),
        "who": translate("By whom"),
        "property": translate("What is told"),
        "polarity": translate("Says"),
        "certainty": translate("Sure?"),
        "perpetrator": translate("Kind of perpetrator"),
        "whose_kind": translate("Kind of perpetrator"),
        "role": translate("Role"),
    }
    out: list[tuple[str, str]] = []
    if wanted.text:
        out.append((translate("Words"), wanted.text))
    for name, label in named.items():
        value = getattr(wanted, name)
        if value:
            told = words[TERMS[name]].label(value, language) if name in TERMS else ""
            text = told or name_of(known, value, language)
            whole = name == "place" and not wanted.only_there
            out.append(
                (label, translate("%(place)s, all in it") % {"place": text} if whole else text)
            )
    if wanted.kind:
        out.append((translate("What"), kind_names(visit)[wanted.kind]))
    if wanted.term:
        out.append((translate("Kind"), words[CONCEPTS[wanted.kind]].label(wanted.term, language)))
    for name, label in (
        ("since", translate("Not before")),
        ("until", translate("Not after")),
        ("as_of", translate("What had been said by")),
        ("as_recorded_on", translate("What had been recorded by")),
    ):
        day = getattr(wanted, name)
        if day is not None:
            out.append((label, in_words(Day(day), language)))
    return out


# Kind of moment -> the vocabulary of its terms.
CONCEPTS: Mapping[str, str] = {
    "act": "violations",
    "statement": "statements",
    "response": "responses",
    "event": "event_kinds",
}


def kind_names(visit: Visit) -> dict[str, str]:
    """What the kinds of things with a time are called."""
    translate = visit.translate
    return {
        "": "",
        "act": translate("Act"),
        "statement": translate("Statement"),
        "response": translate("Response"),
        "event": translate("Event"),
    }


def _first(text: str) -> int | None:
    edtf = typed_date(text)
    day = span(edtf).first if edtf else None
    return _ended(edtf, day)


def _last(text: str) -> int | None:
    edtf = typed_date(text)
    day = span(edtf).last if edtf else None
    return _ended(edtf, day)


def _ended(edtf: str, day: Day | None) -> int | None:
    if edtf and day is None:
        raise UsageError("This date has no end to go by.", hint="Write one day, month or year.")
    return day
