"""What linkage's constants are picked by: each on tables that linkage is not scored on, by a rule.

The tables: FEBRL1 and FEBRL2, and the invented ones of ``bench.worlds``.  A run's score on a table
is the mean of cluster F1 and of how near the number of persons with two records or more comes to
the true one, one less its relative error: what is given out is a number, and F1 alone would let
it drift.  The rule: one constant after another is tried at each of its values below, those before
it at what was picked, and gets the mean score over the tables.  Values within 0.001 of the best are
as good as it; of these the median is taken (the lower one of two), or the cheapest, which stands
first, where a constant costs time (``CHEAPEST``).  All over again until nothing changes, three
times at most.  A value at an end of what was tried, where the end is not as good as its neighbour,
is told: then more must be tried.  Training sees a fifth of the random pairs that it sees
elsewhere, to be quick.  What a run found is kept in a file, so that it can be made in pieces:

    python -m bench.constants FOUND.json        # run what is missing, print the table
"""

import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from asylia.counts.linking import model
from asylia.counts.linking.constants import Constants
from asylia.counts.linking.link import link
from bench import linkage, worlds

AS_GOOD = 0.001
TURNS = 3
PROCESSES = 2
SIZE = 2_500
MANY = 20_000  # records, where it counts whether a pair is looked at
CHEAPEST = ("members", "partners", "spellings", "least_weight")
_BINS = (2.0, 5.0, 8.0, 11.0, 14.0, 18.0, 23.0, 29.0)
# In the order in which they act.
VALUES: dict[str, list[Any]] = {
    "least_alike": [0.72, 0.76, 0.80, 0.84, 0.88, 0.92],
    "worth_spelt": [40, 60, 80, 90],
    "worth_sound": [50, 70, 90],
    "worth_bare": [40, 60, 80],
    "spellings": [100, 400],
    "name_bins": [tuple(round(scale * one, 2) for one in _BINS) for scale in (0.5, 0.7, 1, 1.4)],
    "initial": [1.5, 3.0, 5.0],
    "left_over": [0.04, 0.12, 0.3],
    "years": [(1, 5), (2, 10), (4, 20)],
    "place_bits": [(1.5, 3.0), (3.0, 5.0), (5.0, 8.0), (7.0, 10.0)],
    "sex_bits": [1.5, 3.0],
    "text_bits": [(1.0, 3.0, 5.0), (2.0, 5.0, 8.0), (3.0, 7.0, 11.0)],
    "members": [250, 500, 1000, 2000],
    "partners": [5, 10, 20, 40, 80],
    "least_m": [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2],
    "least_u": [0.005, 0.02, 0.1],
    "most_ratio": [16.0, 20.0, 26.0],
    "shrunk": [0.0, 0.1, 0.25, 0.5, 0.8, 1.2],
    "stays": [0.0, 0.5, 1.0, 2.0],
    "least_weight": [-4.0, -8.0, -12.0, -16.0],
}
# Shown at the end, not picked: more of them can only cost time.
LIMITS: dict[str, list[Any]] = {"rounds": [1, 2, 4, 8], "compared": [6, 12, 24, 48]}
# They come after training: what was trained once serves for all of their values.
UNTRAINED = (
    *("members", "partners", "least_weight", "least_m", "least_u", "most_ratio", "shrunk", "stays"),
    *LIMITS,
)
Kept = dict[str, dict[str, tuple[float, int, int]]]  # by constants and table: what a run gave


def tables() -> Iterator[tuple[str, worlds.World]]:
    """Those that constants are picked on; none of them is scored anywhere."""
    name, year = linkage.NAME, linkage.YEAR
    one, two = linkage.febrl("1"), linkage.febrl("2")
    halves = one.with_columns(pl.col("rec_id").str.contains("org").cast(pl.String).alias("list"))
    yield "lives many", worlds.lives(MANY, seed=16)
    for title, table, kinds in (
        ("FEBRL1 in two lists, state", halves, {"name": name, **year, "place": ["state"]}),
        ("FEBRL2, suburb", two, {"name": name, **year, "place": ["suburb"]}),
        ("FEBRL2, state", two, {"name": name, **year, "place": ["state"]}),
    ):
        records, apart, persons = linkage.shuffled(table, kinds)
        yield title, (records, apart, [int(person) for person in persons])
    yield "lives", worlds.lives(SIZE, seed=11)
    yield "lives without code", worlds.lives(SIZE, seed=12, code=False)
    yield "lists", worlds.lists(SIZE, seed=13)
    yield "bare", worlds.bare(SIZE, seed=14)


