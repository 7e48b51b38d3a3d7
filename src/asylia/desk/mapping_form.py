"""The mapping assistant's form: what it offers, what it proposes, and the mapping that it makes.

Upholds: it makes the same YAML that a person would write, and that is parsed and checked by
``exchange.mapping`` and nothing else; a column that nobody chose a field for is dropped by name;
what no import keeps is offered no field.  Decides nothing: each proposal is a choice in the form.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from asylia.desk.forms import Form
from asylia.desk.terms import Options, options
from asylia.errors import MalformedError
from asylia.exchange.imports import Looked
from asylia.exchange.mapping import DROP, TERMS
from asylia.exchange.propose import ONE_ONLY, target_of
from asylia.record.typed_dates import typed_date
from asylia.record.wordbook import Words

_EACH = ("certainty", "property", "perpetrator", "motive")
_TRANSLATIONS = ("en", "ru", "fr", "tr")
PLACES = ("settlement", "district", "region", "country", "described")
DATES = ("edtf", "dmy", "mdy", "ymd")


def offered(words: Words, language: str) -> dict[str, Options]:
    """Terms that the form offers, by the field that takes them."""
    known = words["properties"]
    counts = [name for name in known.offered if known.terms[name].takes == "count"]
    return {
        "counts": [(name, known.label(name, language)) for name in counts],
        "kinds": options(words, "source_kinds", language),
        "event_kinds": options(words, "event_kinds", language),
        "precision": [(one, words["precision"].label(one, language)) for one in PLACES],
        **{field: options(words, concept, language) for field, concept in TERMS.items()},
    }


def proposed(looked: Looked) -> dict[str, str]:
    """A field for each column by its place in the table, as the command line proposes it."""
    taken: set[str] = set()
    out: dict[str, str] = {}
    for at, column in enumerate(looked.columns):
        target = target_of(column.name) or DROP
        base, _, language = column.name.rpartition("__")
        if base and len(language) == 2 and target_of(base) == "words":
            target = "words" if "words" not in taken else f"translation {language}"
        if target in taken and target in ONE_ONLY:
            target = DROP
        taken.add(target)
        out[f"column-{at}"] = target
    return out


def unknown_terms(
    looked: Looked, typed: Mapping[str, str], words: Words
) -> list[tuple[int, int, str, str]]:
    """Cells that have to become terms: column, number of the value, field, text."""
    return [
        (at, number, target, text)
        for at, column in enumerate(looked.columns)
        if (target := typed.get(f"column-{at}", "")) in TERMS
        for number, text in enumerate(column.values)
        if text not in words[TERMS[target]]
    ]


def translations(looked: Looked) -> tuple[str, ...]:
    """Languages that a column of words can be in, beside the table's own."""
    named = [c.name.rpartition("__")[2] for c in looked.columns if "__" in c.name]
    return tuple(dict.fromkeys((*_TRANSLATIONS, *(one for one in named if len(one) == 2))))


def mapping_of(form: Form, looked: Looked, words: Words, digest: str) -> bytes:
    """The mapping that was chosen, as YAML; ``UsageError`` with what it lacks."""
    name = form.text("source_id") or f"table-{digest[:12]}"
    made: dict[str, Any] = {
        "source": {
            "id": name,
            "kind": form.needed("source_kind", "Say what it is."),
            "title": form.needed("source_title", "Give the table a title."),
            "language": form.needed("source_language", "Say in which language the words are."),
            "said_on": _date(form.needed("source_said_on", "Say when it was published or said.")),
            "address": form.text("source_address"),
        },
        "tellers": [form.text("teller") or {"unnamed": form.text("teller_words")}],
        "each": {one: text for one in _EACH if (text := form.text(f"each_{one}"))},
        "terms": _terms(form, looked, words),
        "dates": form.text("dates") or "edtf",
        "places": form.text("places") or "settlement",
        "columns": {
            column.name: form.text(f"column-{at}") or DROP
            for at, column in enumerate(looked.columns)
        },
    }
    if event := form.text("event"):
        made["event"] = event
    else:
        made["new_event"] = {
            "id": f"event-{name}"[:64],
            "name": form.needed("event_name", "Name the event that the rows tell of."),
            "kind": form.needed("event_kind", "Say what kind of event it is."),
            "apart": bool(form.text("event_apart")),
        }
    if rows := form.text("rows"):
        made["rows"] = rows
    whole: str = yaml.dump(made, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False,
                          width=1 << 20)  # fmt: skip
    return whole.encode()


def _terms(form: Form, looked: Looked, words: Words) -> dict[str, dict[str, str]]:
    chosen: dict[str, str] = {name: form.text(name) for name in form.names()}
    out: dict[str, dict[str, str]] = {}
    for at, number, field, text in unknown_terms(looked, chosen, words):
        if term := chosen.get(f"term-{at}-{number}", ""):
            out.setdefault(field, {})[text] = term
    return out


def _date(text: str) -> str:
    try:
        return typed_date(text)
    except MalformedError as error:
        raise MalformedError(error.message, hint="Nothing was saved. Write it anew.") from None
