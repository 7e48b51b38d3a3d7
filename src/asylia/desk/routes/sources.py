"""Sources: what lies before us, and the claims taken from each."""

from starlette.responses import Response

from asylia.desk.screen import Visit, screen
from asylia.record.contents import Source


def show(visit: Visit) -> Response:
    """Every source with its claims, in the order of entry."""
    record = visit.workspace.record
    rows = [
        (source, [claim for claim in record.claims if claim.source == source.id])
        for source in record.all(Source)
    ]
    return visit.page("sources.html", record=record, rows=rows)


ROUTES = [screen("/sources", get=show)]
