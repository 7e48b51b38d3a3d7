"""Linkage: names across scripts, dates as intervals, persons out of records; truth kept apart."""

import csv
import dataclasses
import json
import random
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.opened import beside_code, opened_to_write

from asylia.cli import run
from asylia.counts.linking import dates, model, reading, told
from asylia.counts.linking.blocking import rare
from asylia.counts.linking.collective import _put
from asylia.counts.linking.comparing import FIELDS, levels
from asylia.counts.linking.encoding import encode
from asylia.counts.linking.labels import Label, place
from asylia.counts.linking.link import Linked, _unmet, link
from asylia.counts.linking.model import _ratios, score
from asylia.counts.linking.names import is_patronymic, kin, tokens
from asylia.counts.linking.table import Records
from asylia.counts.partitions.held import nothing
from asylia.counts.partitions.posterior import Posterior
from asylia.counts.table import read_tables
from asylia.counts.words import said
from asylia.errors import AsyliaError, MalformedError, NotFoundError, RefusedError, UsageError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "linkage"
INVENTED = Path(__file__).resolve().parents[2] / "examples" / "linkage" / "invented.csv"
HISTORICAL = DATA / "historical_50k" / "historical_figures_with_errors_50k.parquet"


def f1(clusters: list[int], truth: list[str]) -> float:
    def pairs(groups: Counter[object]) -> int:
        return sum(size * (size - 1) // 2 for size in groups.values())

    both = pairs(Counter(zip(clusters, truth, strict=True)))
    return 2 * both / (pairs(Counter(clusters)) + pairs(Counter(truth)))


def meet(one: str, other: str) -> bool:
    return bool(set(kin(one)) & set(kin(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Хаджиев", "Khadzhiev"),
        ("Хаджиев", "Hadjiev"),
        ("Юсуп", "Yusup"),
        ("Щербаков", "Shcherbakov"),
        ("Саша", "Aleksandr"),
        ("محمد", "Muhammad"),
        ("Хьажиев", "Hajiev"),
    ],
)
def test_forms_of_one_name_meet(one: str, other: str) -> None:
    assert meet(tokens(one)[0], tokens(other)[0])


@pytest.mark.parametrize(
    ("one", "other"), [("Иван", "Игорь"), ("Aslan", "Ruslan"), ("Anna", "Inna")]
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert not meet(tokens(one)[0], tokens(other)[0])


def test_few_records_are_linked_or_refused_and_no_fault() -> None:
    """Warnings are errors here: one pair can't be all true pairs and all chance ones."""
    same, names = ["1980-03-04"] * 2, ["Выдумкин Юсуп", "Vydumkin Yusup"]
    link(Records(["a", "b"], {"name": names}))
    seldom = ["2017-03-04", ""]  # by which no two records meet, as by a name in two alphabets
    link(Records(["a", "b"], {"name": names, "born": same, "day": seldom}))
    with pytest.raises(RefusedError, match="too few, or too much alike"):
        link(Records(["a", "b"], {"name": names, "born": ["1980-03-04", "1971-11-20"]}))


def test_order_titles_and_articles_do_not_matter() -> None:
    assert set(tokens("Примеров, Аслан")) == set(tokens("ASLAN PRIMEROV"))
    assert tokens("Dr. Ahmed al-Primer") == ("ahmed", "primer")
    assert meet(tokens("محمد الأحمد")[1], tokens("Mohammed al-Ahmad")[1])
    assert len(tokens("الياس")) == len(tokens("الكسندر")) == 1
    assert tokens("الكسندر")[0].startswith("al")  # no article
    assert is_patronymic(tokens("Русланович")[0])
    assert not is_patronymic("ruslan")


def test_dates_are_intervals() -> None:
    found = dates.read("1987-02")
    assert found is not None
    assert found.last - found.first == 27
    assert dates.read("19870304") == dates.read("4.3.1987")
    assert dates.read("1987-02-30") is dates.read("soon") is dates.read("1990/1987") is None
    assert dates.read("3/1/2017/5/1/2017") is dates.read("1/" * 5_000) is None
    on = dates.read("2017-03-01")
    assert on is not None
    born = dates.by_age(30, on)
    lowest, highest = dates.read("1986-03-02"), dates.read("1987-03-01")
    assert lowest is not None
    assert highest is not None
    assert born.first <= lowest.first < highest.last <= born.last


def born_level(one: dict[str, str], other: dict[str, str]) -> int:
    rows = [one, other, {"day": "2017"}, {"born": "1990"}]
    columns = {kind: [row.get(kind, "") for row in rows] for kind in ("born", "age", "day")}
    encoded = encode(Records([*"abcd"], {"name": ["A"] * 4, **columns}))
    rows_of = np.array([0]), np.array([1])
    return int(levels(encoded.numbers, FIELDS.index("born"), *rows_of)[0])


@pytest.mark.parametrize(
    ("born", "expected"),
    [("1986", 4), ("1987", 4), ("1987-03-04", 4), ("1984", 2), ("1950", 0), ("", -1)],
)
def test_an_age_on_a_day_meets_both_years_that_it_allows_alike(born: str, expected: int) -> None:
    aged = {"age": "30", "day": "2017-06-01"}
    assert born_level({"born": born}, aged) == born_level(aged, {"born": born}) == expected
    assert born_level({"born": born or "1987"}, {"age": "30"}) == -1  # on no known day
    assert born_level({"born": "1987"}, {"born": "1987-03"}) == 6


Febrl = tuple[Records, list[str]]


@pytest.fixture(scope="module")
def febrl_in_two() -> Febrl:
    """FEBRL1, originals in one list and duplicates in the other; names, year of birth, state."""
    if not (DATA / "febrl").is_dir():
        pytest.skip("the data lie beside the checkout, and are not there")
    table = pl.read_csv(DATA / "febrl" / "dataset1.csv", infer_schema=False)
    table = table.rename({name: name.strip() for name in table.columns}).fill_null("")
    table = table.with_columns(pl.all().str.strip_chars()).sample(fraction=1, shuffle=True, seed=3)
    columns = {
        "name": (table["given_name"] + " " + table["surname"]).to_list(),
        "born": table["date_of_birth"].str.slice(0, 4).to_list(),
        "place": table["state"].to_list(),
    }
    lists = ["first" if "org" in one else "second" for one in table["rec_id"]]
    truth = [one.split("-")[1] for one in table["rec_id"]]
    return Records([str(at) for at in range(len(table))], columns, lists), truth


@pytest.fixture(scope="module")
def historical() -> tuple[Records, list[str]]:
    """Of each fortieth person all records, in no order and without their ids."""
    if not HISTORICAL.is_file():
        pytest.skip("the data lie beside the checkout, and are not there")
    table = pl.read_parquet(HISTORICAL).fill_null("")
    chosen = sorted(table["cluster"].unique().to_list())[::40]
    table = table.filter(pl.col("cluster").is_in(chosen)).sample(fraction=1, shuffle=True, seed=3)
    kinds = {
        "name": "full_name",
        "born": "dob",
        "place": "birth_place",
        "postcode": "postcode_fake",
        "sex": "gender",
        "occupation": "occupation",
    }
    columns = {kind: table[column].to_list() for kind, column in kinds.items()}
    return Records([str(at) for at in range(len(table))], columns), table["cluster"].to_list()


def test_records_become_persons_and_single_pairs_alone_do_not_do(
    historical: tuple[Records, list[str]],
) -> None:
    records, truth = historical
    found = link(records)
    reached = f1(list(found.clusters), truth)
    assert reached >= 0.96
    joined, persons = found.persons - found.singletons, len(set(truth))
    assert abs(joined - persons) / persons < 0.1
    scored = score(encode(records))
    alone = list(range(len(records)))

    def root(at: int) -> int:
        while alone[at] != at:
            at = alone[at]
        return at

    for at in np.flatnonzero(scored.weights > 10):
        alone[root(int(scored.left[at]))] = root(int(scored.right[at]))
    assert f1([root(at) for at in alone], truth) < reached - 0.005


def test_matches_among_random_pairs_are_taken_out_of_u() -> None:
    m, u = np.full((1, 1), 0.9), np.full((1, 1), 1e-3)
    capped = _ratios(m, u, 0.0, 1e-9)[0, 1]
    assert capped == pytest.approx(900)
    assert _ratios(m, u, 1e-3, 1e-9)[0, 1] > 8 * capped


def test_agreement_that_no_random_pair_has_weighs_most(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = encode(reading.read(INVENTED, {}))
    strongest = score(encoded).ratios[0].argmax()
    monkeypatch.setattr(model, "_RANDOM_PAIRS", 40)  # so few that none is of one person
    ratios = score(encoded).ratios[0]
    assert ratios[strongest] > 1000
    assert ratios[1] < 1  # another name still speaks against


def test_another_order_of_adding_gives_the_same_weights() -> None:
    one, other = 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1
    assert one != other
    assert model.steady(one) == model.steady(other)
    assert model.steady(0.123) != model.steady(0.123001)


def test_training_looks_at_the_smallest_blocks() -> None:
    key = np.array([7, 7, 8, 8, 8, 9, 8], np.int64)
    assert rare(key, 7).tolist() == key.tolist()
    few = rare(key, 6)
    assert few[:2].tolist() == [7, 7]
    assert len(set(few.tolist())) == 6  # the others stand alone


def test_pairs_that_may_be_joined_are_counted_as_they_change() -> None:
    random = np.random.default_rng(1)
    counts, there, pairs = np.zeros(16, np.int64), [], 0
    for _ in range(60):
        if there and random.random() < 0.4:
            mask = there.pop(int(random.integers(len(there))))
            pairs += _put(counts, mask, -1)
        else:
            there.append(int(random.integers(1, 16)))
            pairs += _put(counts, there[-1], 1)
        assert pairs == sum(a & b == 0 for a, b in combinations(there, 2))


def test_two_lists_that_share_much_are_linked_by_little(febrl_in_two: Febrl) -> None:
    records, truth = febrl_in_two
    assert f1(list(link(records, distinct_in_list=True).clusters), truth) >= 0.985
    assert f1(list(link(records).clusters), truth) < 0.985  # what is gained by two lists


def test_nobody_stands_twice_in_one_list() -> None:
    table = reading.read(INVENTED, {})
    found = link(table, distinct_in_list=True)
    seen = list(zip(table.lists, found.clusters, strict=True))
    assert len(seen) == len(set(seen))
    assert 60 <= found.persons - found.singletons <= 120
    assert found.partition().count(table.ids) == found.persons


def test_only_ids_and_counts_leave_and_counts_carry_what_is_unsure_into_an_estimate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, counts = tmp_path / "out.csv", tmp_path / "counts.csv"
    labels = ["--labels", str(INVENTED.with_name("labels.csv"))]
    asked = ["link", str(INVENTED), "--distinct-in-list", "--json", *labels]
    with opened_to_write() as found:
        assert run([*asked, "--out", str(out), "--histories", str(counts)]) == 0
    assert beside_code(found) == {str(out), str(counts)}
    report = json.loads(capsys.readouterr().out)["linkage"]
    assert report["records"] == 291
    assert report["labels"] == {"decided_pairs": 4, "taught": 5, "not_known": 1}
    rows = list(csv.reader(out.open(encoding="utf-8")))
    assert rows[0] == ["id", "cluster"]
    assert sorted(row[0] for row in rows[1:]) == sorted(str(at) for at in range(1, 292))
    assert all(part.isdigit() for row in rows[1:] for part in row)
    of = dict(rows[1:])
    assert of["93"] == of["200"]
    assert of["2"] != of["20"]
    persons = report["persons"]
    assert persons["refused"] is None
    assert persons["rhat"] < 1.1
    low, high = persons["interval95"]
    assert 140 < low <= persons["median"] <= high < 165
    assert 140 < persons["minimum"] <= persons["median"]
    assert 0 <= report["links_missed_by_clusters95"][0] <= report["links_missed_by_clusters95"][1]
    tables = read_tables(counts).tables
    assert len(tables) == 25
    records = Counter(reading.read(INVENTED, {}).lists)
    for one in tables.values():  # nobody stands twice in a list: its records are its persons
        assert [one.size(at) for at in range(3)] == [records[name] for name in one.lists]
    assert len({one.observed for one in tables.values()}) > 3
    assert run(["estimate", str(counts), "--model", "chao", "--json"]) == 0
    documented = json.loads(capsys.readouterr().out)["documented"]
    assert documented["minimum"] == min(one.observed for one in tables.values())
    for wrong, code in (
        (["--out", str(out)], 73),
        (["--histories", str(counts)], 73),
        (["--out", str(tmp_path / "a"), "--histories", str(tmp_path / "a")], 64),
        (["--seed", "-1"], 64),
    ):
        assert run([*asked, *wrong]) == code


def few_records() -> Records:
    """Sixty records in three lists: so few that a share of pairs underflows in training."""
    drawn = random.Random(3)
    given = "Aslan Movsar Zelim Ruslan Adam Islam Magomed Umar Ali Said Ramzan Timur Anzor Beslan"
    family = "Khadzhiev Bisaev Dudaev Ismailov Gaev Tsurov Akhmadov Elbiev Vachaev Murtazov Saidov"
    rows: list[tuple[str, str, str, str]] = []
    while len(rows) < 60:
        name = f"{drawn.choice(given.split())} {drawn.choice(family.split())}"
        born = str(drawn.randint(1950, 2000))
        place = drawn.choice(["Grozny", "Argun", "Gudermes", "Shali"])
        lists = drawn.sample("ABC", drawn.choice([1, 2, 3]))
        rows += [(one, name, born, place) for one in lists]
    lists, names, born_in, places = zip(*rows[:60], strict=True)
    columns = {"name": names, "born": born_in, "place": places}
    return Records([str(at) for at in range(60)], columns, lists)


def test_so_few_records_that_training_underflows_are_linked_or_refused_in_our_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = link(few_records())
    assert 25 <= found.persons <= 34
    monkeypatch.setattr(model, "_STEPS", (30,))
    with pytest.raises(RefusedError, match="too few"):  # so that it did underflow at first
        link(few_records())
    with pytest.raises(UsageError, match="one record"):
        link(Records(["1"], {"name": ["A"]}))


def test_records_that_all_say_one_thing_are_refused_in_our_words() -> None:
    many = 1500  # of fewer, training still finds pairs
    same = {"name": ["Ivan Petrov"] * many, "born": ["1990"] * many, "place": ["Argun"] * many}
    with pytest.raises(RefusedError, match="too much alike"):
        link(Records([str(at) for at in range(many)], same))


def test_records_that_say_nothing_or_what_very_many_say_are_nobodys() -> None:
    """Whoever enters four hundred unknown men has not documented four hundred."""
    names = ["Ivan", "Ivan", "Oleg", "", "unknown", "unknown ", "unknown", "unknown"]
    records = Records([str(at) for at in range(8)], {"name": names, "born": ["1990", *[""] * 7]})
    pairs = np.array([[0], [1]])
    none = np.zeros(1)
    scored = model.Scored(pairs[0], pairs[1], none, none)
    assert _unmet(records, scored, nothing(8)).tolist() == [3, 4, 5, 6, 7]
    decided = place([Label("6", "0", "same")], records.ids).held  # somebody knows whose it is
    assert _unmet(records, scored, decided).tolist() == [3, 4, 5, 7]


def test_a_minimum_is_never_above_what_is_plausible_and_no_links_are_none_missed() -> None:
    one = np.array([[0, 1, 2]] * 4, np.int32)
    none = np.zeros(0, np.int64)
    drawn = Posterior(np.full(40, 5.0), np.full(40, 6.0), one, none, 1.0, 50, None)
    assert (drawn.minimum, drawn.interval95) == (5, (5, 5))
    fewer = dataclasses.replace(drawn, attributed=np.full(40, 4.0))
    assert fewer.minimum == 4
    found = Linked(("a", "b", "c"), (0, 1, 2), 3, drawn)
    assert told.missed(found, drawn) == (0.0, 0.0)
    linked = dataclasses.replace(drawn, partitions=np.array([[0, 0, 1]] * 4, np.int32))
    assert told.missed(found, linked) == (1.0, 1.0)


@pytest.mark.parametrize("name", ["", "count", "linkage", "stratum", "a\u202eb"])
def test_lists_that_no_table_of_counts_can_name_are_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path, counts = tmp_path / "records.csv", tmp_path / "counts.csv"
    path.write_text(f"list,name\nA,Aslan\n{name},Ruslan\n", encoding="utf-8")
    assert run(["link", str(path), "--histories", str(counts)]) == 64
    assert "can't stand in a table" in capsys.readouterr().err
    assert not counts.exists()
    assert run(["link", str(path), "--out", str(tmp_path / "none" / "out.csv")]) == 66
    assert told.named("AB") == ("A", "B")


def test_what_is_told_is_told_in_russian_and_not_at_all_where_chains_disagree() -> None:
    drawn = Posterior(
        np.full(40, 9.0), np.full(40, 8.0), np.array([[0, 0, 1]] * 4, np.int32), np.array([2]),
        1.0, 50, None,
    )  # fmt: skip
    found = Linked(("a", "b", "c"), (0, 1, 2), 3, drawn)
    text = " ".join(one.within("ru") for one in told.sentences(found))
    assert "Задокументировано людей: не менее 8, если" in text
    assert "Записей, которые не к кому отнести: 1." in text
    assert "не хватает от 100,0 до 100,0 % верных связей" in text
    every = dataclasses.replace(
        found, plausible=dataclasses.replace(drawn, unattributable=drawn.unattributable[:0])
    )
    assert "Every record can be attributed." in map(str, told.sentences(every))
    of_fields = [dataclasses.replace(found, fields=many) for many in (2, 3)]
    little = ["Fewer than three things" in str(list(told.sentences(one))) for one in of_fields]
    assert little == [True, False]
    assert told.plain(of_fields[0])["fields_compared"] == 2
    assert told.tables("ABB", drawn)[0].patterns == {(True, True): 1, (False, True): 1}
    with pytest.raises(UsageError, match="several lists"):
        told.tables("AAA", drawn)
    why = said(
        "chains over partitions do not agree on how many there are (R-hat %(rhat)s)", rhat="1.20"
    )
    refused = dataclasses.replace(drawn, refused=why)
    report = told.plain(dataclasses.replace(found, plausible=refused))
    assert report["persons"]["refused"] == str(why)
    assert report["persons"]["interval95"] is report["persons"]["minimum"] is None
    alone = list(told.sentences(dataclasses.replace(found, plausible=refused)))
    assert str(alone[-1]) == f"How many persons they are of is not told: {why}."


@pytest.mark.parametrize(
    ("text", "mapping", "error"),
    [
        ("id,name\n1,A\n1,B\n", [], MalformedError),
        ("id,place\n1,A\n", [], MalformedError),
        ("id,name\n", [], MalformedError),
        ('id,name\n1,"A\n', [], MalformedError),
        ("id,name\n1,A\n", ["name=nome"], UsageError),
        ("id,name\n1,A\n", ["clan=name"], UsageError),
        ("id,name,age\n1,A,-3\n", [], MalformedError),
        ("id,name,age\n1,A,nome\n", [], MalformedError),
        ("id,name,age\n1,A,131\n", [], MalformedError),
    ],
)
def test_bad_tables_are_refused_without_a_word_of_them(
    tmp_path: Path, text: str, mapping: list[str], error: type[AsyliaError]
) -> None:
    path = tmp_path / "records.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error) as told:
        reading.read(path, reading.parse_mapping(mapping))
    assert "nome" not in told.value.message
    with pytest.raises(NotFoundError):
        reading.read(tmp_path / "none.csv", {})


def test_columns_parted_by_semicolons_are_told(tmp_path: Path) -> None:
    path = tmp_path / "records.csv"
    for sign in ";\t":
        path.write_text(f"id{sign}name\n1{sign}A\n", encoding="utf-8")
        with pytest.raises(MalformedError, match="semicolons or tabs"):
            reading.read(path, {})
    path.write_text("name\nA;B\n", encoding="utf-8")
    assert reading.read(path, {}).columns["name"] == ["A;B"]


def test_ten_million_records_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "many.parquet"
    pl.select(name=pl.repeat("A", 10_000_000)).write_parquet(path)
    with pytest.raises(MalformedError, match=r"2,000,000"):
        reading.read(path, {})
    with pytest.raises(MalformedError, match=r"2,000,000"):
        Records(range(10_000_000), {"name": ()})  # type: ignore[arg-type]


def test_what_is_no_text_and_lists_that_allow_nothing_are_refused() -> None:
    with pytest.raises(MalformedError, match="other than text"):
        Records(["1"], {"name": [None]})  # type: ignore[list-item]
    for lists in (["x", "x"], ["", "x"], ["x", "X "]):  # by any spelling, or by none
        one = Records(["1", "2"], {"name": ["A", "A"], "age": ["", "30.5"]}, lists)
        with pytest.raises(UsageError, match="two lists"):
            link(one, distinct_in_list=True)


def test_twenty_five_lists_one_within_another_are_linked() -> None:
    table = reading.read(INVENTED, {})
    lists = [str(at % 24) for at in range(len(table))]
    again = [at for at in range(len(table)) if lists[at] == "0"]
    columns = {
        kind: [*cells, *(cells[at] for at in again)] for kind, cells in table.columns.items()
    }
    ids = [*table.ids, *(f"again {at}" for at in again)]
    found = link(Records(ids, columns, [*lists, *("24" for _ in again)]), distinct_in_list=True)
    where = dict(zip(found.ids, found.clusters, strict=True))
    together = sum(where[f"again {at}"] == where[table.ids[at]] for at in again)
    assert together >= len(again) - 1


def test_counts_alone_brings_none_of_it() -> None:
    looked = "import sys, asylia.counts, asylia.counts.sameness, asylia.counts.linking.table; "
    looked += (
        "print([m for m in ('splink', 'duckdb', 'numba', 'asylia.crypto') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", looked], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
