"""Every number of an estimate that arithmetic can find again is found again, or named as wrong."""

import json
import random

import pytest
from tests.dossier import estimates
from tests.dossier.remake import rebag, resign
from tests.dossier.world import NOW
from tests.steps import steps
from tests.verify.make_estimate_vectors import ONE, TARGET, edited, parsed, put, put_together

from asylia.counts.chao import Chao
from asylia.counts.estimate import EstimateRefusedError, bearable
from asylia.counts.histories import Histories
from asylia.counts.missed import put_back
from asylia_verify.check import check_files
from asylia_verify.errors import WrongError
from asylia_verify.estimates import check_estimates
from asylia_verify.opening import open_bundle
from asylia_verify.overlaps import NONE_TWICE, Bound, Table, bound, unbearable

VECTORS = json.loads(TARGET.read_text("utf-8"))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_each_vector_ends_as_it_says(case):
    files = put_together(VECTORS, case)
    if not case["file"]:
        assert len(check_estimates(files)) == 2
        return
    with pytest.raises(WrongError) as caught:
        check_estimates(files)
    assert caught.value.file == case["file"]
    assert case["says"] in caught.value.message


def test_rules_and_bound_agree_with_the_library_on_tables_that_nobody_chose():
    """Written twice, from the spec and for the models: neither may drift."""
    drawn, borne, refused = random.Random(7), 0, set()
    for _ in range(120):
        wide = drawn.randint(2, 6)
        rows = {}
        for _ in range(drawn.randint(2, 2**wide - 1)):
            row = drawn.randrange(1, 2**wide)
            row |= row >> 1 if drawn.random() < 0.5 else 0
            rows[format(row, f"0{wide}b")] = drawn.choice([1, 2, 3, 5, 20, 100, 1000])
        ours, theirs = histories_of(rows, wide), Table(wide, rows)
        for one, other in (
            (ours, theirs),
            (put_back(ours, 0.05), theirs.put_back(5)),
            (ours.without(0), theirs.without(0)),
            (ours.inside(1), theirs.inside(1)),
        ):
            assert (one.observed, one.recaptured) == (other.observed, other.recaptured)
            why = unbearable(other)
            try:
                evidence = bearable(one)
            except EstimateRefusedError:
                assert why is not None
                refused.add(why)
                continue
            assert why is None
            borne += agrees(one, evidence, bound(other))
    assert borne > 100
    assert len(refused) >= 5


def histories_of(rows, wide):
    patterns = {tuple(bit == "1" for bit in row): n for row, n in rows.items()}
    return Histories(tuple("ABCDEF"[:wide]), patterns)


def agrees(histories, evidence, found):
    try:
        said = Chao().estimate(histories.telling(), evidence)
    except EstimateRefusedError:
        assert found == NONE_TWICE
        return 0
    assert isinstance(found, Bound)
    assert (said.middle in found.median, said.low in found.low, said.high in found.high) == (
        True, True, True,
    )  # fmt: skip
    return 1


@pytest.fixture(scope="module")
def files(world, authority, tmp_path_factory):
    return open_bundle(estimates.bundle(world, authority, tmp_path_factory.mktemp("o") / "b").path)


@pytest.fixture(scope="module")
def said(world, policy, openssl, stampers):
    """What the checker says of files that the team's own device signed anew."""

    def verdict(files, language="en"):
        signed = resign(files, world.exporter, stampers)
        return check_files(signed, policy, NOW, openssl, language)

    return verdict


