# ruff: noqa: E501 - names as they stand in tables
"""What a person is, who it is, how to reach them: no import keeps it, by any name."""

import json
from pathlib import Path

import pytest

from asylia.errors import RefusedError
from asylia.exchange import never
from asylia.exchange.imports import Options, read_import
from asylia.exchange.mapping import mapping_of
from asylia.exchange.propose import proposal, target_of
from asylia.exchange.report import Report
from asylia.record.contents import Place
from asylia.record.places import may_be_shown
from asylia.record.vocabulary import vocabularies
from asylia.record.yamlfile import parse

from .world import EMPTY, record_of

PERSON = [
    "Sexual orientation", "sexual_orientation", "SexualOrientation", "SOGI", "gender", "Gender identity", "Sex", "sex",
    "Religion", "religious_belief", "Faith", "Ethnicity", "ethnic_background", "Nationality", "Race", "group/ethnicity",
    "victim_characteristics", "general_characteristics", "other background: tribe", "list 67", "MT 67", "Pronouns", "caste",
    "Ориентация", "Сексуальная ориентация жертвы", "Пол", "пол_жертвы", "Гендер", "Вероисповедание", "Религия", "Национальность",
    "Этническая принадлежность", "Народность", "Тейп", "orientatsiya", "natsionalnost", "veroispovedanie",
    "SEX", "ORIENТATION", "BЕРА", "Hациональность", "gendеr", "οrientation", "se\u00adx", "q1/гей", "МСМ", "list_67", "MT-39",
    "Половая принадлежность", "g3nder", "Rеligion", "ѕex", "еthnicity", "demographics[0]/religion", "Мусульманин (да/нет)",
]  # fmt: skip
OTHERS = {
    "identity": ["First name", "last_name", "Victim name", "person_name", "Фамилия", "ФИО", "Отчество", "date_of_birth", "DOB",
                 "Дата рождения", "Home address"],
    "contact": ["Phone", "phone_number", "Телефон", "E-mail", "WhatsApp", "deviceid", "simserial", "_submitted_by",
                "_geolocation", "GPS", "Telegram"],
    "shelter": ["Shelter", "Safe house", "evacuation route", "Убежище", "маршрут"],
}  # fmt: skip
MAPPED = [
    "Date", "What happened", "Motive", "Мотив", "Number of victims", "Detained", "Perpetrator", "Место", "Описание", "Source",
    "Essex", "Sussex police", "Racecourse", "Policy", "Полиция", "title", "event_title", "type_of_act", "method_of_violence",
    "stated_reason", "So what happened", "Impact", "Название", "Верно ли", "violation_status", "Trace", "_id", "Name of event",
]  # fmt: skip


@pytest.mark.parametrize("name", PERSON)
def test_what_a_person_is_has_no_column(name: str) -> None:
    assert never.reason(name) == "person"
    with pytest.raises(RefusedError):
        never.check_name(name, "here")


@pytest.mark.parametrize(
    ("why", "name"), [(why, name) for why, names in OTHERS.items() for name in names]
)
def test_nor_has_who_it_is_and_how_to_reach_them(why: str, name: str) -> None:
    assert never.reason(name) in (why, "identity", "shelter")
    assert target_of(name) == "" or never.reason(name)


@pytest.mark.parametrize("name", MAPPED)
def test_what_an_act_is_has(name: str) -> None:
    assert never.reason(name) == ""


TABLE = """Date,What happened,Sexual orientation,Вероисповедание,Phone
2031-04-03,Six were taken.,SECRET1,SECRET2,SECRET3
2031-04-04,Two were taken.,SECRET1,,
"""
MAPPING = """
source: {id: t1, kind: compilation, title: An invented table, language: en, said_on: 2031}
new_event: {id: e1, name: An invented day, kind: raid}
tellers: [{unnamed: ""}]
columns: {Date: facts, What happened: words}
"""


def taken(tmp_path: Path, table: str, mapping: str) -> tuple[str, Report]:
    (tmp_path / "t.csv").write_text(table)
    (tmp_path / "m.yaml").write_text(mapping)
    report = Report()
    options = Options(mapping=tmp_path / "m.yaml")
    contents = read_import(tmp_path / "t.csv", "csv", options, EMPTY, report).contents
    report.check()
    return "\n".join(
        str(__import__("msgspec").json.encode(one).decode()) for one in contents
    ), report


def test_the_values_are_passed_over_and_counted_by_name(tmp_path: Path) -> None:
    entered, report = taken(tmp_path, TABLE, MAPPING)
    assert "Six were taken." in entered
    assert "SECRET" not in entered
    assert "SECRET" not in json.dumps(report.plain(), ensure_ascii=False)
    assert report.never_kept == {"Sexual orientation": 2, "Вероисповедание": 1, "Phone": 1}


@pytest.mark.parametrize("field", ["words", "drop", "value", "teller"])
@pytest.mark.parametrize("column", ["Sexual orientation", "Вероисповедание", "Phone"])
def test_a_mapping_that_names_them_is_refused_by_name(
    column: str, field: str, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match=column):
        taken(tmp_path, TABLE, MAPPING.replace("columns: {", f"columns: {{{column}: {field}, "))


def test_every_proposal_is_a_mapping_and_names_none_of_them() -> None:
    columns = tuple(name for name in MAPPED if target_of(name))
    text = proposal(columns, ("Religion",), "csv")
    mapping = mapping_of(parse(text.encode(), "m.yaml", never.check_name), vocabularies())
    assert set(mapping.columns) == set(columns)
    assert "# never kept, and can't be mapped: Religion" in text


def test_an_address_in_a_column_of_places_leaves_nowhere(tmp_path: Path) -> None:
    table = (
        'What happened,Place\nSix were taken.,Exampleville\nTwo were.,"Mill Road 5, Exampleville"\n'
    )
    mapping = MAPPING.replace("Date: facts", "Place: place")
    (tmp_path / "t.csv").write_text(table)
    (tmp_path / "m.yaml").write_text(mapping)
    options = Options(mapping=tmp_path / "m.yaml")
    found = read_import(tmp_path / "t.csv", "csv", options, EMPTY, Report()).contents
    record = record_of(*found)
    places = {one.names[0].text: may_be_shown(record, one) for one in record.all(Place)}
    assert places == {"Exampleville": True, "Mill Road 5, Exampleville": False}
