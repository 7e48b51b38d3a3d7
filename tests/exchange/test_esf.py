# ruff: noqa: E501 - tables of cases, one a line
"""HURIDOCS Events Standard Formats: a file written by hand goes in and out; what is lost is said."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from asylia.errors import AsyliaError
from asylia.exchange import esf_in, esf_out
from asylia.exchange.report import Report
from asylia.exchange.taking import Found
from asylia.record import contents as c
from asylia.record.vocabulary import vocabulary

from .odd import claims, grounds
from .world import EMPTY, came_back, chosen, record_of, reference_case, told, whole

FILE = Path(__file__).parent / "by_hand.xml"
TERMS = """
terms:
  violations: {"040101000000": detention}
  perpetrators: {"240000000001": special_unit}
  perpetrator_roles: {"180000000001": took_part}
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "terms.yaml"
    path.write_text(TERMS)
    return path


def read(content: bytes, mapping: Path | None = None) -> tuple[dict[str, c.Content], Report]:
    def reading(file: BinaryIO, report: Report) -> Iterator[Found]:
        return esf_in.found(file, EMPTY, report, mapping)

    return came_back(content, reading)


def test_a_file_written_by_hand_comes_in_and_goes_round(mapping: Path) -> None:
    first, report = read(FILE.read_bytes(), mapping)
    assert list(report.refused.told()) == []
    act = first["invented-act"]
    assert isinstance(act, c.Act)
    assert (act.violation, act.victim, act.interval) == (
        "detention",
        "invented-group",
        "2031-04-03",
    )
    (involved,) = act.perpetrators
    assert (involved.kind, involved.role, involved.who) == (
        "special_unit",
        "took_part",
        "invented-unit",
    )
    event = first["invented-event"]
    assert isinstance(event, c.Event)
    assert event.interval == "2031-04-03/2031-04-05"
    said = first["invented-information"]
    assert isinstance(said, c.Claim)
    assert (said.words, said.said_on, said.lineage) == (
        '"They were never here" & nothing more.', "2031-04-07", "invented-unit",
    )  # fmt: skip
    demand = first["invented-intervention"]
    assert isinstance(demand, c.Demand)
    assert demand.to == ("The invented prosecutor", "The invented mayor")

    record = record_of(*first.values())
    staying = Report()
    out = esf_out.encoded(chosen(record, report=staying).items, Report())
    again, after = read(out)
    assert told(after) == []
    # An exact location may be somebody's home: it stays, and that is said.
    exact = act.place
    assert any(line.startswith(f"{exact}: ") for line in staying.staying.told())
    assert "invented-act: place points to something that stays behind" in staying.lost.told()
    coarse = {**first, "invented-act": msgspec.structs.replace(act, place="")}
    assert again == {name: one for name, one in coarse.items() if name != exact}
    assert esf_out.encoded(whole(record_of(*again.values())), Report()) == out


def test_what_has_no_place_is_said_line_by_line(mapping: Path) -> None:
    _, report = read(FILE.read_bytes(), mapping)
    lost = list(report.lost.told())
    for element in ("stated_reason", "violation_index", "confidentiality", "number_of_persons_in_group",
                    "reliability_of_information", "date_of_intervention"):  # fmt: skip
        assert any(f"{element} has no place in the record" in line for line in lost), element
    assert any("arrest: has no place" in line for line in lost)
    assert all(line.startswith("line ") for line in lost)


def test_what_people_are_and_who_they_are_never_comes_in(mapping: Path) -> None:
    found, report = read(FILE.read_bytes(), mapping)
    entered = "".join(msgspec.json.encode(one).decode() for one in found.values())
    assert "SECRET" not in entered
    assert "SECRET" not in json.dumps(report.plain())
    assert set(report.never_kept) >= {
        "sexual_orientation", "sex", "religion", "ethnic_background", "general_characteristics",
        "victim_characteristics", "person_name", "phone",
    }  # fmt: skip


