"""What is said of several linkages, as one JSON object and as sentences.

Upholds: every model has the keys that it has for one table, null where it has none, and how many
linkages it refused; each linkage stands there with what each model says of it alone.
"""

from collections.abc import Iterator
from typing import Any

from asylia.counts.estimate import Estimate
from asylia.counts.linkages import Linkages, Mixture
from asylia.counts.plain import (
    SPAN,
    apart,
    codes,
    numbers,
    of_several,
    reason,
    refusing,
    sentence,
    told_above,
)
from asylia.counts.verdict import Answer
from asylia.counts.words import N_, Said, said, whole
from asylia.languages import SOURCE


def plain(found: Linkages, language: str = SOURCE) -> dict[str, Any]:
    """What ``asylia estimate --json`` prints of a file with several linkages."""
    least, middle, most = found.documented
    first = next(iter(found.tables.values()))
    answers = [_answer(one) for one in found.mixtures.values()]
    return {
        "models": {name: _model(one, language) for name, one in found.mixtures.items()},
        "refused": reason(found.refused, language),
        "codes": codes(found.refused, answers),
        "language": language,
        "documented": {"minimum": least, "median": middle, "most": most},
        "lists": list(first.lists),
        "span": list(found.span) if found.span else None,
        "disagreeing": [list(pair) for pair in found.disagreeing],
        "assumptions": {
            name: [assumed.within(language) for assumed in one.mixed.assumptions]
            for name, one in found.mixtures.items()
            if one.mixed
        },
        "linkages": {
            name: {
                "observed": table.observed,
                "recaptured": table.recaptured,
                "models": {
                    model: numbers(one.alone[name], language)
                    for model, one in found.mixtures.items()
                },
            }
            for name, table in found.tables.items()
        },
        "sentences": [one.within(language) for one in sentences(found)],
    }


def sentences(found: Linkages) -> Iterator[Said]:
    """What is known before any model speaks, and the span of all of them."""
    least, middle, most = found.documented
    if len(found.tables) == 1:
        yield said(N_("There is one linkage: how unsure it is, is in no number below."))
    else:
        yield said(
            N_(
                "The same records were joined in %(linkages)s plausible ways; each is taken to be "
                "as likely as another."
            ),
            linkages=len(found.tables),
        )
    yield said(
        N_(
            "Persons in at least one list: %(least)s by the linkage that joins most; %(most)s by "
            "the one that joins least, %(middle)s in the middle. Records that can't be attributed "
            "are in these numbers; a documented minimum leaves them out."
        ),
        least=whole(least),
        most=whole(most),
        middle=whole(middle),
    )
    if found.refused:
        spoke = any(one.mixed for one in found.mixtures.values())
        yield from refusing(found.refused, any_answer=spoke)
        alike = any(told_above(one.refused, found.refused) for one in found.mixtures.values())
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


def told(one: Mixture) -> Iterator[Said]:
    """What one model says over all linkages, and how far that hangs on the linkage."""
    yield sentence(_answer(one))
    held = [each for each in one.alone.values() if isinstance(each, Estimate)]
    if held and len(one.alone) > 1:
        low = min(held, key=lambda each: each.middle)
        high = max(held, key=lambda each: each.middle)
        yield said(
            N_("By one linkage alone it says %(low)s, by another %(high)s."),
            low=whole(low.middle),
            high=whole(high.middle),
        )
    if one.left_out and one.mixed:
        yield said(
            N_(
                "It refuses %(many)s of %(all)s linkages: its interval lacks them, and may be too "
                "narrow."
            ),
            many=one.left_out,
            all=len(one.alone),
        )


def _model(one: Mixture, language: str) -> dict[str, Any]:
    return {
        **of_several(_answer(one), one.alone.values(), language),
        "linkages_refused": one.left_out,
    }


def _answer(one: Mixture) -> Answer:
    return Answer(one.model, one.mixed, one.refused, one.seconds)
