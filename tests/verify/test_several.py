"""Of strata and linkages everything that arithmetic can find again is found again, or named."""

import json
import random

import pytest
from tests.dossier import estimates
from tests.dossier.remake import rebag, resign
from tests.dossier.world import NOW
from tests.steps import steps
from tests.verify.make_estimate_vectors import histories, put, put_together
from tests.verify.make_several_vectors import LINKED, PARTS, TARGET, alone, edited, moved, parsed

from asylia.counts.chao import Chao
from asylia.counts.combining import added, each, mixed
from asylia_verify import combined
from asylia_verify.check import check_files
from asylia_verify.errors import WrongError
from asylia_verify.opening import open_bundle
from asylia_verify.overlaps import Spread, Table, spread
from asylia_verify.several import check_several

VECTORS = json.loads(TARGET.read_text("utf-8"))
LISTS = ("A", "B", "C", "D")


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_each_vector_ends_as_it_says(case):
    files = put_together(VECTORS, case)
    if not case["file"]:
        assert len(check_several(files)) == 3
        return
    with pytest.raises(WrongError) as caught:
        check_several(files)
    assert caught.value.file == case["file"]
    assert case["says"] in caught.value.message


def drawn_tables(drawn, many):
    """Tables that bear an estimate, some of them with a long tail, one without any unseen."""
    rows = [format(at, "04b") for at in range(1, 16)]
    for _ in range(many):
        least = drawn.choice([1, 8, 60])
        yield {row: drawn.randint(least, 12 * least + 20) for row in rows}


def spreads(tables):
    found = [spread(Table(4, rows)) for rows in tables]
    assert all(isinstance(one, Spread) for one in found)
    return found


def test_a_mixture_is_the_librarys_to_the_person_and_a_sum_is_where_it_may_be():
    """Written twice, from the spec and for the models: neither may drift."""
    drawn = random.Random(5)
    for many in (1, 7):
        tables = list(drawn_tables(drawn, many))
        said = each([histories(LISTS, rows) for rows in tables], Chao())
        all_of = mixed([histories(LISTS, rows) for rows in tables], said, "chao", seed=3).estimate
        found = combined.mixed(spreads(tables))
        assert (all_of.middle in found.median, all_of.low in found.low) == (True, True)
        assert all_of.high in found.high
        assert max(map(len, (found.median, found.low, found.high))) <= 2
        around = combined.added(spreads(tables))
        for seed in range(4):
            total = added({str(at): one for at, one in enumerate(said)}, "chao", seed=seed)
            assert total.middle in around.median
            assert (total.low in around.low, total.high in around.high) == (True, True)
        low, high = sum(one.low for one in said), sum(one.high for one in said)
        if many == 7:  # ends that were added up, and not draws, are named
            assert (low in around.low, high in around.high) == (False, False)


@pytest.fixture(scope="module")
def files(world, authority, tmp_path_factory):
    out = tmp_path_factory.mktemp("o") / "b"
    return open_bundle(estimates.bundle(world, authority, out, of=estimates.several()).path)


@pytest.fixture(scope="module")
def said(world, policy, openssl, stampers):
    """What the checker says of files that the team's own device signed anew."""

    def verdict(files):
        return check_files(resign(files, world.exporter, stampers), policy, NOW, openssl)

    return verdict


def test_as_it_is_it_is_valid_and_says_what_was_and_was_not_checked(files, policy, openssl):
    verdict = check_files(files, policy, NOW, openssl)
    assert (verdict.verdict, verdict.wrong) == ("valid", None)
    told = [one for one in verdict.checked if "several tables" in one]
    assert "4 linkages, 3 lists, 732 to 885 persons by one linkage or another, 850 in" in told[0]
    assert "of the 3 that can bear an estimate, its mixture over all of them too" in told[0]
    assert "3 strata, 3 lists, 1012 persons" in told[1]
    assert "its sum over all of them lies where adding draws of the checker's own puts" in told[1]
    assert "it is refused over all of them; refused, as it must be" in told[2]
    left = [one for one in verdict.not_checked if "several tables" in one]
    assert "lcmcr, graphs, loglinear, nhoi, and how their draws are mixed" in left[0]
    assert "asylia estimate data/several/1/counts.csv --seed 1" in left[0]
    assert "whether these are all linkages that are plausible" in left[0]
    assert "how their draws add up" in left[1]
    assert not [one for one in verdict.not_checked if "does not know" in one]
    russian = check_files(files, policy, NOW, openssl, "ru")
    linked, parts, refused = (one for one in russian.checked if "по нескольким таблицам" in one)
    assert "человек от 732 до 885 в зависимости от соединения, посередине 850" in linked
    assert "сумма по всем ним там, где её даёт сложение собственных выборок" in parts
    assert "по всем вместе она не даётся; отказ, как и должно быть" in refused
    assert any("и то, как смешаны их выборки" in one for one in russian.not_checked)


@pytest.mark.parametrize(
    ("folder", "edit", "says"),
    [
        (PARTS, put("tables", 1, "patterns", 3, "count", value=95), "south: gives totals"),
        (PARTS, moved("chao", "high", 200), "over all strata is not where"),
        (LINKED, lambda said: said["tables"].pop(0), "do not follow"),
    ],
)
def test_an_altered_table_a_number_and_a_linkage_less_are_named_whoever_did_it(
    files, said, policy, openssl, folder, edit, says
):
    changed = edited(files, folder, edit)
    by_anybody = check_files(rebag(changed), policy, NOW, openssl).wrong
    assert by_anybody.startswith(f"{folder}several.json: is not the file that the signed")
    by_the_signer = said(changed).wrong
    where = "counts.csv" if "follow" in says else "several.json"
    assert by_the_signer.startswith(f"{folder}{where}: ")
    assert ("not the table" if "follow" in says else says) in by_the_signer


def test_what_can_t_be_computed_again_is_not_said_to_be(files, said):
    """A signer may lie about what rests on draws: the checker says that it did not check it."""
    verdict = said(edited(files, PARTS, moved("graphs", "high", 1)))
    assert verdict.verdict == "valid"
    assert any("numbers, R-hat and reasons of lcmcr, graphs" in one for one in verdict.not_checked)
    median = parsed(files, PARTS)["tables"][0]["answers"][1]["median"]
    assert said(edited(files, PARTS, alone(0, "graphs", "median", value=median + 1))).wrong is None


def test_more_tables_or_patterns_than_a_bundle_carries_are_refused():
    files = put_together(VECTORS, VECTORS["cases"][0])
    one = parsed(files)["tables"][0]
    for name, says in (("x", "does not parse"), ("patterns", "too many patterns")):
        rows = [{"count": 1, "lists": format(at, "024b")} for at in range(1, 1001)]
        more = {"patterns": rows} if name == "patterns" else {}
        tables = [{**one, **more, "name": f"t{at}"} for at in range(11 if more else 101)]
        with pytest.raises(WrongError, match=says):
            check_several(edited(files, LINKED, lambda said, them=tables: said.update(tables=them)))


def test_a_hundred_strata_are_added_soon():
    """Eight estimates of a hundred tables each must not stop a checker."""
    drawn = random.Random(3)
    found = spreads(list(drawn_tables(drawn, 6)))
    assert steps(lambda: combined.added(found)) < 500_000 * len(found)
