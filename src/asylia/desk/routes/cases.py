"""Cases: threads that were taken on, by pseudonym."""

from starlette.responses import Response

from asylia.desk.screen import Visit, screen
from asylia.record.contents import Consent
from asylia.record.withdrawals import withdrawn


def show(visit: Visit) -> Response:
    """Every case, with how much was recorded from it and what may leave."""
    record = visit.workspace.record
    gone, today = withdrawn(record), visit.workspace.today
    rows = []
    for row in visit.workspace.casework.cases():
        report = row.record.hex()
        claims = sum(claim.report == report for claim in record.claims)
        live = [
            one
            for one in record.all(Consent)
            if one.person == row.pseudonym and one.id not in gone and one.expires_on >= today
        ]
        rows.append((row, claims, live))
    return visit.page("cases.html", rows=rows)


ROUTES = [screen("/cases", get=show)]
