"""Linkage of incidents: comparisons, refusals, and invented incidents whose truth is known."""

import csv
import json
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.counts.incident_world import Invented, invented
from tests.counts.test_linking import f1
from tests.opened import beside_code, opened_to_write
from tests.steps import steps

from asylia.cli import run
from asylia.counts.incidents import amounts, comparing, model
from asylia.counts.incidents import told as incidents_told
from asylia.counts.incidents.link import STAGES, link, merged
from asylia.counts.incidents.table import Incidents, read
from asylia.counts.linking import dates, reading
from asylia.counts.linking.labels import Label
from asylia.counts.linking.link import Labelled, Linked
from asylia.counts.partitions.held import holding
from asylia.counts.table import read_tables
from asylia.counts.words import Said
from asylia.errors import AsyliaError, MalformedError, RefusedError, UsageError


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("3", 3, 3), ("3-5", 3, 5), ("от 3 до 5", 3, 5), ("more than 100", 101, amounts.OPEN),
        ("100+", 100, amounts.OPEN), ("не менее 5", 5, amounts.OPEN), ("about 60", 48, 72),
        ("около 1 200", 960, 1440), ("up to 7", 1, 7), ("12,000", 12_000, 12_000),
    ],
)  # fmt: skip
def test_numbers_of_victims_are_intervals(text: str, least: int, most: int) -> None:
    assert amounts.read(text) == (least, most)


@pytest.mark.parametrize(
    "text",
    [
        "", "many", "три", "3 or so", "-4", "1e9", "up to 0", "more than 2 000 000",
        "1,000,000,000,000,000,000,000,000", "1" + " 000" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_number_is_missing(text: str) -> None:
    assert amounts.read(text) is None


def test_two_clusters_that_stay_apart_are_weighed_once() -> None:
    # Each is of 100 records alike; across, half the pairs speak for it and more against it.
    rows = np.arange(200)
    left, right = (rows[side] for side in np.triu_indices(200, 1))
    inside = (left < 100) == (right < 100)
    worth = np.where(inside, 9.0, np.where((left + right) % 2 == 0, 1.0, -2.0))
    scored = model.Scored(left, right, worth, np.ones((1, 2)))
    found = merged(200, scored, worth, -9.0, np.full(200, -1))
    work = steps(lambda: merged(200, scored, worth, -9.0, np.full(200, -1)))
    # Weighed at each of 5,000 pairs anew, it is fifty million look-ups.
    assert work < 2_000_000
    assert found.tolist() == [0] * 100 + [1] * 100


def test_clusters_begin_as_decided_and_join_none_that_is_parted() -> None:
    left, right = np.triu_indices(5, 1)
    scored = model.Scored(left, right, np.full(10, 9.0), np.ones((1, 2)))
    alone = np.full(5, -1)
    assert merged(5, scored, scored.weights, -9.0, alone).tolist() == [0] * 5
    parted = holding(5, [(0, 4)], [(3, 4)])
    found = merged(5, scored, scored.weights, -9.0, alone, parted)
    assert found[0] == found[4] != found[3]
    assert len(set(found)) == 2
    # What is held is held where nothing speaks for it, too.
    assert merged(5, scored, -scored.weights, -9.0, alone, parted).tolist() == [0, 1, 2, 3, 0]


def test_what_is_no_spot_on_earth_is_missing_and_the_world_is_round() -> None:
    east = {"latitude": "60", "longitude": "179.999"}
    assert level("place", east, {"latitude": "60", "longitude": "-179.999"}) == 5
    for spot in (("1e999", "0"), ("91", "0"), ("60", "inf"), ("60", "-181")):
        assert level("place", east, dict(zip(("latitude", "longitude"), spot, strict=True))) == -1


def level(field: str, one: dict[str, str], other: dict[str, str], *more: dict[str, str]) -> int:
    rows = [{"day": "2018"} | row for row in (one, other, *more)]
    kinds = {kind for row in rows for kind in row}
    columns = {kind: [row.get(kind, "") for row in rows] for kind in kinds}
    known = comparing.told(Incidents([str(at) for at in range(len(rows))], columns))
    return int(known.level(field, np.array([0]), np.array([1]))[0])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2018-03-04", "2018-03-04", 9),
        ("2018-03-04", "2018-03-05", 8),
        ("2018-02-27", "2018-03-02", 7),
        ("2018-03-04", "2018-03-11", 6),
        ("2018-03-04", "2018-03", 5),
        ("2018-03-04", "2018-04-01", 4),
        ("2018-03-04", "2018", 3),
        ("2018-03-04", "2017-12", 2),
        ("2018-03-04", "2018-12-01", 1),
        ("2018-03-04", "2020-03-04", 0),
        ("2018-03-04", "", -1),
    ],
)
def test_days_agree_as_intervals(one: str, other: str, expected: int) -> None:
    assert level("day", {"day": one}, {"day": other}) == expected
    assert level("day", {"day": other}, {"day": one}) == expected


