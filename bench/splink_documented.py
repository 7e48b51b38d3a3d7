"""Splink as its own documentation sets it up, beside our linkage, on the same shuffled records.

Settings after "Deduplicate 50k rows historical persons" and "Linking two tables of persons" of
Splink's demonstrations, with the columns that both sides are given here.  Clusters are connected
components at 0.95, as shown there.
"""

import logging
from typing import Any

import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def historical(table: pl.DataFrame) -> list[int]:
    """The cluster of each row of historical_50k."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("full_name"),
            block_on("substr(full_name,1,6)", "dob", "birth_place"),
            block_on("dob", "birth_place"),
            block_on("dob", "postcode_fake"),
            block_on("postcode_fake", "substr(full_name,1,3)"),
            block_on("postcode_fake", "birth_place"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("full_name", [0.95, 0.88, 0.7]).configure(
                term_frequency_adjustments=True
            ),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
    )
    return _clusters(table, settings, ["full_name"], ["dob"])


def coarse(table: pl.DataFrame, place: str) -> list[int]:
    """The cluster of each row of FEBRL, by names, year of birth and a place."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            block_on("surname", "birth_year"),
            block_on("given_name", "birth_year"),
            block_on(place, "birth_year"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.ExactMatch("birth_year"),
            cl.ExactMatch(place).configure(term_frequency_adjustments=True),
        ],
    )
    return _clusters(table, settings, ["surname"], ["birth_year"])


def _clusters(table: pl.DataFrame, settings: Any, *train: list[str]) -> list[int]:
    rows = table.with_columns(pl.int_range(pl.len()).alias("unique_id"))
    api = DuckDBAPI()
    linker = Linker(api.register(rows.to_arrow()), settings, log_level=logging.CRITICAL)
    rule = [block_on(*train[0], *train[1])]
    linker.training.estimate_probability_two_random_records_match(rule, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for columns in train:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    found = pl.from_arrow(grouped.as_pyarrow_table()).sort("unique_id")
    return list(found["cluster_id"])
