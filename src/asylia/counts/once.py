"""Those found once: how many there should be beside persons who stand in several lists.

Upholds: whom nobody found is told from those whom one list found; without these, models say that
nearly all were found.  A table from which they were left out is known by it: with lists that are
independent, whatever their sizes, so many would be expected as :func:`expected_once` says, by the
likelihood of those in two lists or more alone.
"""

from collections.abc import Iterator
from math import log, prod

from asylia.counts.histories import Histories
from asylia.counts.words import N_, Said, said, whole

BY_CHANCE = 1e-4  # docs/decisions/0201
_ROUNDS = 2_000
_STILL = 1e-9


def left_out(histories: Histories) -> bool:
    """Whether nobody is in one list only and chance would hardly bring that about."""
    alone = histories.recaptured < histories.observed
    return not alone and expected_once(histories) > -log(BY_CHANCE)


def far_fewer(histories: Histories) -> bool:
    """Whether somebody is in one list only, and yet so few that chance would hardly leave so few.

    By Chernoff's bound on a Poisson number, which for nobody is what ``left_out`` asks.
    """
    alone, expected = histories.observed - histories.recaptured, expected_once(histories)
    if not 0 < alone < expected:
        return False
    return expected - alone + alone * log(alone / expected) > -log(BY_CHANCE)


def found_once(histories: Histories) -> Iterator[Said]:
    """What is said of a table that lacks those in one list only, or nearly all of them."""
    alone = histories.observed - histories.recaptured
    if not alone:
        yield said(
            N_(
                "Nobody stands in one list only: either everybody was found, or those who were "
                "found once are missing from the table, and every number is too low."
            )
        )
    elif far_fewer(histories):
        yield said(
            N_(
                "In one list only: %(once)s; lists made apart from each other would have some "
                "%(expected)s there. Either they were not made apart, or most who were found "
                "once are missing from the table, and every number is too low."
            ),
            once=whole(alone),
            expected=whole(round(expected_once(histories))),
        )


def expected_once(histories: Histories) -> float:
    """Persons in one list only whom independent lists would have beside those in several.

    By the EM algorithm (Dempster, Laird and Rubin 1977): those in one list and in none are missing
    data of the independence model.
    """
    several = {one: count for one, count in histories.patterns.items() if sum(one) > 1 and count}
    held = float(sum(several.values()))
    sizes = [
        float(sum(count for one, count in several.items() if one[at]))
        for at in range(len(histories.lists))
    ]
    listed = [(size + 1.0) / (held + 2.0) for size in sizes]
    found = 0.0
    for _ in range(_ROUNDS):
        none = prod(1.0 - chance for chance in listed)
        once = [none * chance / (1.0 - chance) for chance in listed]
        everybody = held / (1.0 - none - sum(once))
        before, found = found, everybody * sum(once)
        if abs(found - before) <= _STILL * held:
            break
        listed = [
            min((size + everybody * alone) / everybody, 1.0 - _STILL)
            for size, alone in zip(sizes, once, strict=True)
        ]
    return found