GROZNY = {"day": "2018", "place": "Грозный", "region": "Чечня"}
NEAR = {"latitude": "43.300", "longitude": "45.700"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (GROZNY, {"place": "Groznyi", "region": "Chechnia"}, 4),
        (GROZNY, {"place": "Grozny", "region": ""}, 3),
        (GROZNY, {"place": "Argun", "region": "Чечня"}, 1),
        (GROZNY, {"region": "Чечня"}, 1),
        (GROZNY, {"place": "Грозный", "region": "Пример"}, 0),
        (NEAR, NEAR | {"latitude": "43.305"}, 5),
        (NEAR, NEAR | {"latitude": "43.400"}, 3),
        (NEAR, NEAR | {"latitude": "43.700"}, 2),
        (NEAR, NEAR | {"latitude": "44.500"}, 0),
        (GROZNY, NEAR, -1),
    ],
)
def test_places_agree_by_name_by_what_they_lie_in_and_by_distance(
    one: dict[str, str], other: dict[str, str], expected: int
) -> None:
    assert level("place", one, other) == expected
    assert level("place", other, one) == expected


def test_numbers_acts_and_units_agree_by_how_unusual_they_are() -> None:
    for one, other, expected in (
        ("40", "40", 5), ("2", "2", 4), ("40", "at least 30", 3), ("40", "48", 2), ("40", "70", 1),
        ("3", "40", 0), ("3", "?", -1),
    ):  # fmt: skip
        assert level("victims", {"victims": one}, {"victims": other}) == expected
    many = [{"act": "raid"}] * 7
    assert level("act", {"act": "raid"}, {"act": "raid"}, *many) == 1
    assert level("act", {"act": "arson"}, {"act": "arson"}, *many) == 2
    assert level("act", {"act": "arson"}, {"act": "raid"}) == 0
    said = [{"unit": "police"}] * 6
    assert level("unit", {"unit": "Полк Примерова"}, {"unit": "Primerov's polk"}, *said) > 0
    assert level("unit", {"unit": "Полк Примерова"}, {"unit": "the police"}, *said) == 0


def test_pairs_a_month_apart_are_looked_at_unless_their_regions_are_far() -> None:
    days = ["2018-03-04", "2018-04-03", "2018-06", "2018-03-20", "", "2018-03-05"]
    regions = ["N", "N", "N", "S", "N", ""]
    known = comparing.told(Incidents([*"abcdef"], {"day": days, "region": regions}))
    left, right = model.candidates(known)
    found = {tuple(sorted(one)) for one in zip(left.tolist(), right.tolist(), strict=True)}
    assert found == {(0, 1), (0, 5), (1, 5), (3, 5)}
    spelt = {"day": ["2018-03-04"] * 3, "region": ["Achkhoy-Martan", "Ачхой-Мартан", "Shali"]}
    known = comparing.told(Incidents([*"abc"], spelt))
    assert [one.tolist() for one in model.candidates(known)] == [[0], [1]]
    assert known.level("place", np.array([0, 0]), np.array([1, 2])).tolist() == [1, 0]


_TOLD: list[Said] = []


@cache
def linked() -> tuple[Invented, Linked]:
    """A hundred invented incidents, and what is found without labels."""
    world = invented(100, 5)
    return world, link(world.records, tell=_TOLD.append)


def test_records_become_incidents_and_their_number_is_told_with_what_is_unsure() -> None:
    world, found = linked()
    reached = f1(list(found.clusters), list(world.truth))
    assert reached >= 0.75
    assert tuple(_TOLD) == STAGES
    known = comparing.told(world.records)
    left, right = model.candidates(known)
    same = (known.level("place", left, right) >= 4) & (known.level("day", left, right) >= 7)
    alone = np.arange(known.size)
    for one, other in zip(left[same], right[same], strict=True):
        alone[alone == alone[one]] = alone[other]
    assert f1(alone.tolist(), list(world.truth)) < reached - 0.2  # a rule of place and three days
    drawn = found.plausible
    assert drawn is not None
    assert drawn.refused is None
    low, high = drawn.interval95
    assert low <= len(set(world.truth)) <= high
    assert drawn.minimum <= len(set(world.truth))


