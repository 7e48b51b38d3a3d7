"""What linkage's constants are picked by: each on tables that linkage is not scored on, by a rule.

The tables: FEBRL1 and FEBRL2, and the invented ones of ``bench.worlds``.  The rule: each constant
is tried at each of its values below, all others as before, and gets the mean F1 over the tables.
Values within 0.001 of the best are as good as it; of these the median is taken (the lower one of
two), and the cheapest, which stands first, where a constant costs time (``CHEAPEST``).  Then all
are taken together, and it is told what that does on each table.  Training sees a fifth of the
random pairs that it sees elsewhere, to be quick.  What a run found is kept in a file, so that it
can be made in pieces:

    python -m bench.constants FOUND.json        # run what is missing, print the table
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from asylia.counts.linking import model
from asylia.counts.linking.constants import Constants
from asylia.counts.linking.link import link
from bench import linkage, worlds

AS_GOOD = 0.001
LIMITS = ("rounds", "compared")  # shown, not picked: more of them can only cost time
SIZE = 2_500
MANY = 20_000  # records, where it counts whether a pair is looked at
CHEAPEST = ("members", "partners", "spellings", "least_weight")
_BINS = Constants().name_bins
VALUES: dict[str, list[Any]] = {
    "least_alike": [0.80, 0.84, 0.88, 0.92],
    "worth_spelt": [40, 60, 80],
    "worth_sound": [70, 90],
    "worth_bare": [40, 60, 80],
    "spellings": [100, 400],
    "name_bins": [tuple(round(scale * one, 2) for one in _BINS) for scale in (0.7, 1, 1.4)],
    "initial": [1.5, 3.0, 5.0],
    "left_over": [0.04, 0.12, 0.3],
    "years": [(1, 5), (2, 10), (4, 20)],
    "place_bits": [(3.0, 5.0), (5.0, 8.0), (7.0, 10.0)],
    "sex_bits": [1.5, 3.0],
    "text_bits": [(1.0, 3.0, 5.0), (2.0, 5.0, 8.0), (3.0, 7.0, 11.0)],
    "members": [250, 500, 1000, 2000],
    "partners": [5, 10, 20, 40, 80],
    "least_m": [1e-4, 3e-4, 1e-3, 3e-3, 1e-2],
    "least_u": [0.005, 0.02, 0.1],
    "most_ratio": [16.0, 20.0, 26.0],
    "shrunk": [0.0, 0.1, 0.25, 0.5, 0.8, 1.2],
    "rounds": [1, 2, 4, 8],
    "compared": [6, 12, 24, 48],
    "stays": [0.0, 0.5, 1.0, 2.0],
    "least_weight": [-4.0, -8.0, -12.0, -16.0],
}
WIDE = ("members", "partners")  # these alone are picked on the large tables too
# They come after training: what was trained once serves for all of their values.
UNTRAINED = (*WIDE, *LIMITS, "least_weight", "least_m", "least_u", "most_ratio", "shrunk", "stays")
FEW = ("lives", "lives without code")  # not for constants that need training anew


def tables() -> Iterator[tuple[str, worlds.World]]:
    """Those that constants are picked on; none of them is scored anywhere."""
    name, year = linkage.NAME, linkage.YEAR
    one, two = linkage.febrl("1"), linkage.febrl("2")
    halves = one.with_columns(pl.col("rec_id").str.contains("org").cast(pl.String).alias("list"))
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


def large() -> Iterator[tuple[str, worlds.World]]:
    """Invented persons, so many that most pairs can't be looked at."""
    yield "lives many", worlds.lives(MANY, seed=16)


def f1(world: worlds.World, by: Constants) -> float:
    records, apart, truth = world
    found = link(records, distinct_in_list=apart, by=by)
    return linkage.f1(found.clusters, truth)


def once_trained(run: Callable[[], float], kept: dict[str, Any]) -> float:
    """A run in which the model is not trained again, but takes what ``kept`` holds."""

    def found(linker: Any) -> Any:
        if "found" not in kept:
            kept["found"] = probabilities(linker)
        return kept["found"]

    train, probabilities = model._train, model._probabilities
    quiet: Callable[..., None] = (lambda *_: None) if "found" in kept else train
    with patch.object(model, "_train", quiet), patch.object(model, "_probabilities", found):
        return run()


def pick(name: str, scores: dict[str, float]) -> Any:
    """The value that the rule takes, by each value's mean."""
    if name in LIMITS:
        return getattr(Constants(), name)
    best = max(scores.values())
    good = [value for value in VALUES[name] if scores[repr(value)] >= best - AS_GOOD]
    return good[0 if name in CHEAPEST else (len(good) - 1) // 2]


def sweep(
    base: Constants, kept: dict[str, dict[str, float]], save: Callable[[], None]
) -> Constants:
    """Every constant at every value, on every table; what is kept is not run again."""
    wide = [title for title, _ in large()]
    for title, world in chain(tables(), large()):
        trained: dict[str, Any] = {}
        for name, values in sorted(VALUES.items(), key=lambda one: one[0] not in UNTRAINED):
            if name not in (WIDE if title in wide else (UNTRAINED if title in FEW else VALUES)):
                continue
            for value in [getattr(base, name), *values]:
                by = base._replace(**{name: value})
                scores = kept.setdefault(json.dumps(by), {})
                if title in scores:
                    continue
                before = time.process_time()

                def run(by: Constants = by, world: worlds.World = world) -> float:
                    return f1(world, by)

                scores[title] = once_trained(run, trained) if name in UNTRAINED else run()
                spent = time.process_time() - before
                print(f"{title}: {name} {value}: {scores[title]:.4f} ({spent:.1f} s)", flush=True)
                save()
    chosen = {}
    for name, values in VALUES.items():
        found = {one: kept[json.dumps(base._replace(**{name: one}))] for one in values}
        of = set.intersection(*map(set, found.values()))
        means = {repr(one): sum(found[one][title] for title in of) / len(of) for one in values}
        chosen[name] = pick(name, means)
        told = ", ".join(f"{value} {mean:.4f}" for value, mean in means.items())
        print(f"{name}: {told} → {chosen[name]}")
    return base._replace(**chosen)


def main(path: Path) -> None:
    kept: dict[str, dict[str, float]] = json.loads(path.read_text()) if path.is_file() else {}

    def save() -> None:
        path.write_text(json.dumps(kept))

    base = Constants()
    with patch.object(model, "_RANDOM_PAIRS", 200_000):
        chosen = sweep(base, kept, save)
        for title, world in chain(tables(), large()):
            if title not in (scores := kept.setdefault(json.dumps(chosen), {})):
                scores[title] = f1(world, chosen)
                save()
            before = kept[json.dumps(base)][title]
            print(f"{title}: {before:.4f} → {scores[title]:.4f}")
    print(chosen)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
