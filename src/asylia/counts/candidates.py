"""Candidate log-linear models of lists, and whether their maximum likelihood estimate exists.

Upholds: hierarchical models with every main effect and without the highest-order term: all of them
up to four lists (8 and 113), those of pairs for five (1,024).  A term whose lists no person shares
is minus infinity in the extended maximum likelihood estimate: its cells leave the table (Fienberg
and Rinaldo 2012, "Maximum likelihood estimation in log-linear models", Annals of Statistics 40).
What is left must have an estimate, which is a linear programme (Chan, Silverman and Vincent 2021,
section 2.6: some table above nothing in each cell has the same margins), and an
only one: as many independent columns as terms.

Shape: cells are numbers of patterns, bit ``j`` for list ``j``; column ``t`` of a design is a term,
a set of lists, and a cell has it if it has all its lists.  Column 0 is the constant: its term is
the logarithm of the unseen.
"""

from functools import cache, lru_cache
from itertools import combinations, compress, product

from asylia.counts.arrays import Flags, Floats, Wholes, np
from asylia.counts.numeric import largest_least

MOST = 5
ALL_ORDERS = 4  # lists; with more, pairs only
EXISTS, NO_ESTIMATE, NOT_IDENTIFIED = "exists", "no estimate", "not identified"
_CERTAIN = 1e-3  # persons; far more than the margins of a fitted table are off
_LEAST = 1e-7  # of the persons; below, the programme's largest least cell is nothing


@cache
def terms(lists: int) -> tuple[int, ...]:
    """The terms that candidates are made of: constant, main effects, then interactions."""
    highest = lists - 1 if lists <= ALL_ORDERS else 2
    sets = [0]
    for order in range(1, highest + 1):
        sets += [sum(1 << at for at in chosen) for chosen in combinations(range(lists), order)]
    return tuple(sets)


@cache
def candidates(lists: int) -> Flags:
    """Models by terms: which terms each model has."""
    if not 3 <= lists <= MOST:
        raise ValueError(f"log-linear models of {lists} lists")
    every = terms(lists)
    pairs = [term for term in every if term.bit_count() == 2]
    higher = [term for term in every if term.bit_count() > 2]
    models = []
    for chosen in product((False, True), repeat=len(pairs)):
        held = set(compress(pairs, chosen))
        allowed = [term for term in higher if all(p in held for p in pairs if p & term == p)]
        for more in product((False, True), repeat=len(allowed)):
            whole = held | set(compress(allowed, more))
            models.append([term.bit_count() < 2 or term in whole for term in every])
    return np.array(models, dtype=np.bool_)


@cache
def design(lists: int) -> Floats:
    """Cells 1 to ``2**lists - 1`` by terms."""
    cells = np.arange(1, 1 << lists)[:, None]
    sets = np.array(terms(lists))[None, :]
    matrix: Floats = ((cells & sets) == sets).astype(np.float64)
    return matrix


def infinite(counts: Wholes, models: Flags, lists: int) -> Flags:
    """Terms that are minus infinity: the model has them, and no person has all their lists."""
    shared = counts @ design(lists).astype(np.int64)
    gone: Flags = models & (shared == 0)
    return gone


def cells_left(gone: Flags, lists: int) -> Flags:
    """Cells of no infinite term."""
    left: Flags = (gone.astype(np.float64) @ design(lists).T) == 0
    return left


def existence(counts: Wholes, model: Flags, lists: int, fitted: float = 0.0) -> str:
    """``EXISTS``, or why there is no number: no finite estimate, or more than one.

    ``fitted`` is the least cell of a fitted table that has the margins (``newton``): where it is
    well above nothing, it is the table that the programme would look for.
    """
    gone = infinite(counts, model, lists)
    if not _identified(lists, (model & ~gone).tobytes(), gone.tobytes()):
        return NOT_IDENTIFIED
    left = cells_left(gone, lists)
    matrix = design(lists)[left][:, model & ~gone]
    kept = counts[left].astype(np.float64)
    if (kept > 0).all() or fitted > _CERTAIN:
        return EXISTS
    least = largest_least(matrix.T, matrix.T @ kept)
    return EXISTS if least > _LEAST * kept.sum() / len(kept) else NO_ESTIMATE


@lru_cache(maxsize=4096)
def _identified(lists: int, free: bytes, gone: bytes) -> bool:
    """Whether the free terms have independent columns in the cells that are left."""
    left = cells_left(np.frombuffer(gone, dtype=np.bool_), lists)
    matrix = design(lists)[left][:, np.frombuffer(free, dtype=np.bool_)]
    return int(np.linalg.matrix_rank(matrix)) == int(matrix.shape[1])
