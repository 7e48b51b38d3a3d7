"""Linkage without labels: how well persons come out, on sets with truth; ids and order shuffled."""

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from asylia.counts.linking.link import link
from asylia.counts.linking.name_pairs import cross_validated
from asylia.counts.linking.table import Records
from bench import million, recordlinkage_documented, splink_documented

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "linkage"
NAME, YEAR = ["given_name", "surname"], {"born": ["birth_year"]}
HISTORICAL = {
    "name": ["full_name"],
    "born": ["dob"],
    "place": ["birth_place"],
    "sex": ["gender"],
    "occupation": ["occupation"],
}


def run() -> dict[str, Any]:
    if not DATA.is_dir():
        return {"skipped": "the data lie beside the checkout, and are not there"}
    people = pl.read_parquet(next((DATA / "historical_50k").glob("*.parquet")))
    people = people.rename({"cluster": "truth"})
    two = pl.concat([febrl("4a"), febrl("4b")])
    return {
        "historical_50k": _score(people, {**HISTORICAL, "postcode": ["postcode_fake"]}),
        "historical_50k without postcode": _score(people, HISTORICAL),
        "FEBRL3 coarse": _score(febrl("3"), {"name": NAME, **YEAR, "place": ["suburb"]}),
        "FEBRL4 coarse": _score(two, {"name": NAME, **YEAR, "place": ["suburb"]}),
        "FEBRL4 state": _score(two, {"name": NAME, **YEAR, "place": ["state"]}),
        "Splink, set up after its documentation": {
            "historical_50k": _rival(people, splink_documented.historical),
            "FEBRL4 coarse": _rival(two, lambda rows: splink_documented.coarse(rows, "suburb")),
            "FEBRL4 state": _rival(two, lambda rows: splink_documented.coarse(rows, "state")),
            "F1 as measured once with its own two-table settings": [0.828, 0.936, 0.902],
        },
        "recordlinkage, set up after its documentation": {
            "historical_50k": _rival(people, recordlinkage_documented.historical),
            "FEBRL4 coarse": _rival(
                two, lambda rows: recordlinkage_documented.coarse(rows, "suburb")
            ),
            "FEBRL4 state": _rival(
                two, lambda rows: recordlinkage_documented.coarse(rows, "state")
            ),
        },
        "pairs of names": _names(),
        "one million invented records": million.run_apart(),
    }


def _rival(table: pl.DataFrame, clusters: Callable[[pl.DataFrame], list[int]]) -> dict[str, Any]:
    """The same rows in the same order; its ids are rows, and the truth is kept from it."""
    table = table.sample(fraction=1, shuffle=True, seed=1)
    truth = table["truth"].to_list()
    before = os.times()
    found = clusters(table.drop("truth", "unique_id", "rec_id", strict=False))
    after = os.times()
    return {
        "F1": round(f1(found, truth), 4),
        "clusters": len(set(found)),
        "CPU seconds": round(sum(after[:2]) - sum(before[:2]), 1),
        "seconds": round(after.elapsed - before.elapsed, 1),
    }


def _names() -> dict[str, Any]:
    """Labelled pairs, by ten folds that share no name, four times anew; at one half."""
    table = pl.read_csv(DATA / "opensanctions_names" / "cases.csv")
    pairs = list(zip(table["name1"], table["name2"], strict=True))
    truth = table["is_match"].to_numpy()
    person = (table["schema"] == "Person").to_numpy()
    before = time.process_time()
    said = [cross_validated(pairs, truth.tolist(), seed=seed) > 0.5 for seed in range(1, 5)]
    spent = time.process_time() - before

    def each(of: NDArray[np.bool_]) -> list[float]:
        return [
            round(float(2 * (one & truth)[of].sum() / (one[of].sum() + truth[of].sum())), 3)
            for one in said
        ]

    return {
        "pairs": len(pairs),
        "F1 of all": each(np.ones(len(truth), np.bool_)),
        "F1 of persons": each(person),
        "OpenSanctions logic-v2, published": {"all": 0.790, "persons": 0.742},
        "CPU seconds": round(spent, 1),
    }


def febrl(number: str) -> pl.DataFrame:
    table = pl.read_csv(DATA / "febrl" / f"dataset{number}.csv", infer_schema=False)
    table = table.rename({name: name.strip() for name in table.columns})
    table = table.with_columns(pl.all().str.strip_chars())
    truth = [re.findall(r"\d+", one)[0] for one in table["rec_id"]]
    return table.with_columns(
        pl.col("date_of_birth").str.slice(0, 4).alias("birth_year"),
        pl.lit(number).alias("list"),
        pl.Series("truth", truth),
    )


def shuffled(table: pl.DataFrame, kinds: dict[str, list[str]]) -> tuple[Records, bool, list[str]]:
    """Records in no order and without their ids; whether they are of several lists; the truth."""
    table = table.sample(fraction=1, shuffle=True, seed=1)
    columns = {
        kind: table.select(pl.concat_str(names, separator=" ", ignore_nulls=True))
        .to_series()
        .fill_null("")
        .to_list()
        for kind, names in kinds.items()
    }
    lists = table["list"].to_list() if "list" in table.columns else []
    two = len(set(lists)) > 1
    records = Records([str(at) for at in range(len(table))], columns, lists if two else ())
    return records, two, table["truth"].to_list()


def _score(table: pl.DataFrame, kinds: dict[str, list[str]]) -> dict[str, Any]:
    records, two, truth = shuffled(table, kinds)
    before = os.times()
    found = link(records, distinct_in_list=two)
    after = os.times()
    return {
        "F1": round(f1(found.clusters, truth), 4),
        "persons": len(set(truth)),
        "clusters of two or more": found.persons - found.singletons,
        "singletons": found.singletons,
        "pairs": found.pairs,
        "CPU seconds": round(sum(after[:2]) - sum(before[:2]), 1),
        "seconds": round(after.elapsed - before.elapsed, 1),
    }


def f1(clusters: Iterable[Any], truth: Sequence[Any]) -> float:
    """Of pairs of records that stand in one cluster."""
    clusters = list(clusters)
    both = _pairs(zip(clusters, truth, strict=True))
    return 2 * both / (_pairs(clusters) + _pairs(truth))


def _pairs(groups: Any) -> int:
    return sum(size * (size - 1) // 2 for size in Counter(groups).values())
