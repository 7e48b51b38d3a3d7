"""GeoJSON draws areas and nobody; JSON-LD is read by others without fetching anything."""

import json
import math
import warnings
from itertools import pairwise
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef

from asylia.exchange import geojson, jsonld
from asylia.exchange.report import Report
from asylia.record import contents as c

from .world import record_of, reference_case, whole


def features(record_: Any) -> dict[str, Any]:
    whole_map = json.loads(geojson.encoded(whole(record_), Report()))
    assert whole_map["type"] == "FeatureCollection"
    return {one["id"]: one for one in whole_map["features"]}


def metres(one: list[float], other: list[float]) -> float:
    mid = math.radians((one[1] + other[1]) / 2)
    return 111_320 * math.hypot((one[0] - other[0]) * math.cos(mid), one[1] - other[1])


def test_a_site_is_an_area_around_its_place_and_says_how_exact_it_is() -> None:
    found = features(reference_case())
    site = found["site-argun"]
    assert site["properties"]["precision"] == "settlement"
    ring = site["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == geojson.CORNERS + 1
    assert all(abs(metres(corner, [45.87, 43.29]) - 5000) < 30 for corner in ring)
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
    assert area > 0  # counter-clockwise, RFC 7946
    assert found["chechnya"]["geometry"] is None


def test_only_sites_places_events_and_acts_are_drawn() -> None:
    report = Report()
    content = geojson.encoded(whole(reference_case()), report)
    kinds = {one["properties"]["item"] for one in json.loads(content)["features"]}
    assert kinds == {"site", "place", "event"}
    assert any("items that are no sites" in line for line in report.lost.told())
    assert '"Point"' not in content.decode()


@pytest.mark.parametrize(
    ("precision", "least"), [("settlement", 2_000), ("region", 50_000), ("coordinates", 100)]
)
def test_an_area_is_never_finer_than_its_precision(precision: str, least: int) -> None:
    place = c.Place(
        id="q1", names=(c.Name(text="Nowhere", language="en"),), precision=precision,
        latitude=43_300_000, longitude=45_700_000, radius=1,
    )  # fmt: skip
    site = c.Site(id="t1", name="The invented mill", place="q1")
    drawn = features(record_of(place, site))["t1"]
    ring = drawn["geometry"]["coordinates"][0]
    assert all(metres(corner, [45.7, 43.3]) > least * 0.98 for corner in ring)
    assert drawn["properties"]["within_metres"] == least


def test_an_area_over_the_date_line_is_not_drawn_and_said() -> None:
    place = c.Place(
        id="q1", names=(c.Name(text="Nowhere", language="en"),), precision="region",
        latitude=65_000_000, longitude=179_990_000, radius=1,
    )  # fmt: skip
    report = Report()
    (one,) = json.loads(geojson.encoded(whole(record_of(place)), report))["features"]
    assert one["geometry"] is None
    assert report.lost.count == 1


def test_another_reader_finds_each_claim_with_its_words_and_links() -> None:
    record = reference_case()
    content = jsonld.encoded(whole(record), Report())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib warns of its own parts
        graph = Graph().parse(data=content, format="json-ld")
    own = "urn:asylia:record:1#"
    claims = set(
        graph.subjects(
            URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), URIRef(own + "Claim")
        )
    )
    assert {str(one) for one in claims} == {f"urn:asylia:item:{one.id}" for one in record.claims}
    node = URIRef("urn:asylia:item:S1.1-detained")
    assert Literal("more than 100 detained", lang="en") in set(
        graph.objects(node, URIRef("https://schema.org/text"))
    )
    assert URIRef("urn:asylia:item:S1") in set(graph.objects(node, URIRef(own + "source")))


def test_nothing_has_to_be_fetched_to_read_it() -> None:
    document = json.loads(jsonld.encoded(whole(reference_case()), Report()))
    assert isinstance(document["@context"], dict)
    assert "@import" not in document["@context"]
