"""What is said of a population in strata, as one JSON object and as sentences.

Upholds: every model has the keys that it has for one table, null where it has none; each stratum
stands there with what each model says of it alone.
"""

from collections.abc import Iterator
from typing import Any

from asylia.counts.estimate import Estimate
from asylia.counts.plain import apart, numbers, of_several, refusing, sentence
from asylia.counts.strata import Strata, Sum
from asylia.counts.verdict import Answer
from asylia.counts.words import N_, Said, said, whole


def plain(found: Strata) -> dict[str, Any]:
    """What ``asylia estimate --json`` prints of a file with strata."""
    first = next(iter(found.tables.values()))
    return {
        "models": {
            name: of_several(_answer(one), one.alone.values()) for name, one in found.sums.items()
        },
        "refused": found.refused.reason if found.refused else None,
        "observed": found.observed,
        "recaptured": found.recaptured,
        "lists": list(first.lists),
        "span": list(found.span) if found.span else None,
        "disagreeing": [list(pair) for pair in found.disagreeing],
        "assumptions": {
            name: [str(assumed) for assumed in one.total.assumptions]
            for name, one in found.sums.items()
            if one.total
        },
        "strata": {
            name: {
                "observed": table.observed,
                "recaptured": table.recaptured,
                "models": {model: numbers(one.alone[name]) for model, one in found.sums.items()},
            }
            for name, table in found.tables.items()
        },
        "sentences": [str(one) for one in sentences(found)],
    }


def sentences(found: Strata) -> Iterator[Said]:
    """What is known before any model speaks, and the span of all of them."""
    yield said(
        N_(
            "%(observed)s persons stand in at least one list, in %(strata)s strata; %(recaptured)s "
            "of them in more than one list. Strata are added up draw by draw."
        ),
        observed=whole(found.observed),
        strata=len(found.tables),
        recaptured=whole(found.recaptured),
    )
    if found.refused:
        spoke = any(one.total for one in found.sums.values())
        yield from refusing(found.refused, any_answer=spoke)
    elif found.span:
        low, high = found.span
        yield said(
            N_("Estimated: between %(low)s and %(high)s persons in all, over every model below."),
            low=whole(low),
            high=whole(high),
        )
    yield from apart(found.disagreeing)


def told(one: Sum) -> Iterator[Said]:
    """What one model says of all strata together, and of each."""
    yield sentence(_answer(one))
    for name, alone in one.alone.items():
        if isinstance(alone, Estimate):
            yield said(
                N_("Stratum %(name)s: about %(middle)s, between %(low)s and %(high)s."),
                name=name,
                middle=whole(alone.middle),
                low=whole(alone.low),
                high=whole(alone.high),
            )
        else:
            yield said(
                N_("Stratum %(name)s: no estimate, since %(reason)s."),
                name=name,
                reason=alone.said,
            )


def _answer(one: Sum) -> Answer:
    return Answer(one.model, one.total, one.refused, one.seconds)