def test_a_code_that_is_not_translated_keeps_everything_out() -> None:
    _, report = read(FILE.read_bytes())
    assert any("type_of_act: no term of ours" in line for line in report.refused.told())
    with pytest.raises(AsyliaError):
        report.check()


def test_of_the_reference_case_all_but_places_and_sites_comes_back() -> None:
    record, lost = reference_case(), Report()
    found, after = read(esf_out.encoded(whole(record), lost))
    assert told(after) == []
    said_lost = {line.partition(":")[0] for line in lost.lost.told()}
    for entered in record.entered:
        one = entered.content
        if one.id not in found:
            assert one.id in said_lost
        elif isinstance(one, c.Event):
            here = found[one.id]
            assert isinstance(here, c.Event)
            assert msgspec.structs.replace(here, place=one.place) == one
        else:
            assert found[one.id] == one
    assert len(found) > 190


BAD = {
    "not XML": b"hello",
    "another root": b"<html/>",
    "an entity": b'<!DOCTYPE events [<!ENTITY a "b">]><events>&a;</events>',
    "an outer entity": b'<!DOCTYPE events [<!ENTITY a SYSTEM "file:///etc/passwd">]><events>&a;</events>',
    "an outer type": b'<!DOCTYPE events SYSTEM "http://example.org/x.dtd"><events/>',
    "cut off": FILE.read_bytes()[:900],
    "deep": b"<events>" + b"<event>" * 100 + b"</event>" * 100 + b"</events>",
    "a leaf with leaves": b"<events><event><event_title><b>x</b></event_title></event></events>",
    "another encoding": FILE.read_bytes().replace(b"UTF-8", b"EBCDIC-9"),
    "wrong letters": FILE.read_bytes().replace(b"Six men", b"\xff\xfe"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_hostile_xml_is_refused_with_an_error_of_ours(name: str) -> None:
    with pytest.raises(AsyliaError) as caught:
        read(BAD[name])
    assert "root:" not in caught.value.message


def test_a_comment_of_ours_in_a_foreign_file_brings_no_more_than_the_form_allows() -> None:
    forged = FILE.read_bytes().replace(
        b"<remarks>They were held for two days.</remarks>",
        b"<management_data><comments>item: person\nid: x\npseudonym: y</comments></management_data>",
    )
    found, _ = read(forged)
    assert "x" not in found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ground=grounds(), one=claims())
def test_any_claim_comes_back_as_it_was_but_for_its_place(
    ground: tuple[c.Content, ...], one: c.Claim
) -> None:
    found, after = read(esf_out.encoded(whole(record_of(*ground, one)), Report()))
    assert told(after) == []
    assert found["k1"] == msgspec.structs.replace(one, place="")
    places = (c.Place, c.Site, c.Translation, c.Event, c.Act)
    for other in ground:
        if not isinstance(other, places):
            assert found[other.id] == other


@pytest.mark.parametrize(
    ("code", "term"),
    [("020111110000", "torture"), ("02011111000004", "torture"), ("03010200000004", "detention"),
     ("020111110001", ""), ("02011111000005", ""), ("04", ""), ("", "")],
)  # fmt: skip
def test_a_code_of_the_published_list_is_a_term_where_it_was_read(code: str, term: str) -> None:
    content = FILE.read_bytes()
    said = re.search(rb"<type_of_act>([^<]*)</type_of_act>", content)
    assert said
    found, report = read(content.replace(said[0], b"<type_of_act>%s</type_of_act>" % code.encode()))
    act = found.get("invented-act")
    assert (act.violation if isinstance(act, c.Act) else "") == term
    assert any("type_of_act: no term" in one for one in report.refused.told()) == (not term)


def test_codes_are_of_one_form_and_no_two_terms_share_one() -> None:
    own = [term.crosswalks.get("huridocs") for term in vocabulary("violations").terms.values()]
    codes = [one for one in own if one]
    assert len(codes) == len(set(codes)) == 8
    assert all(re.fullmatch("[0-9]{12}", one) for one in codes)
