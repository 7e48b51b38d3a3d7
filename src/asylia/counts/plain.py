"""A verdict as one JSON object, and as sentences.

Upholds: every model has the same keys, null where it has none; numbers are whole persons.  A
sentence says "estimated, assuming ..." and never that so many there are.  Sentences come in the
language asked for; beside each reason, advice and assumption stands its code, which is the same in
every language (``codes``).
"""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

from asylia.counts.checks import KNOWN as CHECKED
from asylia.counts.checks import LEFT_OUT, MISSED, Row
from asylia.counts.codes import code
from asylia.counts.estimate import Estimate, EstimateRefusedError
from asylia.counts.lcmcr import SWAYING
from asylia.counts.once import found_once
from asylia.counts.verdict import BOUND, HELD, KNOWN, Answer, Verdict
from asylia.counts.words import N_, NN_, Said, numbered, said, whole
from asylia.languages import SOURCE

# What a model is, for those who read its name for the first time.
CALLED = {
    "lcmcr": N_("latent classes"),
    "graphs": N_("averaging over graphs"),
    "loglinear": N_("log-linear, chosen anew in each resampling"),
    "chao": N_("Chao's lower bound"),
    "nhoi": N_("no highest-order interaction"),
    "robust": N_("doubly robust, with what is known of persons"),
}
# What else is worked out beside the models, as progress tells it.
CHECKING = {
    LEFT_OUT: N_("leaving out each list"),
    MISSED: N_("putting back missed links"),
    CHECKED: N_("lists whose total is known"),
}


SPAN = N_("Estimated: between %(low)s and %(high)s persons in all, over every model below.")
NO_ESTIMATE = said(N_("What single models say is no estimate: nobody should publish it."))


def plain(verdict: Verdict, language: str = SOURCE) -> dict[str, Any]:
    """What ``asylia estimate --json`` prints."""
    histories, helps = verdict.histories, _helps(verdict)
    return {
        "models": {name: _model(one, language) for name, one in verdict.answers.items()},
        "refused": reason(verdict.refused, language),
        "helps": helps.within(language) if helps else None,
        "codes": codes(verdict.refused, verdict.answers.values()) | {"helps": code(helps)},
        "language": language,
        "observed": histories.observed,
        "recaptured": histories.recaptured,
        "lists": {name: histories.size(at) for at, name in enumerate(histories.lists)},
        "contained": dict(verdict.evidence.contained) if verdict.evidence else {},
        "apart": list(verdict.evidence.apart) if verdict.evidence else [],
        "span": list(verdict.span) if verdict.span else None,
        "disagreeing": [list(pair) for pair in verdict.disagreeing],
        "assumptions": {
            one.estimator: [assumed.within(language) for assumed in one.assumptions]
            for one in verdict.estimates
        },
        "left_out": {name: row_of(row, language) for name, row in verdict.checks.left_out.items()},
        "missed_links": {
            str(share): row_of(row, language) for share, row in verdict.checks.missed.items()
        },
        "known_totals": {
            name: {"total": one.total, "models": row_of(one.row, language)}
            for name, one in verdict.checks.known.items()
        },
        "sensitivity": [
            {"factor": one.factor, "median": one.middle, "interval95": [one.low, one.high]}
            for one in verdict.checks.curve
        ],
        "sentences": [one.within(language) for one in sentences(verdict)],
    }


def codes(refused: EstimateRefusedError | None, answers: Iterable[Answer]) -> dict[str, Any]:
    """The codes of each reason and assumption, for programs: the same in every language."""
    told = list(answers)
    return {
        "refused": refused.code if refused else None,
        "models": {one.model: one.refused.code if one.refused else None for one in told},
        "assumptions": {
            one.model: [code(assumed) for assumed in one.estimate.assumptions]
            for one in told
            if one.estimate
        },
    }


def sentences(verdict: Verdict) -> Iterator[Said]:
    """What the verdict says, for somebody who is no statistician; each in any language."""
    histories = verdict.histories
    yield numbered(
        NN_(
            "Persons in the only list: %(observed)s.",
            "Persons in at least one of %(num)s lists: %(observed)s; in more than one: "
            "%(recaptured)s.",
        ),
        len(histories.lists),
        observed=whole(histories.observed),
        recaptured=whole(histories.recaptured),
    )
    if verdict.evidence:
        yield from _lists(verdict)
        yield from found_once(histories)
    if verdict.refused:
        yield from refusing(verdict.refused, any_answer=bool(verdict.estimates))
    elif verdict.span:
        low, high = verdict.span
        yield said(
            SPAN,
            low=whole(low),
            high=whole(high),
        )
        yield from _swayed(verdict.estimates, high)
        yield track_record()
    if known := verdict.checks.known:
        yield said(
            N_(
                "Each list of this table has a known total, and the other lists see a part of it. "
                "Lists whose total is held by models that work from that part: %(held)s of %(all)s."
            ),
            held=sum(1 for one in known.values() if one.held),
            all=len(known),
        )
    helps = _helps(verdict)
    if helps:
        yield helps
    yield from apart(verdict.disagreeing)


def _swayed(estimates: Iterable[Estimate], high: int) -> Iterator[Said]:
    """That the span's upper end is a model's that another usual prior would put higher."""
    for one in estimates:
        if one.high == high and SWAYING in one.diagnostics:
            yield said(
                N_(
                    "Its upper end is that of latent classes and rests on what is thought likely "
                    "beforehand, not on the lists alone: by another usual prior it would be "
                    "%(high)s."
                ),
                high=whole(round(one.diagnostics[SWAYING])),
            )


