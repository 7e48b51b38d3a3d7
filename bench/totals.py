"""Totals that are known: a list as the others see it, and populations made up by HRDAG's plan.

*Internal consistency* (Binette and Steorts 2022, "On the reliability of multiple systems
estimation for the quantification of modern slavery", JRSS A 185): of the persons of one list, some
stand in the others too.  From these an estimate must tell how many the list holds, which is known.

The public sets lie beside the checkout.  Four more stand here, since methods were not made on them:
diabetes in Casale Monferrato, four lists (Bruno et al. 1994, as in the documentation of R package
Rcapture), and five lists of Madigan and York 1997 (as in that of R package dga), as figures; the
Netherlands' six lists and New Orleans' eight among the examples.  The United Kingdom's six lists
are its five with one cut in two, so their totals are not counted again.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import yaml

from asylia.counts.frames import from_arrays
from asylia.counts.histories import Histories, Pattern

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "tables"
SHIPPED = ("netherlands-2010-15", "new-orleans")
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "lists"
PUBLIC = (
    "kosovo",
    "uk_2013_5lists",
    "philippines_manila_police",
    "colombia_recruitment_men_1999_R1",
)
DIABETES = "58 157 18 104 46 650 12 709 14 20 7 74 8 182 10"  # 1111, 1110, ... 0001
MADIGAN_YORK = (  # 10000, 01000, 11000, ... 11111
    "27 37 19 4 4 1 1 97 22 37 25 2 1 3 5 83 36 34 18 3 5 0 2 30 5 23 8 0 3 0 2"
)
_SEED = 100  # as HRDAG's plan has it; the generator is another


@dataclass(frozen=True)
class Known:
    """A table to estimate from, and the number that is to come out."""

    group: str
    name: str
    histories: Histories
    total: int


def read(name: str) -> Histories:
    """A public set, or one of the examples."""
    shipped = EXAMPLES / f"{name}.csv"
    path = shipped if shipped.is_file() else FOLDER / name / "counts.csv"
    head, *rows = csv.reader(path.read_text("utf-8").splitlines())
    patterns = {tuple(place == "1" for place in row[:-1]): int(row[-1]) for row in rows}
    return Histories(tuple(head[:-1]), patterns)


def held_out() -> dict[str, Histories]:
    """The sets that stand here and among the examples."""
    four = [one for one in product((True, False), repeat=4) if any(one)]
    five = [tuple(bool(code >> at & 1) for at in range(5)) for code in range(1, 32)]
    return {
        "diabetes": _table("ABCD", four, DIABETES),
        "madigan_york": _table("ABCDE", five, MADIGAN_YORK),
        **{name: read(name) for name in SHIPPED},
    }


def lists(sets: dict[str, Histories]) -> Iterator[Known]:
    """Each list of each set, as the other lists see it."""
    for name, histories in sets.items():
        for at, one in enumerate(histories.lists):
            yield Known(name, one, histories.inside(at), histories.size(at))


def populations(times: int = 1) -> Iterator[Known]:
    """The populations of ``sim_hrdag_stanlcmcr``, each drawn so often; strata of them are not."""
    plan = yaml.safe_load((FOLDER / "sim_hrdag_stanlcmcr" / "simulations.yaml").read_text("utf-8"))
    chance = np.random.default_rng(_SEED)
    for again in range(times):
        for one in plan["data"]:
            total = sum(row["size"] for row in one["rows"])
            rows = [
                chance.random((row["size"], len(row["probs"]))) < row["probs"]
                for row in one["rows"]
            ]
            persons = np.concatenate(rows)
            for wide in one.get("grow_columns") or [min(persons.shape[1], 24)]:
                seen = persons[:, : min(wide, 24)]
                table = from_arrays(seen[seen.any(axis=1)]).filled()
                yield Known(one["name"], f"{wide} lists, {again + 1}", table, total)


def _table(names: str, patterns: list[Pattern], counts: str) -> Histories:
    found = dict(zip(patterns, map(int, counts.split()), strict=True))
    return Histories(tuple(names), {pattern: count for pattern, count in found.items() if count})
