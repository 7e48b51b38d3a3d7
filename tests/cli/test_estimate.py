"""``asylia estimate`` as a newcomer uses it: one object, sentences, plots, refusals."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from tests.counts.test_counts import KOSOVO

from asylia.cli import estimate_strata, run
from asylia.counts import linkages, linkages_told, strata, strata_told
from asylia.counts import verdict as verdicts
from asylia.counts.chao import Chao
from asylia.counts.checks import Checks
from asylia.counts.estimate import EstimateRefusedError, bearable
from asylia.counts.histories import Histories
from asylia.counts.linkages import over
from asylia.counts.missed import put_back
from asylia.counts.plain import plain, sentences
from asylia.counts.plots import drawn
from asylia.counts.verdict import assess
from asylia.errors import MalformedError

KEYS = {"median", "interval95", "rhat", "ess", "seconds", "refused"}


@pytest.fixture
def table(root: Path) -> str:
    return str(root / "examples" / "tables" / "kosovo-1999.csv")


def asked(capsys: pytest.CaptureFixture[str], *told: str) -> dict[str, object]:
    assert run(["estimate", *told, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_one_model_has_every_key_and_the_same_seed_gives_the_same(
    table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = asked(capsys, table, "--model", "nhoi", "--seed", "3")
    again = asked(capsys, table, "--model", "nhoi", "--seed", "3")
    other = asked(capsys, table, "--model", "nhoi", "--seed", "4")
    for one in (first, again, other):
        (model,) = one["models"].values()  # type: ignore[attr-defined]
        assert set(model) == KEYS
        assert model.pop("seconds") >= 0
        assert model["rhat"] is None
        assert model["refused"] is None
    assert first == again
    assert first["models"] != other["models"]
    assert first["observed"] == 4400


def test_every_model_refuses_what_no_list_can_bear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table artificial_3 of Chan, Silverman and Vincent 2021; and one list alone."""
    (tmp_path / "a.csv").write_text("A,B,C,count\n0,0,1,20\n0,1,0,30\n1,0,0,40\n1,1,0,6\n")
    found = asked(capsys, str(tmp_path / "a.csv"))
    models: dict[str, dict[str, object]] = found["models"]  # type: ignore[assignment]
    assert tuple(models) == verdicts.MODELS
    for one in models.values():
        assert set(one) == KEYS
        assert one["median"] is None
        assert one["interval95"] is None
        assert one["refused"] == "not all lists are connected by persons whom they share"
    assert "would help" in str(found["helps"])
    (tmp_path / "one.csv").write_text("A,count\n1,20\n")
    assert asked(capsys, str(tmp_path / "one.csv"))["refused"]
    assert run(["estimate", str(tmp_path / "a.csv"), "--language", "ru"]) == 0
    assert "не все списки связаны" in " ".join(capsys.readouterr().out.split())


