"""Places of detention and what was said of each, in the order in which it was said."""

from starlette.responses import Response

from asylia.desk import narrowing
from asylia.desk.screen import Visit, screen
from asylia.record.contents import Site
from asylia.record.views import places
from asylia.record.views.filters import Filter
from asylia.record.views.shelf import Shelf


def show(visit: Visit) -> Response:
    """One page of the sites with their claims, that which was told of first before the others."""
    work = visit.workspace
    work.place.project()
    connection = work.place.vault.connection
    shelf = Shelf(connection)
    found = places.page(connection, shelf, narrowing.number(visit))
    claims = [claim for one in found.sites for claim in one.claims]
    shelf.bring(teller.who for claim in claims for teller in claim.tellers)
    held = [one.subject for one in found.sites if isinstance(one.subject, Site)]
    shelf.bring(name for site in held for name in (site.place, site.one_of))
    return visit.page(
        "sites.html",
        record=shelf,
        found=found,
        at=lambda page: "/sites" if page == 1 else f"/sites/{page}",
        all_of=lambda name: narrowing.address(visit, "/search", Filter(subject=name)),
    )


ROUTES = [screen("/sites", get=show), screen("/sites/{page}", get=show)]
