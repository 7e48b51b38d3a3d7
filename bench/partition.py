"""Does the posterior of the number of persons hold the truth? On sets with truth, and how fast.

The constants were fixed on FEBRL1, FEBRL2 and invented records (``docs/decisions/0188``, ``0206``),
which are not here.  ``run()`` leaves out the set that takes longest, historical_50k without
postcode: ``python -m bench.partition`` prints that one too.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import polars as pl

from asylia.counts.linking.link import link
from bench import linkage


def run() -> dict[str, Any]:
    """For each set: truth, median, interval, whether it holds; R-hat; seconds with the linkage."""
    if not linkage.DATA.is_dir():
        return {"skipped": "the data lie beside the checkout, and are not there"}
    found = {title: one(*chosen()) for title, chosen in SETS.items()}
    return found | {"held": sum(1 for each in found.values() if each["holds the truth"])}


Chosen = tuple[pl.DataFrame, dict[str, list[str]]]


def _historical(**kinds: list[str]) -> Chosen:
    people = pl.read_parquet(next((linkage.DATA / "historical_50k").glob("*.parquet")))
    return people.rename({"cluster": "truth"}), linkage.HISTORICAL | kinds


def _febrl(place: str, *numbers: str) -> Chosen:
    table = pl.concat([linkage.febrl(number) for number in numbers])
    return table, {"name": linkage.NAME, **linkage.YEAR, "place": [place]}


SETS: dict[str, Callable[[], Chosen]] = {
    "FEBRL3 coarse": lambda: _febrl("suburb", "3"),
    "FEBRL4 coarse": lambda: _febrl("suburb", "4a", "4b"),
    "FEBRL4 state": lambda: _febrl("state", "4a", "4b"),
    "historical_50k": lambda: _historical(postcode=["postcode_fake"]),
}


def one(table: pl.DataFrame, kinds: dict[str, list[str]]) -> dict[str, Any]:
    records, two, truth = linkage.shuffled(table, kinds)
    before = os.times()
    drawn = link(records, distinct_in_list=two, posterior=True).plausible
    after = os.times()
    assert drawn is not None
    persons = len(set(truth))
    told: dict[str, Any] = {
        "persons": persons,
        "holds the truth": False,
        "refused": str(drawn.refused) if drawn.refused else None,
        "R-hat": round(drawn.rhat, 4),
        "sweeps": drawn.sweeps,
        "CPU seconds": round(sum(after[:2]) - sum(before[:2]), 1),
        "seconds": round(after.elapsed - before.elapsed, 1),
    }
    if drawn.refused:
        return told
    low, high = drawn.interval95
    return told | {
        "median": drawn.median,
        "interval95": [low, high],
        "holds the truth": low <= persons <= high,
        "minimum": drawn.minimum,
        "minimum holds": drawn.minimum <= persons,
        "unattributable": len(drawn.unattributable),
    }


if __name__ == "__main__":
    for title, chosen in (SETS | {"historical_50k without postcode": _historical}).items():
        print(json.dumps({title: one(*chosen())}), flush=True)
