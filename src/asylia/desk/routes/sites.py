"""Places of detention and what was said of each, in the order in which it was said."""

from starlette.responses import Response

from asylia.desk.days import told_order
from asylia.desk.screen import Visit, screen
from asylia.record.contents import Claim, Group, Site
from asylia.record.views.shelf import Shelf
from asylia.record.views.sources import told_of

_ALL = -1


def show(visit: Visit) -> Response:
    """Every site with its claims, that which was told of first before the others; then groups.

    A group: sites that were counted but not named.
    """
    work = visit.workspace
    work.place.project()
    shelf = Shelf(work.place.vault.connection)

    def told(subject: str) -> list[Claim]:
        ids = told_of(work.place.vault.connection, subject, _ALL).ids
        claims = [one for name in ids if isinstance(one := shelf.find(name), Claim)]
        return sorted(claims, key=lambda claim: told_order(claim.said_on))

    sites = [(site, told(site.id)) for site in shelf.all(Site)]
    sites.sort(key=lambda one: told_order(one[1][0].said_on if one[1] else ""))
    groups = [(one, told(one.id)) for one in shelf.all(Group) if one.what == "sites"]
    return visit.page("sites.html", record=shelf, sites=sites, groups=groups)


ROUTES = [screen("/sites", get=show)]
