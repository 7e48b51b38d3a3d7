"""The compiled part: likelihood, gradient and tempered Hamiltonian moves, sixteen chains at a time.

Arrays hold one *lane* (one chain) a column; a row of sixteen is one value in vector registers
(``lanes``).  Numba's cache notices an edit of the file that a function is in, and of no other, so
all that is compiled stands in this one; after an edit of ``lanes``, count ``EDITION`` up.

Formulas: Manrique-Vallier 2016, "Bayesian population size estimation using Dirichlet process
mixtures", Biometrics 72; the population size, the labels and the concentration are integrated out.
Hamiltonian steps: Neal 2011, "MCMC using Hamiltonian dynamics": leapfrog.
Swaps of even and odd pairs in turn: Syed et al. 2022, "Non-reversible parallel tempering".
"""

import numpy as np
from numba import njit

from asylia.counts.latent.lanes import LANES, load, spread, store, times_power_of_two, where_above

EDITION = 1
WORST = -1e30  # a log likelihood that no state reaches
LEAST_SEEN = 1e-9  # below this probability of being seen, p0 is 1 in floating point

SHORT_SHARE, SHORT_STEP = 0.1, 0.25
FAST = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"contract"}}


@njit(**FAST)
def exponential(x):
    """``e**x`` to 1e-14 relative, sixteen at a time; x is held within 690."""
    x = where_above(x, -690.0, x, -690.0)
    x = where_above(x, 690.0, 690.0, x)
    shifted = x * 1.4426950408889634 + 6755399441055744.0  # 1.5 * 2**52: rounds to a whole number
    whole = shifted - 6755399441055744.0
    r = x - whole * 0.693147180369123816490
    r = r - whole * 1.90821492927058770002e-10
    s = r * (1.0 / 39916800.0) + 1.0 / 3628800.0
    s = s * r + 1.0 / 362880.0
    s = s * r + 1.0 / 40320.0
    s = s * r + 1.0 / 5040.0
    s = s * r + 1.0 / 720.0
    s = s * r + 1.0 / 120.0
    s = s * r + 1.0 / 24.0
    s = s * r + 1.0 / 6.0
    s = s * r + 0.5
    s = s * r + 1.0
    s = s * r + 1.0
    return times_power_of_two(s, shifted)


@njit(**FAST)
def gradient(q, beta, cells, room, g):
    """Into ``g`` the gradient of the tempered log posterior at ``q`` (dimensions x lanes).

    ``cells``: lists J, classes K, a, b, persons n, counts, parents, where each cell's lists beyond
    its parent's begin, those lists.  ``room``: scratch; what :func:`density` reads is left in it.
    """
    lists, classes, a, b, persons, count, parent, begin, extra = cells
    odds, lam, sole, p, ratio, total, x, slope, weight, sum_x, adjoint = room
    cells_and_root = parent.size
    u_rows = lists * classes
    left = spread(1.0)
    mass = spread(0.0)
    for k in range(classes - 1):
        v = exponential(load(q, u_rows + k))
        stays = exponential(0.0 - v)
        stick = where_above(v, 1e-6, 1.0 - stays, v * (1.0 - 0.5 * v))
        store(x, k, v)
        store(slope, k, v * stays / stick)
        store(weight, k, stick * left)
        left = left * stays
        mass = mass + v
    store(weight, classes - 1, left)
    store(sum_x, 0, mass)
    missed = spread(0.0)
    for k in range(classes):
        none = spread(1.0)
        for j in range(lists):
            at = j * classes + k
            e = exponential(load(q, at))
            m = 1.0 / (1.0 + e)
            none = none * m
            store(odds, at, e)
            store(lam, at, e * m)
        store(sole, k, none)
        none = none * load(weight, k)
        missed = missed + none
        store(total, k, none)
        store(adjoint, k, 0.0)
    # Each class's probability of each cell, from that of the cell that it extends.
    for c in range(1, cells_and_root):
        above, mine = parent[c] * classes, c * classes
        first, last = begin[c], begin[c + 1]
        list_ = extra[first] * classes
        for k in range(classes):
            store(total, mine + k, load(total, above + k) * load(odds, list_ + k))
            store(adjoint, mine + k, 0.0)
        for at in range(first + 1, last):
            list_ = extra[at] * classes
            for k in range(classes):
                store(total, mine + k, load(total, mine + k) * load(odds, list_ + k))
        whole = spread(0.0)
        for k in range(classes):
            whole = whole + load(total, mine + k)
        store(p, c, whole)
        store(ratio, c, count[c] / (whole + 1e-300))
    seen = 1.0 - missed
    store(p, 0, missed)
    store(ratio, 0, persons / where_above(seen, LEAST_SEEN, seen, LEAST_SEEN))
    # Back again: expected members of each class, and of each class and list.
    for row in range(u_rows):
        store(g, row, 0.0)
    for c in range(cells_and_root - 1, 0, -1):
        above, mine = parent[c] * classes, c * classes
        share = load(ratio, c)
        first, last = begin[c], begin[c + 1]
        list_ = extra[first] * classes
        for k in range(classes):
            held = load(total, mine + k) * share + load(adjoint, mine + k)
            store(adjoint, above + k, load(adjoint, above + k) + held)
            store(g, list_ + k, load(g, list_ + k) + held)
            store(adjoint, mine + k, held)
        for at in range(first + 1, last):
            list_ = extra[at] * classes
            for k in range(classes):
                store(g, list_ + k, load(g, list_ + k) + load(adjoint, mine + k))
    later = spread(0.0)
    tempered = load(beta, 0)
    share = load(ratio, 0)
    for k in range(classes - 1, -1, -1):
        members = load(adjoint, k) + load(total, k) * share
        for j in range(lists):
            to = j * classes + k
            m = load(lam, to)
            store(g, to, tempered * (load(g, to) - m * members) + (1.0 - 2.0 * m))
        if k < classes - 1:
            v = load(x, k)
            pull = members * load(slope, k) - v * later
            pushed = (classes - 1 + a) * v / (b + mass)
            store(g, u_rows + k, tempered * pull + (1.0 - pushed))
        later = later + members


