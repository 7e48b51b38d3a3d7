"""Regions with a baked base map, and where a place lies on one: areas, never points.

Upholds: what is drawn is as wide as a place is known exactly; what lies outside a region is not
drawn and is named beside it.  The base maps are baked at build (``frontend/map``).
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from asylia.errors import NotFoundError
from asylia.record.views.sites import Area

_BUILT = Path(__file__).parent / "static" / "built" / "map"
_METRES = 111_320.0  # a degree of latitude
_LEAST = 5.0  # units: an area smaller than this could not be seen


class Region(msgspec.Struct, frozen=True):
    """A base map: degrees west, south, east, north, and its size in units of drawing."""

    name: str
    labels: dict[str, str]
    bounds: tuple[float, float, float, float]
    width: int
    height: int

    def label(self, language: str) -> str:
        """What people call it."""
        return self.labels.get(language) or self.labels.get("en") or self.name

    def draw(self, area: Area) -> "Ellipse | None":
        """Where an area lies on it; None if its middle lies outside."""
        west, south, east, north = self.bounds
        if not (west <= area.longitude <= east and south <= area.latitude <= north):
            return None
        across, down = self.width / (east - west), self.height / (north - south)
        here = math.cos(math.radians(area.latitude))
        return Ellipse(
            x=round((area.longitude - west) * across, 1),
            y=round((north - area.latitude) * down, 1),
            rx=round(max(_LEAST, area.radius / (_METRES * here) * across), 1),
            ry=round(max(_LEAST, area.radius / _METRES * down), 1),
            dashed=bool(area.within),
        )

    @property
    def kilometres(self) -> tuple[int, float]:
        """A round length for the scale, and how many units long it is."""
        west, south, east, north = self.bounds
        unit = (east - west) / self.width * _METRES * math.cos(math.radians((south + north) / 2))
        aim = unit * self.width / 6_000
        length = max(
            one for one in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if one <= max(aim, 1)
        )
        return length, round(length * 1_000 / unit, 1)


@dataclass(frozen=True)
class Ellipse:
    """An area as drawn; ``dashed``: it lies somewhere in it."""

    x: float
    y: float
    rx: float
    ry: float
    dashed: bool


@cache
def regions() -> tuple[Region, ...]:
    """Every region that was baked, the smallest first."""
    found = [
        msgspec.json.decode(path.read_bytes(), type=Region)
        for path in sorted(_BUILT.glob("*.json"))
    ]
    return tuple(sorted(found, key=lambda one: one.bounds[2] - one.bounds[0]))


def region(untrusted_name: str, areas: list[Area]) -> Region:
    """The region of that name; without a name, the smallest that holds nearly all of these."""
    known = regions()
    if untrusted_name:
        found = next((one for one in known if one.name == untrusted_name), None)
        if found is None:
            raise NotFoundError("There is no map of such a region.")
        return found
    if not known:
        raise NotFoundError("No map was baked.", hint="Build the desk's static files again.")
    enough = 0.9 * len(areas)
    holding = (one for one in known if sum(one.draw(area) is not None for area in areas) >= enough)
    return next(holding, known[-1])