def test_as_it_is_it_is_valid_and_says_in_both_languages_what_was_and_was_not_checked(
    files, policy, openssl
):
    verdict, told = (check_files(files, policy, NOW, openssl, one) for one in ("en", "ru"))
    assert (verdict.verdict, verdict.wrong) == (told.verdict, told.wrong) == ("valid", None)
    (english,) = (one for one in verdict.checked if one.startswith("estimate 1"))
    (russian,) = (one for one in told.checked if one.startswith("оценка 1"))
    assert "4 lists, 1095 persons, 337 of them in more than one" in english
    assert (
        "Chao's lower bound and its interval computed anew, of 12 tables beside it too" in english
    )
    assert "нижняя граница Чао и её интервал вычислены заново" in russian
    (refused,) = (one for one in verdict.checked if one.startswith("estimate 2"))
    assert "refused, as it must be: lists not connected" in refused
    assert any("отказ, как и должно быть: списки не связаны" in one for one in told.checked)
    left = [one for one in verdict.not_checked if one.startswith("estimate 1")]
    left += [one for one in told.not_checked if one.startswith("оценка 1")]
    assert "lcmcr, graphs, loglinear, nhoi" in left[0]
    nothing = [one for one in verdict.not_checked if one.startswith("estimate 2")]
    assert "in what words models refuse" in nothing[0]
    assert "asylia estimate" not in nothing[0]  # a table that bears nothing has no numbers
    assert "asylia estimate data/estimates/1/counts.csv --seed 1" in left[0]
    assert "the signer states that everybody counted agreed to it" in left[0]
    assert "подписавший заявляет, что все учтённые на это согласились" in left[1]
    assert not [one for one in verdict.not_checked if "does not know" in one]


@pytest.mark.parametrize(
    ("name", "edit", "where", "says"),
    [
        ("a count", put("patterns", 3, "count", value=211), "estimate.json", "totals"),
        ("a median", put("models", "chao", "median", value=1900), "estimate.json", "Chao"),
        ("a field more", put("names", value=["x"]), "estimate.json", "does not parse"),
    ],
)
def test_an_altered_number_is_named_whoever_altered_it(
    files, said, policy, openssl, name, edit, where, says
):
    changed = edited(files, ONE, edit)
    by_anybody = check_files(rebag(changed), policy, NOW, openssl).wrong
    assert by_anybody.startswith(f"{ONE}{where}: is not the file that the signed statement lists")
    by_the_signer = said(changed).wrong
    assert by_the_signer.startswith(f"{ONE}{where}: ")
    assert says in by_the_signer


def test_an_altered_plot_and_a_missing_file_are_named(files, said, policy, openssl):
    plot, table = f"{ONE}overlap.svg", f"{ONE}counts.csv"
    other = {**files, plot: files[plot].replace(b'"1"', b'"2"')}
    assert check_files(rebag(other), policy, NOW, openssl).wrong.startswith(f"{plot}: ")
    assert said(other).wrong == f"{plot}: is not the plot of the estimate"
    assert said(other, "ru").wrong == f"{plot}: не тот рисунок, что в оценке"
    less = {name: one for name, one in files.items() if name != table}
    assert check_files(less, policy, NOW, openssl).wrong.startswith(f"{table}: ")
    assert said(less).wrong.startswith(f"{table}: is missing")


def test_a_file_of_more_than_a_mebibyte_is_not_read(files):
    file = f"{ONE}estimate.json"
    with pytest.raises(WrongError, match="too long"):
        check_estimates({**files, file: files[file].ljust((1 << 20) + 1)})


def test_what_can_t_be_computed_again_is_not_said_to_be(files, said):
    """A signer may lie about what rests on chains: the checker says that it did not check it."""
    median = next(one for one in parsed(files)["models"] if one["model"] == "lcmcr")["median"]
    verdict = said(edited(files, ONE, put("models", "lcmcr", "median", value=median + 1)))
    assert verdict.verdict == "valid"
    assert any("numbers, R-hat and reasons of lcmcr" in one for one in verdict.not_checked)


def test_a_hostile_table_of_the_largest_size_is_checked_soon():
    """24 lists and 2,000 patterns: minutes of pairs would be a way to stop the checker."""
    drawn = random.Random(7)
    table = Table(24, {format(drawn.randrange(1, 1 << 24), "024b"): 3 for _ in range(2000)})
    assert unbearable(table.without(3)) is None
    work = steps(lambda: unbearable(table.without(3)))
    assert work < 2_000_000
