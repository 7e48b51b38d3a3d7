"""One million invented records, linked: processor time, time and the most memory that it took.

The generator is all there is to know of the records.  Names and places are drawn syllables; their
frequencies fall as 1 / (rank + 20): 2,000 given names, 60,000 family names, 3,000 places.  A person
has a given name, a patronymic of another one, a family name, a day of birth within 60 years and a
place, and stands in one record (two persons in three), two, three or four.  In each record each of
these happens, with one chance in so many: a letter of the family name is another (12) or missing
(20); the patronymic is left out (3); the given name is an initial (25); the family name comes first
(6); of the birth only the year is known (6), or nothing (12), or its day is another (15); the place
is not known (10), or another (12).  Records lie in no order and ids say nothing.  No constant of
linkage was set on them, but two faults of training were seen here (``docs/decisions/0204``).
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking.link import link
from asylia.counts.linking.table import Records

RECORDS = 1_000_000
_START = ("b", "v", "g", "d", "z", "k", "l", "m", "n", "p", "r", "s", "t", "kh", "sh", "ch", "zh")
_VOWEL = ("a", "e", "i", "o", "u", "ia")
_END = ("", "", "n", "r", "l", "m", "s", "t", "v")
_LETTERS = "abdeghiklmnoprstuvz"


def run_apart() -> dict[str, Any]:
    """In a process of its own, so that the most memory is this run's alone."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.million", str(RECORDS)], stdout=subprocess.PIPE, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def invented(size: int, *, seed: int) -> tuple[Records, list[int]]:
    """About ``size`` records, and the person of each."""
    random = np.random.default_rng(seed)
    given, family, places = (drawn_words(random, number) for number in (2_000, 60_000, 3_000))
    times = random.choice([1, 2, 3, 4], int(size / 1.5), p=[0.66, 0.22, 0.08, 0.04])
    of = random.permutation(np.repeat(np.arange(len(times)), times))[:size]

    def drawn(words: list[str]) -> NDArray[np.int64]:
        weights = 1 / (np.arange(len(words)) + 20)
        return random.choice(len(words), len(times), p=weights / weights.sum()).astype(np.int64)

    def chance(one_in: int) -> list[bool]:
        found: list[bool] = (random.random(len(of)) < 1 / one_in).tolist()
        return found

    own, father, house, home = drawn(given), drawn(given), drawn(family), drawn(places)
    born = random.integers(date(1940, 1, 1).toordinal(), date(2000, 1, 1).toordinal(), len(times))
    slip, gap, no_father = chance(12), chance(20), chance(3)
    initial, other_order = chance(25), chance(6)
    at, letter = random.random(len(of)).tolist(), random.integers(0, len(_LETTERS), len(of))
    names = []
    for row, person in enumerate(of.tolist()):
        last = family[house[person]]
        spot = int(at[row] * len(last))
        if slip[row]:
            last = last[:spot] + _LETTERS[letter[row]] + last[spot + 1 :]
        if gap[row] and len(last) > 3:
            last = last[:spot] + last[spot + 1 :]
        first = given[own[person]]
        first = first[0] if initial[row] else first
        middle = "" if no_father[row] else f" {given[father[person]]}ovich"
        names.append(f"{last} {first}{middle}" if other_order[row] else f"{first}{middle} {last}")
    year, nothing, day = chance(6), chance(12), chance(15)
    days = born[of] + np.where(day, random.integers(1, 29, len(of)), 0)
    dates = [
        "" if none else (text[:4] if short else text)
        for none, short, text in zip(nothing, year, map(_iso, days.tolist()), strict=True)
    ]
    lost, moved = chance(10), chance(12)
    anywhere = random.integers(0, len(places), len(of))
    where = np.where(moved, anywhere, home[of])
    place = ["" if none else places[one] for none, one in zip(lost, where, strict=True)]
    ids = list(map(str, range(len(of))))
    return Records(ids, {"name": names, "born": dates, "place": place}), of.tolist()


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def drawn_words(random: np.random.Generator, number: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < number:
        word = "".join(
            _START[random.integers(len(_START))] + _VOWEL[random.integers(len(_VOWEL))]
            for _ in range(random.integers(2, 4))
        )
        found[word + _END[random.integers(len(_END))]] = None
    return list(found)


def measure(size: int) -> dict[str, Any]:
    """Link ``size`` records; truth is for the score only."""
    records, truth = invented(size, seed=1)
    before = os.times()
    found = link(records)
    after = os.times()
    both = _pairs(zip(found.clusters, truth, strict=True))
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    return {
        "records": len(truth),
        "persons": len(set(truth)),
        "persons in two records or more": sum(n > 1 for n in Counter(truth).values()),
        "clusters of two or more": found.persons - found.singletons,
        "F1": round(2 * both / (_pairs(found.clusters) + _pairs(truth)), 4),
        "pairs": found.pairs,
        "CPU seconds": round(sum(after[:2]) - sum(before[:2]), 1),
        "seconds": round(after.elapsed - before.elapsed, 1),
        "most memory, GiB": round(int(peak) / 2**20, 2),
    }


def _pairs(groups: Iterable[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
