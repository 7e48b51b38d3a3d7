"""What the PDF shows of an estimate of one table: sentences, tables, plots with their text.

Upholds: each number on the page is in the estimate's file; sentences are those that ``counts`` says
of that file; what is assumed stands in the same sentence as the number; each picture has words.
Refuses nothing: ``estimate.read_file`` has.  Needs the extra ``counting``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from asylia.counts.checks import Row
from asylia.counts.estimate import LEVEL, Estimate
from asylia.counts.plain import CALLED, sentence, sentences
from asylia.counts.verdict import Answer, Verdict
from asylia.counts.words import Said, fraction, said, whole
from asylia.dossier.estimate import Kept
from asylia.dossier.estimate_files import Said as File
from asylia.dossier.estimate_files import small_cells
from asylia.dossier.estimate_formats import EstimateFile, ModelAnswer
from asylia.dossier.estimate_made import verdict_of
from asylia.dossier.pdf import Pair, tongue, words
from asylia.visible import visible

MOST_SHOWN = 128  # patterns; all are in the file and in the table beside it
NONE = "—"


def alone(kept: Kept, file: EstimateFile) -> dict[str, Any]:
    """The data of an estimate of one table."""
    verdict = verdict_of(file)
    ordered = sorted(file.patterns, key=lambda one: (-one.count, one.lists))
    left = len(ordered) - MOST_SHOWN
    return {
        "title": visible(file.title),
        "lang": tongue(file.title),
        "rows": [*_lists(file), *about(file)],
        "sentences": [pair(one) for one in sentences(verdict)],
        "models": [_model(one) for one in file.models],
        # where the table bears no model, the reason stands above, once
        "said": [spoken(one) for one in verdict.answers.values() if verdict.evidence],
        "moves": _moves(file, verdict),
        "plots": list(plots_of(kept, words()["estimate"]["plots"])),
        "patterns": [
            {"lists": in_lists(file, one.lists), "count": str(one.count)}
            for one in ordered[:MOST_SHOWN]
        ],
        "more": filled(words()["estimate"]["more"], many=left) if left > 0 else None,
        "matrix": [],
    }


def _lists(file: EstimateFile) -> Iterator[dict[str, Any]]:
    lists = "; ".join(
        f"{visible(name)} ({size})" for name, size in zip(file.lists, file.sizes, strict=True)
    )
    yield {"label": words()["headings"]["lists"], "value": lists, "lang": tongue(lists)}


def about(file: File) -> Iterator[dict[str, Any]]:
    """As of when, who is counted on what ground, and with what it was made."""
    h, terms = words()["headings"], words()["estimate"]
    yield {"label": h["as_of"], "value": file.as_of, "lang": "en"}
    yield {"label": h["counted"], "pair": terms["counted"][file.counted]}
    if few := small_cells(file):
        yield {"label": h["small_cells"], "value": str(few), "lang": "en"}
    yield {"label": h["made_with"], "value": f"{file.software}; seed {file.seed}", "lang": "en"}


def _model(one: ModelAnswer) -> dict[str, Any]:
    span = one.interval
    return {
        "name": pair(said(CALLED[one.model])),
        "median": NONE if one.median is None else str(one.median),
        "interval": f"{span.low}–{span.high}" if span else NONE,
        "rhat": one.rhat or NONE,
        "ess": NONE if one.ess is None else str(one.ess),
    }


def spoken(one: Answer) -> Pair:
    """What one model says, behind its name."""
    name, told = pair(said(CALLED[one.model])), pair(sentence(one))
    return {language: f"{name[language]}: {told[language]}" for language in ("en", "ru")}


def _moves(file: EstimateFile, verdict: Verdict) -> dict[str, Any]:
    """A table with a column a model; where no model answers, one cell says why."""
    terms, checks = words()["estimate"], verdict.checks
    rows = [
        (filled(terms["known"], name=visible(name), total=whole(known.total)), known.row)
        for name, known in checks.known.items()
    ]
    for name, row in checks.left_out.items():
        rows.append((filled(terms["without"], name=visible(name)), row))
    for one, row in zip(file.missed, checks.missed.values(), strict=True):
        rows.append((filled(terms["missed"], share=one.percent), row))
    for point in checks.curve:
        if point.factor != 1:
            held = Estimate("nhoi", (), point.middle, point.low, point.high, LEVEL, {})
            what = filled(terms["curve"], factor=fraction(point.factor))
            rows.append((what, {"nhoi": held}))
    models = [name for name in CALLED if any(name in row for _, row in rows)]
    return {
        "title": words()["headings"]["moves"],
        "models": [pair(said(CALLED[name])) for name in models],
        "rows": [{"what": what, **cells(models, row)} for what, row in rows],
    }


def cells(models: Iterable[str], row: Row) -> dict[str, Any]:
    """What each model would say; where none does, why."""
    found = {name: one for name, one in row.items() if isinstance(one, Estimate)}
    refused = [pair(one.said) for one in row.values() if not isinstance(one, Estimate)]
    return {
        "numbers": [numbers(found[name]) if name in found else NONE for name in models],
        "why": refused[0] if refused and not found else None,
    }


def numbers(one: Estimate) -> str:
    """The middle and the ends."""
    return f"{one.middle} ({one.low}–{one.high})"


def plots_of(kept: Kept, texts: Mapping[str, Mapping[str, Pair]]) -> Iterator[dict[str, Any]]:
    """Each plot with its caption, and the words for who does not see it."""
    for name, svg in kept.plots.items():
        caption, alt = texts[name]["caption"], texts[name]["alt"]
        told = f"{caption['en']}. {alt['en']} {caption['ru']}. {alt['ru']}"
        yield {"svg": svg.decode("utf-8"), "caption": caption, "alt": told}


def in_lists(file: File, pattern: str) -> str:
    """The names of the lists of a row."""
    held = (name for name, bit in zip(file.lists, pattern, strict=True) if bit == "1")
    return visible(" + ".join(held))


def filled(pair: Pair, **values: object) -> Pair:
    """Both languages with these values in them."""
    return {
        language: text.format(
            **{
                name: one.within(language) if isinstance(one, Said) else one
                for name, one in values.items()
            }
        )
        for language, text in pair.items()
    }


def pair(one: Said) -> Pair:
    """A sentence in both languages."""
    return {language: visible(one.within(language)) for language in ("en", "ru")}