def measured(world: worlds.World, by: Constants) -> tuple[float, int, int]:
    """Cluster F1; the persons found who have two records or more, and how many there are."""
    records, apart, truth = world
    found = link(records, distinct_in_list=apart, by=by)
    return linkage.f1(found.clusters, truth), _many(list(found.clusters)), _many(truth)


def _many(of: list[Any]) -> int:
    return sum(size > 1 for size in Counter(of).values())


def score(run: tuple[float, int, int]) -> float:
    f1, many, true = run
    return (f1 + 1 - abs(many / true - 1)) / 2


_worlds: Callable[[], dict[str, worlds.World]] = cache(lambda: dict(tables()))
_trained: dict[str, tuple[Constants, dict[str, Any]]] = {}  # the last that a process trained


def tried(title: str, by: Constants) -> tuple[float, int, int]:
    """A run on one table, in a process of its own; training is not made again without need."""
    plain = Constants()
    bare = by._replace(**{name: getattr(plain, name) for name in UNTRAINED})
    before, kept = _trained.get(title, (None, {}))
    if before != bare:
        kept = {}
        _trained[title] = bare, kept
    train, probabilities = model._train, model._probabilities

    def found(linker: Any) -> Any:
        if "found" not in kept:
            kept["found"] = probabilities(linker)
        return kept["found"]

    quiet: Callable[..., None] = (lambda *_: None) if "found" in kept else train
    with (
        patch.object(model, "_RANDOM_PAIRS", 200_000),
        patch.object(model, "_train", quiet),
        patch.object(model, "_probabilities", found),
    ):
        return measured(_worlds()[title], by)


def pick(name: str, scores: list[float]) -> tuple[int, bool]:
    """Which value the rule takes, by each value's mean; whether more beyond it must be tried."""
    best = max(scores)
    good = [at for at, one in enumerate(scores) if one >= best - AS_GOOD]
    taken = good[0 if name in CHEAPEST else (len(good) - 1) // 2]
    costly = name in CHEAPEST and taken == 0
    return taken, len(good) == 1 and taken in (0, len(scores) - 1) and not costly


class Sweep:
    """Runs that are missing, in as many processes as there are cores; what is found is kept."""

    def __init__(self, path: Path, pool: ProcessPoolExecutor) -> None:
        self.path, self.pool = path, pool
        self.kept: Kept = json.loads(path.read_text()) if path.is_file() else {}
        self.titles = [title for title, _ in tables()]

    def scores(self, each: list[Constants]) -> list[dict[str, float]]:
        """By table, for each choice of constants."""
        asked: dict[tuple[str, str], Future[tuple[float, int, int]]] = {}
        for title in self.titles:
            for by in each:
                if title not in self.kept.get(key := json.dumps(by), {}):
                    asked[key, title] = self.pool.submit(tried, title, by)
        for (key, title), found in asked.items():
            self.kept.setdefault(key, {})[title] = found.result()
            self.path.write_text(json.dumps(self.kept))
        return [
            {title: score(self.kept[json.dumps(by)][title]) for title in self.titles} for by in each
        ]

    def means(self, base: Constants, name: str, values: list[Any]) -> list[float]:
        each = self.scores([base._replace(**{name: value}) for value in values])
        means = [sum(one.values()) / len(one) for one in each]
        told = ", ".join(f"{a} {b:.4f}" for a, b in zip(values, means, strict=True))
        print(f"{name}: {told}", flush=True)
        return means


def main(path: Path) -> None:
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawned) as pool:
        sweep, base = Sweep(path, pool), Constants()
        chosen = base
        for turn in range(TURNS):
            before = chosen
            for name, values in VALUES.items():
                taken, end = pick(name, sweep.means(chosen, name, values))
                chosen = chosen._replace(**{name: values[taken]})
                told = ", at an end: try more" if end else ""
                print(f"  turn {turn + 1}: {name} = {values[taken]}{told}", flush=True)
            if chosen == before:
                break
        for name, values in LIMITS.items():
            sweep.means(chosen, name, values)
        sweep.scores([base, chosen])
        for title in sweep.titles:
            old, new = (sweep.kept[json.dumps(by)][title] for by in (base, chosen))
            print(f"{title}: F1, found, true {old} → {new}")
    print(chosen)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
