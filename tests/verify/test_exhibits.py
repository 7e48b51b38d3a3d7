"""Whatever is done to an exhibit, its log or its copies, the checker refuses it by name."""

import json
from hashlib import sha256

import pytest
from tests.dossier.exhibits import ALL, MASKED, PHOTO, TEXT, bundle
from tests.dossier.remake import rebag, resign
from tests.dossier.world import NOW

from asylia_verify.check import check_files
from asylia_verify.errors import WrongError
from asylia_verify.evidence import check_items, read_checkpoint
from asylia_verify.exhibits import check_exhibits
from asylia_verify.opening import open_bundle
from asylia_verify.statement import read_statement

LABEL = "asylia/custody-log/1\n"


@pytest.fixture(scope="module")
def built(world, authority, tmp_path_factory):
    return bundle(world, authority, tmp_path_factory.mktemp("out") / "bundle")


@pytest.fixture(scope="module")
def files(built):
    return open_bundle(built.path)


@pytest.fixture(scope="module")
def names(built):
    return built.names


def content_of(names, item):
    return f"data/exhibits/{names[item]}/content"


def item_of(names, item):
    return f"data/items/{names[item]}.json"


@pytest.fixture(scope="module")
def wrong(world, policy, openssl, stampers):
    """What the checker says of files that the team's own device signed anew."""

    def said(files, **changes):
        signed = resign(files, world.exporter, stampers, **changes)
        verdict = check_files(signed, policy, NOW, openssl)
        assert verdict.verdict == "wrong"
        return verdict.wrong

    return said


def test_as_it_is_it_is_valid_and_says_what_is_there(files, policy, openssl):
    verdict = check_files(files, policy, NOW, openssl)
    assert (verdict.verdict, verdict.wrong) == ("valid", None)
    (line,) = [one for one in verdict.checked if one.startswith("exhibits: ")]
    assert line.startswith("exhibits: 4 with their bytes")
    assert "custody: 6 events" in line
    assert "copies: 2" in line
    assert "quotations found in their texts: 1" in line
    assert not [one for one in verdict.not_checked if "exhibit" in one or "copies" in one]


def test_made_anew_without_a_change_it_is_valid(files, world, policy, openssl, stampers):
    same = resign(files, world.exporter, stampers)
    assert check_files(same, policy, NOW, openssl).verdict == "valid"


