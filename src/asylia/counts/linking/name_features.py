"""What tells whether two names are one person's, as numbers for a model that learns from labels.

Upholds: the same numbers whichever name comes first; nothing of a person but the two names, and of
these no clan.  Parts are matched one to one, the best in all (Kuhn 1955); the worst matched pair of
parts says most, so it is described most closely.  Refuses nothing: every pair of texts has numbers.
"""

import re
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein
from scipy.optimize import linear_sum_assignment

from asylia.counts.linking.name_parts import LEGAL_FORMS, Part, parts
from asylia.counts.linking.names import short_forms
from asylia.counts.linking.transliteration import consonants, sounds_like

_FAR = 20  # edits that are counted
_DIGITS = re.compile(r"\d+")


class Match(NamedTuple):
    """A part of the shorter name, a part of the longer, how alike they are, and why."""

    worth: float
    one: int
    other: int
    why: tuple[float, ...]


def features(first: str, second: str) -> NDArray[np.float64]:
    """Sixty-odd numbers; their order is fixed, their meaning is the functions' below."""
    short, long = sorted(
        (parts(first), parts(second)), key=lambda found: (len(found), found_texts(found))
    )
    matches = _matched(short, long)
    return np.array(
        [
            *_worst(matches, short, long),
            *_all(matches, short, long),
            *_patronymics(matches, short, long),
            *_whole(short, long),
            *_written(first, second),
        ],
        np.float64,
    )


def found_texts(found: tuple[Part, ...]) -> tuple[str, ...]:
    """The texts of parts."""
    return tuple(part.text for part in found)


def _matched(short: tuple[Part, ...], long: tuple[Part, ...]) -> list[Match]:
    """One match for each part of the shorter name, the worst first."""
    why = {
        (i, j): _why(one.text, other.text)
        for i, one in enumerate(short)
        for j, other in enumerate(long)
    }
    worth = np.array([[_worth(why[i, j]) for j in range(len(long))] for i in range(len(short))])
    apart = np.abs(
        np.arange(len(short))[:, None] / len(short) - np.arange(len(long))[None] / len(long)
    )
    rows, columns = linear_sum_assignment(0.001 * apart - worth)
    return sorted(
        Match(float(worth[i, j]), int(i), int(j), why[i, j])
        for i, j in zip(rows, columns, strict=True)
    )


def _why(one: str, other: str) -> tuple[float, ...]:
    forms = short_forms()
    short = one != other and bool(set(forms.get(one, ())) & set(forms.get(other, ())))
    if short:  # forms of one name are taken as that name, and said to be so
        one = other = max(one, other, key=len)
    sound, sounds = sounds_like(one), sounds_like(other)
    longest = max(len(one), len(other))
    edits = OSA.distance(one, other)
    return (
        Levenshtein.normalized_similarity(one, other),
        JaroWinkler.similarity(one, other),
        Levenshtein.normalized_similarity(sound, sounds),
        Levenshtein.normalized_similarity(consonants(one), consonants(other)),
        short,
        # Each a known given name, and not the same one's.
        0 if short or one == other else (one in forms) + (other in forms),
        one[:1] == other[:1] and (len(one) == 1) != (len(other) == 1),
        one.startswith(other) or other.startswith(one),
        one[:1] == other[:1],
        one[-1:] == other[-1:],
        min(edits, 9),
        edits / longest,
        OSA.distance(sound, sounds),
        min(len(one), len(other)),
        longest,
        Levenshtein.normalized_similarity(one[-4:], other[-4:]),
    )


def _worth(why: tuple[float, ...]) -> float:
    """How alike two parts are, from 0 to 1; only the order of these constants matters much."""
    spelt, winkler, sound, _, short, _, initial = why[:7]
    return max(spelt, winkler - 0.05, 0.97 * (sound == 1), 0.9 * sound, 0.95 * short, 0.9 * initial)


