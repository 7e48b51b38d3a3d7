"""GeoJSON (RFC 7946): sites, places, events and acts, with their precision drawn as area.

Upholds: no point stands for a place: it is the area within which it may be, never smaller than its
precision; where it is not known there is no geometry.  No person and no claim is a feature.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asylia.exchange import cells
from asylia.exchange.going import Going
from asylia.exchange.report import Report
from asylia.record import contents as c

CORNERS = 32
_A_DEGREE = 111_320  # metres of a degree of latitude
# Metres around the middle that a place of this precision has at least.
LEAST: Mapping[str, int] = {
    "coordinates": 100, "building": 100, "settlement": 2_000, "district": 10_000,
    "region": 50_000, "country": 200_000, "described": 10_000, "not_stated": 50_000,
}  # fmt: skip
_PLACED = (c.Site, c.Event, c.Act, c.Place)
_POSITION = frozenset({"latitude", "longitude", "radius"})


def encoded(items: Sequence[Going], report: Report) -> bytes:
    """A FeatureCollection."""
    places = {one.name: one for one in items if one.kind is c.Place}
    others = [one for one in items if one.kind not in _PLACED]
    if others:
        report.lost.add("the map", f"{len(others)} items that are no sites, places, events or acts")
    features = list(_features(items, places, report))
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _features(
    items: Sequence[Going], places: Mapping[str, Going], report: Report
) -> Iterator[dict[str, Any]]:
    for one in items:
        if one.kind not in _PLACED:
            continue
        place = one if one.kind is c.Place else places.get(str(one.fields.get("place", "")))
        told = cells.to_cells({n: v for n, v in one.fields.items() if n not in _POSITION})
        fields: dict[str, Any] = {cells.ITEM: one.noun, **told}
        area = None
        if place is not None:
            fields["precision"] = place.fields["precision"]
            area = _area(place, report)
            if area is not None:
                fields["within_metres"] = _radius(place)
        yield {"type": "Feature", "id": one.name, "geometry": area, "properties": fields}


def _radius(place: Going) -> int:
    return max(
        int(place.fields.get("radius", 0)), LEAST.get(str(place.fields["precision"]), 50_000)
    )


def _area(place: Going, report: Report) -> dict[str, Any] | None:
    """A ring around the middle, counter-clockwise; None where it is not known or not drawn."""
    if "latitude" not in place.fields:
        return None
    latitude, longitude = (place.fields[name] / 1e6 for name in ("latitude", "longitude"))
    up = _radius(place) / _A_DEGREE
    aside = up / max(math.cos(math.radians(latitude)), 0.01)
    if abs(latitude) + up > 85 or abs(longitude) + aside > 180:
        report.lost.add(place.name, "an area over a pole or the date line is not drawn")
        return None
    ring = []
    for step in range(CORNERS):
        turn = 2 * math.pi * step / CORNERS
        corner = longitude + aside * math.cos(turn), latitude + up * math.sin(turn)
        ring.append([round(corner[0], 6), round(corner[1], 6)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
