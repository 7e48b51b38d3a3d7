import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.tlog import fields
from asylia.wire import _encoder

from .make_vectors import SEED, SPEC, VERSION, field_vectors

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
VERSIONS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=32)
SEEDS = st.binary(min_size=32, max_size=32)
ERRORS = {"malformed": MalformedError, "forged": ForgedError}
DECODER = msgspec.json.Decoder(fields.ProvenField)


def check(proof: object, root: bytes) -> None:
    try:
        field = msgspec.convert(proof, fields.ProvenField)
    except msgspec.ValidationError:
        raise MalformedError("not of the form of a proof") from None
    fields.verify(field, root)


def vectors() -> dict[str, list[dict[str, object]]]:
    return json.loads((SPEC / "fields.json").read_text("utf-8"))


def test_the_vectors_are_what_the_code_makes():
    assert json.loads(json.dumps(field_vectors())) == vectors()


@pytest.mark.parametrize("case", vectors()["proofs"], ids=lambda case: case["name"])
def test_each_vector_ends_as_it_says(case):
    root = bytes.fromhex(vectors()["root"])
    if case["expect"] == "ok":
        check(case["proof"], root)
    else:
        with pytest.raises(ERRORS[case["expect"]]):
            check(case["proof"], root)


@given(SEEDS, VERSIONS)
def test_every_field_is_provable_and_no_other_word_is(seed, version):
    tree = fields.tree(seed, version)
    for name in version:
        proof = tree.prove(name)
        fields.verify(proof, tree.root)
        with pytest.raises(ForgedError):
            fields.verify(msgspec.structs.replace(proof, value=proof.value + "!"), tree.root)


@given(SEEDS, VERSIONS, st.integers(0, 400), st.integers(1, 255))
def test_a_changed_byte_in_a_proof_gives_our_error_only(seed, version, at, flip):
    tree = fields.tree(seed, version)
    encoded = bytearray(_encoder.encode(tree.prove(next(iter(version)))))
    encoded[at % len(encoded)] ^= flip
    try:
        field = DECODER.decode(bytes(encoded))
    except (msgspec.MsgspecError, UnicodeError):
        return
    if _encoder.encode(field) == bytes(encoded):
        with pytest.raises(AsyliaError):
            fields.verify(field, tree.root)


def test_a_proof_takes_at_most_370_bytes_beside_the_value():
    proof = fields.tree(SEED, {"a" * 24: ""}).prove("a" * 24)
    assert len(_encoder.encode(proof)) <= 370


def test_two_trees_over_one_version_have_nothing_in_common():
    one, two = (fields.tree(bytes([n]) * 32, VERSION) for n in (1, 2))
    assert not set(one.leaves) & set(two.leaves)
    assert not set(one.salts) & set(two.salts)
    assert one.slots != two.slots


def test_slots_are_shuffled_so_that_a_place_tells_nothing():
    firsts = {fields.tree(bytes([n]) * 32, VERSION).slots["property"] for n in range(64)}
    assert len(firsts) > 20


OUT_OF_FORM = {
    "no field": {},
    "33 fields": {f"f{n}": "" for n in range(33)},
    "an empty name": {"": "x"},
    "a name in capitals": {"A": "x"},
    "a NUL": {"a": "\0"},
    "half a surrogate pair": {"a": "\ud800"},
    "too long": {"a": "x" * (fields.VALUE_LIMIT + 1)},
}


@pytest.mark.parametrize("version", OUT_OF_FORM.values(), ids=OUT_OF_FORM)
def test_a_version_out_of_form_is_refused(version):
    with pytest.raises(MalformedError):
        fields.tree(SEED, version)


def test_a_short_seed_is_refused():
    with pytest.raises(MalformedError):
        fields.tree(bytes(31), VERSION)
