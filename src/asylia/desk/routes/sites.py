"""Places of detention and what was said of each, in the order in which it was said."""

from starlette.responses import Response

from asylia.desk.days import told_order
from asylia.desk.screen import Visit, screen
from asylia.record.contents import Group, Site


def show(visit: Visit) -> Response:
    """Every site with its claims, that which was told of first before the others; then groups.

    A group: sites that were counted but not named.
    """
    record = visit.workspace.record
    claims = sorted(record.claims, key=lambda claim: told_order(claim.said_on))
    sites = [
        (site, [claim for claim in claims if claim.subject == site.id]) for site in record.all(Site)
    ]
    sites.sort(key=lambda one: told_order(one[1][0].said_on if one[1] else ""))
    groups = [
        (group, [claim for claim in claims if claim.subject == group.id])
        for group in record.all(Group)
        if group.what == "sites"
    ]
    return visit.page("sites.html", record=record, sites=sites, groups=groups)


ROUTES = [screen("/sites", get=show)]
