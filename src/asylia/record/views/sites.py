# ruff: noqa: S608 - what is put into SQL here are our own columns, never input
"""What a map of the record shows: sites with their status over time, and acts by coarse place.

Upholds: a place is an area, as wide as it is known exactly, never a point; what has no coordinates
of its own lies somewhere in the place around it; acts stand at a settlement or something larger.
Refuses: persons, and anything of theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from asylia.record.contents import Place, Site
from asylia.record.places import COARSE
from asylia.record.views.filters import Filter, joined, narrowed, recorded, told, within
from asylia.record.views.hierarchy import inside, placed
from asylia.record.views.shelf import Known, Shelf
from asylia.vault.projection import Connection

# Metres around the middle, where a place does not say: as wide as such a place commonly is.
WIDE = {
    "coordinates": 500, "building": 300, "settlement": 5_000, "district": 20_000,
    "region": 60_000, "country": 200_000,
}  # fmt: skip
_ELSE = 10_000
_MICRO = 1_000_000


@dataclass(frozen=True)
class Area:
    """Degrees, and metres around; ``within``: the place around it whose area this is, if any."""

    latitude: float
    longitude: float
    radius: int
    within: str = ""


class Said(NamedTuple):
    """What one claim says of a site's status."""

    claim: str
    status: str
    known: int
    polarity: str
    lineage: str


@dataclass(frozen=True)
class SiteShown:
    """A site: where, and everything said of its status by then, oldest first."""

    site: Site
    area: Area | None
    said: tuple[Said, ...]

    @cached_property
    def status(self) -> tuple[str, ...]:
        """What was said last; several where tellers differed on that day; empty: nothing was."""
        asserted = [one for one in self.said if one.polarity == "asserts"]
        last = max((one.known for one in asserted), default=None)
        return tuple(dict.fromkeys(one.status for one in asserted if one.known == last))


@dataclass(frozen=True)
class ActsAt:
    """How many acts are told of at a place; ``place`` empty: nowhere that may be shown."""

    place: str
    area: Area | None
    acts: int
    exact: bool  # whether each of them was told to be at this very place


def sites(
    connection: Connection, known: Shelf, all_sites: Sequence[Site], chosen: Filter
) -> tuple[SiteShown, ...]:
    """Every site, or those in the chosen place, with its status as of the filter's days."""
    bring_places(known, (one.place for one in all_sites))
    as_of = ([], []) if chosen.as_of is None else (["c.known <= ?"], [chosen.as_of])
    where, values = joined((["c.status <> ''"], []), recorded(chosen, "c"), as_of)  # type: ignore[arg-type]
    said: dict[str, list[Said]] = {}
    for subject, *one in connection.execute(
        "SELECT c.subject, c.id, c.status, c.known, c.polarity, c.lineage FROM views_claim c "
        f"INDEXED BY views_claim_status {where} ORDER BY c.subject, c.known, c.id",
        values,
    ):
        said.setdefault(subject, []).append(Said._make(one))
    at = frozenset(inside(connection, chosen))
    return tuple(
        SiteShown(one, area_of(known, one.place), tuple(said.get(one.id, ())))
        for one in all_sites
        if not chosen.place or one.place in at
    )


def years(connection: Connection, most: int = 12) -> tuple[int, ...]:
    """The last years in which something was said of a site's status."""
    rows = connection.execute(
        "SELECT DISTINCT CAST(strftime('%Y', c.known * 86400, 'unixepoch') AS INTEGER) "
        "FROM views_claim c INDEXED BY views_claim_status WHERE c.status <> '' "
        "ORDER BY 1 DESC LIMIT ?",
        (most,),
    ).fetchall()
    return tuple(sorted(year for (year,) in rows if year))


def acts_by_place(connection: Connection, known: Shelf, chosen: Filter) -> tuple[ActsAt, ...]:
    """Acts by the nearest place that is coarse enough, the most first."""
    where, values = joined(
        (["m.kind = 'act'"], []),
        recorded(chosen, "m"),
        narrowed(chosen, "m", ("event", "term")),
        placed(connection, chosen, "m.place"),
        within(chosen, "m.first", "m.last"),
        told(chosen, "m.id", "m.entered_on"),
    )
    counted: dict[str, int] = {}
    moved: set[str] = set()
    rows = connection.execute(
        "SELECT m.place, count(*) FROM views_moment m INDEXED BY views_moment_place "
        f"{where} GROUP BY m.place",
        values,
    ).fetchall()
    bring_places(known, (place for place, _ in rows))
    for place, acts in rows:
        at = coarse_place(known, place)
        counted[at] = counted.get(at, 0) + acts
        if at != place:
            moved.add(at)
    found = [
        ActsAt(place, area_of(known, place), acts, place not in moved)
        for place, acts in counted.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.acts, one.place)))


def bring_places(shelf: Shelf, place_ids: Iterable[str]) -> None:
    """Read these places and all around them: one query a step outwards, however many they are."""
    seen: set[str] = set()
    step = {one for one in place_ids if one}
    while step:
        shelf.bring(step)
        seen |= step
        found = [shelf.find(one) for one in step]
        step = {one.within for one in found if isinstance(one, Place) and one.within} - seen


def coarse_place(known: Known, place_id: str) -> str:
    """The place, or the nearest around it, that is a settlement or larger; empty if none is."""
    for place in _outwards(known, place_id):
        if place.precision in COARSE:
            return place.id
    return ""


def area_of(known: Known, place_id: str) -> Area | None:
    """Its own area, or that of the nearest place around it that has one."""
    for place in _outwards(known, place_id):
        if place.latitude is not None and place.longitude is not None:
            return Area(
                latitude=place.latitude / _MICRO,
                longitude=place.longitude / _MICRO,
                radius=place.radius or WIDE.get(place.precision, _ELSE),
                within="" if place.id == place_id else place.id,
            )
    return None


def _outwards(known: Known, place_id: str) -> Iterable[Place]:
    """A place and those around it; a ring of places ends."""
    seen: set[str] = set()
    while place_id and place_id not in seen:
        seen.add(place_id)
        place = known.find(place_id)
        if not isinstance(place, Place):
            return
        yield place
        place_id = place.within
