"""Contents: one value, one encoding; hostile bytes give our error; vectors hold."""

import base64
import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia import wire
from asylia.errors import MalformedError, NotFoundError
from asylia.record import contents as c
from asylia.record.check import check
from asylia.record.fields import LIMIT, fields
from asylia.record.reading import Entered, Record

from .make_vectors import FILE, text
from .samples import DAY, SAMPLES
from .world import ALICE, GROUND, claim, record_of

VECTORS = json.loads(FILE.read_text())


def test_there_is_a_sample_of_each_kind() -> None:
    assert {type(one) for one in SAMPLES} == set(c.KINDS.values())


def test_the_vectors_are_those_that_the_script_makes() -> None:
    assert FILE.read_text() == text()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors(vector: dict) -> None:
    untrusted = base64.b64decode(vector["input"])
    if vector["expect"] == "malformed":
        with pytest.raises(MalformedError):
            c.decode_content(untrusted)
    elif vector["expect"] == "other":
        assert c.decode_content(untrusted) is None
    else:
        content = c.decode_content(untrusted)
        assert content is not None
        assert wire.encode(content) == untrusted
        assert fields(content) == vector["fields"]


@pytest.mark.parametrize("content", SAMPLES, ids=lambda one: one.LABEL)
def test_a_content_passes_its_check_and_shows_nothing_in_its_repr(content: c.Content) -> None:
    check(content)
    assert content.id not in repr(content)
    assert len(fields(content)) <= LIMIT


def test_a_claim_with_everything_has_at_most_32_fields() -> None:
    whole = claim(
        "k", value="x", row="R", locator="p", language="en", facts="2019", part_of="t",
        count=c.Count(min=1, max=2, about=True), perpetrator_words="they", series="s",
        parts=c.PartsTold(complete="no", words="some"),
        overlaps=(c.Overlap(other="o", relation="same"),),
        persons=(c.Concerned(person="p", role="third"),), report="r",
    )  # fmt: skip
    found = fields(whole)
    assert len(found) <= LIMIT
    assert not {"persons", "report"} & set(found)
    assert found["lineage"] == "org"