def test_an_interval_over_linkages_is_wider_than_that_of_any_of_them(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The 25 published linkages of Khartoum: each alone would be far too sure of itself."""
    table = str(root / "examples" / "tables" / "khartoum-2023-24.csv")
    found = asked(capsys, table, "--model", "chao")
    assert found["documented"] == {"minimum": 2430, "median": 2700, "most": 3461}
    each: dict[str, dict[str, object]] = found["linkages"]  # type: ignore[assignment]
    assert len(each) == 25
    (model,) = found["models"].values()  # type: ignore[attr-defined]
    assert set(model) == KEYS | {"linkages_refused"}
    low, high = model["interval95"]
    alone = [one["models"]["chao"]["interval95"] for one in each.values()]  # type: ignore[index]
    assert high - low > 1.2 * np.median([b - a for a, b in alone])
    assert min(a for a, _ in alone) <= low < np.quantile([a for a, _ in alone], 0.2)
    assert high > np.quantile([b for _, b in alone], 0.7)
    assert run(["estimate", table, "--model", "nhoi", "--language", "ru"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Людей хотя бы в одном списке: 2430, если соединять больше всего" in said
    assert "В 5 способах соединения из 25 оценки нет" in said


def test_linkages_must_have_the_same_lists_and_half_refused_is_a_refusal() -> None:
    korea = {"001": 41, "010": 5, "011": 12, "100": 5, "101": 6, "110": 54, "111": 12}
    sure = Histories(("A", "B", "C"), {tuple(c == "1" for c in k): n for k, n in korea.items()})
    none = Histories(("A", "B", "C"), {(True, False, False): 9})
    found = over({"a": sure, "b": sure, "c": none}, models=("chao", "nhoi", "graphs"))
    assert found.refused is None
    assert {one.left_out for one in found.mixtures.values()} == {1}
    refused = over({"a": sure, "c": none}, models=("chao", "nhoi", "graphs"))
    assert refused.span is None
    assert refused.refused is not None
    assert "in 1 of 2 linkages" in str(refused.mixtures["chao"].refused)
    assert refused.refused.code == "linkages_refused.no_overlap"  # and not: too few models
    with pytest.raises(MalformedError, match="same lists"):
        over({"a": sure, "b": KOSOVO})


def test_one_reason_of_all_models_is_told_once_and_stands_for_all(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "\n".join(f"{name},{row},9" for name in "ab" for row in ("1,0,0", "0,1,0", "0,0,1"))
    (tmp_path / "linked.csv").write_text(f"linkage,A,B,C,count\n{rows}\n")
    apart = str(root / "examples" / "tables" / "apart-in-parts.csv")
    for table, why, code in (
        (apart, "in stratum North valley not all lists", "stratum_refused.not_connected"),
        (str(tmp_path / "linked.csv"), "since there are no overlap", "linkages_refused.no_overlap"),
    ):
        assert run(["estimate", table]) == 0
        told = " ".join(capsys.readouterr().out.split())
        assert told.count("No estimate is given") == told.count(why) == told.count("help") == 1
        assert "latent classes" not in told
        codes = asked(capsys, table)["codes"]
        assert codes["refused"] == codes["models"]["chao"] == code  # type: ignore[index]
        assert told.count("Stratum South valley: no estimate") == (table == apart)
        # Of one model alone nothing is refused for all, and it says itself why.
        assert run(["estimate", table, "--model", "chao"]) == 0
        told = capsys.readouterr().out
        assert "No estimate is given" not in told
        assert "Chao's lower bound" in told


def test_what_is_refused_or_of_one_model_has_no_span_and_no_number_stands_as_an_estimate() -> None:
    """A hundredfold apart: the models answer, and together they are none."""
    counts = {"100": 900, "010": 800, "001": 700, "110": 3, "101": 3, "011": 3, "111": 1}
    weak = Histories(
        ("A", "B", "C"), {tuple(c == "1" for c in key): many for key, many in counts.items()}
    )
    quick = ("graphs", "chao", "nhoi")
    found = assess(weak, models=quick, moved=False)
    assert found.refused is not None
    assert found.estimates
    assert plain(found)["span"] is None
    assert "nobody should publish it" in " ".join(map(str, sentences(found)))
    for told, name in ((linkages_told, "a linkage"), (strata_told, "a stratum")):
        over_all = linkages.over if told is linkages_told else strata.over
        several = over_all({name: weak}, models=quick)
        assert several.refused is not None
        text = told.plain(several)  # type: ignore[arg-type]
        assert text["span"] is None
        assert "nobody should publish it" in " ".join(text["sentences"])
    assert assess(KOSOVO, models=("chao",)).span is None  # a bound's upper end is no estimate's
    borne = assess(KOSOVO, models=quick, moved=False)
    assert plain(borne)["span"] == [8190, 35658]
    assert "nobody should publish" not in " ".join(map(str, sentences(borne)))


def test_models_that_rule_each_other_out_are_told_of_linkages_and_strata_too() -> None:
    """So many persons that intervals are narrow: graphs and no highest-order term part."""
    counts = {
        "100": 4000, "010": 3000, "001": 2000, "110": 500, "101": 300, "011": 150, "111": 50,
    }  # fmt: skip
    table = Histories(
        ("A", "B", "C"), {tuple(c == "1" for c in key): 100 * many for key, many in counts.items()}
    )
    quick = ("graphs", "chao", "nhoi")
    assert assess(table, models=quick, moved=False).disagreeing == (("graphs", "nhoi"),)
    mixed, added = (one({"a": table}, models=quick) for one in (linkages.over, strata.over))
    for told in (linkages_told.plain(mixed), strata_told.plain(added)):  # type: ignore[arg-type]
        assert told["disagreeing"] == [["graphs", "nhoi"]]
        assert "Their intervals do not meet: averaging over graphs" in " ".join(told["sentences"])
    meeting = strata_told.plain(strata.over({"a": KOSOVO}, models=quick))
    assert meeting["disagreeing"] == []
    assert "do not meet" not in " ".join(meeting["sentences"])


def test_one_linkage_is_not_told_as_several() -> None:
    alone, twice = (
        linkages.over(dict.fromkeys(names, KOSOVO), models=("chao",)) for names in ("a", "ab")
    )
    text = " ".join(map(str, linkages_told.sentences(alone)))
    assert "There is one linkage" in text
    assert "ways" not in text
    assert len(list(linkages_told.told(alone.mixtures["chao"]))) == 1
    assert "joined in 2 plausible ways" in " ".join(map(str, linkages_told.sentences(twice)))
    assert len(list(linkages_told.told(twice.mixtures["chao"]))) == 2


def test_what_is_no_table_ends_with_its_reason(
    tmp_path: Path, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.csv").write_text("A,B,C,count\n0,0,1,-20\n")
    assert run(["estimate", str(tmp_path / "bad.csv")]) == 65
    assert "below nothing" in capsys.readouterr().err
    assert run(["estimate", str(tmp_path / "none.csv")]) == 66
    assert run(["estimate", table, "--seed", "-1"]) == 64
    assert run(["estimate", table, "--model", "guess"]) == 64


def test_sentences_say_what_is_assumed_and_plots_overwrite_nothing(
    table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = tmp_path / "plots"
    told = ["estimate", table, "--model", "chao", "--plots", str(plots)]
    assert run(told) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Estimated, assuming that" in said
    assert "at least about 8,591 persons" in said
    assert run([*told[:4], "--language", "ru"]) == 0
    assert "не менее примерно 8591 человек" in " ".join(capsys.readouterr().out.split())
    assert {path.name for path in plots.iterdir()} == {"overlap.svg", "posterior.svg"}
    assert run(told) == 73
    capsys.readouterr()
    # It is said before any work: the table behind it is not even read.
    (tmp_path / "file").write_text("")
    for folder, why in ((plots, "holds plots already"), (tmp_path / "file", "is a file")):
        assert run(["estimate", "no-such-table", "--plots", str(folder)]) == 73
        assert why in capsys.readouterr().err


def test_three_models_have_a_span_their_disagreement_and_what_moves_them() -> None:
    found = assess(KOSOVO, seed=1, models=("graphs", "chao", "nhoi"))
    assert found.refused is None
    assert found.span == (8190, 35658)
    assert found.disagreeing == ()
    assert set(found.checks.left_out) == set(KOSOVO.lists)
    known = found.checks.known
    assert {name: (one.total, one.held) for name, one in known.items()} == {
        "EXH": (1910, True), "ABA": (1528, False), "OSCE": (1786, True), "HRW": (685, True),
    }  # fmt: skip
    assert any("from that part: 3 of 4" in str(one) for one in sentences(found))
    told = plain(found)
    assert json.loads(json.dumps(told)) == told
    assert told["known_totals"]["ABA"]["models"]["nhoi"]["interval95"] == [818, 1382]
    assert [one["factor"] for one in told["sensitivity"]] == [0.25, 0.5, 1.0, 2.0, 4.0]
    assert any("between 8,190 and 35,658" in str(one) for one in sentences(found))
    assert any(f"{verdicts.HELD} cases of {verdicts.KNOWN}" in str(one) for one in sentences(found))
    plots = drawn(found, None, "ru")
    assert plots == drawn(found, None, "ru")
    assert set(plots) == {"overlap", "posterior", "sensitivity"}
    shown = {name: svg.decode() for name, svg in plots.items()}
    assert "неучтённых × 0,25" in shown["sensitivity"]
    assert "EXH (1 910)" in shown["overlap"]
    assert "нижняя граница Чао: 8 591 (8 190–9 033)" in shown["posterior"]
    for text in shown.values():
        assert re.search(r"<text[^>]*>[^<]*[А-яё]", text)  # letters, not outlines
        assert "http" not in re.sub(
            r'(xmlns[:\w]*|href)="[^"]*"|<!DOCTYPE[^>]*>', "", text
        ).replace("http://purl.org", "")


def test_few_who_were_found_once_are_told_of_though_somebody_was() -> None:
    """One person in one list only is enough to pass a rule of nobody; thirty are expected."""
    rows = {"110": 25, "101": 20, "011": 15, "111": 40}
    for once, warned in ((1, True), (8, True), (20, False), (30, False)):
        patterns = {**rows, "100": once}
        table = Histories(
            ("A", "B", "C"), {tuple(bit == "1" for bit in row): n for row, n in patterns.items()}
        )
        said = [str(one) for one in sentences(assess(table, models=("chao",)))]
        assert any(f"In one list only: {once};" in one for one in said) is warned
        assert any("would have some 29 there" in one for one in said) is warned


def test_a_long_name_of_a_list_leaves_room_for_the_plot() -> None:
    """Warnings are errors here: in full it would push the axes out of the picture."""
    names = ("Щ" * 100, "The committee of the northern valley and its friends", "$c$")
    rows = {"100": 40, "010": 35, "001": 30, "110": 12, "101": 9, "011": 8, "111": 4}
    table = Histories(names, {tuple(bit == "1" for bit in row): n for row, n in rows.items()})
    text = drawn(assess(table, models=("graphs", "chao", "nhoi")), None, "en")["overlap"].decode()
    assert "Щ" * 29 not in text
    assert ">The committee…d its friends (59)<" in text
    assert "$c$ (51)" in text


def test_strata_are_estimated_each_by_itself_and_added_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        f"{name},{','.join('01'[one] for one in pattern)},{count // share}"
        for name, share in (("north", 1), ("south", 2))
        for pattern, count in KOSOVO.patterns.items()
    ]
    path = tmp_path / "strata.csv"
    path.write_text("\n".join(["stratum,A,B,C,D,count", *rows]))
    found = asked(capsys, str(path), "--model", "graphs")
    model = found["models"]["graphs"]  # type: ignore[index]
    alone = [one["models"]["graphs"] for one in found["strata"].values()]  # type: ignore[attr-defined]
    assert set(model) == KEYS
    assert found["observed"] == 4400 + sum(count // 2 for count in KOSOVO.patterns.values())
    assert model["interval95"][0] > sum(one["interval95"][0] for one in alone)
    assert model["interval95"][1] < sum(one["interval95"][1] for one in alone)
    path.write_text(path.read_text() + "\nwest,1,0,0,0,9\n")
    refused = asked(capsys, str(path), "--model", "chao")["models"]["chao"]  # type: ignore[index]
    assert refused["refused"].startswith("in stratum west there are no overlapping lists")
    assert run(["estimate", str(path), "--model", "chao", "--language", "ru"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Страта north: примерно" in said
    assert "Страта west: оценки нет" in said
    assert run(["estimate", str(path), "--model", "chao", "--plots", str(tmp_path / "p")]) == 0
    assert {one.name for one in (tmp_path / "p").iterdir()} == {"overlap.svg", "sensitivity.svg"}
    drawing = (tmp_path / "p" / "sensitivity.svg").read_text()
    assert "north (4400)" in drawing
    assert "west (9)" in drawing


def test_what_moves_a_sum_over_strata_is_told_as_of_one_table(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quick, first, second = ("graphs", "chao", "nhoi"), KOSOVO.lists[0], KOSOVO.lists[1]
    half = Histories(KOSOVO.lists, {one: many // 2 for one, many in KOSOVO.patterns.items()})
    three = half.without(0)  # of which nobody stands in the first list
    found = strata.over({"a": KOSOVO, "b": three}, models=quick)
    told = strata_told.plain(found)
    assert list(told["left_out"]) == list(KOSOVO.lists)
    assert list(told["missed_links"]) == ["0.02", "0.05", "0.1", "0.2"]
    for row, tables in (
        (told["left_out"][first], (KOSOVO.without(0), three)),
        (told["missed_links"]["0.1"], (put_back(KOSOVO, 0.1), put_back(three, 0.1))),
    ):
        alone = [Chao(1).estimate(one, bearable(one)).middle for one in tables]
        assert row["chao"]["median"] == pytest.approx(sum(alone), rel=0.01)
        assert row["chao"]["median"] != told["models"]["chao"]["median"]
    # With a list less two are left in one stratum: too few there, so for all of them together.
    refused = found.checks.left_out[second]["chao"]
    assert isinstance(refused, EstimateRefusedError)
    assert "in stratum b there are fewer than 3 lists" in str(refused)
    estimate_strata.print_strata(found, Console(width=300), "ru")
    said = capsys.readouterr().out
    assert f"Без списка {first}" in said
    assert "в страте b" in said
    # One model alone, or none that answers: nothing is said of what moves it.
    for tables, models in (
        ({"a": KOSOVO}, ("chao",)), ({"a": Histories(("A", "B"), {(True, False): 9})}, quick),
    ):  # fmt: skip
        bare = strata.over(tables, models=models)
        assert bare.checks == Checks()
        assert strata_told.plain(bare)["left_out"] == {}


def test_what_is_said_of_past_spans_is_what_the_bench_measured(root: Path) -> None:
    measured = json.loads((root / "bench" / "results.json").read_text())
    if "known_totals" not in measured.get("coverage", {}):
        pytest.skip("the bench has not measured coverage yet")
    span = measured["coverage"]["known_totals"]["verdict"]
    assert (span["held"], span["answered"]) == (verdicts.HELD, verdicts.KNOWN)


def test_intervals_that_do_not_meet_are_told_and_a_bound_below_is_none() -> None:
    apart = verdicts.Verdict(KOSOVO, None, None, {
        "graphs": verdicts.Answer("graphs", _at("graphs", 100, 200), None, 0),
        "nhoi": verdicts.Answer("nhoi", _at("nhoi", 300, 400), None, 0),
        "chao": verdicts.Answer("chao", _at("chao", 250, 260), None, 0),
    })  # fmt: skip
    assert apart.disagreeing == (("graphs", "nhoi"), ("graphs", "chao"))


def _at(name: str, low: int, high: int) -> verdicts.Estimate:
    return verdicts.Estimate(name, (), (low + high) // 2, low, high, 0.95, {})


def test_json_is_told_in_the_language_asked_for_and_its_codes_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("A,B,C,count\n0,0,1,20\n0,1,0,30\n1,0,0,40\n1,1,0,6\n")
    english, russian = (asked(capsys, str(path), "--language", one) for one in ("en", "ru"))
    assert english["codes"] == russian["codes"]
    assert english["codes"]["refused"] == "not_connected"  # type: ignore[index]
    assert english["codes"]["helps"] == "more_overlap"  # type: ignore[index]
    assert russian["refused"] == "не все списки связаны общими людьми"
    assert {one["refused"] for one in russian["models"].values()} == {russian["refused"]}  # type: ignore[attr-defined]
    assert not re.search("[A-Za-z]{4}", json.dumps(russian["sentences"], ensure_ascii=False))
    bearable = plain(assess(KOSOVO, models=("chao", "graphs", "nhoi")), "ru")
    assert re.search("[а-я]", bearable["assumptions"]["nhoi"][0])
    assert bearable["codes"]["assumptions"]["nhoi"][0] == "no_highest_interaction"
    alone = bearable["left_out"]["HRW"]["chao"]
    assert alone["refused"] is None
    assert alone["code"] is None


def test_what_stops_a_command_is_told_in_the_language_asked_for(
    tmp_path: Path, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.csv").write_text("A,B,C,count\n0,0,1,-20\n")
    for told, code, text in (
        ([str(tmp_path / "bad.csv")], 65, "количество в строке 2 меньше нуля"),
        ([str(tmp_path / "none.csv")], 66, "файл с таблицей нельзя прочесть"),
        ([table, "--seed", "-1"], 64, "Возьмите целое число"),
    ):
        assert run(["estimate", *told, "--language", "ru"]) == code
        said = " ".join(capsys.readouterr().err.split())
        assert text in said
        assert said.startswith("Остановлено:")
        assert "Stopped" not in said
    assert run(["estimate", str(tmp_path / "bad.csv")]) == 65
    assert capsys.readouterr().err.startswith("Stopped:")