@njit(**FAST)
def density(q, cells, room, like, prior):
    """Log likelihood and log prior of the state that :func:`gradient` was just called with.

    Likelihood: N integrated out under 1/N, so the cells' multinomial given that one was seen.
    """
    _, classes, a, b, persons, count, parent, _, _ = cells
    _, _, sole, p, _, _, _, _, _, sum_x, _ = room
    for i in range(LANES):
        seen = 1.0 - p[0, i]
        like[i] = WORST if not seen > LEAST_SEEN else -persons * np.log(seen)
        prior[i] = -(classes - 1 + a) * np.log(b + sum_x[0, i])
    for c in range(1, parent.size):
        for i in range(LANES):
            like[i] += count[c] * np.log(p[c, i] + 1e-300)
    for row in range(q.shape[0]):
        from_ = q[row]
        for i in range(LANES):
            prior[i] += from_[i]
    for k in range(classes):
        for i in range(LANES):
            prior[i] += 2.0 * np.log(sole[k, i] + 1e-300)


@njit(**FAST)
def relabel(q, cells, races, chance, room, lane, keep):
    """Draw the classes anew in size-biased order (Pitman 1996), accepted with its MH ratio.

    The truncated stick has density ``(b - log pi_K) ** -(K - 1 + a) / prod_k S_k``, ``S_k`` the
    mass after class k; that of the permutation cancels all but the first factor.
    """
    lists, classes, a, b = cells[0], cells[1], cells[2], cells[3]
    weight = room[8]
    u_rows = lists * classes
    left = 1.0
    sum_x = 0.0
    for k in range(classes - 1):
        v = np.exp(q[u_rows + k, lane])
        sum_x += v
        stays = np.exp(-v)
        weight[k, lane] = left * (-np.expm1(-v))
        left *= stays
    weight[classes - 1, lane] = left
    keys = np.empty(classes)
    for k in range(classes):
        keys[k] = races[k] / (weight[k, lane] + 1e-300)
    order = np.argsort(keys)
    last = weight[order[classes - 1], lane]
    if not last > 1e-280:
        return
    if np.log(chance) > -(classes - 1 + a) * (np.log(b - np.log(last)) - np.log(b + sum_x)):
        return
    for row in range(u_rows):
        keep[row] = q[row, lane]
    for k in range(classes):
        for j in range(lists):
            q[j * classes + k, lane] = keep[j * classes + order[k]]
    # The mass after each class is added up from the smallest, so that it never cancels.
    after = last
    for k in range(classes - 2, -1, -1):
        mine = weight[order[k], lane]
        q[u_rows + k, lane] = np.log(np.log1p(mine / after))
        after += mine


