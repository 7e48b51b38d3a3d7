"""What the PDF shows of an estimate: sentences in both languages, tables, plots with their text.

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
from asylia.counts.words import Said, said
from asylia.dossier.estimate import Kept, small_cells
from asylia.dossier.estimate_formats import EstimateFile, ModelAnswer
from asylia.dossier.estimate_made import verdict_of
from asylia.dossier.pdf import Pair, tongue, words
from asylia.visible import visible

MOST_SHOWN = 128  # patterns; all are in the file and in the table beside it
_NONE = "—"


def shown_estimates(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """The data of the section, in order."""
    return [_estimate(one) for one in kept]


def _estimate(kept: Kept) -> dict[str, Any]:
    file, verdict = kept.said, verdict_of(kept.said)
    ordered = sorted(file.patterns, key=lambda one: (-one.count, one.lists))
    left = len(ordered) - MOST_SHOWN
    return {
        "title": visible(file.title),
        "lang": tongue(file.title),
        "rows": list(_rows(file)),
        "sentences": [_pair(one) for one in sentences(verdict)],
        "models": [_model(one) for one in file.models],
        # where the table bears no model, the reason stands above, once
        "said": [_spoken(one) for one in verdict.answers.values() if verdict.evidence],
        "moves": _moves(file, verdict),
        "plots": list(_plots(kept)),
        "patterns": [
            {"lists": _names(file, one.lists), "count": str(one.count)}
            for one in ordered[:MOST_SHOWN]
        ],
        "more": _filled(words()["estimate"]["more"], many=left) if left > 0 else None,
    }


def _rows(file: EstimateFile) -> Iterator[dict[str, Any]]:
    h, terms = words()["headings"], words()["estimate"]
    yield {"label": h["as_of"], "value": file.as_of, "lang": "en"}
    lists = "; ".join(
        f"{visible(name)} ({size})" for name, size in zip(file.lists, file.sizes, strict=True)
    )
    yield {"label": h["lists"], "value": lists, "lang": tongue(lists)}
    yield {"label": h["counted"], "pair": terms["counted"][file.counted]}
    if few := small_cells(file):
        yield {"label": h["small_cells"], "value": str(few), "lang": "en"}
    yield {"label": h["made_with"], "value": f"{file.software}; seed {file.seed}", "lang": "en"}


def _model(one: ModelAnswer) -> dict[str, Any]:
    span = one.interval
    return {
        "name": _pair(said(CALLED[one.model])),
        "median": _NONE if one.median is None else str(one.median),
        "interval": f"{span.low}–{span.high}" if span else _NONE,
        "rhat": one.rhat or _NONE,
        "ess": _NONE if one.ess is None else str(one.ess),
    }


def _spoken(one: Answer) -> Pair:
    name, told = _pair(said(CALLED[one.model])), _pair(sentence(one))
    return {language: f"{name[language]}: {told[language]}" for language in ("en", "ru")}


def _moves(file: EstimateFile, verdict: Verdict) -> dict[str, Any]:
    """A table with a column a model; where no model answers, one cell says why."""
    terms, checks = words()["estimate"], verdict.checks
    rows = [
        (_filled(terms["known"], name=visible(name), total=known.total), known.row)
        for name, known in checks.known.items()
    ]
    for name, row in checks.left_out.items():
        rows.append((_filled(terms["without"], name=visible(name)), row))
    for one, row in zip(file.missed, checks.missed.values(), strict=True):
        rows.append((_filled(terms["missed"], share=one.percent), row))
    for point in checks.curve:
        if point.factor != 1:
            held = Estimate("nhoi", (), point.middle, point.low, point.high, LEVEL, {})
            what = _filled(terms["curve"], factor=f"{point.factor:g}")
            rows.append((what, {"nhoi": held}))
    models = [name for name in CALLED if any(name in row for _, row in rows)]
    return {
        "models": [_pair(said(CALLED[name])) for name in models],
        "rows": [{"what": what, **_cells(models, row)} for what, row in rows],
    }


def _cells(models: Iterable[str], row: Row) -> dict[str, Any]:
    """What each model would say; where none does, why."""
    found = {name: one for name, one in row.items() if isinstance(one, Estimate)}
    refused = [_pair(one.said) for one in row.values() if not isinstance(one, Estimate)]
    return {
        "numbers": [_numbers(found[name]) if name in found else _NONE for name in models],
        "why": refused[0] if refused and not found else None,
    }


def _numbers(one: Estimate) -> str:
    return f"{one.middle} ({one.low}–{one.high})"


def _plots(kept: Kept) -> Iterator[dict[str, Any]]:
    texts: Mapping[str, Mapping[str, Pair]] = words()["estimate"]["plots"]
    for name, svg in kept.plots.items():
        caption, alt = texts[name]["caption"], texts[name]["alt"]
        told = f"{caption['en']}. {alt['en']} {caption['ru']}. {alt['ru']}"
        yield {"svg": svg.decode("utf-8"), "caption": caption, "alt": told}


def _names(file: EstimateFile, pattern: str) -> str:
    held = (name for name, bit in zip(file.lists, pattern, strict=True) if bit == "1")
    return visible(" + ".join(held))


def _filled(pair: Pair, **values: object) -> Pair:
    return {language: text.format(**values) for language, text in pair.items()}


def _pair(one: Said) -> Pair:
    return {language: visible(one.within(language)) for language in ("en", "ru")}