@pytest.mark.parametrize("at", [0, len(PHOTO) // 2, -1])
def test_a_byte_of_an_exhibit(files, names, wrong, policy, openssl, at):
    name = content_of(names, "x-photo")
    changed = bytearray(files[name])
    changed[at] ^= 1
    altered = {**files, name: bytes(changed)}
    assert check_files(altered, policy, NOW, openssl).wrong.startswith(f"{name}: ")
    assert check_files(rebag(altered), policy, NOW, openssl).wrong.startswith(f"{name}: ")
    assert wrong(altered).startswith(f"{name}: is not the exhibit that was taken in")


def test_an_exhibit_dropped(files, names, wrong, policy, openssl):
    name = content_of(names, "x-photo")
    left = {path: content for path, content in files.items() if path != name}
    assert check_files(left, policy, NOW, openssl).wrong.startswith(f"{name}: ")
    said = wrong(left)
    assert said.startswith(f"data/exhibits/{names['x-photo']}: is an exhibit that the statement")
    assert said.endswith("and missing")


def test_two_exhibits_swapped(files, names, wrong):
    one, two = content_of(names, "x-photo"), content_of(names, "x-masked")
    said = wrong({**files, one: files[two], two: files[one]})
    assert "is not the exhibit that was taken in" in said
    one, two = item_of(names, "x-photo"), item_of(names, "x-masked")
    assert "data/items/" in wrong({**files, one: files[two], two: files[one]})


def test_an_exhibit_that_nobody_named(files, names, wrong):
    assert "the statement does not name" in wrong(files, exhibits=())
    more = {**files, "data/exhibits/0000000000/content": b"more"}
    assert wrong(more) == "data/exhibits/0000000000: is an exhibit that the statement does not name"
    listed = tuple(sorted([*(names[one] for one in ALL[:4]), "0000000000"]))
    assert "without a record" in wrong(more, exhibits=listed)
    beside = {**files, f"data/exhibits/{names['x-photo']}/thumb": b"more"}
    assert wrong(beside).startswith("data/exhibits: holds a file that is no exhibit")


def custody(files, names, change):
    """The photograph's log with its events changed, in the item's file."""
    name = item_of(names, "x-photo")
    head, _, body = files[name].partition(b"\n")
    item = json.loads(body)
    (log,) = [one for one in item["fields"] if one["name"] == "custody"]
    told = json.loads(log["value"].removeprefix(LABEL))
    told["events"] = change(told["events"])
    log["value"] = LABEL + compact(told)
    return {**files, name: head + b"\n" + compact(item).encode()}


def compact(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


CHANGES = {
    "a line altered": lambda events: [{**events[0], "purpose": "another"}, *events[1:]],
    "a line left out": lambda events: [events[0], events[2]],
    "reordered": lambda events: [events[0], events[2], events[1]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_log_that_was_touched_is_not_what_the_log_committed_to(files, names, wrong, change):
    said = wrong(custody(files, names, CHANGES[change]))
    assert said.startswith(f"{item_of(names, 'x-photo')}: field ")
    same = custody(files, names, lambda events: events)
    assert same == files


@pytest.fixture(scope="module")
def proven(files):
    return check_items(files, read_statement(files), read_checkpoint(files))


def refused(files, proven, name, **changes):
    """What is said where the team's own log had committed to other fields."""
    fields = {**proven[name], **changes}
    kept = {key: value for key, value in fields.items() if value is not None}
    with pytest.raises(WrongError) as caught:
        check_exhibits(files, read_statement(files), {**proven, name: kept})
    return caught.value.sentence


def log_of(proven, name, change):
    told = json.loads(proven[name]["custody"].removeprefix(LABEL))
    told["events"] = change(told["events"])
    return LABEL + compact(told)


def test_as_the_log_has_it_every_exhibit_holds(files, proven):
    found = check_exhibits(files, read_statement(files), proven)
    assert (found.whole, found.records, found.copies, found.lone_copies) == (4, 0, 2, 0)
    assert (found.events, found.quotes) == (6, 1)


OTHER = "A" * 43 + "="


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda e: [e[0], e[2], e[1]], "line 2: it is given by another hand"),
        (lambda e: [e[0], {**e[2], "by": 2}, {**e[1], "by": 2}], "line 3: is out of order"),
        (lambda e: e[1:], "does not begin with the intake"),
        (lambda e: [{**e[0], "on": e[1]["on"]}, *e[1:]], "does not begin with the intake"),
        (lambda e: [e[0], {**e[1], "by": 7}, e[2]], "line 2: it is given by another hand"),
        (lambda e: [e[0], {**e[1], "sha256_before": OTHER}, e[2]], "line 2: the hash before"),
        (lambda e: [*e[:2], {**e[2], "sha256_after": OTHER}], "line 3: the hash after"),
        (
            lambda e: [*e[:2], {**e[2], "sha256_after": None, "sha256_before": None}],
            "line 3: nobody took the hash",
        ),
        (lambda e: [*e[:2], {**e[2], "on": "2999-01-01"}], "goes on after the bundle was made"),
        (lambda e: [*e[:2], {**e[2], "name": "Heron"}], "does not parse"),
        (lambda e: [], "does not parse"),
    ],
)
def test_a_chain_that_does_not_hold_is_named_by_its_line(files, proven, names, change, why):
    name = names["x-photo"]
    said = refused(files, proven, name, custody=log_of(proven, name, change))
    assert said.startswith(f"data/items/{name}.json: ")
    assert why in said


def test_a_copy_names_its_original_and_what_made_it(files, proven, names):
    name = names["x-masked"]
    for field in ("original_sha256", "derived_how", "derived_by"):
        assert "does not name its original" in refused(files, proven, name, **{field: None})
    same = refused(files, proven, name, original_sha256=sha256(MASKED).hexdigest())
    assert "very bytes of its original" in same
    assert "SHA-256 that is none" in refused(files, proven, name, original_sha256="x")


def test_what_is_said_of_the_bytes_holds(files, proven, names):
    name = names["x-photo"]
    assert "has not the size" in refused(files, proven, name, size=str(len(PHOTO) + 1))
    digest = sha256(TEXT).hexdigest()
    assert "the hash after is not that" in refused(files, proven, name, sha256=digest)
    assert "other fields than" in refused(files, proven, name, custody=None)
    assert "other fields than" in refused(files, proven, name, words="more")


def test_a_claim_says_what_stands_at_its_place(files, proven, names):
    said = refused(files, proven, names["c-quote"], words="More than 900 were detained.")
    assert "does not quote what stands at its place" in said


def test_the_record_alone_and_a_copy_alone_are_told_as_such(
    world, authority, tmp_path, policy, openssl
):
    built = bundle(world, authority, tmp_path / "one", "x-photo", records_only=("x-photo",))
    alone = open_bundle(built.path)
    assert not [name for name in alone if PHOTO in alone[name]]
    verdict = check_files(alone, policy, NOW, openssl)
    assert verdict.verdict == "valid"
    assert any("1 exhibits by their record alone" in one for one in verdict.not_checked)
    built = bundle(world, authority, tmp_path / "two", "x-masked")
    masked = open_bundle(built.path)
    assert not [name for name in masked if PHOTO in masked[name]]
    verdict = check_files(masked, policy, NOW, openssl)
    assert verdict.verdict == "valid"
    assert any("1 copies against their originals" in one for one in verdict.not_checked)
