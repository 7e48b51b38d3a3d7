"""Where exchange meets the team's ledger: an import goes in, and what leaves is told first.

Upholds: command line and desk do the same.  Refuses to let a file leave that the team was not told
of, and to enter an import of which a row was refused.
"""

from asylia.casework.importing import enter_import
from asylia.casework.place import Place
from asylia.errors import UnavailableError
from asylia.exchange.choosing import Chosen
from asylia.exchange.export import Announce
from asylia.exchange.imports import Taken
from asylia.exchange.report import Report
from asylia.record import leaving
from asylia.record.contents import Imported


def enter(place: Place, form: str, taken: Taken, report: Report) -> str:
    """All of it in one record of the ledger; the import's id.  ``MalformedError``: nothing."""
    report.check()
    imported = Imported(
        id=place.randomness(8).hex(),
        form=form,
        sha256=taken.sha256,
        contents=len(taken.contents),
        never_kept=sum(report.never_kept.values()),
    )
    enter_import(place, imported, taken.contents)
    return imported.id


def announcing(place: Place) -> Announce:
    """Enters what is about to leave, and waits until the team's ledger has it."""

    def announce(chosen: Chosen, sha256: bytes) -> None:
        leaving.announce(
            place.record(), chosen.granted, "file", sha256, chosen.names, place.ledger,
            place.randomness,
        )  # fmt: skip
        if place.synchronise().waiting:
            raise UnavailableError(
                "the team's ledger is not up to date",
                hint="Nothing was exported; try again later.",
            )

    return announce
