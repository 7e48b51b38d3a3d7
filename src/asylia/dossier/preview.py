"""What would leave for one purpose and one recipient, and what stays, before anything is chosen.

Upholds: every claim and every exhibit is asked about by itself, and of each that stays every reason
is told.  Refuses nothing, and offers nothing that consent does not cover.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from asylia.dossier.selection import select
from asylia.record.concerns import is_report
from asylia.record.consent import NotPermittedError
from asylia.record.contents import Claim, Derived, Exhibit, Source
from asylia.record.copies import in_families
from asylia.record.reading import Record
from asylia.values import Day


@dataclass(frozen=True)
class Stays:
    """A claim that may not leave, and every reason."""

    claim: Claim = field(repr=False)
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Offered:
    """An exhibit: ``missing`` is empty where it may leave.

    ``made``: how it was made, of a copy; ``here``: whether its bytes are on this device, so that
    more than its record and its log could leave.
    """

    exhibit: Exhibit = field(repr=False)
    made: Derived | None
    here: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What would leave for one purpose and one recipient, and what stays.

    ``reports``: sources of the reports whose whole statement could leave; ``exhibits``: all of
    them, each original before its copies.
    """

    leaves: tuple[Claim, ...]
    stays: tuple[Stays, ...]
    reports: tuple[Source, ...] = ()
    exhibits: tuple[Offered, ...] = ()

    @property
    def leaving_exhibits(self) -> tuple[Offered, ...]:
        """Those that may leave."""
        return tuple(one for one in self.exhibits if not one.missing)

    @property
    def staying_exhibits(self) -> tuple[Offered, ...]:
        """Those that stay."""
        return tuple(one for one in self.exhibits if one.missing)


def preview(
    record: Record, purpose: str, recipient: str, on: Day, is_here: Callable[[Exhibit], bool]
) -> Preview:
    """Claims one by one, those from cases first; whole reports; exhibits one by one."""

    def lacks(item: str) -> tuple[str, ...]:
        try:
            select(record, purpose, recipient, [item], on)
        except NotPermittedError as error:
            return error.missing
        return ()

    leaves: list[Claim] = []
    stays: list[Stays] = []
    for claim in sorted(record.claims, key=lambda one: not one.report):
        if missing := lacks(claim.id):
            stays.append(Stays(claim, missing))
        else:
            leaves.append(claim)
    reports = (one for one in record.sources if is_report(one))
    return Preview(
        tuple(leaves),
        tuple(stays),
        tuple(one for one in reports if not lacks(one.id)),
        tuple(
            Offered(one, made, is_here(one), lacks(one.id))
            for one, made in in_families(record, record.all(Exhibit))
        ),
    )
