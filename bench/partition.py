"""Does the posterior of the number of persons hold the truth? On sets with truth, and how fast.

The constants were fixed on FEBRL1 and FEBRL2 (``docs/decisions/0188``), which are not here.
"""

import os
from typing import Any

import polars as pl

from asylia.counts.linking.link import link
from bench import linkage


def run() -> dict[str, Any]:
    """For each set: truth, median, interval, whether it holds; R-hat; seconds with the linkage."""
    if not linkage.DATA.is_dir():
        return {"skipped": "the data lie beside the checkout, and are not there"}
    people = pl.read_parquet(next((linkage.DATA / "historical_50k").glob("*.parquet")))
    people = people.rename({"cluster": "truth"})
    two = pl.concat([linkage.febrl("4a"), linkage.febrl("4b")])
    name, year = linkage.NAME, linkage.YEAR
    sets = {
        "FEBRL3 coarse": (linkage.febrl("3"), {"name": name, **year, "place": ["suburb"]}),
        "FEBRL4 coarse": (two, {"name": name, **year, "place": ["suburb"]}),
        "FEBRL4 state": (two, {"name": name, **year, "place": ["state"]}),
        "historical_50k": (people, {**linkage.HISTORICAL, "postcode": ["postcode_fake"]}),
        "historical_50k without postcode": (people, linkage.HISTORICAL),
    }
    found = {title: one(table, kinds) for title, (table, kinds) in sets.items()}
    return found | {"held": sum(1 for each in found.values() if each["holds the truth"])}


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
