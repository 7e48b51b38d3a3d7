"""The codecs: what is written comes back, and whatever else is our error."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.make_vectors import NOTES, make, submission, vectors

from asylia import wire
from asylia.casework.contents import (
    SUBMISSION,
    Case,
    Reply,
    Safety,
    Submission,
    Triage,
    decode_note,
    decode_submission,
)
from asylia.errors import AsyliaError, MalformedError

SUBMITTED = submission()
BYTES = {size: st.binary(min_size=size, max_size=size) for size in (16, 32)}
# A lone surrogate is no text: JSON has no form for it.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def outcome(untrusted: bytes) -> str:
    """What a reader says of these bytes."""
    try:
        is_submission = untrusted.startswith(SUBMISSION.encode() + b"\n")
        found = decode_submission(untrusted) if is_submission else decode_note(untrusted)
    except AsyliaError as error:
        return type(error).__name__.removesuffix("Error").lower()
    return "ok" if found is not None else "not ours"


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["name"]))
def test_the_vectors_hold(vector: dict[str, str]) -> None:
    assert outcome(bytes.fromhex(vector["input"])) == vector["expect"]


@given(
    st.one_of(
        st.builds(Triage, thread=BYTES[16], state=st.just("new"), assigned=TEXT),
        st.builds(Case, case=BYTES[16], thread=BYTES[16], pseudonym=st.just("BK-204")),
        st.builds(
            Safety, thread=BYTES[16], answers=BYTES[32], may_contact=st.booleans(), how=TEXT,
            when=TEXT, notes=TEXT,
        ),
        st.builds(
            Reply, thread=BYTES[16], n=st.integers(0, 9999), kind=st.just("reply"), body=TEXT,
            previous=BYTES[32], answers=BYTES[32], drop=st.binary(min_size=1, max_size=50),
            replaces=st.one_of(st.none(), BYTES[32]),
        ),
    )
)  # fmt: skip
def test_a_note_comes_back_as_it_was(note: wire.Message) -> None:
    assert decode_note(wire.encode(note)) == note


@given(st.binary(max_size=200), st.sampled_from([SUBMISSION, *(n.LABEL for n in NOTES)]))
def test_random_bytes_behind_a_label_of_ours_are_our_error(rubbish: bytes, label: str) -> None:
    assert outcome(label.encode() + b"\n" + rubbish) in {"malformed", "forged", "ok"}


@settings(max_examples=60)
@given(st.data())
def test_no_byte_of_a_submission_can_change_what_is_shown(data: st.DataObject) -> None:
    """Whatever is changed is refused, or is not among the words (the log's salt, for example)."""
    at = data.draw(st.integers(0, len(SUBMITTED) - 1))
    to = data.draw(st.integers(0, 255))
    changed = SUBMITTED[:at] + bytes([to]) + SUBMITTED[at + 1 :]
    if outcome(changed) == "ok":
        found = decode_submission(changed)
        assert isinstance(found, Submission)
        assert found.statement == decode_submission(SUBMITTED).statement


def test_a_submission_names_its_statement() -> None:
    found = decode_submission(SUBMITTED)
    assert sha256(found.statement_age).digest() == found.control.statement_sha256
    assert found.encode() == SUBMITTED


@pytest.mark.parametrize("pseudonym", ["Anna", "ab-123", "AB-12", "AB-1234", "AB-123\n", "АБ-123"])
def test_a_pseudonym_can_hardly_be_a_name(pseudonym: str) -> None:
    with pytest.raises(MalformedError):
        decode_note(wire.encode(Case(case=bytes(16), thread=bytes(16), pseudonym=pseudonym)))


def test_the_vectors_are_what_the_code_makes() -> None:
    """But for sealed bytes: encapsulation draws on the operating system, whatever it is given."""
    assert [one["name"] for one in vectors()] == [one["name"] for one in make()]
    for there, here in zip(vectors(), make(), strict=True):
        assert there == here or there["name"].startswith("submission")
