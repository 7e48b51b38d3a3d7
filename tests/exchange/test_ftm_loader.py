"""FollowTheMoney's own loader reads our export, and finds nothing wrong in it.

Needs the package ``followthemoney`` (`make test` installs it, see ``requirements-ftm.lock``).
"""

import io
import json
import warnings
from collections import defaultdict

import pytest

from asylia.exchange import ftm_in, ftm_out
from asylia.exchange.report import Report
from asylia.record import contents as c

from .world import came_back, record_of, reference_case, told, whole

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from followthemoney import model
    from followthemoney.dataset import Dataset
    from followthemoney.exc import InvalidData
    from followthemoney.statement import Statement, read_statements
    from followthemoney.statement.entity import StatementEntity

Entities = dict[str, StatementEntity]


def loaded(content: bytes) -> tuple[Entities, list[Statement]]:
    statements = list(read_statements(io.BytesIO(content), "json"))
    by_entity: dict[str, list[Statement]] = defaultdict(list)
    for one in statements:
        by_entity[one.canonical_id].append(one)
    made = {
        name: StatementEntity.from_statements(
            Dataset.make({"name": own[0].dataset, "title": "x"}), own
        )
        for name, own in by_entity.items()
    }
    return made, statements


@pytest.fixture(scope="module")
def case() -> tuple[Entities, list[Statement]]:
    return loaded(ftm_out.encoded(whole(reference_case()), Report()))


def complaints(entities: Entities) -> list[str]:
    """What FollowTheMoney finds wrong: a form, a required property, a link to nothing."""
    found = []
    for name, entity in entities.items():
        try:
            entity.schema.validate(entity.to_dict())
        except InvalidData as error:
            found.append(f"{name}: {error.errors}")
        found += [f"{name}: no {one}" for one in entity.schema.required if not entity.get(one)]
        found += [
            f"{name}.{prop.name}: {value}"
            for prop, value in entity.itervalues()
            if prop.type.clean(value) != value
            or (prop.type.name == "entity" and value not in entities)
        ]
    return found


def test_its_loader_reads_every_item_and_finds_nothing_wrong(
    case: tuple[Entities, list[Statement]],
) -> None:
    entities, statements = case
    record = reference_case()
    assert complaints(entities) == []
    assert len(entities) == len(record.entered)
    assert all(one.id == one.generate_key() for one in statements)
    assert {entity.schema.name for entity in entities.values()} <= set(model.schemata)


def test_what_is_wrong_would_be_found() -> None:
    content = ftm_out.encoded(whole(reference_case()), Report())
    broken = content.replace(b'"prop": "language"', b'"prop": "sourceUrl"').replace(
        b'"prop": "entity"', b'"prop": "proof"'
    )
    assert complaints(loaded(broken)[0])


def test_each_source_is_a_dataset_and_claims_stand_in_no_other(
    case: tuple[Entities, list[Statement]],
) -> None:
    _, statements = case
    record = reference_case()
    by_entity = {one.canonical_id: one.dataset for one in statements}
    for claim in record.claims:
        assert by_entity[claim.id.replace("_", "-")] == by_entity[claim.source]
    sets = {by_entity[one.id] for one in record.sources}
    assert len(sets) == len(record.sources)
    assert by_entity["purge-2017"] == "record"


def test_who_is_said_to_have_done_it_is_a_link_with_its_role() -> None:
    record = record_of(
        c.Event(id="e1", name="An invented day", kind="raid"),
        c.Group(id="g1", what="persons", description="some of those held"),
        c.Organisation(id="o_1", name="An invented unit", kind="unit"),
        c.Act(id="a1", event="e1", violation="killing", victim="g1", perpetrators=(
            c.Involved(kind="police", role="ordered", who="o_1"), c.Involved(kind="relatives"),
        )),
    )  # fmt: skip
    entities, _ = loaded(ftm_out.encoded(whole(record), Report()))
    assert complaints(entities) == []
    (link,) = [one for one in entities.values() if one.schema.name == "UnknownLink"]
    assert (link.get("subject"), link.get("object"), link.get("role")) == (
        ["o-1"],
        ["a1"],
        ["ordered it"],
    )


def test_foreign_entities_come_in_and_what_has_no_place_is_said() -> None:
    made = []
    for schema, name, values in (
        ("PublicBody", "b1", {"name": "Invented Ministry", "country": "ru"}),
        ("Article", "d1", {"title": "An invented text", "publishedAt": "2017-04-01T10:00:00",
                           "language": "rus", "fileName": "x.html"}),
        ("Event", "e1", {"name": "A raid", "startDate": "2017-02", "endDate": "2017-03-04"}),
        ("Address", "q1", {"full": "Grozny"}),
        ("Person", "p1", {"name": "Nobody Invented", "religion": "invented", "gender": "male",
                          "ethnicity": "invented", "nationality": "ru", "email": "x@example.org"}),
    ):  # fmt: skip
        entity = model.make_entity(schema)
        entity.id = name
        for prop, value in values.items():
            entity.add(prop, value)
        made.append(entity)
    content = "\n".join(json.dumps(one.to_dict()) for one in made).encode()
    found, report = came_back(content, ftm_in.found)
    assert {type(one).__name__ for one in found.values()} == {
        "Organisation",
        "Source",
        "Event",
        "Place",
    }
    assert found["d1"] == c.Source(
        id="d1", kind="article", title="An invented text", language="ru", said_on="2017-04-01"
    )
    assert found["e1"].interval == "2017-02/2017-03-04"  # type: ignore[attr-defined]
    assert set(report.never_kept) == {"religion", "gender", "ethnicity", "nationality", "email"}
    assert any("Person has no place" in line for line in told(report))
    assert "invented" not in json.dumps(report.plain())
