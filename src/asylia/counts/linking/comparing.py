"""How two records agree, field by field, as levels that a model gives weights to; compiled.

Upholds: one definition, which the database's model, the merging and the tests all call.  A level is
a number from 0; -1 where either record lacks the field.  What is dependent (a place, its code, its
region, its coordinates) is one field.
"""

from math import cos, radians, sqrt

import numba as nb
import numpy as np

from asylia.counts.linking.encoding import Floats, Ints, Numbers

FIELDS = ("name", "born", "day", "place", "sex", "occupation")
LEVELS = {"name": 18, "born": 11, "day": 11, "place": 42, "sex": 3, "occupation": 5}
WIDEST = max(LEVELS.values())
_DAYS_A_YEAR = 366


@nb.njit(cache=True, nogil=True, inline="never")
def name_level(n: Numbers, i: int, j: int) -> int:  # noqa: PLR0912
    """Bits shared by two sets of tokens, in nine bins; nine more if the shorter is all in both."""
    i0, i1, j0, j1 = (
        n.token_starts[i],
        n.token_starts[i + 1],
        n.token_starts[j],
        n.token_starts[j + 1],
    )
    if i0 == i1 or j0 == j1:
        return -1
    shared, left_i, left_j = 0.0, 0.0, 0.0
    all_i, all_j = 0.0, 0.0
    used_i, used_j = 0, 0
    for b in range(j0, j1):
        all_j += n.token_bits[n.tokens[b]]
    for a in range(i0, i1):
        one = n.tokens[a]
        all_i += n.token_bits[one]
        for b in range(j0, j1):
            if n.tokens[b] == one and not (used_j >> (b - j0)) & 1:
                used_i |= 1 << (a - i0)
                used_j |= 1 << (b - j0)
                shared += n.token_bits[one]
                break
    for a in range(i0, i1):
        if (used_i >> (a - i0)) & 1:
            continue
        one, best, to = n.tokens[a], 0.0, -1
        for b in range(j0, j1):
            if (used_j >> (b - j0)) & 1:
                continue
            worth = _alike(n, one, n.tokens[b])
            if worth > best:
                best, to = worth, b
        if to >= 0:
            used_i |= 1 << (a - i0)
            used_j |= 1 << (to - j0)
            shared += best
    for a in range(i0, i1):
        if not (used_i >> (a - i0)) & 1:
            left_i += n.token_bits[n.tokens[a]]
    for b in range(j0, j1):
        if not (used_j >> (b - j0)) & 1:
            left_j += n.token_bits[n.tokens[b]]
    level = 0
    while level < 8 and shared >= n.by.name_bins[level]:
        level += 1
    whole = min(left_i / max(all_i, 0.01), left_j / max(all_j, 0.01)) < n.by.left_over
    return level + 9 if whole and level > 0 else level


@nb.njit(cache=True, nogil=True)
def _alike(n: Numbers, one: int, other: int) -> float:
    """Bits that two tokens share, other than being the same."""
    first, second = n.token_initial[one], n.token_initial[other]
    if first < 0 or second < 0:
        return float(n.by.initial) if abs(first) == abs(second) else 0.0
    at = n.near_starts[one] + np.searchsorted(
        n.near[n.near_starts[one] : n.near_starts[one + 1]], other
    )
    if at < n.near_starts[one + 1] and n.near[at] == other:
        return float(n.worth[at] * min(n.token_bits[one], n.token_bits[other]))
    return 0.0


