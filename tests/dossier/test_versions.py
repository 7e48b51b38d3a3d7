"""Four leaves a version, one a recipient, in batches that tell nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dossier.world import INQUIRY, TODAY, World, counter, record

from asylia.dossier.disclosure import gather
from asylia.dossier.selection import select
from asylia.dossier.versions import (
    BATCH,
    LEAVES,
    Version,
    Versions,
    VersionUse,
    encoded,
    log_versions,
    uses_for,
    version_hash,
)
from asylia.errors import MalformedError, RefusedError
from asylia.record.contents import Recipient

FIELDS = {"words": "one", "property": "account"}


def logged(items, start=0):
    batches = []

    def post(leaves):
        batches.append(list(leaves))
        return sum(map(len, batches)) - len(leaves)

    made = log_versions(items, post, randomness=counter(start))
    return Versions.of(encoded(made)), batches


@pytest.mark.parametrize(
    ("count", "posts"), [(1, 1), (BATCH // LEAVES, 1), (BATCH // LEAVES + 1, 2)]
)
def test_a_batch_has_one_size_whatever_is_in_it(count, posts):
    versions, batches = logged({f"i{n}": FIELDS for n in range(count)})
    assert [len(batch) for batch in batches] == [BATCH] * posts
    assert len(versions.logged) == count
    places = {leaf.index for one in versions.logged for leaf in one.leaves}
    assert len(places) == count * LEAVES


def test_nothing_to_log_sends_nothing():
    assert logged({})[1] == []


def test_leaves_go_out_in_order_of_their_bytes_so_that_neighbours_tell_nothing():
    versions, (batch,) = logged({"i": FIELDS})
    assert batch == sorted(batch)
    indexes = [leaf.index for leaf in versions.logged[0].leaves]
    assert indexes != list(range(indexes[0], indexes[0] + LEAVES))


def test_no_two_recipients_are_given_one_leaf_and_a_fifth_waits_for_new_ones():
    versions, _ = logged({"i": FIELDS})
    given = {}
    for n in range(LEAVES):
        uses, missing = uses_for(versions, {"i": FIELDS}, f"r{n}")
        assert not missing
        versions = versions.with_uses(uses)
        given[f"r{n}"] = versions.leaf_for("i", FIELDS, f"r{n}")
    assert len({leaf.index for leaf in given.values()}) == LEAVES
    assert uses_for(versions, {"i": FIELDS}, "r9") == ((), ("i",))
    for name, leaf in given.items():
        assert versions.leaf_for("i", FIELDS, name) == leaf
        assert uses_for(versions, {"i": FIELDS}, name) == ((), ())


def test_a_leaf_that_two_devices_gave_to_two_recipients_is_nobody_s_in_any_order():
    versions, _ = logged({"i": FIELDS})
    index = versions.logged[0].leaves[0].index
    both = [VersionUse(index=index, item="i", recipient=name) for name in ("r1", "r2")]
    for uses in (both, both[::-1]):
        contested = versions.with_uses(uses)
        for name in ("r1", "r2"):
            assert contested.leaf_for("i", FIELDS, name).index != index


def test_a_changed_field_is_another_version():
    versions, _ = logged({"i": FIELDS})
    assert versions.leaf_for("i", {**FIELDS, "words": "two"}, "r") is None


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=4))
def test_versions_that_differ_have_names_that_differ(fields):
    others = [{**fields, "x": "y"}, {name: text + "!" for name, text in fields.items()}]
    for other in others:
        assert (version_hash(other) == version_hash(fields)) == (other == fields)


@given(st.binary(max_size=40))
def test_broken_contents_give_our_error_and_others_are_skipped(junk):
    assert Versions.of([b"asylia/claim/1\n{}", junk]) == Versions()
    for label in (Version.LABEL, VersionUse.LABEL):
        with pytest.raises(MalformedError):
            Versions.of([label.encode() + b"\n" + junk])


def test_a_leaf_that_nobody_has_entered_as_this_recipient_s_is_not_used():
    world = World()
    selection = world.select("c-press")
    made = log_versions(selection.versions, world.post, randomness=counter())
    versions = Versions.of(encoded(made))
    with pytest.raises(RefusedError, match="not in the log for this recipient"):
        gather(selection, versions, world.reader(), world.cosign)


def test_two_recipients_bundles_have_no_hash_and_no_name_in_common():
    world = World()
    of = record(Recipient(id="r-3", name="Third example body"))
    one = select(of, "inquiry", INQUIRY, ["c-press"], TODAY)
    two = select(of, "inquiry", "r-3", ["c-press"], TODAY)
    versions = Versions.of(encoded(log_versions(one.versions, world.post, randomness=counter())))
    held = []
    for selection in (one, two):
        uses, _ = uses_for(versions, selection.versions, selection.recipient)
        versions = versions.with_uses(uses)
        leaf = gather(selection, versions, world.reader(), world.cosign).leaves["c-press"]
        held.append({leaf.seed, leaf.index})
    assert not held[0] & held[1]
