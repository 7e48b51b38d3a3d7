"""What is said of a population in strata, as one JSON object and as sentences.

Upholds: every model has the keys that it has for one table, null where it has none; each stratum
stands there with what each model says of it alone.
"""

from collections.abc import Iterator
from typing import Any

from asylia.counts.estimate import Estimate
from asylia.counts.plain import (
    SPAN,
    apart,
    codes,
    numbers,
    of_several,
    reason,
    refusing,
    row_of,
    sentence,
    told_above,
)
from asylia.counts.strata import Strata, Sum
from asylia.counts.verdict import Answer
from asylia.counts.words import N_, NN_, Said, numbered, said, whole
from asylia.languages import SOURCE


def plain(found: Strata, language: str = SOURCE) -> dict[str, Any]:
    """What ``asylia estimate --json`` prints of a file with strata."""
    first = next(iter(found.tables.values()))
    answers = [_answer(one) for one in found.sums.values()]
    return {
        "models": {
            name: of_several(_answer(one), one.alone.values(), language)
            for name, one in found.sums.items()
        },
        "refused": reason(found.refused, language),
        "codes": codes(found.refused, answers),
        "language": language,
        "observed": found.observed,
        "recaptured": found.recaptured,
        "lists": list(first.lists),
        "span": list(found.span) if found.span else None,
        "disagreeing": [list(pair) for pair in found.disagreeing],
        "assumptions": {
            name: [assumed.within(language) for assumed in one.total.assumptions]
            for name, one in found.sums.items()
            if one.total
        },
        "strata": {
            name: {
                "observed": table.observed,
                "recaptured": table.recaptured,
                "models": {
                    model: numbers(one.alone[name], language) for model, one in found.sums.items()
                },
            }
            for name, table in found.tables.items()
        },
        "left_out": {name: row_of(row, language) for name, row in found.checks.left_out.items()},
        "missed_links": {
            str(share): row_of(row, language) for share, row in found.checks.missed.items()
        },
        "sentences": [one.within(language) for one in sentences(found)],
    }


def sentences(found: Strata) -> Iterator[Said]:
    """What is known before any model speaks, and the span of all of them."""
    yield numbered(
        NN_(
            "Persons in at least one list, in one stratum: %(observed)s; in more than one list: "
            "%(recaptured)s.",
            "Persons in at least one list, in %(num)s strata: %(observed)s; in more than one list: "
            "%(recaptured)s. Strata are added up draw by draw.",
        ),
        len(found.tables),
        observed=whole(found.observed),
        recaptured=whole(found.recaptured),
    )
    if found.refused:
        spoke = any(one.total for one in found.sums.values())
        yield from refusing(found.refused, any_answer=spoke)
        alike = any(told_above(one.refused, found.refused) for one in found.sums.values())
        if alike and found.refused.helps:
            yield found.refused.helps
    elif found.span:
        low, high = found.span
        yield said(
            SPAN,
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
