"""Small worlds of records whose partitions can all be listed, and their posterior summed."""

import itertools
from collections.abc import Iterator
from math import lgamma, log

import numpy as np

from asylia.counts.partitions.kernel import Floats, Ints
from asylia.counts.partitions.pairs import Pairs


def world(records: int, seed: int, *, lists: Ints | None = None, fields: int = 2) -> Pairs:
    """Records with a random level for each pair and field; some lack the second field."""
    random = np.random.default_rng(seed)
    left, right = np.triu_indices(records, 1)
    seen = random.integers(0, 6, (fields, records, records))
    seen = np.maximum(seen, seen.transpose(0, 2, 1))
    for field in range(1, fields):
        lacks = random.random(records) < 0.3
        seen[field, lacks] = -1
        seen[field, :, lacks] = -1
    ratios = np.ones((fields, 8))
    ratios[:, 1:7] = np.exp(np.sort(random.normal(0.3, 1.6, (fields, 6)), axis=1))

    def level(field: int, one: Ints, other: Ints) -> Ints:
        return np.asarray(seen[field, one, other])

    none = np.full(records, -1)
    return Pairs(
        records, left, right, np.full(len(left), 99.0), ratios, level,
        none if lists is None else lists,
    )  # fmt: skip


def partitions(records: int) -> Iterator[tuple[int, ...]]:
    """All of them, as restricted growth strings; Bell's number of them."""

    def grown(found: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(found) == records:
            yield found
            return
        for one in range(max(found, default=-1) + 2):
            yield from grown((*found, one))

    return grown(())


def tree_mean(ratio: Floats) -> float:
    """The mean over all spanning trees of the product of ratios, each tree listed (Prüfer)."""
    many = len(ratio)
    if many < 2:
        return 1.0
    products = []
    for code in itertools.product(range(many), repeat=many - 2):
        degree = [1 + code.count(node) for node in range(many)]
        product = 1.0
        for node in code:
            leaf = degree.index(1)
            product *= ratio[leaf, node]
            degree[leaf], degree[node] = 0, degree[node] - 1
        one, other = (at for at, left in enumerate(degree) if left == 1)
        products.append(product * ratio[one, other])
    return float(np.mean(products))


def log_evidence(pairs: Pairs, members: list[int]) -> float:
    """Of a cluster, tree by tree."""
    total = 0.0
    for field, ratios in enumerate(pairs.ratios):
        held = [m for m in members if pairs.level(field, np.array([m]), np.array([m]))[0] >= 0]
        if len(held) < 2:
            continue
        one, other = np.meshgrid(held, held)
        levels = pairs.level(field, one.ravel(), other.ravel()).reshape(one.shape)
        total += log(tree_mean(ratios[levels + 1]))
    return total


def posterior(pairs: Pairs, largest: int) -> dict[tuple[int, ...], float]:
    """Of every partition, the law of sizes integrated out in closed form."""
    known: dict[tuple[int, ...], float] = {}
    logs: dict[tuple[int, ...], float] = {}
    each = np.arange(1, largest + 1)
    base = 1.0 / (each * (each + 1.0))
    base /= base.sum()
    apart = pairs.lists.max() >= 0
    shares = np.bincount(pairs.lists[pairs.lists >= 0]) / pairs.records if apart else np.ones(1)
    chosen = [
        sum(float(np.prod(group)) for group in itertools.combinations(shares, n))
        for n in range(largest + 1)
    ]
    for one in partitions(pairs.records):
        groups = [[at for at, c in enumerate(one) if c == n] for n in range(max(one) + 1)]
        held = [[pairs.lists[at] for at in group if pairs.lists[at] >= 0] for group in groups]
        if any(len({*names}) < len(names) for names in held):
            continue
        many = np.bincount([len(group) for group in groups], minlength=largest + 1)[1:]
        # K! of the partition over Gamma(1 + K) of the law of sizes is 1
        total = sum(lgamma(b + m) - lgamma(b) for b, m in zip(base, many, strict=True))
        total += sum(-log(chosen[len(g)]) if apart else lgamma(len(g) + 1) for g in groups)
        for group in groups:
            if tuple(group) not in known:
                known[tuple(group)] = log_evidence(pairs, group)
            total += known[tuple(group)]
        logs[one] = total
    most = max(logs.values())
    whole = sum(np.exp(value - most) for value in logs.values())
    return {one: float(np.exp(value - most) / whole) for one, value in logs.items()}
