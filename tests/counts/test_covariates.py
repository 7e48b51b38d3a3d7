"""What is known of each person: a table with it, and the estimate that it mends."""

import json
from pathlib import Path

import numpy as np
import pytest

from asylia.cli import run
from asylia.cli.estimate_covaried import _is_never_kept
from asylia.counts import covaried, covaried_told
from asylia.counts.estimate import Estimate, EstimateRefusedError
from asylia.counts.unit_table import MOST_KINDS, Units, names_somebody, parse
from asylia.errors import MalformedError, RefusedError

TRUE = 2400  # how many persons ``examples/tables/invented-persons.csv`` was drawn from


def free(_name: str) -> bool:
    return False


def world(seed: int, *, told: bool, persons: int = 2000) -> Units:
    """Persons whom some trait makes easy to find in every list; ``told``: whether it is known."""
    chance = np.random.default_rng(seed)
    trait = chance.normal(size=persons)
    inside = chance.random((persons, 2)) < 1 / (1 + np.exp(0.3 - 0.9 * trait))[:, None]
    seen = inside.any(axis=1)
    known = trait if told else chance.normal(size=persons)
    return Units(("a", "b"), inside[seen], ("trait",), known[seen][:, None])


def test_what_explains_who_is_found_mends_the_estimate_and_what_does_not_mends_nothing() -> None:
    held = {True: 0, False: 0}
    for seed in (0, 3):
        for told in (True, False):
            found = covaried.assess(world(seed, told=told), models=())
            (pair,) = found.pairs
            assert pair.without is not None
            assert pair.without < 1850  # plain: too low, whatever is known
            assert isinstance(pair.answer, Estimate)
            held[told] += pair.answer.low <= 2000 <= pair.answer.high
    assert held[True] == 2
    assert held[False] == 0


def test_two_lists_stay_too_few_for_an_estimate_to_be_given() -> None:
    found = covaried.assess(world(1, told=True), models=("chao",))
    assert found.verdict.refused is not None
    assert found.verdict.refused.code == "too_few_lists"
    assert found.verdict.span is None
    told = covaried_told.plain(found, "ru")
    assert told["models"]["robust"]["median"]
    assert told["codes"]["models"] == {"chao": "too_few_lists", "robust": None}


def test_the_invented_table_has_every_model_beside_the_doubly_robust(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = str(root / "examples" / "tables" / "invented-persons.csv")
    told = ["estimate", table, "--covariates", "age, region"]
    assert run([*told, "--model", "chao", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["models"]) == {"chao", "robust"}
    low, high = found["models"]["robust"]["interval95"]
    assert low < TRUE < high
    assert max(one["without"] for one in found["pairs"].values()) < 0.92 * TRUE
    assert run([*told, "--model", "robust", "--language", "ru"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "люди, о которых известно одно и то же" in said
    assert "Списки heron и crane: примерно" in said
    assert run(["estimate", table, "--model", "robust"]) == 64
    assert run([*told, "--keep", "kept"]) == 64
    assert run(["estimate", table, "--covariates", "name", "--language", "ru"]) == 65
    assert "нет столбцов, названных в --covariates: 1" in capsys.readouterr().err


def test_a_list_that_repeats_another_is_in_no_pair() -> None:
    """Told that no model uses it, it may not pull the answer down to those seen."""
    chance = np.random.default_rng(11)
    inside = chance.random((900, 3)) < 0.4
    copy = inside[:, 0] & (chance.random(900) < 0.5)
    lists = np.column_stack([inside, copy])
    seen = lists.any(axis=1)
    known = chance.normal(size=(int(seen.sum()), 1))
    found = covaried.assess(
        Units(("a", "b", "c", "copy"), lists[seen], ("trait",), known), models=("chao",)
    )
    assert found.verdict.evidence is not None
    assert found.verdict.evidence.copied == ("copy",)
    assert [one.lists for one in found.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_what_tells_the_lists_apart_is_refused() -> None:
    """Perfect separation: of half of the persons the second list knows nobody."""
    chance = np.random.default_rng(5)
    kind = chance.random(2000) < 0.5
    inside = chance.random((2000, 2)) < 0.4
    apart = inside.copy()
    apart[kind, 1] = False
    for lists, refused in ((apart, True), (inside, False)):
        seen = lists.any(axis=1)
        units = Units(("a", "b"), lists[seen], ("kind",), kind[seen].astype(float)[:, None])
        (pair,) = covaried.assess(units, models=()).pairs
        assert isinstance(pair.answer, EstimateRefusedError) is refused
        if isinstance(pair.answer, EstimateRefusedError):
            assert pair.answer.code == "covariates_tell_lists_apart"
            assert pair.answer.helps is not None


def test_a_table_of_persons_is_lists_numbers_and_kinds() -> None:
    found = parse("\ufeffage,a,b,where\n30,1,0,north\n41,1,1,south\n22,0,1,west\n".encode(),
                  ("age", "where"), free)  # fmt: skip
    assert found.lists == ("a", "b")
    assert found.known.tolist() == [[30, 0, 0], [41, 1, 0], [22, 0, 1]]
    assert found.histories().observed == 3


@pytest.mark.parametrize(
    ("untrusted", "known", "reason"),
    [
        (b"a,b,age\n1,0,\n", "age", "line 2 lacks something"),
        (b"a,b,age\n1,0,nan\n1,1,3\n", "age", "number without end"),
        (b"a,b,age\n1,0,1e308\n1,1,-1e308\n", "age", "a number beyond 1,000,000,000,000"),
        (b"a,b,age\n0,0,3\n", "age", "line 2 is of no list"),
        (b"a,b,age,town\n1,0,3,x\n", "age", "is a covariate not named"),
        (b"a,age\n1,3\n", "age", "fewer than two lists"),
        (b"a,b,c,d,e,f,g,age\n", "age", "more than 6 lists"),
        (b"a,b,age\n1,0,3\n1,1,3\n", "age", "the same for everybody"),
        (b"a,b,age\n1,0\n", "age", "another number of columns"),
        (b"a,b,age\n", "age", "it holds nobody"),
        (b"a,b,age\n1,0,3\n", "height", "lacks columns that --covariates names: 1"),
        (b"a,b,age\n1,0,3\n", "age,age", "named twice"),
        (
            b"a,b,town\n" + b"".join(b"1,1,t%d\n" % n for n in range(MOST_KINDS + 1)),
            "town",
            "kinds",
        ),
        (b"\xff\xfe", "age", "no text"),
    ],
)
def test_a_table_of_persons_that_is_wrong_is_refused(
    untrusted: bytes, known: str, reason: str
) -> None:
    with pytest.raises(MalformedError, match=reason):
        parse(untrusted, known.split(","), free)


@pytest.mark.parametrize("name", ["name", "Full Name", "имя", "person_id", "phone"])
def test_a_column_that_names_somebody_is_none_that_may_be_known(name: str) -> None:
    assert names_somebody(name)
    with pytest.raises(RefusedError, match="who somebody is"):
        parse(f"a,b,{name}\n1,0,x\n1,1,y\n".encode(), (name,), free)


def test_what_imports_never_keep_is_no_covariate_and_age_and_sex_are() -> None:
    assert [one for one in ("faith", "ethnicity", "ориентация", "surname", "age", "sex", "region")
            if _is_never_kept(one)] == ["faith", "ethnicity", "ориентация", "surname"]  # fmt: skip
