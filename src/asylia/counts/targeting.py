"""Probabilities learnt of each person, moved until the doubly robust estimator needs no correction.

Upholds: the estimator's one step corrects what was learnt by terms that have the chance of being in
both lists in a denominator; where that is small the correction can say that fewer persons are there
than were seen.  Targeted (van der Laan and Rubin 2006, "Targeted maximum likelihood learning"), the
probabilities move until the mean of those terms is nought; what then stands there is an
estimate by itself, never below the persons seen, and as robust: Das, Kennedy and Jewell's own
package gives such a one beside the one step.  A chance of being seen stays at most one.
"""

from dataclasses import dataclass

from asylia.counts.arrays import Flags, Floats, np

_ROUNDS, _STEPS = 30, 25
_SETTLED = 1e-3  # of the mean of 1 / gamma
_FARTHEST = 1e-6  # from nought and one, where a logarithm of odds is taken


@dataclass(frozen=True)
class Learnt:
    """Probabilities of the first list, the second and both, of each person seen."""

    first: Floats
    second: Floats
    both: Floats

    @property
    def inverse(self) -> Floats:
        """1 over the chance of being seen: ``q1 q2 / q12``."""
        found: Floats = self.first * self.second / self.both
        return found

    def held(self, least: float) -> "Learnt":
        """The same as probabilities: both at most either, and nobody surer than sure to be seen."""
        both = np.clip(self.both, least, 1 - _FARTHEST)
        first = np.clip(self.first, both, 1.0)
        return Learnt(first, np.clip(np.maximum(self.second, both / first), both, 1.0), both)


def terms(learnt: Learnt, first: Flags, second: Flags) -> Floats:
    """Each person's term of the one-step estimator of 1/psi (Das, Kennedy and Jewell 2024)."""
    found: Floats = learnt.inverse * (
        first / learnt.first + second / learnt.second - (first & second) / learnt.both
    )
    return found


def targeted(learnt: Learnt, first: Flags, second: Flags, least: float) -> Learnt:
    """These probabilities, moved until the terms' mean is that of ``inverse``."""
    now = learnt.held(least)
    for _ in range(_ROUNDS):
        both = _moved(now.inverse / now.both, first & second, now.both)
        now = Learnt(now.first, now.second, both).held(least)
        one = _moved(now.inverse / now.first, first, now.first)
        now = Learnt(one, now.second, now.both).held(least)
        other = _moved(now.inverse / now.second, second, now.second)
        now = Learnt(now.first, other, now.both).held(least)
        gap = float(terms(now, first, second).mean() - now.inverse.mean())
        if abs(gap) < _SETTLED:
            break
    return now


def _moved(weights: Floats, seen: Flags, chance: Floats) -> Floats:
    """The chances, all odds moved alike until, so weighted, they meet what was seen.

    Weights rather than a direction: on made-up worlds single persons then pull less.
    """
    held, even = np.clip(chance, _FARTHEST, 1 - _FARTHEST), weights / weights.mean()
    odds, far = np.log(held / (1 - held)), 0.0
    for _ in range(_STEPS):
        now = _chance(odds + far)
        step = float((even * (seen - now)).sum() / ((even * now * (1 - now)).sum() + 1e-9))
        far += float(np.clip(step, -1, 1))
        if abs(step) < 1e-8:
            break
    return _chance(odds + far)


def _chance(odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return found
