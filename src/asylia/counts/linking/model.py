"""The model that gives each level its weight: Splink, on whichever database a backend opens.

Upholds: the database sees rows' numbers and hashed keys, never a name.  Random pairs hold some true
matches, which would cap the highest weights: they are taken out again, and no level is without a
floor.  The same records get the same weights, to the last digit.  Refuses records from which no
weight can be learnt, in words of ours.
"""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from splink import Linker
from splink.internals.exceptions import EMTrainingException
from splink.internals.settings_creator import SettingsCreator

from asylia.counts.linking import blocking, pairing
from asylia.counts.linking.backend import Backend
from asylia.counts.linking.comparing import FIELDS, LEVELS, WIDEST, patterns
from asylia.counts.linking.constants import CONSTANTS, Constants
from asylia.counts.linking.duck import DUCKDB
from asylia.counts.linking.encoding import Encoded, Floats, Ints
from asylia.errors import RefusedError

_RANDOM_PAIRS = 1_000_000
_TRAINING_PAIRS = 1_000_000
_LEAST_U = 1 / _RANDOM_PAIRS / 4  # of a level that no random pair has
_TRAIN_BY = ("name", "born", "place", "day")  # blocks by one field train the weights of the others
_ROUNDS = 10
_DIGITS = 10
_STEPS = (30, 8, 2)  # of training; fewer where a share of few pairs falls below what a number holds
_UNDERFLOW = "below the minimum allowed"  # how Splink's error says so
_QUIET = logging.CRITICAL


@dataclass(frozen=True)
class Scored:
    """Pairs with their weights (log2 of the likelihood ratio, without a prior)."""

    left: Ints
    right: Ints
    weights: Floats
    ratios: Floats  # by field of ``FIELDS`` and level + 1; 1 where missing


def score(encoded: Encoded, backend: Backend = DUCKDB) -> Scored:
    """Block, train without labels, and weigh the pairs."""
    for steps in _STEPS:
        try:
            return _scored(encoded, backend, steps)
        except EMTrainingException:  # no two records share what is rare
            break
        except ValueError as fault:
            if _UNDERFLOW not in str(fault):
                raise
    raise _nothing_learnt()


def _nothing_learnt() -> RefusedError:
    return RefusedError(
        "the records are too few, or too much alike, to learn what agreement is worth",
        hint="Link more records at once, or more of what they say.",
    )


def _scored(encoded: Encoded, backend: Backend, steps: int) -> Scored:
    with backend(encoded) as api:
        table = _table(encoded)
        linker = Linker(api.register(table), _settings(encoded, steps), log_level=_QUIET)
        _train(linker, encoded, table)
        found = _probabilities(linker)
    return _weigh(encoded, *pairing.pairs(encoded), *found)


def _train(linker: Linker, encoded: Encoded, table: pa.Table) -> None:
    linker.training.estimate_u_using_random_sampling(
        max_pairs=_RANDOM_PAIRS + 1, seed=1, min_count_per_level=None, num_chunks=1
    )
    if len(encoded.fields) < 2:
        return
    blocks = [one for one in _TRAIN_BY if one in encoded.fields and _repeats(table[f"{one}_key"])]
    if not blocks:
        raise _nothing_learnt()
    for name in blocks:
        linker.training.estimate_parameters_using_expectation_maximisation(
            f"l.{name}_key = r.{name}_key and l.{name} = l.{name}",
            max_pairs=_TRAINING_PAIRS,
            estimate_without_term_frequencies=True,  # there are none; patterns are counted once
        )


def _repeats(keys: pa.ChunkedArray) -> bool:
    """Whether two rows have one key: Splink's training breaks off where a block holds no pair."""
    return bool(pc.count_distinct(keys).as_py() < len(keys) - keys.null_count)


def _table(encoded: Encoded) -> pa.Table:
    row = pa.array(np.arange(encoded.size, dtype=np.int64))
    columns: dict[str, Any] = {"unique_id": row}
    for name in encoded.fields:
        columns[name] = row
        key = blocking.rare(blocking.training_key(encoded, name), _TRAINING_PAIRS)
        columns[f"{name}_key"] = pa.array(key)
    return pa.table(columns)


