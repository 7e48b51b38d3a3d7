"""Whether two names are one person's, learnt from pairs that somebody has labelled.

Upholds: what is said of how well it does comes of folds that share no name (a name stands in one
fold only, and whatever it is paired with), at a threshold of one half that nobody chose.  Two
models are averaged: extremely randomised trees (Geurts, Ernst and Wehenkel 2006), and a logistic
regression.
Refuses labels of one kind only, and fewer than twenty pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from asylia.counts.linking.name_features import features
from asylia.errors import UsageError

_TREES = 300
_LEAST = 20
Pairs = Sequence[tuple[str, str]]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True)
class NamePairs:
    """A trained model of names."""

    models: tuple[Any, ...]

    @classmethod
    def train(cls, pairs: Pairs, same: Sequence[bool], *, seed: int = 1) -> "NamePairs":
        """From labelled pairs; the same seed gives the same model."""
        return cls(_fit(_table(pairs), _labels(pairs, same), seed))

    def probabilities(self, pairs: Pairs) -> Probabilities:
        """That each pair is one person's."""
        return _mean(self.models, _table(pairs))


def cross_validated(
    pairs: Pairs, same: Sequence[bool], *, folds: int = 10, seed: int = 1
) -> Probabilities:
    """Each pair's probability by a model that saw neither of its names."""
    table, labels = _table(pairs), _labels(pairs, same)
    groups = grouped(pairs)
    drawn = np.random.default_rng(seed).integers(0, folds, groups.max() + 1)[groups]
    found = np.zeros(len(labels))
    for fold in np.unique(drawn):
        inside = drawn == fold
        found[inside] = _mean(_fit(table[~inside], labels[~inside], seed), table[inside])
    return found


def grouped(pairs: Pairs) -> NDArray[np.int64]:
    """A number for each pair; pairs that a chain of shared names connects have the same."""
    above: dict[str, str] = {}

    def root(name: str) -> str:
        above.setdefault(name, name)
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    for one, other in pairs:
        above[root(one.casefold())] = root(other.casefold())
    roots = [root(one.casefold()) for one, _ in pairs]
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)


def _table(pairs: Pairs) -> NDArray[np.float64]:
    return np.array([features(one, other) for one, other in pairs])


def _labels(pairs: Pairs, same: Sequence[bool]) -> NDArray[np.bool_]:
    if len(pairs) != len(same):
        raise UsageError("there are not as many labels as pairs of names")
    if len(pairs) < _LEAST or len(set(same)) < 2:
        raise UsageError(
            "these labels teach nothing",
            hint=f"Label at least {_LEAST} pairs of names, some the same person's, some not.",
        )
    return np.array(same, np.bool_)


def _fit(table: NDArray[np.float64], labels: NDArray[np.bool_], seed: int) -> tuple[Any, ...]:
    trees = ExtraTreesClassifier(_TREES, min_samples_leaf=2, random_state=seed)
    line = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=2000))
    return trees.fit(table, labels), line.fit(table, labels)


def _mean(models: tuple[Any, ...], table: NDArray[np.float64]) -> Probabilities:
    found = np.zeros(len(table))
    for model in models:
        found += model.predict_proba(table)[:, 1] / len(models)
    return found
