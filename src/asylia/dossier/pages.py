"""What the PDF shows, made from the very items, consent and figures that the bundle carries.

Upholds: no word of a source that is not in a disclosed field; terms in both languages; what acts
unseen in a text is shown as a mark.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from asylia.dossier.exhibit_pages import is_exhibit, shown_exhibits
from asylia.dossier.formats import ConsentStatement, Disclosed, FiguresSnapshot
from asylia.dossier.pdf import Pair, grouped, tongue, words
from asylia.dossier.snapshot import NOT_DISCLOSED
from asylia.dossier.wording import CONCEPTS, MASKED, YES
from asylia.envelope.statement import Statement
from asylia.record.forms import NOT_STATED, UNKNOWN
from asylia.record.vocabulary import vocabulary
from asylia.tlog.checkpoint import Checkpoint
from asylia.visible import visible

_PUBLIC_WORDS = frozenset({"statement_made", "demand_made", "response_made"})
# Not said twice: the second is left out of the PDF where it reads like the first.
_LIKE = {"event": "subject", "lineage": "tellers", "source_said_on": "said_on"}
_APART = frozenset({"words", "words_masked", "language", "count_min", "count_max", "count_about"})


def pages(
    items: Iterable[Disclosed],
    whole: Iterable[tuple[str, Statement]],
    consent: ConsentStatement,
    figures: FiguresSnapshot,
    checkpoint: Checkpoint,
    root_hash: bytes,
    made_on: str,
    carried: Collection[str] = (),
) -> dict[str, Any]:
    """The data of ``template.typ``; ``whole``: whole statements under their names.

    ``carried``: names of the exhibits of which the bytes are in the bundle.
    """
    h = words()["headings"]
    items = tuple(items)
    shown = [_item(one) for one in items if not is_exhibit(one)]
    groups = [
        {"heading": h["claims"], "items": [one for one in shown if not one["public_words"]]},
        {"heading": h["public_words"], "items": [one for one in shown if one["public_words"]]},
    ]
    return {
        "title": f"{h['title']['en']} · {h['title']['ru']}",
        "footer": f"{consent.recipient} · {made_on}",
        "cover": _cover(consent, made_on),
        "root": grouped(root_hash),
        "log": {
            "origin": checkpoint.origin,
            "size": str(checkpoint.size),
            "root": grouped(checkpoint.root),
        },
        "groups": [group for group in groups if group["items"]],
        "exhibits": shown_exhibits(items, carried),
        "statements": [_statement(name, statement) for name, statement in whole],
        "figures": _by_event(figures),
        "consent": [
            {"name": one.name, "basis": words()["bases"][one.basis], "until": one.until or "—"}
            for one in consent.items
        ],
    }


def _cover(consent: ConsentStatement, made_on: str) -> list[dict[str, Any]]:
    h = words()["headings"]
    onward = "; ".join(consent.onward)
    told = {"value": onward, "lang": tongue(onward)} if onward else {"pair": h["nobody"]}
    until = {"value": consent.until, "lang": "en"} if consent.until else {"pair": h["public_only"]}
    return [
        {"label": h["purpose"], "pair": _term("purposes", consent.purpose)},
        {"label": h["recipient"], "value": consent.recipient, "lang": tongue(consent.recipient)},
        {"label": h["onward"], **told},
        {"label": h["made_on"], "value": made_on, "lang": "en"},
        {"label": h["until"], **until},
    ]


def _item(item: Disclosed) -> dict[str, Any]:
    told = {field.name: field.value for field in item.fields}
    labels: Mapping[str, Pair] = words()["fields"]
    language = told.get("language", "en")
    rows = [
        {"label": _label(name), **_value(name, told[name])}
        for name in labels
        for name in (name, f"{name}{MASKED}")
        if name in told and name not in _APART and told[name] != told.get(_LIKE.get(name, ""))
    ]
    if "count" in told or "count_min" in told:
        rows.insert(1, {"label": labels["count"], "pair": _count(told)})
    return {
        "name": item.name,
        "words": visible(told.get("words", told.get(f"words{MASKED}", ""))),
        "lang": language,
        "rows": rows,
        "public_words": told.get("property") in _PUBLIC_WORDS,
    }


def _statement(name: str, statement: Statement) -> dict[str, Any]:
    answers = [
        {"question": visible(one.question), "text": visible(one.text)} for one in statement.answers
    ]
    text = visible(statement.text)
    return {"name": name, "lang": statement.language, "text": text, "answers": answers}


def _label(name: str) -> Pair:
    label: Pair = words()["fields"][name.removesuffix(MASKED)]
    if not name.endswith(MASKED):
        return label
    note = words()["headings"]["masked"]
    return {tongue: f"{label[tongue]} ({note[tongue]})" for tongue in label}


def _value(name: str, text: str) -> dict[str, Any]:
    if name in CONCEPTS:
        return {"pair": _term(CONCEPTS[name], text)}
    return _plain(text)


def _count(told: Mapping[str, str]) -> Pair:
    plain = words()["plain"]
    if told.get("count") == NOT_STATED:
        return dict(plain[NOT_STATED])
    least, most = told.get("count_min", "open"), told.get("count_max", "open")
    if "open" not in (least, most):
        kind = "exactly" if least == most else "from_to"
    else:
        kind = "at_least" if most == "open" else "at_most"
    kind = "about" if told.get("count_about") == "yes" else kind
    return {tongue: text.format(least=least, most=most) for tongue, text in plain[kind].items()}


def _by_event(figures: FiguresSnapshot) -> list[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, rows in figures.figures.items():
        for row in rows:
            groups.setdefault(row["event"], []).append(_row(name, row))
    return [{"event": _plain(event), "rows": groups[event]} for event in groups]


def _row(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    ends = {"count_min": row["min"], "count_max": row["max"]}
    told = {key: "open" if end is None else str(end) for key, end in ends.items()}
    if row["min"] is None and row["max"] is None:
        told["count"] = NOT_STATED
    told["count_about"] = "yes" if row["about"] else ""
    labels: Mapping[str, Pair] = words()["fields"]
    return {
        "what": _term("properties", name),
        "number": _count(told),
        "notes": [labels[note] for note in ("part_of_a_total", "running_total") if row[note]],
        "words": _plain(row["words"]),
        "by": _by(row["perpetrator"]),
        "lineage": _plain(row["lineage"]),
        "items": row["claims"],
    }


def _plain(text: str) -> dict[str, Any]:
    if text in (UNKNOWN, NOT_STATED, NOT_DISCLOSED, YES):
        return {"pair": words()["plain"][text]}
    return {"value": visible(text), "lang": tongue(text)}


def _by(perpetrator: str) -> dict[str, Any]:
    if perpetrator == NOT_DISCLOSED:
        return _plain(perpetrator)
    return {"pair": _term("perpetrators", perpetrator)}


def _term(concept: str, term: str) -> Pair:
    known = vocabulary(concept)
    return {tongue: known.label(term, tongue) for tongue in ("en", "ru")}
