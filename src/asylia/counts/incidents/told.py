"""What a linkage says of how many incidents there are: as one JSON object, as sentences.

Upholds: the minimum is that of the most-merging plausible linkage, without records that can't be
attributed; where chains do not agree no number is told.
"""

from collections.abc import Iterator
from typing import Any

from asylia.counts.linking.link import Linked
from asylia.counts.linking.told import plain as linkage
from asylia.counts.linking.told import unread
from asylia.counts.words import N_, Said, said, whole
from asylia.languages import SOURCE


def plain(found: Linked, language: str = SOURCE) -> dict[str, Any]:
    """What ``asylia incidents --json`` prints under ``linkage``."""
    report = linkage(found, language)
    report["incidents"] = report.pop("persons")
    if found.labelled is not None:
        del report["labels"]["taught"]  # none of them teaches
        report["labels"]["unsure"] = found.labelled.unsure
    return report


def sentences(found: Linked) -> Iterator[Said]:
    """How many incidents there are, for somebody who is no statistician."""
    yield from unread(found)
    if found.labelled is not None:
        yield said(
            N_(
                "Labels of decided pairs, which hold: %(decided)s. Less than sure: %(unsure)s; "
                "could not tell: %(open)s; these do nothing."
            ),
            decided=whole(found.labelled.decided),
            unsure=whole(found.labelled.unsure),
            open=whole(found.labelled.not_known),
        )
    drawn = found.plausible
    if drawn is None:
        return
    if drawn.refused:
        yield said(N_("How many incidents they tell of is not told: %(why)s."), why=drawn.refused)
        return
    low, high = drawn.interval95
    yield said(
        N_(
            "They tell of about %(middle)s incidents, and likely (95 %%) of between %(low)s and "
            "%(high)s."
        ),
        middle=whole(drawn.median), low=whole(low), high=whole(high),
    )  # fmt: skip
    yield said(
        N_("Documented: at least %(least)s incidents, by the most-merging plausible linkage."),
        least=whole(drawn.minimum),
    )
    yield said(
        N_(
            "It rests on errors in one field saying little of errors in another: where many "
            "records are wrong in several fields at once, there may be fewer incidents."
        )
    )
