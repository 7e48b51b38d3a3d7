"""The tracker: every demand made of those in power, and every response, given or withheld."""

from starlette.responses import Response

from asylia.desk.screen import Visit, screen
from asylia.record.contents import Demand
from asylia.record.contents import Response as Answer
from asylia.record.scope import told_order


def show(visit: Visit) -> Response:
    """Demands with what was told to be in reply; then the responses that reply to none."""
    record = visit.workspace.record
    answers = sorted(record.all(Answer), key=lambda one: told_order(one.on))
    ids = [one.id for one in record.all(Demand)] + [one.id for one in answers]
    claims = {name: [claim for claim in record.claims if claim.subject == name] for name in ids}
    demands = [
        (demand, [one for one in answers if one.in_reply_to == demand.id])
        for demand in record.all(Demand)
    ]
    free = [one for one in answers if not one.in_reply_to]
    return visit.page("demands.html", record=record, demands=demands, free=free, claims=claims)


ROUTES = [screen("/demands", get=show)]