def verdict(world: Invented, one: int, other: int, sure: float = 1.0) -> Label:
    """What is true of two records."""
    same = world.truth[one] == world.truth[other]
    return Label(str(one), str(other), "same" if same else "distinct", sure)


def test_labels_of_the_hardest_pairs_move_the_answer_to_the_truth() -> None:
    world, found = linked()
    drawn = found.plausible
    assert drawn is not None
    left, right = np.triu_indices(len(world.truth), 1)
    share = np.mean([one[left] == one[right] for one in drawn.partitions], axis=0)
    hardest = np.argsort(np.abs(share - 0.5), kind="stable")[:40]
    pairs = list(zip(left[hardest].tolist(), right[hardest].tolist(), strict=True))
    told = link(world.records, labels=[verdict(world, *pair) for pair in pairs])
    assert told.labelled == Labelled(40, 0, 0, 0)
    assert f1(list(told.clusters), list(world.truth)) > f1(list(found.clusters), list(world.truth))
    assert told.plausible is not None
    # What was asked is known now, so that the number is surer.
    before, after = (one.interval95[1] - one.interval95[0] for one in (drawn, told.plausible))
    assert after < before


def test_what_is_decided_of_incidents_holds_against_all_evidence() -> None:
    world, found = linked()
    drawn = found.plausible
    assert drawn is not None
    days = world.records.columns["day"]
    timeless = days.index("")
    a, b = next(
        (i, j)
        for i, j in zip(*np.triu_indices(len(days), 1), strict=True)
        if all(one[i] == one[j] for one in drawn.partitions) and "" not in (days[i], days[j])
    )
    far = next(at for at in range(len(days)) if days[at] and days[at][:4] != days[a][:4])
    wrong = [
        Label(str(a), str(b), "distinct"), Label(str(a), str(far), "same"),
        Label(str(far), str(timeless), "same"),
    ]  # fmt: skip
    plain = np.array([found.clusters, *drawn.partitions])
    assert (plain[:, a] == plain[:, b]).all()
    assert (plain[:, far] != plain[:, timeless]).any()
    held = link(world.records, labels=wrong)
    assert held.plausible is not None
    for clusters in (np.array([held.clusters]), held.plausible.partitions):
        assert len(clusters) > 0
        assert (clusters[:, a] != clusters[:, b]).all()
        assert (clusters[:, [a]] == clusters[:, [far, timeless]]).all()


def test_by_command_ids_and_counts_come_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = invented(50, 6)
    path = tmp_path / "records.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "list", *world.records.columns, "victim_name"])
        cells = zip(*world.records.columns.values(), strict=True)
        for at, (id_, row) in enumerate(zip(world.records.ids, cells, strict=True)):
            named = f"={id_}" if at == 0 else id_
            writer.writerow([named, f"+{world.records.lists[at]}", *row, "Unneeded"])
    out, counts = tmp_path / "out.csv", tmp_path / "counts.csv"
    asked = ["incidents", str(path), "--distinct-in-list", "--language", "ru"]
    given = tmp_path / "labels.csv"
    for line, code, told in (
        ("1,none,same", 66, "none"),
        ("1,2,same\n2,1,distinct", 65, "1 ≠ 2, 1 = 2"),
        ("1,2,perhaps", 65, "same, distinct, not_known"),
    ):
        given.write_text(f"one,other,verdict\n{line}\n", "utf-8")
        assert run([*asked, "--labels", str(given), "--out", str(out)]) == code
        assert told in capsys.readouterr().err
        assert not out.exists()
    given.write_text("one,other,verdict,sure\n1,2,distinct,\n1,3,same,0.8\n4,5,not_known,\n")
    asked += ["--labels", str(given)]
    with opened_to_write() as opened:
        assert run([*asked, "--json", "--out", str(out), "--histories", str(counts)]) == 0
    assert beside_code(opened) == {str(out), str(counts)}
    with opened_to_write() as opened:  # the hook sees what the process writes beside
        (tmp_path / "planted").write_text("Unneeded")
    assert beside_code(opened) == {str(tmp_path / "planted")}
    printed = capsys.readouterr().out
    towns = {one for one in world.records.columns["place"] if one}
    for told in (printed, out.read_text("utf-8"), counts.read_text("utf-8")):
        assert not any(word in told for word in ("Unneeded", *towns))
    assert any(town in path.read_text("utf-8") for town in towns)  # where they are, they are found
    report = json.loads(printed)["linkage"]
    assert report["labels"] == {"decided_pairs": 1, "not_known": 1, "unsure": 1}
    assert report["incidents"]["refused"] is None
    assert "persons" not in report
    rows = list(csv.reader(out.open(encoding="utf-8")))[1:]
    # What a spreadsheet would run is marked, ids and lists alike.
    first, *others = world.records.ids
    assert sorted(row[0] for row in rows) == sorted([f"'={first}", *others])
    rows = [[row[0].removeprefix("'="), row[1]] for row in rows]
    where = dict(zip(world.records.ids, world.records.lists, strict=True))
    assert len({(where[one], cluster) for one, cluster in rows}) == len(rows)
    assert {one.lists for one in read_tables(counts).tables.values()} == {
        ("'+A", "'+B", "'+C", "'+D")
    }
    assert run([*asked, "--out", str(out)]) == 73
    assert run([*asked, "--column", "name=victim_name"]) == 64
    assert "KIND=COLUMN" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "mapping", "error"),
    [
        ("id,day\n1,2018\n1,2018\n", [], MalformedError),
        ("id,act\n1,raid\n2,raid\n", [], MalformedError),
        ("id,place\n1,Shali\n2,Shali\n", [], MalformedError),  # of days nothing is known
        ("id,day\n", [], MalformedError),
        ("id,day\n1,2018\n", ["day=when"], UsageError),
    ],
)
def test_bad_tables_are_refused(
    tmp_path: Path, text: str, mapping: list[str], error: type[AsyliaError]
) -> None:
    path = tmp_path / "records.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error):
        read(path, reading.parse_mapping(mapping, comparing_kinds()))


