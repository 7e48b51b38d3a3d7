"""Pairs of records with what speaks for and against their being one person; labels improve it.

Upholds: a pair's weight is a prior and one part a field, in bits, and nothing else; without labels
it is the model's own.  Training is conditional on the parts, so that labels of hard pairs alone,
which are those that somebody looks at, do not bias it.  What weighs is loaded when it weighs, so
that who only asks of weighed pairs does not wait for it.  Refuses a table that the model can't
learn from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asylia.counts.linking.table import Records
from asylia.errors import RefusedError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLAUSIBLE = 0.05  # a pair that is one person with at least this chance may be one
_KEPT = -10.0  # bits of posterior odds below which nobody is asked
_SLIP = 0.02  # how often whoever looks at a pair is mistaken
_ROUNDS = 30
_SPREAD, _SHIFTED = 0.5, 2.0  # how far labels may move a field's scale, and the prior in bits


@dataclass(frozen=True)
class Trained:
    """A scale for each field of a table, 1 without labels, and the prior in bits."""

    prior: float
    scales: tuple[float, ...]
    labels: int = 0


@dataclass(frozen=True)
class Weighed:
    """Pairs (rows of the table), the parts of their weights by field, the model's own prior."""

    ids: tuple[str, ...]
    fields: tuple[str, ...]
    left: Ints
    right: Ints
    parts: Floats  # a row a pair, a column a field; 0 where either record lacks it
    untrained: Trained

    @cached_property
    def at(self) -> Mapping[tuple[str, str], int]:
        """Where a pair of ids stands, the lesser first."""
        return {self.pair(n): n for n in range(len(self.left))}

    def pair(self, at: int) -> tuple[str, str]:
        """The ids of a pair, the lesser first."""
        one, other = self.ids[self.left[at]], self.ids[self.right[at]]
        return (min(one, other), max(one, other))

    def chances(self, trained: Trained) -> Floats:
        """How likely each pair is one person."""
        return _chance(trained.prior + self.parts @ np.array(trained.scales))

    def waterfall(self, at: int, trained: Trained) -> tuple[tuple[str, float], ...]:
        """What each field adds to a pair's weight, in bits; the prior has no name."""
        row = self.parts[at] * np.array(trained.scales)
        return (("", trained.prior), *zip(self.fields, map(float, row), strict=True))


def weigh(records: Records) -> Weighed:
    """Block and weigh the pairs; ``RefusedError`` where too few records agree to learn from."""
    from asylia.counts.linking.comparing import FIELDS, levels  # noqa: PLC0415
    from asylia.counts.linking.encoding import encode  # noqa: PLC0415
    from asylia.counts.linking.model import score  # noqa: PLC0415

    encoded = encode(records)
    try:
        scored = score(encoded)
    except (RefusedError, ValueError):  # the latter where a share of few pairs falls to 0
        raise RefusedError(
            "the records are too few, or too few of them agree, for a model to be trained on them",
            hint="Put the lists together into one table; some hundreds of records are enough.",
        ) from None
    pairs = max(encoded.size * (encoded.size - 1) / 2, 1.0)
    prior = prior_of(scored.weights, pairs)
    kept = np.flatnonzero(scored.weights + prior > _KEPT)
    left, right = scored.left[kept], scored.right[kept]
    columns = []
    for name in encoded.fields:
        at = FIELDS.index(name)
        seen = levels(encoded.numbers, at, left, right)
        columns.append(np.log2(scored.ratios[at][seen + 1]))
    return Weighed(
        ids=tuple(records.ids),
        fields=tuple(encoded.fields),
        left=left,
        right=right,
        parts=np.column_stack(columns) if columns else np.zeros((len(left), 0)),
        untrained=Trained(prior, (1.0,) * len(encoded.fields)),
    )


def train(parts: Floats, untrained: Trained, rows: Sequence[int], same: Sequence[float]) -> Trained:
    """The scales and the prior at the mode, given labels (1: one person, 0: two, of those rows).

    Logistic regression of the label on the parts, with a normal prior around the model's own.
    """
    if not len(rows):
        return untrained
    known = np.column_stack([np.ones(len(rows)), parts[np.array(rows)]])
    middle = np.array([untrained.prior, *untrained.scales])
    spread = np.array([_SHIFTED, *(_SPREAD,) * len(untrained.scales)])
    found = mode(known, middle, spread, np.array(same, np.float64))
    return Trained(float(found[0]), tuple(float(one) for one in found[1:]), len(rows))


def mode(known: Floats, middle: Floats, spread: Floats, wanted: Floats) -> Floats:
    """Of a logistic regression of ``wanted`` on columns, in bits, with a normal prior."""
    found, precision, bit = middle.copy(), np.diag(spread**-2.0), np.log(2.0)
    for _ in range(_ROUNDS):
        chance = _chance(known @ found)
        slope = bit * known.T @ (wanted - chance) - precision @ (found - middle)
        bent = bit**2 * (known.T * (chance * (1 - chance))) @ known + precision
        step = np.linalg.solve(bent, slope)
        found = found + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-6:
            break
    return found


def gains(chances: Floats) -> Floats:
    """Bits that an answer is expected to tell, from somebody who is mistaken now and then."""
    heard = chances * (1 - _SLIP) + (1 - chances) * _SLIP
    return np.maximum(_entropy(heard) - _entropy(np.array(_SLIP)), 0.0)


def prior_of(weights: Floats, pairs: float) -> float:
    """Log2 of the share of pairs that are matches, where weights and share agree."""
    matches = max(len(weights) / 20, 1.0)
    for _ in range(_ROUNDS):
        matches = max(float(_chance(weights + np.log2(matches / pairs)).sum()), 1.0)
    return float(np.log2(matches / pairs))


def _chance(bits: Floats) -> Floats:
    odds = np.exp2(np.clip(bits, -60, 60))
    return np.asarray(odds / (1 + odds), np.float64)


def _entropy(chance: Floats) -> Floats:
    safe = np.clip(chance, 1e-15, 1 - 1e-15)
    return np.asarray(-(safe * np.log2(safe) + (1 - safe) * np.log2(1 - safe)), np.float64)