def _worst(
    matches: list[Match], short: tuple[Part, ...], long: tuple[Part, ...]
) -> tuple[float, ...]:
    worst = matches[0]
    second = matches[1] if len(matches) > 1 else None
    return (
        worst.worth,
        *worst.why,
        worst.one / (len(short) - 1) if len(short) > 1 else 1.0,
        bool({short[worst.one].text, long[worst.other].text} & LEGAL_FORMS),
        second.worth if second else 1.0,
        second.why[0] if second else 1.0,
        second.why[10] if second else 0.0,
    )


def _all(
    matches: list[Match], short: tuple[Part, ...], long: tuple[Part, ...]
) -> tuple[float, ...]:
    worths = np.array([one.worth for one in matches])
    letters = np.array([one.why[13] for one in matches])
    used = {one.other for one in matches}
    left = [part for at, part in enumerate(long) if at not in used]
    order = [one.other for one in sorted(matches, key=lambda match: match.one)]
    single = [(len(short[one.one].text) == 1, len(long[one.other].text) == 1) for one in matches]
    return (
        worths[-1],
        worths.mean(),
        float((worths * letters).sum() / max(letters.sum(), 1)),
        (worths < 0.6).sum(),
        (worths < 0.85).sum(),
        (worths >= 0.999).sum(),
        sum(one.why[10] for one in matches),
        len(short),
        len(long),
        len(left),
        sum(len(part.text) for part in left),
        sum(len(part.text) == 1 for part in left),
        sum(part.text in LEGAL_FORMS for part in left),
        sum(a and b and m.worth < 1 for (a, b), m in zip(single, matches, strict=True)),
        sum(a != b for a, b in single),
        sum(before > after for before, after in pairwise(order)),
    )


def _patronymics(
    matches: list[Match], short: tuple[Part, ...], long: tuple[Part, ...]
) -> tuple[float, ...]:
    """Whether both say whose child it is, and the same; whether a part is that in one only."""
    ones = [part.text for part in short if part.patronymic]
    others = [part.text for part in long if part.patronymic]
    alike = [_worth(_why(one, other)) for one in ones for other in others]
    used = {one.other for one in matches}
    return (
        max(alike, default=2.0),
        bool(ones) + bool(others),
        sum(short[one.one].patronymic != long[one.other].patronymic for one in matches),
        sum(part.patronymic for at, part in enumerate(long) if at not in used),
    )


def _whole(short: tuple[Part, ...], long: tuple[Part, ...]) -> tuple[float, ...]:
    one, other = found_texts(short), found_texts(long)
    ways = (
        (one, other),
        (tuple(sorted(one)), tuple(sorted(other))),
        tuple(tuple(part for part in name if part not in LEGAL_FORMS) for name in (one, other)),
    )
    distances = [("".join(a), "".join(b)) for a, b in ways]
    sounds = ["".join(map(sounds_like, name)) for name in (one, other)]
    letters = ["".join(sorted("".join(name))) for name in (one, other)]
    initials = ["".join(part[0] for part in name) for name in (one, other)]
    return (
        *(Levenshtein.normalized_similarity(a, b) for a, b in distances),
        *(min(OSA.distance(a, b), _FAR) for a, b in distances),
        JaroWinkler.similarity(*distances[0]),
        Levenshtein.normalized_similarity(*sounds),
        Levenshtein.normalized_similarity(*letters),
        _worth(_why(one[0], other[0])),
        _worth(_why(one[-1], other[-1])),
        JaroWinkler.similarity(one[0], other[0]),
        JaroWinkler.similarity(one[-1], other[-1]),
        any(len(part) > 1 and initials[1].startswith(part) for part in one)
        or any(len(part) > 1 and initials[0].startswith(part) for part in other),
        len(distances[0][0]),
        len(distances[0][1]),
    )


def _written(first: str, second: str) -> tuple[float, ...]:
    return (
        len(set(_DIGITS.findall(first)) ^ set(_DIGITS.findall(second))),
        first.isascii() + second.isascii(),
        first.isupper() + second.isupper(),
    )
