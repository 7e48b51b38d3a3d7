"""Estimates over strata and linkages leave as one of one table does: whole, looked at, or not."""

import io
import json
from dataclasses import replace

import pytest
from msgspec import structs
from pypdf import PdfReader
from tests.dossier.estimates import bundle, kept, several
from tests.dossier.test_estimates import changed, leaves
from tests.dossier.world import World
from tests.verify.make_estimate_vectors import put_together
from tests.verify.make_several_vectors import BOLD, CAUTIOUS, NONE, TARGET, table

from asylia.counts import linkages, linkages_told, strata, strata_told
from asylia.counts.table import parse_tables
from asylia.dossier.estimate import About, files_of, read_file, read_folder
from asylia.dossier.look import look
from asylia.dossier.several_made import keep, several_of
from asylia.errors import MalformedError, NotFoundError, RefusedError
from asylia.record.consent import NotPermittedError
from asylia_verify.several import check_several

VECTORS = json.loads(TARGET.read_text("utf-8"))
ABOUT = About("Persons held in Exampleville", "2026-11-01", "agreed")
QUICK = ("graphs", "chao", "nhoi")


@pytest.fixture(scope="module")
def found():
    tables = {"cautious": table(CAUTIOUS), "bold": table(BOLD), "none": table(NONE)}
    linked = linkages.over(tables, models=QUICK)
    return linked, strata.over({"north": tables["bold"], "юг": tables["bold"]}, models=QUICK)


def test_the_file_says_what_was_found_and_the_checker_finds_it_again(found):
    for one, told in zip(found, (linkages_told, strata_told), strict=True):
        made = keep(one, 1, ABOUT)
        again = several_of(made.said)
        assert again.span == one.span is not None
        for language in ("en", "ru"):
            assert [s.within(language) for s in told.sentences(again)] == [
                s.within(language) for s in told.sentences(one)
            ]
        both = zip(_over(again), _over(one), strict=True)
        assert all(list(map(str, told.told(a))) == list(map(str, told.told(b))) for a, b in both)
        assert len(check_several(made.files(1))) == 1
        assert set(made.plots) <= {"overlap", "posterior", "sensitivity"}
        assert "What each table says by itself" in made.plots["sensitivity"].decode()
        assert "Что говорит каждая таблица" in made.plots["sensitivity"].decode()
        read = parse_tables(made.folder()["counts.csv"])  # as whoever runs it again reads it
        assert (read.by, read.tables) == (made.said.by, one.tables)
        assert list(read.tables) == list(one.tables)


def _over(one):
    return (one.mixtures if isinstance(one, linkages.Linkages) else one.sums).values()


def test_what_no_bundle_carries_is_not_kept(found):
    linked, parts = found
    few = replace(linked, mixtures={"chao": linked.mixtures["chao"]})
    with pytest.raises(RefusedError, match="at least three models"):
        keep(few, 1, ABOUT)
    for name, says in (("-north", "formula"), ("=1+1", "formula")):
        named = strata.over({name: parts.tables["north"]}, models=QUICK)
        with pytest.raises(RefusedError, match=says):
            keep(named, 1, ABOUT)
    many = replace(parts, tables={f"t{at}": parts.tables["north"] for at in range(101)})
    with pytest.raises(RefusedError, match="no more than 100"):
        keep(many, 1, ABOUT)


@pytest.mark.parametrize(
    "case",
    [one for one in VECTORS["cases"] if one["file"].endswith(("several.json", "sensitivity.svg"))
     and "data/several/1" in one["file"] and not one["name"].endswith("missing")],
    ids=lambda case: case["name"],
)  # fmt: skip
def test_a_file_that_somebody_handed_over_is_not_believed(case):
    files = put_together(VECTORS, case)
    plot = files["data/several/1/sensitivity.svg"]
    with pytest.raises(MalformedError):
        read_file(files["data/several/1/several.json"], {"sensitivity": plot})


def test_a_folder_is_read_whole_or_refused(tmp_path):
    one = several()[0]
    for name, content in one.folder().items():
        (tmp_path / name).write_bytes(content)
    assert read_folder(tmp_path) == one
    (tmp_path / "sensitivity.svg").write_bytes(b"<svg/>")
    with pytest.raises(MalformedError, match="not the plot"):
        read_folder(tmp_path)
    (tmp_path / "several.json").unlink()
    with pytest.raises(NotFoundError):
        read_folder(tmp_path)


def test_each_kind_is_numbered_by_itself_and_eight_of_both_leave():
    both = (*kept(), *several())
    folders = {name.rpartition("/")[0] for name in files_of(both)}
    assert folders == {*(f"data/estimates/{n}" for n in (1, 2)),
                       *(f"data/several/{n}" for n in (1, 2, 3))}  # fmt: skip
    leaves(*both)
    with pytest.raises(RefusedError, match="at most eight"):
        leaves(*both, *kept(), *kept())


def test_rows_of_few_persons_of_any_table_and_pseudonyms_of_any_name_keep_it_in():
    linked, parts, _ = several()
    with pytest.raises(NotPermittedError, match="5 rows of an estimate's table"):
        leaves(changed(parts, counted="agreed"), purpose="public_figures")
    leaves(parts, purpose="public_figures")  # published
    one, *others = linked.said.tables
    named = changed(linked, tables=(structs.replace(one, name="as Plover is joined"), *others))
    with pytest.raises(NotPermittedError, match="names a person"):
        leaves(named)


def test_what_is_read_names_it_with_all_its_tables():
    selection = World().select("c-press")
    linked, parts, _ = several()
    assert look(selection, {}, [linked]).read != look(selection, {}, [parts]).read
    assert list(linked.tables) == ["cautious", "bold", "bold, “again”", "none"]


@pytest.fixture(scope="module")
def pdf(authority, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "bundle"
    made = bundle(World(), authority, out, "c-press", of=(kept()[1], *several()[:2]))
    return PdfReader(io.BytesIO((made.path / "data/dossier.pdf").read_bytes()))


def test_the_pdf_says_it_in_both_languages_with_every_table(pdf):
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for said in (
        "4 linkages: ways in which the same records may be joined into persons",
        "Способов соединения: 4",
        "Persons in at least one list: 732 by the linkage that joins most; 885 by the one",
        "Estimated: between 1,436 and 4,124 persons in all",
        "Linkage by linkage, each by itself · По способам соединения, каждый сам по себе",
        "№ 3 bold, “again”: 850 seen, 195 of them in several lists",
        "It refuses 1 of 4 linkages: its interval lacks them",
        "3 strata: parts of the population; nobody is in two",
        "Persons in at least one list, in 3 strata: 1,012",
        "Людей хотя бы в одном списке, в 3 стратах: 1012",
        "№ 3 Побережье: 287 seen",
        "What each table says by itself",
        "Finch list 182 161 161 182",
        "Heron archive + Stork diary + Finch list 12 20 20 0",
        "Rows of fewer than ten persons · Строк, где меньше десяти человек",
    ):
        assert said in text, said