def refusing(refused: EstimateRefusedError, *, any_answer: bool) -> Iterator[Said]:
    """That there is no estimate, and that what single models say does not stand for one."""
    yield said(N_("No estimate is given: %(reason)s."), reason=refused.said)
    if any_answer:
        yield NO_ESTIMATE


def told_above(one: EstimateRefusedError | None, all_of_them: EstimateRefusedError | None) -> bool:
    """Whether a model refuses for the reason for which there is no estimate at all."""
    return bool(one and all_of_them and one.said == all_of_them.said)


def apart(pairs: Iterable[tuple[str, str]]) -> Iterator[Said]:
    """That models rule each other out."""
    for one, other in pairs:
        yield said(
            N_(
                "Their intervals do not meet: %(one)s, %(other)s. At least one rests on what is "
                "false."
            ),
            one=said(CALLED[one]),
            other=said(CALLED[other]),
        )


def track_record() -> Said:
    """How often a span held a number that was known: one model alone is not to be trusted."""
    return said(
        N_(
            "Where the true number was known, such a span held it in %(held)s cases of %(all)s; "
            "the intervals of single models held it less often."
        ),
        held=HELD,
        all=KNOWN,
    )


def sentence(one: Answer) -> Said:
    """What one model says."""
    if not one.estimate:
        return _refused(one.refused)
    found = one.estimate
    values = {
        "middle": whole(found.middle),
        "low": whole(found.low),
        "high": whole(found.high),
        "assumptions": Joined(found.assumptions),
    }
    if one.model == BOUND:
        return said(
            N_(
                "Estimated, assuming that %(assumptions)s: at least about %(middle)s persons "
                "(this bound may lie between %(low)s and %(high)s)."
            ),
            **values,
        )
    return said(
        N_(
            "Estimated, assuming that %(assumptions)s: about %(middle)s persons, and likely "
            "(95 %%) between %(low)s and %(high)s."
        ),
        **values,
    )


def _refused(refusal: EstimateRefusedError | None) -> Said:
    if refusal and refusal.helps:
        return said(
            N_("No estimate: %(reason)s. %(helps)s"), reason=refusal.said, helps=refusal.helps
        )
    return said(N_("No estimate: %(reason)s."), reason=refusal.said if refusal else "")


class Joined(Said):
    """Several sentences as one list of clauses."""

    def __init__(self, parts: tuple[Said, ...]) -> None:
        super().__init__("", {str(at): part for at, part in enumerate(parts)})

    def within(self, language: str) -> str:
        """The clauses in that language, each after a semicolon."""
        parts = (part for part in self.values.values() if isinstance(part, Said))
        return "; ".join(part.within(language) for part in parts)


def _lists(verdict: Verdict) -> Iterator[Said]:
    evidence = verdict.evidence
    if evidence is None:
        return
    for one, other in evidence.contained.items():
        if one in evidence.copied:
            yield said(
                N_(
                    "List %(one)s lies wholly within list %(other)s, which chance would hardly "
                    "bring about: no model uses it."
                ),
                one=one,
                other=other,
            )
            continue
        yield said(
            N_("List %(one)s lies wholly within list %(other)s: it tells nothing of its own."),
            one=one,
            other=other,
        )
    for name in evidence.apart:
        yield said(N_("List %(name)s shares nobody with the others."), name=name)


def _helps(verdict: Verdict) -> Said | None:
    if verdict.refused and verdict.refused.helps:
        return verdict.refused.helps
    reasons = [one.refused for one in verdict.answers.values() if one.refused]
    return next((one.helps for one in reasons if one.helps), None)


def _model(one: Answer, language: str) -> dict[str, Any]:
    found = one.estimate
    spoken = found or one.refused
    diagnostics = spoken.diagnostics if spoken else {}
    return {
        "median": found.middle if found else None,
        "interval95": [found.low, found.high] if found else None,
        "rhat": _finite(diagnostics.get("rhat")),
        "ess": _finite(diagnostics.get("ess")),
        "seconds": round(one.seconds, 3),
        "refused": reason(one.refused, language),
    }


def numbers(one: Estimate | EstimateRefusedError, language: str) -> dict[str, Any]:
    """What one model says of one table, in numbers alone, or why it says none and its code."""
    if isinstance(one, EstimateRefusedError):
        told = one.said.within(language)
        return {"median": None, "interval95": None, "refused": told, "code": one.code}
    return {"median": one.middle, "interval95": [one.low, one.high], "refused": None, "code": None}


def of_several(
    answer: Answer, alone: Iterable[Estimate | EstimateRefusedError], language: str
) -> dict[str, Any]:
    """The same keys where a model's answer is made of several tables': R-hat is the worst one's."""
    chains = [one.diagnostics for one in alone if isinstance(one, Estimate)]
    rhat = max((each["rhat"] for each in chains if "rhat" in each), default=None)
    ess = min((each["ess"] for each in chains if "ess" in each), default=None)
    return {**_model(answer, language), "rhat": _finite(rhat), "ess": _finite(ess)}


def row_of(row: Row, language: str) -> dict[str, Any]:
    """What each model says, in numbers alone."""
    return {name: numbers(one, language) for name, one in row.items()}


def reason(refusal: EstimateRefusedError | None, language: str) -> str | None:
    """Why there is none, in a language; None where there is one."""
    return refusal.said.within(language) if refusal else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
