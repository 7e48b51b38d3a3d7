"""Only what consent allows leaves, and a refusal names everything that is missing."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.dossier.world import (
    COURT,
    INQUIRY,
    ITEMS,
    MASKING,
    THIRD,
    TODAY,
    claim,
    consent,
    public,
    record,
)

from asylia.dossier.look import look
from asylia.dossier.selection import select
from asylia.dossier.wording import BECOMES, wording
from asylia.errors import RefusedError
from asylia.record.check import check
from asylia.record.contents import (
    Count,
    Name,
    OwnTerm,
    PartsTold,
    Place,
    Recants,
    Site,
    Teller,
    Withdrawal,
)
from asylia.record.reading import Record
from asylia.record.wordbook import term_id
from asylia.tlog.fields import tree

MASKABLE = {
    "words", "locator", "tellers", "perpetrator_words", "value", "parts.words",
    "recants.circumstances",
}  # fmt: skip


def refusal(*arguments, of=None) -> str:
    purpose, recipient, *items = arguments
    with pytest.raises(RefusedError) as caught:
        select(of or record(), purpose, recipient, items, TODAY)
    return caught.value.message


def taken(*items, of=None):
    return select(of or record(), "inquiry", INQUIRY, items, TODAY)


def leaves(*items, of=None) -> dict[str, str]:
    (one,) = taken(*items, of=of).items
    return {name: one.version[name] for name in one.disclosed}


def test_what_is_consented_to_leaves_and_ends_with_the_consent():
    selection = taken(*ITEMS)
    assert [one.item for one in selection.items] == list(ITEMS)
    assert [one.basis for one in selection.items] == ["consent", "public", "public", "public"]
    assert selection.until == TODAY + 90
    assert (selection.name, selection.onward) == (
        "Example commission of inquiry",
        ("Example court",),
    )


def test_what_was_said_in_public_needs_no_consent_and_has_no_end():
    assert taken("c-press").until is None


@pytest.mark.parametrize("purpose", ["court", "public_figures", "publication"])
def test_another_purpose_is_refused(purpose):
    assert f"no consent to the purpose {purpose}" in refusal(purpose, INQUIRY, "c-one")


def test_another_recipient_is_refused():
    assert "no consent to the recipient r-other" in refusal("inquiry", "r-other", "c-one")


def test_somebody_whom_the_recipient_tells_must_be_consented_to():
    narrow = record(consent("k-2", onward=()), without="k-1")
    assert f"no consent to {COURT}" in refusal("inquiry", INQUIRY, "c-one", of=narrow)


def test_a_withdrawal_stops_the_export():
    gone = record(Withdrawal(id="w-1", person="p-one", consents=(), on=TODAY, channel="thread"))
    assert "withdrawn" in refusal("inquiry", INQUIRY, "c-one", of=gone)


def test_everything_that_is_missing_is_named_at_once():
    said = refusal("court", "r-other", "c-one", "c-third", "c-nothing")
    for words in ("purpose court", "recipient r-other", "p-two", "c-nothing"):
        assert words in said


def test_a_third_person_without_consent_stops_the_witness_words():
    said = refusal("inquiry", INQUIRY, "c-third")
    assert "p-two" in said
    assert "c-third" in said


def test_a_third_person_is_not_left_out_silently_beside_others():
    assert "p-two" in refusal("inquiry", INQUIRY, "c-one", "c-third")


def test_masked_only_the_masked_words_leave_and_the_version_holds_both():
    (one,) = taken("c-third", of=record(MASKING)).items
    told = {name: one.version[name] for name in one.disclosed}
    assert told["words_masked"] == "Another person was there too."
    assert not {"words", "tellers", "value", "locator"} & set(told)
    assert "neighbour" not in " ".join(told.values())
    assert one.version["words"] == "My neighbour’s son was there too."


def test_no_field_names_the_record_s_own_ids_or_a_person():
    for item in ITEMS:
        text = " ".join(leaves(item).values())
        for secret in ("Plover", "p-one", "t-1", "s-line", "e-winter", "c-one", "Report of"):
            assert secret not in text


def test_a_person_who_tells_is_never_named_not_even_by_pseudonym():
    assert leaves("c-one")["tellers"] == "a person known to the team"
    assert leaves("c-one")["source"] == "a report to the team"


def test_an_official_is_named():
    assert "Имярек Примеров, пресс-секретарь" in leaves("c-denial")["subject"]


def test_words_that_hold_a_pseudonym_are_refused():
    naming = record(claim("c-naming", words="then PLOVER ran"), consent("k-2", items=("c-naming",)))
    assert "c-naming names a person in its field words" in refusal(
        "inquiry", INQUIRY, "c-naming", of=naming
    )


def test_what_is_not_a_claim_is_refused_and_named():
    assert "s-press is no claim and no exhibit" in refusal("inquiry", INQUIRY, "s-press", "c-press")


def test_a_claim_about_something_that_is_not_there_is_refused():
    with pytest.raises(RefusedError, match="does not hold"):
        taken("c-lost", of=record(public("c-lost", subject="nowhere")))


def test_a_claim_of_a_person_among_public_tellers_needs_that_person():
    told = public("c-told", tellers=(Teller(who="p-two"),))
    assert "p-two" in refusal("inquiry", INQUIRY, "c-told", of=record(told))


FULL = {
    "language": "en", "locator": "p. 1", "facts": "2020", "place": "q-town", "motive": "other",
    "perpetrator": "police", "perpetrator_words": "they",
}  # fmt: skip


@pytest.mark.parametrize(
    "rest",
    [
        {
            "count": Count(min=1, max=2, about=True), "part_of": "c-press", "series": "x",
            "parts": PartsTold(complete="no", words="some"), "property": "detained", "value": "",
        },
        {
            "property": "account", "value": "so it was", "count": None,
            "recants": Recants(claim="c-press", circumstances="after a visit"),
        },
    ],
    ids=["a total", "a recantation"],
)  # fmt: skip
def test_the_fullest_claim_masked_fits_the_tree(rest):
    town = Place(id="q-town", names=(Name(text="A town", language="en"),), precision="settlement")
    full = claim("c-full", **FULL, **rest)
    check(full)
    told = wording(record(town, full), full)
    masked = [BECOMES[name][0] for name in MASKABLE if BECOMES[name][0] in told]
    assert {"place", "words", "perpetrator_words"} <= set(told)
    assert len(masked) > 4
    tree(bytes(32), {**told, **{f"{name}_masked": "x" for name in masked}})


def test_a_home_leaves_as_the_town_around_it_and_a_site_as_itself():
    town = Place(id="q-town", names=(Name(text="A town", language="en"),), precision="settlement")
    home = Place(
        id="q-home", names=(Name(text="Mill Lane 3", language="en"),), precision="building",
        within="q-town",
    )  # fmt: skip
    told = public("c-there", place="q-home")
    assert leaves("c-there", of=record(town, home, told))["place"] == "A town"
    site = Site(id="t-mill", name="", place="q-home")
    assert leaves("c-there", of=record(town, home, site, told))["place"] == "Mill Lane 3"


def test_circumstances_places_and_terms_of_ones_own_are_read_before_they_leave():
    town = Place(id="q-town", names=(Name(text="A town", language="en"),), precision="settlement")
    elders = OwnTerm(
        id=term_id("perpetrators", "elders"), concept="perpetrators", term="elders",
        labels={"en": "elders of Mill Lane", "ru": "старейшины"}, under="private_persons",
    )  # fmt: skip
    told = public(
        "c-back", place="q-town", perpetrator="elders",
        recants=Recants(claim="c-press", circumstances="after a visit"),
    )  # fmt: skip
    (shown,) = look(taken("c-back", of=record(town, elders, told)), {}).quotations
    expected = {
        "place": "A town", "recants_circumstances": "after a visit",
        "perpetrator": "elders of Mill Lane",
    }  # fmt: skip
    assert expected.items() <= dict(shown.others).items()
    assert "polarity" not in shown.others  # a term that ships describes nobody


def test_the_reference_case_goes_into_words():
    folder = Path(__file__).parents[2] / "examples" / "chechnya-2017"
    whole = Record.from_folder(folder, TODAY)
    ids = {one.content.id for one in whole.entered if len(one.content.id) > 4}
    for one in whole.claims:
        told = wording(whole, one)
        tree(bytes(32), told)
        assert told["lineage"] not in ids
        assert told["event"] not in ids


def test_a_recipient_that_nobody_wrote_down_is_refused():
    assert "not written down" in refusal("inquiry", "r-unknown", "c-press")


def test_a_part_and_a_running_total_are_marked_so_that_nobody_adds_them_up():
    told = public("c-part", part_of="c-press", series="x-series")
    fields = leaves("c-part", of=record(told))
    assert (fields["part_of_a_total"], fields["running_total"]) == ("yes", "yes")
    assert "part_of_a_total" not in leaves("c-press")


def test_a_masking_changes_nothing_but_free_texts_and_never_names_a_relative():
    words = {"perpetrator": "relatives", "perpetrator_words": "his uncle, the baker"}
    told = claim("c-fourth", persons=THIRD, **words)
    fields = {**MASKING.fields, "polarity": "denies", "perpetrator_words": "his uncle"}
    masked = replace(MASKING, id="m-2", claim="c-fourth", fields=fields)
    given = replace(consent(), id="n-2", items=("c-fourth",))
    shown = leaves("c-fourth", of=record(told, masked, given))
    assert "denies" not in shown.values()
    assert not [text for text in shown.values() if "uncle" in text]
