"""Links that were missed: the same person standing in two lists as two persons.

Upholds: a missed link makes one person of several lists into two of fewer, so that fewer seem to be
shared and more unseen.  If a share of the links was missed, a pattern of two or more lists lost
``count * share / (1 - share)`` persons, each of whom stands as one of a single list and one of the
rest, each list as likely to be the one that came loose; they are put back, to first order.
"""

from collections import defaultdict

from asylia.counts.histories import Histories, Pattern

SHARES = (0.02, 0.05, 0.1, 0.2)


def put_back(histories: Histories, share: float) -> Histories:
    """The table as it would be if this share of links had been missed, and were not."""
    if not 0 <= share < 1:
        raise ValueError("a share of links is between 0 and 1")
    table: dict[Pattern, float] = defaultdict(float, histories.patterns)
    for pattern, count in histories.patterns.items():
        lists = [at for at, inside in enumerate(pattern) if inside]
        if len(lists) < 2:
            continue
        lost = count * share / (1 - share)
        table[pattern] += lost
        for at in lists:
            loose = tuple(place == at for place in range(len(pattern)))
            rest = tuple(inside and place != at for place, inside in enumerate(pattern))
            table[loose] -= lost / len(lists)
            table[rest] -= lost / len(lists)
    whole = {pattern: max(round(count), 0) for pattern, count in table.items()}
    return Histories(histories.lists, {one: count for one, count in whole.items() if count})
