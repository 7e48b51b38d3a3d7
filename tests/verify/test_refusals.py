"""Whatever is done to a bundle, the checker refuses it and names what is wrong."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.dossier.remake import payload, rebag, resign
from tests.dossier.world import NOW, World, service

from asylia.dossier.bag import SEAL, TAG_MANIFEST, bag
from asylia.dossier.build import _seal
from asylia.tlog.checkpoint import Checkpoint, parse_checkpoint, with_cosignatures
from asylia_verify.check import check_files
from asylia_verify.opening import open_bundle

SMALL = 2600


def flipped(content: bytes, at: int, by: int = 1) -> bytes:
    return content[:at] + bytes([content[at] ^ by]) + content[at + 1 :]


def wrong(files, policy, openssl) -> str:
    verdict = check_files(files, policy, NOW, openssl)
    assert (verdict.verdict, verdict.exit_code) == ("wrong", 1)
    assert verdict.wrong
    return verdict.wrong


def test_an_untouched_bundle_is_valid(files, policy, openssl):
    verdict = check_files(files, policy, NOW, openssl)
    assert (verdict.verdict, verdict.exit_code, verdict.wrong) == ("valid", 0, None)
    assert verdict.heed == []


def test_without_a_policy_it_is_never_valid(files, openssl):
    verdict = check_files(files, None, NOW, openssl)
    assert (verdict.verdict, verdict.exit_code) == ("whole, signer unknown", 3)


def test_every_byte_of_every_small_file_counts(files, policy, openssl):
    for name in (name for name in files if len(files[name]) <= SMALL and name != "seal.json"):
        for at in range(len(files[name])):
            broken = {**files, name: flipped(files[name], at, 1 << at % 8)}
            assert wrong(broken, policy, openssl)


def test_every_byte_of_the_seal_counts(files, policy, openssl):
    for at in range(len(files["seal.json"])):
        broken = {**files, "seal.json": flipped(files["seal.json"], at)}
        assert wrong(broken, policy, openssl).startswith("seal.json: ")


@given(st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_byte_anywhere_counts_and_its_file_is_named(files, policy, openssl, data):
    name = data.draw(st.sampled_from(sorted(n for n in files if n.startswith("data/"))))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    by = data.draw(st.integers(1, 255))
    said = wrong({**files, name: flipped(files[name], at, by)}, policy, openssl)
    assert said.startswith(f"{name}: ")


def test_a_byte_of_a_list_of_hashes_counts_and_the_list_is_named(files, policy, openssl):
    for name in (TAG_MANIFEST, "manifest-sha256.txt"):
        for at in range(0, len(files[name]), 3):
            assert name in wrong({**files, name: flipped(files[name], at)}, policy, openssl)


def test_a_flipped_byte_with_new_manifests_is_named_all_the_same(files, policy, openssl):
    for name in (name for name in files if name.startswith("data/")):
        for at in {0, len(files[name]) // 2, len(files[name]) - 1}:
            said = wrong(rebag({**files, name: flipped(files[name], at)}), policy, openssl)
            assert said.startswith((f"{name}: ", "seal.json: "))


def test_a_stamp_can_not_be_changed_at_all(files, policy, openssl):
    name = "data/stamps/1.tsr"
    for at in range(0, len(files[name]), 31):
        said = wrong(rebag({**files, name: flipped(files[name], at)}), policy, openssl)
        assert said.startswith("seal.json: ")


def test_new_manifests_over_the_same_data_are_refused_by_the_seal(files, policy, openssl):
    again = {**bag(payload(files), "2026-11-21"), SEAL: files[SEAL]}
    assert wrong(again, policy, openssl).startswith("seal.json: ")


@pytest.mark.parametrize("regenerated", [False, True])
def test_a_dropped_file_is_named(files, policy, openssl, regenerated):
    for name in files:
        left = {n: content for n, content in files.items() if n != name}
        if regenerated and "data/" in name:
            left = rebag(left)
        assert wrong(left, policy, openssl).startswith(f"{name}: ")


@pytest.mark.parametrize("regenerated", [False, True])
@pytest.mark.parametrize(
    "name", ["data/more.txt", "data/items/0000000000.json", "data/stamps/2.tsr"]
)
def test_an_added_file_is_named(files, policy, openssl, regenerated, name):
    more = {**files, name: b"more"}
    assert wrong(rebag(more) if regenerated else more, policy, openssl).startswith(
        f"{name}: was added"
    )


def test_an_added_tag_file_is_named(files, policy, openssl):
    assert wrong({**files, "readme.txt": b""}, policy, openssl).startswith("readme.txt: was added")


def items(files):
    return sorted(name for name in files if name.startswith("data/items/"))


def message(content):
    label, _, body = content.partition(b"\n")
    return label, json.loads(body)


def unparsed(label, said):
    body = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return label + b"\n" + body.encode()


def change_item(files, change):
    """The first two items, changed; the same device signs the whole anew."""
    one, two = items(files)[:2]
    (label, first), (_, second) = message(files[one]), message(files[two])
    change(first, second)
    return one, {**files, one: unparsed(label, first), two: unparsed(label, second)}


def swap_proofs(first, second):
    for key in ("path", "salt", "slot"):
        a, b = first["fields"][0], first["fields"][1]
        a[key], b[key] = b[key], a[key]


def swap_between_items(first, second):
    first["fields"][0], second["fields"][0] = second["fields"][0], first["fields"][0]


def swap_leaves(first, second):
    first["leaf"], second["leaf"] = second["leaf"], first["leaf"]


def change_a_word(first, second):
    first["fields"][0]["value"] += "!"


def move_the_leaf(first, second):
    first["leaf"]["index"] ^= 1


def cut_the_path(first, second):
    first["leaf"]["path"].pop()


def no_fields(first, second):
    first["fields"] = []


def a_field_twice(first, second):
    first["fields"].append(first["fields"][0])


ITEM_CHANGES = [swap_proofs, swap_between_items, swap_leaves, change_a_word, move_the_leaf]
ITEM_CHANGES += [cut_the_path, no_fields, a_field_twice]


@pytest.mark.parametrize("change", ITEM_CHANGES)
def test_even_the_device_itself_can_not_alter_what_was_committed(
    files, policy, openssl, world, stampers, change
):
    name, changed = change_item(files, change)
    forged = resign(changed, world.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith(f"{name}: ")


def test_two_items_can_not_share_a_leaf(files, policy, openssl, world, stampers):
    def copy(first, second):
        name = second["name"]
        second.clear()
        second.update({**first, "name": name})

    _, changed = change_item(files, copy)
    forged = resign(changed, world.exporter, stampers)
    assert "shares its place" in wrong(forged, policy, openssl)


def test_the_remaking_itself_is_sound(files, policy, openssl, world, stampers):
    assert check_files(resign(files, world.exporter, stampers), policy, NOW, openssl).exit_code == 0


def test_a_whole_signed_by_another_team_is_refused(authority, policy, openssl, tmp_path):
    World(1).build(authority, tmp_path / "bundle")
    said = wrong(open_bundle(tmp_path / "bundle"), policy, openssl)
    assert said == "data/certificates/root.json: is not the root of the team that the policy names"


def test_a_device_that_the_root_did_not_certify_is_refused(files, policy, openssl, world, stampers):
    other = World(1).exporter
    signer = other.signer.public.fingerprint
    forged = resign(files, other, stampers, signer=signer)
    assert wrong(forged, policy, openssl).startswith("data/certificates/device.cert: ")
    with_its_own = {**files, "data/certificates/device.cert": other.certificate}
    forged = resign(with_its_own, other, stampers, signer=signer)
    assert wrong(forged, policy, openssl).startswith("data/certificates/device.cert: ")


def test_a_seal_by_another_device_is_refused(files, policy, openssl):
    seal = _seal(World(1).device, files[TAG_MANIFEST])
    assert wrong({**files, "seal.json": seal}, policy, openssl).startswith("seal.json: ")


def test_another_logs_checkpoint_is_refused(files, policy, openssl, world, stampers):
    other = World(1)
    other.post([bytes([n]) * 32 for n in range(64)])
    name = "data/log/checkpoint.txt"
    forged = resign({**files, name: other.cosign(other.storage.note)}, world.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith(f"{name}: ")


def test_another_checkpoint_of_the_same_log_does_not_fit_the_proofs(
    files, policy, openssl, stampers
):
    grown = World()
    grown.post([bytes([n]) * 32 for n in range(64)])
    name = "data/log/checkpoint.txt"
    forged = resign({**files, name: grown.cosign(grown.storage.note)}, grown.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith("data/items/")


def test_fewer_witnesses_than_the_policy_asks_for_are_refused(
    files, policy, openssl, world, stampers
):
    name = "data/log/checkpoint.txt"
    lines = [line for line in files[name].decode().splitlines(True) if "witness" not in line]
    forged = resign({**files, name: "".join(lines).encode()}, world.exporter, stampers)
    said = wrong(forged, policy, openssl)
    assert said == f"{name}: is cosigned by 0 of its witnesses, the policy asks for 1"


def test_a_false_cosignature_is_refused(files, policy, openssl, world, stampers):
    name = "data/log/checkpoint.txt"
    lines = [line for line in files[name].decode().splitlines(True) if "witness" not in line]
    note = "".join(lines).encode()
    checkpoint, _ = parse_checkpoint(note)
    elsewhere = Checkpoint(checkpoint.origin, checkpoint.size + 1, checkpoint.root)
    note = with_cosignatures(note, world.witness.cosign(elsewhere, 1_800_000_000))
    forged = resign({**files, name: note}, world.exporter, stampers)
    assert wrong(forged, policy, openssl) == f"{name}: a witness's cosignature does not hold"


def test_a_stamp_by_another_authority_is_refused(files, policy, openssl, world, other_authority):
    forged = resign(files, world.exporter, [service(other_authority)])
    said = wrong(forged, policy, openssl)
    assert said == "data/stamps/1.tsr: is not by a stamp authority that the policy names"


def test_a_stamp_over_other_data_is_refused(files, policy, openssl, world, authority):
    stamp = service(authority)
    forged = resign(files, world.exporter, [lambda signed: stamp(signed + b"!")])
    said = wrong(forged, policy, openssl)
    assert said == "data/stamps/1.tsr: is over something else than this bundle's statement"


def test_what_is_no_stamp_is_refused(files, policy, openssl, world):
    forged = resign(files, world.exporter, [lambda _: b"\x30\x03\x02\x01\x00"])
    assert wrong(forged, policy, openssl).startswith("data/stamps/1.tsr: is not an RFC 3161")


def test_no_stamp_at_all_is_refused_where_the_policy_names_an_authority(
    files, policy, openssl, world
):
    forged = resign(files, world.exporter, [])
    assert "has no time stamp" in wrong(forged, policy, openssl)
    without = check_files(forged, replace(policy, stamp_roots=()), NOW, openssl)
    assert without.verdict == "valid"
    assert any("no stamp authority" in line for line in without.not_checked)


def test_a_second_stamp_by_an_unknown_authority_is_said_to_be_unchecked(
    files, policy, openssl, world, authority, other_authority
):
    both = [service(other_authority), service(authority)]
    verdict = check_files(resign(files, world.exporter, both), policy, NOW, openssl)
    assert verdict.verdict == "valid"
    assert any("by no authority of the policy" in line for line in verdict.not_checked)


def test_a_stamp_from_another_day_than_the_statement_is_refused(
    files, policy, openssl, world, stampers
):
    forged = resign(files, world.exporter, stampers, made_on="2026-09-01")
    assert "another day" in wrong(forged, policy, openssl)


def test_a_cosignature_from_after_the_stamp_is_refused(files, policy, openssl, world, stampers):
    name = "data/log/checkpoint.txt"
    lines = [line for line in files[name].decode().splitlines(True) if "witness" not in line]
    note = "".join(lines).encode()
    later = int((NOW + timedelta(hours=2)).timestamp())
    note = with_cosignatures(note, world.witness.cosign(parse_checkpoint(note)[0], later))
    forged = resign({**files, name: note}, world.exporter, stampers)
    assert "older than a witness" in wrong(forged, policy, openssl)


def test_consent_that_has_expired_since_is_flagged(files, policy, openssl):
    verdict = check_files(files, policy, NOW + timedelta(days=400), openssl)
    assert verdict.verdict == "valid"
    assert any("consent expired" in line for line in verdict.heed)


def change_consent(files, **changes):
    label, said = message(files["data/consent.json"])
    return {**files, "data/consent.json": unparsed(label, {**said, **changes})}


def test_consent_that_had_expired_when_made_is_refused(files, policy, openssl, world, stampers):
    _, said = message(files["data/consent.json"])
    lines = [{**one, "until": one["until"] and "2026-01-01"} for one in said["items"]]
    changed = change_consent(files, until="2026-01-01", items=lines)
    forged = resign(changed, world.exporter, stampers, consent_until="2026-01-01")
    assert "had expired" in wrong(forged, policy, openssl)


@pytest.mark.parametrize(
    "changes",
    [{"recipient": "Somebody else"}, {"purpose": "court"}, {"items": []}, {"until": None}],
)
def test_consent_for_something_else_is_refused(files, policy, openssl, world, stampers, changes):
    forged = resign(change_consent(files, **changes), world.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith("data/consent.json: ")


def test_a_figure_that_rests_on_nothing_in_the_bundle_is_refused(
    files, policy, openssl, world, stampers
):
    label, said = message(files["data/figures.json"])
    said["figures"]["detained"][0]["claims"] = ["0123456789"]
    forged = resign({**files, "data/figures.json": unparsed(label, said)}, world.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith("data/figures.json: rests on an item")


def more_killed(rows):
    rows[0]["min"] = rows[0]["max"] = 5000


def other_words(rows):
    rows[0]["words"] = "five thousand"


def from_nobody(rows):
    rows.append({**rows[0], "claims": []})


def twice(rows):
    rows.append(rows[0])


def left_out(rows):
    del rows[0]


FIGURE_CHANGES = [more_killed, other_words, from_nobody, twice, left_out]


@pytest.mark.parametrize("change", FIGURE_CHANGES)
def test_a_figure_that_its_items_do_not_say_is_refused(
    files, policy, openssl, world, stampers, change
):
    label, said = message(files["data/figures.json"])
    change(said["figures"]["detained"])
    said["figures"] = {name: rows for name, rows in said["figures"].items() if rows}
    forged = resign({**files, "data/figures.json": unparsed(label, said)}, world.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith("data/figures.json: ")


def test_a_figure_under_another_heading_is_refused(files, policy, openssl, world, stampers):
    label, said = message(files["data/figures.json"])
    said["figures"]["killed"] = said["figures"].pop("detained")
    forged = resign({**files, "data/figures.json": unparsed(label, said)}, world.exporter, stampers)
    assert wrong(forged, policy, openssl).startswith("data/figures.json: says another number")


def test_what_stands_in_for_consent_is_told_and_not_called_consent(files, policy, openssl):
    _, said = message(files["data/consent.json"])
    bases = [line["basis"] for line in said["items"]]
    told = check_files(files, policy, NOW, openssl).as_text()
    assert f"said in public: {bases.count('public')}" in told
    assert f"given by those concerned: {bases.count('consent')}" in told


def test_every_message_of_the_checker_is_ours_and_not_a_traceback(files, policy, openssl):
    for name in files:
        for content in (b"", b"\n", b"\xff" * 40, b"asylia/dossier/1\n{}", b"[" * 100_000):
            broken = {**files, name: content}
            broken = rebag(broken) if name.startswith("data/") else broken
            assert wrong(broken, policy, openssl)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_messages_of_any_json_signed_by_the_device_itself_give_our_error_only(
    files, policy, openssl, world, data
):
    name = data.draw(st.sampled_from([*items(files)[:1], "data/consent.json", "data/figures.json"]))
    label, said = message(files[name])
    key = data.draw(st.sampled_from(sorted(said)))
    leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    said[key] = data.draw(st.recursive(leaf, lambda one: st.lists(one, max_size=3), max_leaves=5))
    try:
        changed = {**files, name: unparsed(label, said)}
    except UnicodeEncodeError:
        return
    verdict = check_files(resign(changed, world.exporter, []), None, NOW, openssl)
    assert verdict.exit_code in (1, 3)


def test_a_file_that_the_device_listed_and_the_checker_does_not_know_is_said_so(
    files, policy, openssl, world, stampers
):
    more = resign({**files, "data/annex.txt": b"more"}, world.exporter, stampers)
    verdict = check_files(more, policy, NOW, openssl)
    assert verdict.verdict == "valid"
    assert "1 files that this checker does not know: hashes only" in verdict.not_checked
    whole = check_files(files, policy, NOW, openssl)
    assert not any("does not know" in line for line in whole.not_checked)
