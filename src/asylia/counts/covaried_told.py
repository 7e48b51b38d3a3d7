"""What is said of persons of whom something is known, as one JSON object and as sentences.

Upholds: the keys of a verdict stand as they are; beside them, which columns are known, and each
pair of lists with what it would say without them.
"""

from collections.abc import Iterator
from typing import Any

from asylia.counts.covaried import Covaried
from asylia.counts.estimate import Estimate
from asylia.counts.plain import numbers
from asylia.counts.plain import plain as of_verdict
from asylia.counts.words import N_, Said, said, whole
from asylia.languages import SOURCE

HELD, WORLDS = 16, 20  # nominal 95 %; docs/counting.md says which worlds


def plain(found: Covaried, language: str = SOURCE) -> dict[str, Any]:
    """What ``asylia estimate PERSONS --covariates … --json`` prints."""
    return {
        **of_verdict(found.verdict, language),
        "covariates": list(found.covariates),
        "pairs": {
            " + ".join(one.lists): {**numbers(one.answer, language), "without": one.without}
            for one in found.pairs
        },
    }


def told(found: Covaried) -> Iterator[Said]:
    """What each pair of lists says, and without what is known; how far to trust it."""
    for one in found.pairs:
        names = {"one": one.lists[0], "other": one.lists[1]}
        if not isinstance(one.answer, Estimate):
            yield said(
                N_("Lists %(one)s and %(other)s: no estimate, since %(reason)s."),
                **names,
                reason=one.answer.said,
            )
            continue
        yield said(
            N_(
                "Lists %(one)s and %(other)s: about %(middle)s, between %(low)s and %(high)s; "
                "as if all persons were alike it would be %(without)s."
            ),
            **names,
            middle=whole(one.answer.middle),
            low=whole(one.answer.low),
            high=whole(one.answer.high),
            without=whole(one.without or 0),
        )
    yield said(
        N_(
            "Of %(all)s made-up worlds such intervals held the number of %(held)s: fewer than they"
            " promise. Read them as too narrow."
        ),
        held=str(HELD),
        all=str(WORLDS),
    )