def test_a_table_made_to_fail_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    for day in ([["2018"]], [b"\xff\xfe"]):
        pl.DataFrame({"id": ["a"], "day": day}).write_parquet(path)
        with pytest.raises(MalformedError, match="no table that can be read"):
            read(path, {})
    table = pl.DataFrame({"id": ["a", "b"], "day": ["2017", None]})
    table.write_parquet(path, compression="uncompressed")
    assert len(read(path, {})) == 2
    spoilt = bytearray(path.read_bytes())
    spoilt[32] = 0  # Polars ends in a panic, which is no Exception
    path.write_bytes(spoilt)
    with pytest.raises(MalformedError, match="no table that can be read"):
        read(path, {})


def comparing_kinds() -> tuple[str, ...]:
    return ("id", "list", "day", "place", "act")


def test_cells_that_are_no_date_are_told_of() -> None:
    days = ["2018-03-04", "05.03.2018", "", "some day in March"]
    victims = ["3", "more than 100", "", "many"]
    found = link(Incidents([*"abcd"], {"day": days, "victims": victims}))
    assert found.unread == 2
    assert incidents_told.plain(found)["cells_unread"] == 2
    [first, *_] = incidents_told.sentences(found)
    assert "not known: 2." in str(first)
    clean = link(Incidents([*"abc"], {"day": days[:3], "victims": victims[:3]}))
    assert "not known" not in " ".join(map(str, incidents_told.sentences(clean)))
    with pytest.raises(MalformedError, match="no day can be read"):
        link(Incidents([*"ab"], {"day": ["yesterday", "today"]}))
    assert dates.unread(["1980", " ", "", "1980-13", "19.02.1980", "x", "x"]) == 3


def test_what_can_teach_nothing_is_refused() -> None:
    far = Incidents(["a", "b"], {"day": ["2018-01-01", "2019-01-01"]})
    with pytest.raises(RefusedError, match="within a month"):
        link(far)
    with pytest.raises(UsageError, match="one record"):
        link(Incidents(["a"], {"day": ["2018-01-01"]}))
    for lists in ((), ["A", "A"], ["", "A"], ["A", "a "]):
        alone = Incidents(["a", "b"], {"day": ["2018-01-01"] * 2}, lists)
        with pytest.raises(UsageError, match="not two lists"):
            link(alone, distinct_in_list=True)
    with pytest.raises(MalformedError, match="kind that linkage has not"):
        Incidents(["a"], {"day": ["2018"], "name": ["Aslan"]})
    with pytest.raises(MalformedError, match="20,000"):
        Incidents([str(at) for at in range(20_001)], {"day": ["2018"] * 20_001})