@njit(**FAST)
def run(q, cells, room, work, move, ladder, tally, draws, trace):
    """Iterations of relabelling, a Hamiltonian trajectory in each lane, and swaps along the ladder.

    ``work``: scratch of the state's shape, three times, and eight rows more.
    ``move``: every how many iterations to swap, shortest and longest trajectory, pace of adapting
    steps (0: none), number of tempered rungs (the other lanes are at 1), first iteration's number.
    ``ladder``: betas and log steps a rung, the rung of each lane, the lane of each rung.
    ``tally``: rejection and number of swaps a pair, acceptance a rung, lanes that were at the
    bottom, trips from bottom to top.  ``draws``: normals, exponentials, uniforms.
    ``trace``: for each iteration and rung the log likelihood and the probability of being seen.
    """
    every, short, long, pace, hot, first = move
    betas, steps, rung_of, lane_of = ladder
    refused, offered, accepted, bottom, trips = tally
    normals, races, chances = draws
    likes, seens = trace
    size = q.shape[0]
    g, start, momentum, few = work
    like, prior, like_after, prior_after, old_seen = few[0], few[1], few[2], few[3], few[4]
    step, beta, energy, keep = few[5], few[6], few[7], np.empty(size)
    for t in range(normals.shape[0]):
        for i in range(LANES):
            relabel(q, cells, races[t, i], chances[t, 0, i], room, i, keep)
            beta[i] = betas[rung_of[i]]
            # Now and then a short step, for chains where the posterior bends more than elsewhere.
            short_one = chances[t, 4, i] < SHORT_SHARE
            step[i] = np.exp(steps[rung_of[i]]) * (SHORT_STEP if short_one else 1.0)
        gradient(q, beta, cells, room, g)
        density(q, cells, room, like, prior)
        for i in range(LANES):
            old_seen[i] = 1.0 - room[3][0, i]
        pace_of = load(step, 0)
        twice = spread(0.0)
        for row in range(size):
            n = load(normals, t * size + row)
            store(start, row, load(q, row))
            twice = twice + n * n
            store(momentum, row, n + 0.5 * pace_of * load(g, row))
        leaps = short + int(chances[t, 1, 0] * (long - short + 1))
        for leap in range(leaps):
            for row in range(size):
                store(q, row, load(q, row) + pace_of * load(momentum, row))
            gradient(q, beta, cells, room, g)
            kick = pace_of * (1.0 if leap < leaps - 1 else 0.5)
            for row in range(size):
                store(momentum, row, load(momentum, row) + kick * load(g, row))
        density(q, cells, room, like_after, prior_after)
        for row in range(size):
            m = load(momentum, row)
            twice = twice - m * m
        store(energy, 0, twice)
        for i in range(LANES):
            gain = beta[i] * (like_after[i] - like[i]) + prior_after[i] - prior[i] + 0.5 * energy[i]
            odds = np.exp(min(gain, 0.0)) if gain == gain else 0.0
            rung = rung_of[i]
            if chances[t, 4, i] >= SHORT_SHARE:
                accepted[rung] += odds
                steps[rung] += pace * (odds - 0.8)
            if chances[t, 2, i] < odds:
                like[i] = like_after[i]
                old_seen[i] = 1.0 - room[3][0, i]
            else:
                for row in range(size):
                    q[row, i] = start[row, i]
        if pace > 0.0:
            mean = steps[hot:].mean()
            for rung in range(hot, LANES):
                steps[rung] = mean
        if (first + t) % every == 0:
            for low in range(((first + t) // every) % 2, hot, 2):
                high = low + 1
                if low == hot - 1:
                    high = hot + int(chances[t, 1, 1] * (LANES - hot))
                one, other = lane_of[low], lane_of[high]
                gain = (betas[high] - betas[low]) * (like[one] - like[other])
                odds = np.exp(min(gain, 0.0)) if gain == gain else 0.0
                refused[low] += 1.0 - odds
                offered[low] += 1.0
                if chances[t, 3, low] < odds:
                    lane_of[low], lane_of[high] = other, one
                    rung_of[one], rung_of[other] = high, low
            bottom[lane_of[0]] = 1
            for rung in range(hot, LANES):
                if bottom[lane_of[rung]]:
                    bottom[lane_of[rung]] = 0
                    trips[0] += 1
        for rung in range(LANES):
            likes[t, rung] = like[lane_of[rung]]
            seens[t, rung] = old_seen[lane_of[rung]]
