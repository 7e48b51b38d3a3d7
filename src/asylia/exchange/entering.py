"""An import goes into the team's ledger.

Upholds: command line and desk do the same.  Refuses to enter an import of which a row was refused.
"""

from asylia.casework.importing import enter_import
from asylia.casework.place import Place
from asylia.exchange.imports import Taken
from asylia.exchange.report import Report
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
    enter_import(place, imported, taken.contents, tuple(dict.fromkeys(report.found_there)))
    return imported.id
