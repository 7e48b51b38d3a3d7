"""An estimate leaves with its table and its assumptions, where those counted may be, or stays."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs
from pypdf import PdfReader
from tests.dossier.estimates import bundle, kept
from tests.dossier.world import CONTENTS, INQUIRY, TODAY, World, consent, record
from tests.verify.make_estimate_vectors import BORNE, LISTS, TARGET, histories, put_together

from asylia.counts.plain import sentence, sentences
from asylia.counts.verdict import assess
from asylia.dossier.estimate import About, Kept, read_file, read_folder
from asylia.dossier.estimate_leaving import check_leaving
from asylia.dossier.estimate_made import keep, verdict_of
from asylia.dossier.look import check_read, look
from asylia.dossier.selection import select
from asylia.errors import MalformedError, NotFoundError, RefusedError
from asylia.record.consent import NotPermittedError
from asylia.record.contents import Recipient
from asylia.values import date_of
from asylia.wire import encode
from asylia_verify.estimates import check_estimates

VECTORS = json.loads(TARGET.read_text("utf-8"))
ABOUT = About("Persons held in Exampleville", "2026-11-01", "agreed")


@pytest.fixture(scope="module")
def verdict():
    return assess(histories(LISTS, BORNE), models=("graphs", "chao", "nhoi"))


def changed(one, **changes):
    return replace(one, content=encode(structs.replace(one.said, **changes)))


def test_the_file_says_what_the_verdict_says_and_the_checker_finds_it_again(verdict):
    made = keep(verdict, None, 1, ABOUT)
    again = verdict_of(made.said)
    for language in ("en", "ru"):
        assert [one.within(language) for one in sentences(again)] == [
            one.within(language) for one in sentences(verdict)
        ]
        assert [sentence(one).within(language) for one in again.answers.values()] == [
            sentence(one).within(language) for one in verdict.answers.values()
        ]
    assert again.span == verdict.span == (1182, 4521)
    assert set(made.plots) == {"overlap", "posterior", "sensitivity"}
    assert "persons · людей" not in made.plots["posterior"].decode()  # along an axis, a line each
    assert "Persons by the lists that they stand in · Люди" in made.plots["overlap"].decode()
    (found,) = check_estimates(made.files(1))
    assert "span 1182-4521" in found.checked[0]


def test_what_is_no_estimate_to_carry_is_not_kept(verdict):
    few = replace(verdict, answers={"chao": verdict.answers["chao"]})
    with pytest.raises(RefusedError, match="at least three models"):
        keep(few, None, 1, ABOUT)
    for name in ("stratum", "x" * 101, "Heron\u200b"):  # an organisation may be called anything
        unread = replace(verdict, histories=histories((name, *LISTS[1:]), BORNE))
        with pytest.raises(RefusedError, match="no table of counts can have"):
            keep(unread, None, 1, ABOUT)
    formula = replace(verdict, histories=histories(("=1+1", *LISTS[1:]), BORNE))
    with pytest.raises(RefusedError, match="formula"):
        keep(formula, None, 1, ABOUT)


@pytest.mark.parametrize(
    "case",
    [
        one
        for one in VECTORS["cases"]
        if one["file"].endswith(("/1/estimate.json", "/1/overlap.svg"))
        and not one["name"].endswith("missing")
    ],
    ids=lambda case: case["name"],
)
def test_a_file_that_somebody_handed_over_is_not_believed(case):
    files = put_together(VECTORS, case)
    plot = files["data/estimates/1/overlap.svg"]
    with pytest.raises(MalformedError):
        read_file(files["data/estimates/1/estimate.json"], {"overlap": plot})


def test_a_folder_is_read_whole_or_refused(tmp_path):
    one, _ = kept()
    for name, content in one.folder().items():
        (tmp_path / name).write_bytes(content)
    assert read_folder(tmp_path) == one
    (tmp_path / "overlap.svg").write_bytes(b"<svg/>")
    with pytest.raises(MalformedError, match="not the plot"):
        read_folder(tmp_path)
    (tmp_path / "overlap.svg").unlink()
    with pytest.raises(NotFoundError):
        read_folder(tmp_path)
    (tmp_path / "overlap.svg").write_bytes(one.plots["overlap"])
    claimed = changed(one, counted="record")
    (tmp_path / "estimate.json").write_bytes(claimed.content)
    with pytest.raises(RefusedError, match="record's consents"):
        read_folder(tmp_path)


def leaves(*estimates, purpose="inquiry", recipient=INQUIRY, items=("c-press",), of=None):
    told = of or record()
    return check_leaving(told, select(told, purpose, recipient, items, TODAY), estimates)


def test_for_an_inquiry_few_persons_in_a_row_are_looked_at_and_may_leave():
    assert leaves(*kept()) == ()


@pytest.mark.parametrize(
    ("purpose", "recipient"), [("public_figures", INQUIRY), ("inquiry", "public")]
)
def test_what_is_for_the_public_has_no_row_of_few_persons(purpose, recipient):
    one, _ = kept()
    with pytest.raises(NotPermittedError, match="3 rows of an estimate's table"):
        leaves(one, purpose=purpose, recipient=recipient)
    leaves(changed(one, counted="published"), purpose=purpose, recipient=recipient)


def test_whoever_tells_the_public_is_the_public():
    onward = Recipient(id="r-tells", name="One that publishes", tells=("public",))
    with pytest.raises(NotPermittedError, match="not for the public"):
        leaves(kept()[0], recipient="r-tells", of=record(onward))


@pytest.mark.parametrize("change", [{"title": "About plover"}, {"lists": ("Wagtail", *LISTS[1:])}])
def test_a_pseudonym_in_a_title_or_a_list_keeps_it_in(change):
    with pytest.raises(NotPermittedError, match="names a person"):
        leaves(changed(kept()[0], **change))


def test_a_pseudonym_in_any_text_that_somebody_wrote_into_a_folder_keeps_it_in():
    """Not as a part of a word of our own sentences: a tern is a part of each pattern."""
    one = kept()[0]
    told, *others = one.said.models

    def assuming(text):
        said = structs.replace(told.assumptions[0], en=text)
        return changed(one, models=(structs.replace(told, assumptions=(said,)), *others))

    leaves(assuming("as plovers are"))
    with pytest.raises(NotPermittedError, match="another text of it names a person"):
        leaves(assuming("as Plover said"))


def test_a_day_to_come_and_more_than_eight_are_refused():
    tomorrow = (date_of(TODAY) + timedelta(days=1)).isoformat()
    with pytest.raises(NotPermittedError, match="still to come"):
        leaves(changed(kept()[0], as_of=tomorrow))
    with pytest.raises(RefusedError, match="at most eight"):
        leaves(*[kept()[0]] * 9)


def test_who_is_counted_from_the_record_consented_as_if_their_words_left():
    own = changed(kept()[0], counted="record")
    counted = replace(own, claims=("c-one", "c-press"))
    (granted,) = leaves(counted, items=("c-one",))
    assert {one.item for one in granted.items} == {"c-one", "c-press"}
    with pytest.raises(NotPermittedError, match="p-two"):
        leaves(replace(own, claims=("c-one", "c-third")), items=("c-one",))
    with pytest.raises(NotPermittedError, match="p-one"):
        leaves(counted, recipient="r-other")
    with pytest.raises(NotPermittedError, match="no item"):
        leaves(own)
    with pytest.raises(NotPermittedError, match="less long"):
        leaves(counted, items=("c-press",))  # public: the bundle would say no end
    longer = consent("k-2", items=("c-third",), expires_on=consent().expires_on + 1)
    assert longer not in CONTENTS


def test_what_is_read_names_the_estimate():
    selection = World().select("c-press")
    one, other = kept()
    without, with_one = look(selection, {}), look(selection, {}, [one])
    assert without.read != with_one.read != look(selection, {}, [other]).read
    check_read(with_one, look(selection, {}, [one]).read)
    with pytest.raises(RefusedError, match="not read"):
        check_read(look(selection, {}, [changed(one, title="Another")]), with_one.read)


@pytest.fixture(scope="module")
def pdf(authority, tmp_path_factory):
    made = bundle(World(), authority, tmp_path_factory.mktemp("out") / "bundle", "c-press")
    return PdfReader(io.BytesIO((made.path / "data/dossier.pdf").read_bytes()))


def test_the_pdf_says_it_in_both_languages_and_refusals_too(pdf):
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for said in (
        "Estimates · Оценки",
        "Estimated: between 1,182 and 4,521 persons in all",
        "Оценка: всего от 1182 до 4521 человек",
        "Estimated, assuming that",
        "Оценка при допущении, что",
        "No estimate is given: not all lists are connected by persons whom they share.",
        "Оценка не даётся: не все списки связаны общими людьми.",
        "Without list Stork diary",
        "Без списка Stork diary",
        "Heron archive + Stork diary + Finch list + Swift register",
        "everybody counted agreed to be counted for this, as the team states",
        "Задержанные в Примерске, 2031",
    ):
        assert said in text, said
    assert text.count("not all lists are connected by persons whom they share") == 1


def test_its_plots_are_tagged_with_words_for_who_does_not_see_them(pdf):
    alts = list(_of(pdf.trailer["/Root"]["/StructTreeRoot"], "/Alt"))
    assert len(alts) == 2
    assert all("Bars with the number of persons" in one for one in alts)
    assert all("Столбцы с числом людей" in one for one in alts)


def _of(node, key, seen=None):
    seen = set() if seen is None else seen
    node = node.get_object()
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, dict):
        if key in node:
            yield str(node[key])
        if "/K" in node:
            yield from _of(node["/K"], key, seen)
    elif isinstance(node, list):
        for one in node:
            yield from _of(one, key, seen)


def test_a_kept_one_shows_nothing_of_itself():
    assert "Heron" not in repr(Kept(*_parts(kept()[0])))


def _parts(one):
    return one.content, one.plots
