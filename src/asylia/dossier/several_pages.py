"""What the PDF shows of an estimate over strata or linkages, in the shape of that of one table.

Upholds: what each table says by itself stands beneath what all of them say; a table has a number,
by which its column is found among the counts that all of it rests on.  Refuses nothing:
``estimate.read_file`` has.  Needs the extra ``counting``.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from asylia.counts import linkages_told, strata_told
from asylia.counts.estimate import Estimate
from asylia.counts.plain import CALLED, told_above
from asylia.counts.strata import Strata
from asylia.counts.words import Said, said
from asylia.dossier.estimate import Kept
from asylia.dossier.estimate_files import tables_of
from asylia.dossier.estimate_formats import Combined, EstimateFile, SeveralFile
from asylia.dossier.estimate_pages import (
    NONE,
    about,
    alone,
    cells,
    filled,
    in_lists,
    pair,
    plots_of,
)
from asylia.dossier.pdf import Pair, tongue, words
from asylia.dossier.several_made import Several, several_of
from asylia.visible import visible

MOST_SHOWN, MOST_CELLS = 128, 3_000  # rows of counts; all are in the file and in the table beside
_COLUMNS = 6  # of counts that there is room for


def shown_estimates(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """The data of the section, in order; of one table or of several."""
    return [_shown(one, one.said) for one in kept]


def _shown(kept: Kept, file: EstimateFile | SeveralFile) -> dict[str, Any]:
    if isinstance(file, EstimateFile):
        return alone(kept, file)
    found = several_of(file)
    terms = words()["several"]
    matrix, more = _matrix(file)
    return {
        "title": visible(file.title),
        "lang": tongue(file.title),
        "rows": [*_tables(file), *about(file)],
        "sentences": [pair(one) for one in _sentences(found)],
        "models": [_model(at, one, file) for at, one in enumerate(file.models)],
        "said": list(_told(found)),
        "moves": _by_table(file, found),
        "plots": list(plots_of(kept, {**words()["estimate"]["plots"], **terms["plots"][file.by]})),
        "patterns": [],
        "more": more,
        "matrix": matrix,
    }


def _tables(file: SeveralFile) -> Iterator[dict[str, Any]]:
    h, terms = words()["headings"], words()["several"]
    many = filled(terms["many"][file.by], many=len(file.tables))
    yield {"label": h["tables"], "pair": many}
    lists = "; ".join(map(visible, file.lists))
    yield {"label": h["lists_alone"], "value": lists, "lang": tongue(lists)}


def _sentences(found: Several) -> Iterator[Said]:
    if isinstance(found, Strata):
        return strata_told.sentences(found)
    return linkages_told.sentences(found)


def _model(at: int, one: Combined, file: SeveralFile) -> dict[str, Any]:
    """Over all tables; R-hat and effective sample are those of the worst of them."""
    held = [each.answers[at] for each in file.tables if not each.answers[at].refused]
    rhat = max((each.rhat for each in held if each.rhat), key=float, default=NONE)
    ess = min((each.ess for each in held if each.ess is not None), default=None)
    span = one.interval
    return {
        "name": pair(said(CALLED[one.model])),
        "median": NONE if one.median is None else str(one.median),
        "interval": f"{span.low}–{span.high}" if span else NONE,
        "rhat": rhat,
        "ess": NONE if ess is None else str(ess),
    }


def _told(found: Several) -> Iterator[Pair]:
    """What each model says over all tables, behind its name; tables by themselves have rows."""
    if isinstance(found, Strata):
        told = {name: list(strata_told.told(one))[:1] for name, one in found.sums.items()}
    else:
        told = {name: list(linkages_told.told(one)) for name, one in found.mixtures.items()}
    each_of = found.sums if isinstance(found, Strata) else found.mixtures
    if any(told_above(one.refused, found.refused) for one in each_of.values()):
        return  # all of them, for the reason that stands above
    if len({tuple(map(str, texts)) for texts in told.values()}) == 1:
        yield from map(pair, next(iter(told.values())))  # all refuse, for one reason: once
        return
    for name, texts in told.items():
        called, each = pair(said(CALLED[name])), [pair(one) for one in texts]
        yield {
            language: f"{called[language]}: {' '.join(one[language] for one in each)}"
            for language in ("en", "ru")
        }


def _by_table(file: SeveralFile, found: Several) -> dict[str, Any]:
    terms, alike = words()["several"], found.sums if isinstance(found, Strata) else found.mixtures
    rows = []
    for number, one in enumerate(file.tables, 1):
        what = filled(
            terms["row"], number=number, name=visible(one.name), seen=one.observed,
            twice=one.recaptured,
        )  # fmt: skip
        row = {model: each.alone[one.name] for model, each in alike.items()}
        rows.append((what, row))
    models = [name for name in alike if any(isinstance(row[name], Estimate) for _, row in rows)]
    return {
        "title": terms["by_itself"][file.by],
        "models": [pair(said(CALLED[name])) for name in models],
        "rows": [{"what": what, **cells(models, row)} for what, row in rows] if models else [],
    }


def _matrix(file: SeveralFile) -> tuple[list[dict[str, Any]], Pair | None]:
    """The counts, a row a pattern, a column a table by its number; as many rows as can be shown."""
    counts: dict[str, dict[int, int]] = {}
    for at, rows in enumerate(tables_of(file).values()):
        for one in rows:
            counts.setdefault(one.lists, {})[at] = one.count
    ordered = sorted(counts, key=lambda row: (-sum(counts[row].values()), row))
    most = min(MOST_SHOWN, max(MOST_CELLS // len(file.tables), 1))
    numbers = range(len(file.tables))
    parts = [
        _part(file, numbers[at : at + _COLUMNS], ordered[:most], counts)
        for at in range(0, len(numbers), _COLUMNS)
    ]
    left = len(ordered) - most
    return parts, filled(words()["several"]["more"], many=left) if left > 0 else None


def _part(
    file: SeveralFile, columns: range, rows: list[str], counts: dict[str, dict[int, int]]
) -> dict[str, Any]:
    return {
        "columns": [f"№ {at + 1}" for at in columns],
        "rows": [
            {
                "lists": in_lists(file, row),
                "counts": [str(counts[row].get(at, 0)) for at in columns],
            }
            for row in rows
        ],
    }
