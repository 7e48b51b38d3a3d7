"""Whether two names are one person's: by folds that share no name, and by what must tell."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from asylia.counts.linking.name_features import features
from asylia.counts.linking.name_pairs import NamePairs, cross_validated, grouped
from asylia.counts.linking.name_parts import Part, parts
from asylia.errors import UsageError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "linkage" / "opensanctions_names"
Labelled = tuple[list[tuple[str, str]], list[bool], list[bool]]


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    """Pairs, whether they match, whether they are persons."""
    if not DATA.is_dir():
        pytest.skip("the data lie beside the checkout, and are not there")
    with (DATA / "cases.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return (
        [(row["name1"], row["name2"]) for row in rows],
        [row["is_match"] == "true" for row in rows],
        [row["schema"] == "Person" for row in rows],
    )


@pytest.fixture(scope="module")
def trained(labelled: Labelled) -> NamePairs:
    return NamePairs.train(*labelled[:2])


def f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float(2 * (said & truth).sum() / (said.sum() + truth.sum()))


def test_names_that_no_fold_shares_are_told_apart(labelled: Labelled) -> None:
    pairs, same, persons = labelled
    truth, person = np.array(same), np.array(persons)
    said = cross_validated(pairs, same, folds=4) > 0.5
    assert f1(said, truth) >= 0.85
    assert f1(said[person], truth[person]) >= 0.85
    mixed = np.random.default_rng(1).permutation(truth)
    nothing = cross_validated(pairs, mixed.tolist(), folds=2) > 0.5
    assert f1(nothing, mixed) < 0.65  # labels that mean nothing teach nothing


def test_no_name_is_in_two_folds(labelled: Labelled) -> None:
    pairs = labelled[0]
    groups = grouped(pairs)
    where: dict[str, int] = {}
    for (one, other), group in zip(pairs, groups, strict=True):
        for name in (one.casefold(), other.casefold()):
            assert where.setdefault(name, group) == group
    assert len(set(groups)) > 100
    assert len({*grouped([("a", "b"), ("b", "c"), ("d", "d")])}) == 2


@pytest.mark.parametrize(
    ("same", "other"),
    [
        # ICAO Doc 9303, BGN/PCGN, GOST 7.79 and informal
        (("Щербаков Юрий", "Shcherbakov Iurii"), ("Щербаков Юрий", "Shcherbina Iurii")),
        (("Щербаков Юрий", "Shcherbakov Yuriy"), ("Щербаков Юрий", "Shcherbakov Gennadiy")),
        (("Щербаков Юрий", "Shherbakov Jurij"), ("Щербаков Юрий", "Shhedrin Jurij")),
        (("محمد الخطيب", "Mohammed al-Khatib"), ("محمد الخطيب", "Mohammed al-Najjar")),
        # a patronymic left out, and another
        (
            ("Aslan Ruslanovich Primerov", "Aslan Primerov"),
            ("Aslan Ruslanovich Primerov", "Aslan Timurovich Primerov"),
        ),
        # order, initials, short forms
        (("Primerov Aslan", "Aslan Primerov"), ("Primerov Aslan", "Aslanov Primer")),
        (("A. Primerov", "Aslan Primerov"), ("R. Primerov", "Aslan Primerov")),
        (("Sasha Primerov", "Aleksandr Primerov"), ("Sasha Primerov", "Anatolii Primerov")),
    ],
)
def test_forms_of_one_name_are_likelier_than_another(
    trained: NamePairs, same: tuple[str, str], other: tuple[str, str]
) -> None:
    likely, unlikely = trained.probabilities([same, other])
    assert likely > unlikely + 0.1
    assert likely > 0.5


def test_parts() -> None:
    assert parts("Аслан Русланович") == (Part("aslan"), Part("ruslanovich", patronymic=True))
    assert parts("Ali bin Omar")[1] == Part("omar", patronymic=True)
    assert parts("'Abd al-Aziz") == parts("Abdul Aziz") == (Part("abdulaziz"),)
    assert parts("AlisherUsmanov") == parts("Alisher Usmanov")
    assert parts("Κυριάκος") == (Part("kyriakos"),)
    assert parts("...") == (Part("..."),)
    assert len(parts("")) == len(parts("Dr.")) == 1


def test_neither_name_comes_first() -> None:
    for one, other in [("Ali bin Omar", "Omar bin Ali"), ("", "Ли"), ("A B C", "C A B")]:
        assert np.array_equal(features(one, other), features(other, one))
        assert np.isfinite(features(one, other)).all()


def test_labels_that_teach_nothing_are_refused() -> None:
    pairs = [("a", "b")] * 30
    for same in ([True] * 30, [True, False]):
        with pytest.raises(UsageError):
            NamePairs.train(pairs, same)
    with pytest.raises(UsageError):
        cross_validated(pairs[:3], [True, False, True])
