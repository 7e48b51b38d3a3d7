"""What a page says of an estimate: of one table, of strata, of linkages of the same records.

Upholds: one shape for all three, so that one template shows them; what moves the answer stands in
rows, each model by its name.  A refused answer says once that nobody should publish it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from asylia.counts import linkages_told, strata_told
from asylia.counts.estimate import Estimate, EstimateRefusedError
from asylia.counts.moved import moved
from asylia.counts.plain import CALLED, NO_ESTIMATE, SPAN, sentence, sentences, told_above
from asylia.counts.strata import Strata
from asylia.counts.verdict import Verdict
from asylia.counts.words import Said, said, whole
from asylia.desk.estimating import PLOTS, Estimated, Found

Answer = Estimate | EstimateRefusedError
Model = tuple[str, Estimate | None, list[Said]]  # its name, its answer, what it says


def told(estimated: Estimated, language: str) -> dict[str, Any]:
    """What a page says of it, in a language."""
    found = estimated.found
    models, spoken = list(_models(found)), [one for one in _sentences(found) if one != NO_ESTIMATE]
    rows = moved(found.checks) if isinstance(found, Verdict | Strata) else ()
    answered = any(one for _, one, _ in models)
    return {
        "sentences": [(one.within(language), one.sentence == SPAN) for one in spoken],
        "refused": found.refused is not None,
        "warned": NO_ESTIMATE.within(language) if answered else "",
        "models": [
            (said(CALLED[name]).within(language), _numbers(one, language),
             [each.within(language) for each in texts])
            for name, one, texts in models
        ],
        "moved": [
            (head.within(language), _cells(row, language)) for head, row in rows
        ],
        "parts": [
            (name, whole(seen).within(language), _cells(row, language))
            for name, seen, row in _parts(found)
        ],
        "by": "" if isinstance(found, Verdict) else _by(found),
        "plots": [name for name in PLOTS if name in estimated.plots(language)],
    }  # fmt: skip


def _by(found: Found) -> str:
    return "stratum" if isinstance(found, Strata) else "linkage"


def _sentences(found: Found) -> Iterable[Said]:
    if isinstance(found, Verdict):
        return sentences(found)
    if isinstance(found, Strata):
        return strata_told.sentences(found)
    return linkages_told.sentences(found)


def _models(found: Found) -> Iterator[Model]:
    if isinstance(found, Verdict):
        for name, one in found.answers.items() if found.evidence else ():
            yield name, one.estimate, [sentence(one)]  # else all refuse, for the reason above
    elif isinstance(found, Strata):
        for name, total in found.sums.items():
            if not told_above(total.refused, found.refused):  # and each stratum has a row
                yield name, total.total, list(strata_told.told(total))[:1]
    else:
        for name, mixture in found.mixtures.items():
            if not told_above(mixture.refused, found.refused):
                yield name, mixture.mixed, list(linkages_told.told(mixture))


def _parts(found: Found) -> Iterator[tuple[str, int, Mapping[str, Answer]]]:
    """Each stratum or linkage, how many were seen, and what each model says of it alone."""
    if isinstance(found, Verdict):
        return
    alone = found.sums if isinstance(found, Strata) else found.mixtures
    for name, table in found.tables.items():
        yield name, table.observed, {model: one.alone[name] for model, one in alone.items()}


def _numbers(one: Estimate | None, language: str) -> tuple[str, str] | None:
    """The middle and the ends, as a language writes numbers."""
    if one is None:
        return None
    return whole(one.middle).within(language), _range(one, language)


def _range(one: Any, language: str) -> str:
    return f"{whole(one.low).within(language)}–{whole(one.high).within(language)}"


def _cells(row: Mapping[str, Any], language: str) -> list[tuple[str, str, str]]:
    """Each model that answers: its name, its middle, its ends; where none does, why."""
    numbers = [
        (
            said(CALLED[name]).within(language),
            whole(one.middle).within(language),
            _range(one, language),
        )
        for name, one in row.items()
        if not isinstance(one, EstimateRefusedError)
    ]
    reasons = {one.said.within(language) for one in row.values()
               if isinstance(one, EstimateRefusedError)}  # fmt: skip
    return numbers or [(reason, "", "") for reason in sorted(reasons)]
