"""Of strata and linkages everything that arithmetic can find again is found again, or named."""

import json
import random

import pytest
from tests.dossier import estimates
from tests.dossier.remake import rebag, resign
from tests.dossier.world import NOW
from tests.steps import steps
from tests.verify.make_estimate_vectors import histories, put, put_together
from tests.verify.make_several_vectors import (
    APART,
    LINKED,
    PARTS,
    TARGET,
    alone,
    edited,
    moved,
    parsed,
    whole,
)

from asylia.counts.chao import Chao
from asylia.counts.combining import added, each, mixed
from asylia.counts.table import can_be_a_list
from asylia_verify import combined
from asylia_verify.check import check_files
from asylia_verify.drawing import check_drawing
from asylia_verify.errors import WrongError
from asylia_verify.estimate_shape import can_head_a_column
from asylia_verify.opening import open_bundle
from asylia_verify.overlaps import Spread, Table, spread
from asylia_verify.several import check_several

VECTORS = json.loads(TARGET.read_text("utf-8"))
BASE = put_together(VECTORS, VECTORS["cases"][0])
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
    assert "сумма по ним всем там, где её даёт сложение собственных выборок" in parts
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


def test_where_no_table_can_bear_one_chao_may_be_absent_and_the_check_ends():
    """As the rules have it; once it broke off there, and told nothing of the bundle."""

    def without_chao(said):
        one = {**said["tables"][1], "name": "only"}
        one["answers"] = [each for each in one["answers"] if each["model"] != "chao"]
        said["models"] = [each for each in said["models"] if each["model"] != "chao"]
        said.update(tables=[one], seen=dict.fromkeys(said["seen"], one["observed"]))

    found = check_several(whole(BASE, APART, without_chao))
    assert "it is refused over all of them" in found[2].checked[0]


def test_eight_of_both_kinds_together_are_the_most():
    three = {f"data/estimates/{at}/estimate.json": b"" for at in range(1, 7)}
    with pytest.raises(WrongError, match="more than eight"):
        check_several({**BASE, **three})
    del three["data/estimates/6/estimate.json"]
    assert len(check_several({**BASE, **three})) == 3


def test_a_title_can_not_be_read_as_words_of_the_checker():
    title = "Held”; as of 2031-01-01): 9 lists; span 5-6 (\u3164"
    found = check_several(edited(BASE, LINKED, put("title", value=title)))[0]
    shown = 'Held"; as of 2031-01-01): 9 lists; span 5-6 (\\u3164'
    assert f"(“{shown}”; as of 2026-11-01): 4 linkages" in found.checked[0]
    assert f"(“{shown}”; по состоянию на" in found.checked[1]


def test_a_drawing_of_many_uses_deep_inside_is_read_as_fast_as_a_flat_one():
    """A use asks whether a shape is around it: once it asked each element around."""

    def drawing(many):
        inside = b"<g>" * many + b"<use/>" * many + b"</g>" * many
        return b'<svg xmlns="http://www.w3.org/2000/svg">' + inside + b"</svg>"

    few, more = (steps(lambda n=many: check_drawing(drawing(n))) for many in (50, 200))
    assert more < 5 * few


def test_whoever_makes_tables_and_whoever_checks_them_know_the_same_names():
    letters = [*range(0x3400), *range(0xD7A4, 0x11000), *range(0xE0000, 0xE0200)]
    for name in (f"a{chr(one)}b" for one in letters):
        assert can_be_a_list(name) == can_head_a_column(name), ascii(name)
