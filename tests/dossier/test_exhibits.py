"""Exhibits leave on consent, with their log and copies; each thing that lacks is named."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from pypdf import PdfReader
from tests.dossier.exhibits import (
    ALL,
    PHOTO,
    PIECES,
    event,
    exhibit,
    handed,
    look,
    selected,
    without,
)
from tests.dossier.world import TODAY, World, clock, consent, unheard

from asylia.dossier.build import build
from asylia.dossier.exhibit import Carried, carried, check_quotes
from asylia.dossier.formats import CustodyLog
from asylia.dossier.look import check_read
from asylia.dossier.look import look as second_look
from asylia.dossier.naming import pseudonyms
from asylia.errors import RefusedError
from asylia.record import pieces
from asylia.record.contents import Concerned, Derived, Withdrawal
from asylia.values import Day
from asylia.wire import decode


def refused(*items: str, of: object) -> str:
    with pytest.raises(RefusedError) as caught:
        selected(*items, of=of)
    return str(caught.value)


def test_an_exhibit_leaves_with_its_record_its_log_and_its_copies() -> None:
    found = {one.item: one for one in selected().items}
    photo, masked = found["x-photo"].version, found["x-masked"].version
    assert (photo["media_type"], photo["size"]) == ("image/png", str(len(PHOTO)))
    assert masked["original_sha256"] == photo["sha256"]
    assert (masked["derived_how"], masked["derived_by"]) == ("redaction", "a member of the team")
    assert found["x-text"].version["derived_by"] == "reader 1.0"
    assert [found[one].basis for one in ALL[:4]] == ["consent", "consent", "public", "public"]


def test_no_hand_is_named_and_the_chain_can_be_followed() -> None:
    custody = next(one for one in selected("x-photo").items).version["custody"]
    assert "Heron" not in custody
    assert "sender" not in custody
    events = decode(custody.encode(), CustodyLog).events
    assert [(one.by, one.to) for one in events] == [(1, 2), (2, 3), (3, 2)]
    assert [one.place for one in events] == ["", "Example town", "Example town"]


def test_without_consent_none_leaves() -> None:
    assert "p-one, for x-photo: no consent" in refused("x-photo", of=without("k-x"))
    other = consent("k-x", items=("x-masked",))  # to the masked copy alone
    assert "x-photo" in refused("x-photo", of=without("k-x", more=(other,)))
    assert [one.item for one in selected("x-masked", of=without("k-x", more=(other,))).files]


def test_after_a_withdrawal_none_leaves() -> None:
    gone = Withdrawal(id="w-1", person="p-one", consents=(), on=Day(TODAY), channel="by phrase")
    assert "withdrawn" in refused("x-photo", of=without(more=(gone,)))
    assert selected("x-page", of=without(more=(gone,))).items


def test_somebody_has_looked_whom_an_exhibit_could_identify() -> None:
    for name in ("x-photo", "x-masked", "x-page"):
        said = refused(name, of=without(f"l-{name}"))
        assert f"{name}: nobody has said whether" in said


def test_whoever_was_seen_in_it_is_asked_as_well() -> None:
    seen = (Concerned(person="p-two", role="third"),)
    known = without("l-x-photo", more=(look("x-photo", others="named", persons=seen),))
    assert "p-two, for x-photo: no consent" in refused("x-photo", of=known)
    own = consent("k-2", person="p-two", given_by="p-two", items=("x-photo",))
    known = without("l-x-photo", more=(look("x-photo", others="named", persons=seen), own))
    assert selected("x-photo", of=known).items


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (event("x-photo", PHOTO, id="v-3", action="copied", on=Day(TODAY - 1), sha256_after=None),
         "nobody checked the hash"),
        (handed(3, "Stork", "Crane"), "another than the one who had it last"),
        (handed(3, "Heron", "Crane", sha256_before=bytes(32)), "these are other bytes"),
        (handed(3, "Heron", "Crane", sha256_after=bytes(32)), "changed or exchanged"),
    ],
)  # fmt: skip
def test_a_log_that_does_not_hold_keeps_it_in_and_says_why(broken: object, why: str) -> None:
    said = refused("x-photo", of=without(more=(broken,)))
    assert "x-photo: its custody log does not hold, line 4" in said
    assert why in said


def test_without_a_log_it_stays() -> None:
    assert "x-page has no custody log" in refused("x-page", of=without("v-x-page"))


def test_a_copy_of_an_original_that_is_not_here_stays() -> None:
    lost = Derived(id="d-text", exhibit="x-text", original="x-gone", how="ocr", by="reader")
    assert "original that it was made of" in refused("x-text", of=without("d-text", more=(lost,)))


@pytest.mark.parametrize("text", ["Given to stork here", "for Heron’s file"])
def test_words_of_the_log_that_name_a_hand_stay(text: str) -> None:
    known = without("v-1", more=(handed(1, "Heron", "Stork", purpose=text),))
    assert "names one of those who had it" in refused("x-photo", of=known)


def test_words_that_hold_a_pseudonym_stay() -> None:
    named = exhibit("x-photo", PHOTO, description="a window; Wagtail stands behind it")
    said = refused("x-photo", of=without("x-photo", more=(named,)))
    assert "x-photo names a person in its field description" in said


def by(device: bytes, contents: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    return [(device, one) for one in contents]


def test_the_bytes_are_put_together_and_are_those_of_the_hash() -> None:
    files, names = selected().files, pseudonyms(without())
    assert carried(files, by(b"one", PIECES), names).contents["x-photo"] == PHOTO
    assert selected(records_only=("x-photo",)).files[0].item == "x-masked"
    for contents, why in (
        ([one for one in PIECES if PHOTO not in one], "x-photo: The file itself is not here"),
        ([one.replace(PHOTO, PHOTO[:-1] + b"!") for one in PIECES], "x-photo: These are not the"),
    ):
        with pytest.raises(RefusedError, match=why):
            carried(files, by(b"one", contents), names)
    other = by(b"", [one.replace(PHOTO, PHOTO[:-1] + b"!") for one in PIECES])
    assert carried(files, [*other, *by(b"one", PIECES)], names).contents["x-photo"] == PHOTO


def test_a_text_that_names_a_person_does_not_leave() -> None:
    text = b"Plover was there.\n"
    known = without("x-text", more=(exhibit("x-text", text, media_type="text/plain", persons=()),))
    (page,) = selected("x-page").files
    named = replace(page, item="x-text", sha256=known.find("x-text").sha256, size=len(text))
    with pytest.raises(RefusedError, match="x-text names a person in its text"):
        carried([named], by(b"one", pieces.cut(text)), pseudonyms(known))
    assert carried([named], by(b"one", pieces.cut(text)), frozenset()).contents


def test_a_claim_quotes_what_stands_at_its_place() -> None:
    chosen = selected()
    held = carried(chosen.files, by(b"one", PIECES), frozenset())
    told = {one.item: dict(one.version) for one in chosen.items}
    check_quotes(told, held)
    told["c-quote"]["words"] = "More than 900 were detained."
    with pytest.raises(RefusedError, match="c-quote does not quote what stands there"):
        check_quotes(told, held)


def test_every_text_of_an_exhibit_is_read_once_more_and_so_is_whether_its_bytes_leave() -> None:
    shown = second_look(selected("x-photo"), {})
    (one,) = shown.quotations
    assert (one.words, one.exhibit) == ("an invented photograph", "whole")
    assert "examination; Example town" in one.others["custody"]
    bare = second_look(selected("x-photo", records_only=("x-photo",)), {})
    assert bare.quotations[0].exhibit == "record"
    with pytest.raises(RefusedError, match="was not read"):
        check_read(shown, bare.read)
    check_read(shown, second_look(selected("x-photo"), {}).read)


def test_a_bundle_is_built_with_the_bytes_of_its_selection_alone(tmp_path) -> None:
    world, chosen = World(), selected("x-photo")
    for held in (None, Carried({"x-photo": PHOTO, "x-masked": PHOTO})):
        with pytest.raises(RefusedError, match="not those of the selection"):
            build(chosen, world.evidence(chosen), world.exporter, [], tmp_path / "b", unheard,
                  held=held, clock=clock)  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_the_pages_of_exhibits_are_tagged_whole_and_hold_what_is_long(world, authority, tmp_path):
    """A custody log over pages, a name wider than the page, a copy behind its original."""
    name = "IMG_20170403_" + "very_long_" * 14 + "Ӏаьржа.jpeg"
    long = exhibit("x-photo", PHOTO, description=f"A scar; {name}")
    log = [handed(3 + at, "Heron", "Heron", on=Day(TODAY), place="Ӏ" * 60) for at in range(30)]
    known = without("x-photo", more=(long, *log))
    chosen = selected("x-page", "x-text", "x-photo", "x-masked", of=known, records_only=ALL)
    made = build(chosen, world.evidence(chosen), world.exporter, [], tmp_path / "b", unheard,
                 held=Carried(), clock=clock)  # fmt: skip
    reader = PdfReader(made.path / "data/dossier.pdf")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    edges: list[float] = []

    def note(text: str, current: list[float], placed: list[float], *_: object) -> None:
        edges.append(current[4] + placed[4] * current[0])

    pages = [page.extract_text(visitor_text=note) for page in reader.pages]
    text = "".join("".join(pages).split())
    assert name in text
    assert text.count("\u2116") > 1  # the log's head stands again on its second page
    assert "copywithpartsmadeunreadable" in text
    order = [text.index(made.names[one]) for one in ("x-photo", "x-masked")]
    assert order == sorted(order)
    assert max(edges) < float(reader.pages[0].mediabox.width)
