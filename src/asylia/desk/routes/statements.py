"""What officials said: denials, threats, refusals, each with who told it."""

from starlette.responses import Response

from asylia.desk.screen import Visit, screen
from asylia.record.contents import Statement
from asylia.record.scope import told_order


def show(visit: Visit) -> Response:
    """Every official statement, by day, with its claims."""
    record = visit.workspace.record
    rows = [
        (one, [claim for claim in record.claims if claim.subject == one.id])
        for one in sorted(record.all(Statement), key=lambda one: told_order(one.on))
    ]
    return visit.page("statements.html", record=record, rows=rows)


ROUTES = [screen("/statements", get=show)]