@nb.njit(cache=True, nogil=True)
def _year(ordinal: int) -> int:
    return int((ordinal * 400 - 200) // 146097 + 1)


@nb.njit(cache=True, nogil=True)
def _civil(ordinal: int) -> tuple[int, int, int]:
    """Year, month and day of an ordinal (Hinnant's days_to_civil, moved to year 1)."""
    z = ordinal + 305
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (1 if month <= 2 else 0), month, doy - (153 * mp + 2) // 5 + 1


@nb.njit(cache=True, nogil=True)
def date_level(span: Ints, years: tuple[int, int], i: int, j: int) -> int:  # noqa: PLR0911
    """From 10, the same day, to 0, more than ten years apart; 1 January may mean a year only."""
    if span[i, 0] < 0 or span[j, 0] < 0:
        return -1
    width_i, width_j = span[i, 1] - span[i, 0], span[j, 1] - span[j, 0]
    meet = span[i, 0] <= span[j, 1] and span[j, 0] <= span[i, 1]
    apart = max(span[i, 0] - span[j, 1], span[j, 0] - span[i, 1])
    yi, mi, di = _civil(span[i, 0])
    yj, mj, dj = _civil(span[j, 0])
    if width_i == 0 and width_j == 0:
        if span[i, 0] == span[j, 0]:
            return 10 if (mi, di) != (1, 1) else 6
        if yi == yj and ((mi, di) == (1, 1) or (mj, dj) == (1, 1)):
            return 6
        slips = _slips(yi, yj, 4) + _slips(mi, mj, 2) + _slips(di, dj, 2)
        if slips == 1:
            return 9
        if yi == yj and mi == dj and di == mj:
            return 8
        if mi == mj and di == dj and (mi, di) != (1, 1):
            return 7
        if yi == yj:
            return 5 if mi == mj else 4
    elif meet:
        if max(width_i, width_j) < 32:
            return 8
        if max(width_i, width_j) < 2 * _DAYS_A_YEAR:  # an age lies in two years: it tells less
            return 6 if yi == _year(span[i, 1]) and yj == _year(span[j, 1]) else 4
        return 3
    if apart <= years[0] * _DAYS_A_YEAR:
        return 2
    return 1 if apart <= years[1] * _DAYS_A_YEAR else 0


@nb.njit(cache=True, nogil=True)
def _slips(one: int, other: int, digits: int) -> int:
    count = 0
    for _ in range(digits):
        count += 1 if one % 10 != other % 10 else 0
        one //= 10
        other //= 10
    return count


@nb.njit(cache=True, nogil=True)
def _is_near(starts: Ints, near: Ints, one: int, other: int) -> bool:
    row = near[starts[one] : starts[one + 1]]
    at = np.searchsorted(row, other)
    return bool(at < len(row) and row[at] == other)


@nb.njit(cache=True, nogil=True)
def _kilometres(spot: Floats, i: int, j: int) -> float:
    middle = radians((spot[i, 0] + spot[j, 0]) / 2)
    north, east = spot[i, 0] - spot[j, 0], (spot[i, 1] - spot[j, 1]) * cos(middle)
    return 111.2 * sqrt(north * north + east * east)


@nb.njit(cache=True, nogil=True)
def place_level(n: Numbers, i: int, j: int) -> int:
    """Seven steps of name, region and distance, times six of the code; -1 if neither is known."""
    name = -1
    if n.place[i] >= 0 and n.place[j] >= 0:
        name = 0
        if n.place[i] == n.place[j]:
            bits = n.place_bits[n.place[i]]
            name = 3 if bits < n.by.place_bits[0] else (4 if bits < n.by.place_bits[1] else 5)
        elif _is_near(n.place_near_starts, n.place_near, n.place[i], n.place[j]):
            name = 2
    if name <= 0 and not np.isnan(n.spot[i, 0] + n.spot[i, 1] + n.spot[j, 0] + n.spot[j, 1]):
        far = _kilometres(n.spot, i, j)
        near, same_town, same_area = n.by.place_km
        name = 4 if far < near else (2 if far < same_town else (1 if far < same_area else 0))
    if name <= 0 and n.region[i] >= 0 and n.region[j] >= 0:
        name = 1 if n.region[i] == n.region[j] else 0
    code = -1
    if n.postcode[i] >= 0 and n.postcode[j] >= 0:
        if n.postcode[i] == n.postcode[j]:
            code = 3
        elif _is_near(n.post_near_starts, n.post_near, n.postcode[i], n.postcode[j]):
            code = 2
        else:
            code = 1 if n.area[i] == n.area[j] else 0
    if name < 0 and code < 0:
        return -1
    return (name + 1) * 6 + code + 1


@nb.njit(cache=True, nogil=True)
def sex_level(n: Numbers, i: int, j: int) -> int:
    """0 if they differ, else 1, or 2 where it is rare."""
    if n.sex[i] < 0 or n.sex[j] < 0:
        return -1
    if n.sex[i] != n.sex[j]:
        return 0
    return 1 if n.sex_bits[n.sex[i]] < n.by.sex_bits else 2


@nb.njit(cache=True, nogil=True)
def occupation_level(n: Numbers, i: int, j: int) -> int:
    """0 if they differ, else up to 4 by how rare it is."""
    if n.occupation[i] < 0 or n.occupation[j] < 0:
        return -1
    if n.occupation[i] != n.occupation[j]:
        return 0
    rare, found = n.occupation_bits[n.occupation[i]], 1
    for least in n.by.text_bits:
        found += 1 if rare >= least else 0
    return found


@nb.njit(cache=True, nogil=True)
def level(n: Numbers, field: int, i: int, j: int) -> int:
    """The level of one field of ``FIELDS``."""
    if field == 0:
        found = name_level(n, i, j)
    elif field == 1:
        found = date_level(n.born, n.by.years, i, j)
    elif field == 2:
        found = date_level(n.day, n.by.years, i, j)
    elif field == 3:
        found = place_level(n, i, j)
    elif field == 4:
        found = sex_level(n, i, j)
    else:
        found = occupation_level(n, i, j)
    return int(found)


@nb.njit(cache=True, nogil=True)
def levels(n: Numbers, field: int, left: Ints, right: Ints) -> Ints:
    """The levels of many pairs."""
    out = np.empty(len(left), np.int64)
    for at in range(len(left)):
        out[at] = level(n, field, left[at], right[at])
    return out


@nb.njit(cache=True, nogil=True)
def patterns(n: Numbers, fields: Ints, sizes: Ints, left: Ints, right: Ints) -> Ints:
    """One number a pair for the levels of all fields: in base size + 1, -1 first."""
    out = np.empty(len(left), np.int64)
    for at in range(len(left)):
        code = 0
        for x in range(len(fields)):
            code = code * (sizes[x] + 1) + level(n, fields[x], left[at], right[at]) + 1
        out[at] = code
    return out
