"""Places as they may be shown: never more exactly than a settlement, but for sites of detention.

Upholds: a home, a meeting point or a hospital does not leave by way of a claim's place; what is
shown instead is the nearest place around it that is coarse enough.  A ring of places ends.
"""

from asylia.record.contents import Place, Site
from asylia.record.reading import Record

COARSE = frozenset({"settlement", "district", "region", "country"})


def is_address(name: str) -> bool:
    """Whether what a table gives for a settlement or a district is finer: it has a number in it."""
    return any(sign.isdigit() for sign in name)


def may_be_shown(record: Record, place: Place) -> bool:
    """Whether this very place may be shown: it is coarse, or a site of detention lies there.

    A name out of a file that nobody looked at can say more than where.
    """
    if record.is_untitled(place):
        return False
    return place.precision in COARSE or any(one.place == place.id for one in record.all(Site))


def coarse(record: Record, place_id: str) -> Place | None:
    """The place itself if it may be shown, or the nearest around it that may; None if none is."""
    seen: set[str] = set()
    while place_id and place_id not in seen:
        seen.add(place_id)
        place = record.find(place_id)
        if not isinstance(place, Place):
            return None
        if may_be_shown(record, place):
            return place
        place_id = place.within
    return None
