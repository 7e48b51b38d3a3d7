"""What a file holds is what consent permits, and says no more of anybody than that."""

import json
from dataclasses import replace

import msgspec
import pytest
from tests.dossier.world import CONTENTS, INQUIRY, TODAY, claim, consent

from asylia.crypto import random
from asylia.exchange.cells import to_cells
from asylia.exchange.choosing import Asked, Chosen, choose
from asylia.exchange.export import FORMATS
from asylia.exchange.report import Report
from asylia.record import contents as c
from asylia.record.consent import NotPermittedError, permission
from asylia.record.reading import Entered, Record

from .world import record_of


def record(*more: c.Content) -> Record:
    plain = (one for one in CONTENTS if not isinstance(one, c.Consent | c.Masking))
    return Record.of(Entered(one, TODAY) for one in (*plain, *more))


def leaving(known: Record, *items: str, report: Report | None = None) -> Chosen:
    asked = Asked("inquiry", INQUIRY, items, TODAY)
    return choose(known, asked, report or Report(), random.system)


def written(chosen: Chosen) -> str:
    """Every format's file, as far as it is text."""
    return "\n".join(
        encode(chosen.items, Report()).decode()
        for name, encode in FORMATS.items()
        if name != "xlsx"
    )


def test_the_writer_of_a_claim_leaves_under_a_name_of_this_file_alone() -> None:
    known = record(consent())
    chosen = leaving(known, "c-one")
    text = written(chosen)
    assert "Меня держали восемь дней" in text
    assert "person-1" in text
    for hidden in ("p-one", "Plover", "c-one", "s-line", "t-1", "Report of"):
        assert hidden not in text, hidden
    again = leaving(known, "c-one")
    assert again.names["c-one"] != chosen.names["c-one"]
    going = [one.item for one in chosen.granted.items]
    assert chosen.granted == permission(known, "inquiry", INQUIRY, going, TODAY)


def test_every_text_that_leaves_is_one_that_was_permitted() -> None:
    masking = c.Masking(
        id="m-1", claim="c-third", persons=("p-two",),
        fields={"words": "Somebody else was there too.", "value": "somebody was there",
                "tellers": "the writer"},
        author="Heron",
    )  # fmt: skip
    chosen = leaving(record(consent(), masking), "c-one", "c-third")
    permitted = {chosen.names[one.item]: one.fields for one in chosen.granted.items}
    for one in chosen.items:
        allowed = "\n".join(permitted[one.name].values())
        for name, text in to_cells(one.fields).items():
            if name in ("words", "value", "locator", "perpetrator_words", "row", "title", "name"):
                assert text in allowed
    assert "neighbour" not in written(chosen)
    assert "Somebody else was there too." in written(chosen)


def test_without_items_named_each_that_stays_is_told_with_its_reason() -> None:
    report = Report()
    chosen = leaving(record(), report=report)
    stays = [line.partition(":")[0] for line in report.staying.told()]
    assert {"c-one", "c-third", "s-line"} <= set(stays)
    assert {"c-press", "e-winter", "s-press"} <= {one.name for one in chosen.items}
    assert any("no consent was given" in line for line in report.staying.told())
    assert "восемь" not in written(chosen)


def test_a_pseudonym_in_the_words_stays() -> None:
    told = claim("c-two", words="They asked Wagtail too.", value="x")
    known = record(consent(items=("c-two", "c-one")), told)
    with pytest.raises(NotPermittedError, match="names a person in its field words"):
        leaving(known, "c-two")
    assert leaving(known, "c-one").items


def test_what_points_to_what_stays_is_left_out_and_said() -> None:
    told = claim("c-two", overlaps=(c.Overlap(other="c-one", relation="same"),))
    known = record(consent(items=("c-two",)), told)
    report = Report()
    chosen = leaving(known, "c-two", report=report)
    (one,) = [one for one in chosen.items if one.kind is c.Claim]
    assert "overlaps" not in one.fields
    lost = "overlaps points to something that stays behind"
    assert any(lost in line for line in report.lost.told())


def test_a_place_leaves_no_finer_than_it_may() -> None:
    fine: dict[str, int] = {"latitude": 43_320_001, "longitude": 45_690_001, "radius": 20}
    places = (
        c.Place(id="q-home", names=(c.Name(text="A house", language="en"),), precision="building",
                within="q-town", **fine),
        c.Place(id="q-town", names=(c.Name(text="Grozny", language="en"),), precision="settlement"),
    )  # fmt: skip
    event = c.Event(id="e1", name="A raid", kind="raid", place="q-home")
    known = record_of(*places, event)
    asked = Asked("publication", "public", ("e1",), TODAY, renamed=False)
    chosen = choose(known, asked, Report(), random.system)
    text = written(chosen)
    assert {one.name for one in chosen.items} == {"e1", "q-town"}
    assert {one.fields.get("place") for one in chosen.items} == {"q-town", None}
    assert "q-home" not in text
    assert "43.32" not in text
    site = c.Site(id="t1", name="The invented mill", place="q-home")
    known = record_of(*places, event, site)
    text = written(choose(known, replace(asked, items=("t1",)), Report(), random.system))
    assert "43.320001" in text


def test_what_stays_with_the_team_is_in_no_file() -> None:
    known = record(consent())
    chosen = leaving(known, "c-one")
    (one,) = [item for item in chosen.items if item.kind is c.Claim]
    assert not {"persons", "others", "report"} & set(one.fields)
    whole = msgspec.json.encode(known.get("c-one", c.Claim)).decode()
    assert "speaker" in whole
    assert "speaker" not in json.dumps(dict(one.fields), ensure_ascii=False)