def _settings(encoded: Encoded, steps: int) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(name) for name in encoded.fields],
        blocking_rules_to_generate_predictions=[],
        retain_matching_columns=False,
        max_iterations=steps,
    )


def _comparison(name: str) -> dict[str, Any]:
    def when(number: int) -> dict[str, Any]:
        return {
            "sql_condition": f"{name}_level({name}_l, {name}_r) = {number}",
            "label_for_charts": f"level {number}",
        }

    others = [when(number) for number in range(1, LEVELS[name])]
    missing = when(-1) | {"is_null_level": True}
    rest = {"sql_condition": "ELSE", "label_for_charts": "level 0"}
    return {"output_column_name": name, "comparison_levels": [missing, *others[::-1], rest]}


def _probabilities(linker: Linker) -> tuple[Floats, Floats]:
    """M and u by field and level, with floors; a level that no match has says nothing.

    One that matches have and no random pair is the strongest: its u is the least there is.
    """
    m, u = np.ones((2, len(FIELDS), WIDEST))
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        at = FIELDS.index(comparison["output_column_name"])
        for one in comparison["comparison_levels"]:
            if not one.get("is_null_level"):
                number = int(one["label_for_charts"].split()[1])
                in_m, in_u = one.get("m_probability"), one.get("u_probability")
                m[at, number] = np.nan if in_m is None else max(steady(in_m), 1e-6)
                u[at, number] = max(steady(in_u or 0.0), 1e-9)
    return m, u


def steady(share: float) -> float:
    """Without the last digits: a database that adds on several threads adds in any order.

    Partitions are drawn by chance, and with another last digit they are soon all others.
    """
    return float(f"{share:.{_DIGITS}g}")


def _weigh(encoded: Encoded, left: Ints, right: Ints, m: Floats, u: Floats) -> Scored:
    """Weights by patterns of agreement, which are few, and with them the share of matches."""
    fields = [FIELDS.index(name) for name in encoded.fields]
    sizes = np.array([LEVELS[name] for name in encoded.fields], np.int64)
    codes = _patterns(encoded, np.array(fields, np.int64), sizes, left, right)
    times = np.bincount(codes, minlength=int(np.prod(sizes + 1)))
    seen = np.flatnonzero(times)
    levels = dict(zip(fields, np.unravel_index(seen, sizes + 1), strict=True))
    all_pairs = encoded.size * (encoded.size - 1) / 2
    matches = max(len(left) / 20, 1.0)
    for _ in range(_ROUNDS):
        share = min(matches / all_pairs, 0.5)  # of two records there is one pair
        ratios = _ratios(m, u, share, _LEAST_U, encoded.numbers.by)
        weights = np.zeros(len(seen))
        for at, found in levels.items():
            weights += np.log2(ratios[at][found])
        odds = np.exp2(np.clip(weights + np.log2(share), -60, 60))
        matches = max(float((times[seen] * odds / (1 + odds)).sum()), 1.0)
    by_pattern = np.zeros(len(times))
    by_pattern[seen] = weights
    return Scored(left, right, by_pattern[codes], ratios)


def _patterns(encoded: Encoded, fields: Ints, sizes: Ints, left: Ints, right: Ints) -> Ints:
    """The pattern of each pair, on all cores: what compares two rows lets go of the interpreter."""
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as threads:
        parts = threads.map(
            lambda pair: patterns(encoded.numbers, fields, sizes, *pair),
            zip(np.array_split(left, cores), np.array_split(right, cores), strict=True),
        )
        return np.concatenate(list(parts))


def _ratios(
    m: Floats, u: Floats, share: float, floor: float, by: Constants = CONSTANTS
) -> NDArray[np.float64]:
    """M / u by level + 1, the true matches among random pairs taken out of u."""
    safe_m = np.where(np.isnan(m), np.nan, np.maximum(m, by.least_m))
    cleaned = np.maximum(
        (u - share * np.nan_to_num(m)) / (1 - share), np.maximum(floor, u * by.least_u)
    )
    ratios = np.ones((len(m), WIDEST + 1))
    ratios[:, 1:] = np.nan_to_num(safe_m / cleaned, nan=1.0)
    return np.clip(ratios, 1e-3, 2.0**by.most_ratio)