@pytest.mark.parametrize(
    "wrong",
    [
        claim("k", property="smitten"),
        claim("k", said_on="yesterday"),
        claim("k", words=""),
        claim("k", tellers=()),
        claim("k", count=c.Count(min=-1)),
        claim("k", count=c.Count(min=3, max=2)),
        claim("k", count=None),
        claim("k", value="3"),
        claim("k", property="onset", count=None, value="in spring"),
        claim("k", property="onset", value="2020"),
        claim("k", property="site_status", count=None, value="haunted"),
        claim("k", property="account", count=None),
        claim("k", part_of="k"),
        claim("k", overlaps=(c.Overlap(other="k", relation="same"),)),
        claim("-"),
        claim("k", words="x" * 20_001),
        claim("k", perpetrator="the uncle"),
        c.Judgement(
            id="j", decision=c.Choice(among=("a",), chosen="b"), reason="r", author="Heron"
        ),
        c.Judgement(
            id="j", decision=c.Sameness(ids=("a", "a"), verdict="same"), reason="r", author="Heron"
        ),
        c.Judgement(
            id="j", decision=c.OverlapJudged(claim="a", other="a", relation="part"), reason="r",
            author="Heron",
        ),
        c.Judgement(id="j", decision=c.Choice(among=("a",), chosen="a"), reason="", author="Heron"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_refused_before_it_is_written(wrong: c.Content) -> None:
    with pytest.raises(MalformedError):
        check(wrong)


@pytest.mark.parametrize(
    "change",
    [
        {"risks": c.Risks(explained="x", by="Heron", language="en", on=type(DAY)(20_001))},
        {"expires_on": 19_999},
        {"items": ()},
        {"purpose": "gossip"},
    ],
)
def test_a_consent_that_cannot_hold_is_refused(change: dict) -> None:
    consent = next(one for one in SAMPLES if isinstance(one, c.Consent))
    with pytest.raises(MalformedError):
        check(msgspec.structs.replace(consent, **change))


@pytest.mark.parametrize(
    "change", [{"decided_by": ("heron", "heron")}, {"expires_on": 20_031}, {"expires_on": 19_999}]
)
def test_the_exception_needs_two_members_and_ends_soon(change: dict) -> None:
    decision = next(one for one in SAMPLES if isinstance(one, c.LifeAtStake))
    check(decision)
    with pytest.raises(MalformedError):
        check(msgspec.structs.replace(decision, **change))


_WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
CLAIMS = st.builds(
    claim,
    _IDS,
    words=_WORDS,
    count=st.builds(
        c.Count,
        min=st.none() | st.integers(0, 10**10),
        max=st.none() | st.integers(0, 10**10),
        about=st.booleans(),
    ),
    tellers=st.lists(
        st.builds(c.Teller, who=st.just("") | _IDS, as_given=_WORDS), min_size=1, max_size=4
    ).map(tuple),
    value=st.text(st.characters(codec="utf-8"), max_size=20),
    persons=st.lists(
        st.builds(c.Concerned, person=_IDS, role=st.sampled_from(["speaker", "subject", "third"])),
        max_size=3,
    ).map(tuple),
)


@given(CLAIMS)
def test_claims_have_the_round_trip(one: c.Claim) -> None:
    assert c.decode_content(wire.encode(one)) == one
    assert all(isinstance(text, str) for text in fields(one).values())


@given(CLAIMS)
def test_lineage_is_the_named_teller_nearest_to_first_hand(one: c.Claim) -> None:
    named = [teller.who for teller in one.tellers if teller.who]
    assert one.lineage == (named[-1] if named else "unknown")


@given(st.sampled_from(SAMPLES), st.data())
def test_mutated_contents_decode_to_themselves_or_give_our_error(
    content: c.Content, data: st.DataObject
) -> None:
    good = bytearray(wire.encode(content))
    at = data.draw(st.integers(0, len(good) - 1))
    good[at] = data.draw(st.integers(0, 255))
    try:
        found = c.decode_content(bytes(good))
    except MalformedError:
        return
    assert found is None or wire.encode(found) == bytes(good)


@given(st.sampled_from(sorted(c.KINDS)), st.binary(max_size=200))
def test_random_bytes_under_our_labels_give_our_error_only(label: str, tail: bytes) -> None:
    with contextlib.suppress(MalformedError):
        c.decode_content(label.encode() + b"\n" + tail)


def test_a_later_content_under_the_same_id_does_not_replace_the_first() -> None:
    first, second = claim("k"), claim("k", words="other words")
    record = record_of([*GROUND, first, second])
    assert record.get("k", c.Claim).words == first.words
    assert record.clashes == ("k",)
    assert record_of([*GROUND, first, first]).clashes == ()


def test_a_record_says_when_it_does_not_have_something() -> None:
    record = record_of(GROUND)
    with pytest.raises(NotFoundError):
        record.get("src", c.Claim)
    with pytest.raises(NotFoundError):
        record.entry("absent")
    assert record.find("absent") is None


def test_record_to_contents_to_record() -> None:
    record = record_of([*GROUND, *SAMPLES])
    again = Record.of(
        Entered(found, one.entered_on, ALICE)
        for one in record.entered
        if (found := c.decode_content(wire.encode(one.content))) is not None
    )
    assert again == record


PLACE = c.Place(id="q", names=(c.Name(text="A mill", language="en"),), precision="described")


@pytest.mark.parametrize(
    "change",
    [
        {"names": (c.Name(text="Safe house of the leg", language="en"),)},
        {"names": (c.Name(text="Дом", language="ru"), c.Name(text="Убежище 2", language="ru"))},
        {"precision": "exact"},
        {"precision": "coordinates"},
        {"latitude": 1},
        {"latitude": 1, "longitude": 1},
        {"within": "q"},
        {"latitude": 90_000_001, "longitude": 1, "radius": 1},
        {"names": ()},
    ],
)
def test_a_place_that_cannot_be_is_refused(change: dict) -> None:
    check(PLACE)
    check(msgspec.structs.replace(PLACE, latitude=1, longitude=-1, radius=1))
    with pytest.raises(MalformedError):
        check(msgspec.structs.replace(PLACE, **change))


@pytest.mark.parametrize(
    "change",
    [
        {"recants": c.Recants(claim="k")},
        {"recants": c.Recants(claim="other"), "part_of": "total"},
        {"recants": c.Recants(claim="other"), "series": "line"},
        {"recants": c.Recants(claim="other"), "parts": c.PartsTold(complete="no")},
    ],
)
def test_a_recantation_stands_by_itself(change: dict) -> None:
    check(claim("k", recants=c.Recants(claim="other", circumstances="after a visit")))
    with pytest.raises(MalformedError):
        check(claim("k", **change))


@pytest.mark.parametrize(
    "involved",
    [
        {"kind": "uncle"},
        {"kind": "police", "role": "watched"},
        {"kind": "relatives", "who": "o1"},
        {"kind": "parents", "who": "o1"},
        {"kind": "neighbours", "who": "o1"},
    ],
)
def test_a_perpetrator_has_a_known_kind_and_role_and_no_private_one_a_name(involved: dict) -> None:
    plain = c.Act(id="a", event="e", violation="torture", victim="g")
    good = c.Involved(kind="police", role="ordered", who="o1")
    check(msgspec.structs.replace(plain, perpetrators=(good, c.Involved(kind="relatives"))))
    with pytest.raises(MalformedError):
        check(msgspec.structs.replace(plain, perpetrators=(c.Involved(**involved),)))
