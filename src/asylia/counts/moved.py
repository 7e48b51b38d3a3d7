"""What is known beside an estimate, and what would move it: one row each, for page and terminal.

Upholds: a list's own total stands beside what models say of it from others; a model that refuses
then is an answer too.
"""

from collections.abc import Iterator, Mapping

from asylia.counts.checks import Checks
from asylia.counts.estimate import Estimate, EstimateRefusedError
from asylia.counts.nhoi import Point
from asylia.counts.words import N_, Said, fraction, said, whole

Row = Mapping[str, Estimate | EstimateRefusedError | Point]  # model -> what it says then


def moved(checks: Checks) -> Iterator[tuple[Said, Row]]:
    """What the row is of, and what each model says."""
    for name, known in checks.known.items():
        head = N_("List %(name)s holds %(total)s; from the others it would be")
        yield said(head, name=name, total=whole(known.total)), known.row
    for name, row in checks.left_out.items():
        yield said(N_("Without list %(name)s"), name=name), row
    for share, row in checks.missed.items():
        head = N_("If %(share)s %% of the links between lists were missed")
        yield said(head, share=round(100 * share)), row
    for one in checks.curve:
        head = N_("If what binds all lists made the unseen %(factor)s times as many")
        if one.factor != 1:
            yield said(head, factor=fraction(one.factor)), {"nhoi": one}
