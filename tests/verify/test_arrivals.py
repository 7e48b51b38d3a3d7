"""A whole statement in a bundle: proven, opened, and refused when anything about it is other."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.dossier.remake import rebag, resign
from tests.dossier.reports import SAID, STATEMENT, Reported, committed, taken_in
from tests.dossier.world import NOW, World, counter
from tests.envelope import world as envelopes

from asylia.crypto import age as team_age
from asylia.crypto.padding import pad
from asylia.dossier.formats import ArrivalProof, Leaf
from asylia.envelope.envelope import arrival_digest, open_envelope, seal_envelope
from asylia.envelope.statement import Answer, Statement
from asylia.wire import decode, encode
from asylia_verify import age
from asylia_verify.arrivals import _WORDS, _unpad
from asylia_verify.check import check_files
from asylia_verify.errors import WrongError
from asylia_verify.opening import open_bundle
from asylia_verify.strict import message

LABEL = b"asylia/arrival-proof/1\n"


@pytest.fixture(scope="module")
def reported(authority, tmp_path_factory):
    """A world of its own, so that nothing else stands in its log."""
    world = World()
    one = Reported(taken_in(world))
    built = one.build(world, authority, tmp_path_factory.mktemp("out") / "b", "c-rep", "c-press")
    return one, built, world


@pytest.fixture(scope="module")
def whole(reported):
    return open_bundle(reported[1].path)


@pytest.fixture(scope="module")
def place(reported):
    one, built, _ = reported
    return f"data/arrivals/{built.names[one.source]}"


@pytest.fixture
def signed(reported, stampers):
    """What the team's own device could sign, had it gone bad."""
    world = reported[2]
    return lambda files, **changes: resign(files, world.exporter, stampers, **changes)


def wrong(files, policy, openssl) -> str:
    verdict = check_files(files, policy, NOW, openssl)
    assert (verdict.verdict, verdict.exit_code) == ("wrong", 1)
    return verdict.wrong or ""


def changed(content: bytes, change) -> bytes:
    said = json.loads(content.removeprefix(LABEL))
    change(said)
    return LABEL + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def sealed(text: str) -> tuple[bytes, bytes]:
    return sealed_bytes(pad(encode(structs.replace(STATEMENT, text=text))))


def sealed_bytes(plaintext: bytes) -> tuple[bytes, bytes]:
    """An age file, and the key that opens it."""
    file = team_age.encrypt(plaintext, [envelopes.INTAKE.recipient])
    return file, team_age.file_key(file, [envelopes.INTAKE])


def renamed(files, place, statement_age, control_sha256):
    """The arrival's files under the name that these hashes give; everything is listed anew."""
    name = arrival_digest(control_sha256, sha256(statement_age).digest())[:5].hex()
    moved = {path.replace(place, f"data/arrivals/{name}"): one for path, one in files.items()}
    return name, moved


def test_a_whole_statement_is_proven_and_the_verdict_says_what_that_means(whole, policy, openssl):
    verdict = check_files(whole, policy, NOW, openssl)
    assert verdict.verdict == "valid", verdict.wrong
    (line,) = [line for line in verdict.checked if line.startswith("statements in full: 1; ")]
    for words in ("unchanged, existed by the checkpoint", "not who wrote them", "nor that they"):
        assert words in line
    assert verdict.not_checked == check_files(whole, policy, NOW, openssl).not_checked
    assert not any("does not know" in line for line in verdict.not_checked)
    unknown = check_files(whole, None, NOW, openssl)
    assert (unknown.verdict, unknown.exit_code) == ("whole, signer unknown", 3)


def test_a_bundle_without_one_says_nothing_of_it(files, policy, openssl):
    checked = check_files(files, policy, NOW, openssl).checked
    assert not any("statements in full" in line for line in checked)


def test_a_statement_may_leave_without_any_claim(authority, policy, openssl, tmp_path):
    world = World()
    Reported(taken_in(world)).build(world, authority, tmp_path / "b")
    verdict = check_files(open_bundle(tmp_path / "b"), policy, NOW, openssl)
    assert verdict.verdict == "valid", verdict.wrong


def test_a_long_statement_of_many_chunks_opens(authority, policy, openssl, tmp_path):
    world, text = World(), "Ӏаьржа ночь. " * 7000
    Reported(taken_in(world, Statement(language="ru", text=text))).build(
        world, authority, tmp_path / "b"
    )
    files = open_bundle(tmp_path / "b")
    verdict = check_files(files, policy, NOW, openssl)
    assert verdict.verdict == "valid", verdict.wrong
    (words,) = [one for path, one in files.items() if path.endswith("statement.json")]
    assert decode(words, Statement).text == text


@pytest.mark.parametrize("name", ["statement.age", "proof.json", "statement.json"])
def test_each_of_its_files_must_be_there(whole, place, signed, policy, openssl, name):
    path = f"{place}/{name}"
    left = {one: content for one, content in whole.items() if one != path}
    assert wrong(left, policy, openssl).startswith(f"{path}: ")
    assert wrong(signed(left), policy, openssl) == f"{path}: is missing"


def test_any_byte_of_them_counts_and_its_file_is_named(whole, place, policy, openssl):
    for path in (one for one in whole if one.startswith(place)):
        for at in range(0, len(whole[path]), 97):
            said = wrong(rebag({**whole, path: flipped(whole[path], at)}), policy, openssl)
            assert said.startswith(f"{path}: ")


def test_not_even_the_device_can_alter_the_statement(whole, place, signed, policy, openssl):
    path = f"{place}/statement.age"
    for at in (30, 1700, len(whole[path]) // 2, len(whole[path]) - 1):
        said = wrong(signed({**whole, path: flipped(whole[path], at)}), policy, openssl)
        assert said == f"{path}: with the control's hash it is not the arrival of its name"


def test_other_words_under_their_own_name_were_never_committed_to(
    reported, whole, place, signed, policy, openssl
):
    """Sealed anew, named anew, signed anew, with a consent line: there is no leaf for them."""
    file, key = sealed("Nothing happened to me.")
    arrival = reported[0].submission.arrival
    files = {**whole, f"{place}/statement.age": file}
    proof = json.loads(whole[f"{place}/proof.json"].removeprefix(LABEL))
    assert proof["leaf"]["index"] == arrival.leaf_index
    files[f"{place}/proof.json"] = changed(
        whole[f"{place}/proof.json"], lambda said: said.update(file_key=_b64(key))
    )
    name, files = renamed(files, place, file, arrival.control_sha256)
    said = wrong(signed(files, arrivals=(name,)), policy, openssl)
    assert said == (
        f"data/arrivals/{name}/proof.json: its salt and place do not lead from the statement "
        "to the log's checkpoint"
    )


def _b64(content: bytes) -> str:
    return b64encode(content).decode()


def other_key(said):
    said["file_key"] = _b64(bytes(16))


def other_salt(said):
    said["leaf"]["salt"] = _b64(bytes(32))


def other_index(said):
    said["leaf"]["index"] ^= 1


def index_outside(said):
    said["leaf"]["index"] = 1 << 40


def shorter_path(said):
    said["leaf"]["path"].pop()


def longer_path(said):
    said["leaf"]["path"].append(_b64(bytes(32)))


def other_control(said):
    said["control_sha256"] = _b64(bytes(32))


def short_key(said):
    said["file_key"] = _b64(bytes(15))


def one_key_more(said):
    said["control"] = "x"


@pytest.mark.parametrize(
    ("change", "file", "words"),
    [
        (other_key, "statement.age", "is not opened by the file key of the proof"),
        (other_salt, "proof.json", "its salt and place do not lead"),
        (other_index, "proof.json", "its salt and place do not lead"),
        (index_outside, "proof.json", "lies outside the log's tree"),
        (shorter_path, "proof.json", "too short"),
        (longer_path, "proof.json", "too long"),
        (other_control, "statement.age", "is not the arrival of its name"),
        (short_key, "proof.json", "does not parse"),
        (one_key_more, "proof.json", "does not parse"),
    ],
)
def test_another_proof_is_refused_and_what_is_wrong_is_named(
    whole, place, signed, policy, openssl, change, file, words
):
    path = f"{place}/proof.json"
    said = wrong(signed({**whole, path: changed(whole[path], change)}), policy, openssl)
    assert said.startswith(f"{place}/{file}: ")
    assert words in said


def test_the_readable_words_are_the_sealed_ones(whole, place, signed, policy, openssl):
    path = f"{place}/statement.json"
    other = whole[path].replace("восемь".encode(), "девять".encode())
    assert other != whole[path]
    said = wrong(signed({**whole, path: other}), policy, openssl)
    assert said == f"{path}: is not what statement.age opens to"


def test_arrivals_are_those_that_the_statement_names(whole, place, signed, policy, openssl):
    for names in ((), ("0123456789",), (place[-10:], "0123456789")):
        assert "names other arrivals" in wrong(signed(whole, arrivals=names), policy, openssl)
    left = {path: one for path, one in whole.items() if not path.startswith(place)}
    assert "names other arrivals" in wrong(signed(left), policy, openssl)
    nothing = {path: one for path, one in left.items() if "/items/" not in path}
    said = wrong(signed(nothing, arrivals=(), items=()), policy, openssl)
    assert "names neither item nor arrival" in said


def test_it_leaves_on_a_line_of_consent_of_its_own(whole, place, signed, policy, openssl):
    path, name = "data/consent.json", place[-10:]
    label, _, body = whole[path].partition(b"\n")
    for words, change in (
        ("something else than consent", {"basis": "emergency"}),
        ("something else than consent", {"basis": "proxy"}),
        ("something else than consent", {"basis": "public", "until": None}),
        ("one line for each item", {"name": "0123456789"}),
    ):
        said = json.loads(body)
        (line,) = [one for one in said["items"] if one["name"] == name]
        line.update(change)
        said["items"].sort(key=lambda one: one["name"])
        again = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        forged = signed({**whole, path: label + b"\n" + again.encode()})
        assert words in wrong(forged, policy, openssl)


def test_consent_in_another_s_stead_is_told_and_an_unknown_basis_refused(
    whole, place, signed, policy, openssl
):
    path = "data/consent.json"
    label, _, body = whole[path].partition(b"\n")
    for basis, verdict in (("proxy", "valid"), ("somebody", "wrong")):
        said = json.loads(body)
        line = next(one for one in said["items"] if one["name"] != place[-10:] and one["until"])
        line["basis"] = basis
        again = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        found = check_files(
            signed({**whole, path: label + b"\n" + again.encode()}), policy, NOW, openssl
        )
        assert found.verdict == verdict, found.wrong
        told = "given in the stead of somebody who can't be asked: 1" in found.as_text()
        assert told == (basis == "proxy")


def taken_unread(world, statement_age, key):
    """A device that committed to whatever this is, before anybody saw it."""
    letter = replace(envelopes.LETTER, statement=STATEMENT)
    envelope = seal_envelope(letter, envelopes.KEYS, envelopes.bundle(), "casework")
    opened = open_envelope(envelope, [envelopes.INTAKE], envelopes.ROOT_HASH)
    digest = sha256(statement_age).digest()
    control = structs.replace(opened.control, statement_sha256=digest)
    other = replace(opened, control=control, statement_age=statement_age, statement_file_key=key)
    return committed(world, other, counter(1 << 22))


def altered_at_the_end():
    file, key = sealed(SAID)
    return flipped(file, len(file) - 1), key


def of_another_format():
    return sealed_bytes(pad(b"asylia/control/1\n{}"))


def with_a_key_more():
    content = encode(STATEMENT).replace(b'{"answers"', b'{"age":1,"answers"', 1)
    return sealed_bytes(pad(content))


def not_padded():
    return sealed_bytes(encode(STATEMENT))


def as_it_should_be():
    return sealed(SAID)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (altered_at_the_end, "a chunk's tag does not hold"),
        (not_padded, "is not padded as it should be"),
        (of_another_format, "is not of the format asylia/statement/1"),
        (with_a_key_more, "does not parse as asylia/statement/1"),
        (as_it_should_be, ""),
    ],
)
def test_a_leaf_alone_makes_no_statement(
    authority, stampers, policy, openssl, tmp_path, made, words
):
    """Its leaf is in the log and its proof is right: the file itself must still hold."""
    world = World()
    good = Reported(taken_in(world))
    other = taken_unread(world, *made())
    built = good.build(world, authority, tmp_path / "b")
    old = built.names[good.source]
    name = other.arrival_digest[:5].hex()
    files = open_bundle(tmp_path / "b")
    path = world.reader().inclusion(other.arrival.leaf_index).path
    arrival = other.arrival
    leaf = Leaf(index=arrival.leaf_index, path=path, salt=arrival.salt)
    proof = ArrivalProof(
        control_sha256=arrival.control_sha256, file_key=arrival.statement_file_key, leaf=leaf
    )
    files[f"data/arrivals/{old}/proof.json"] = encode(proof)
    files[f"data/arrivals/{old}/statement.age"] = other.statement_age
    files["data/consent.json"] = files["data/consent.json"].replace(old.encode(), name.encode())
    files = {one.replace(old, name): content for one, content in files.items()}
    files = resign(files, world.exporter, stampers, arrivals=(name,))
    if not words:
        assert check_files(files, policy, NOW, openssl).verdict == "valid"
        return
    said = wrong(files, policy, openssl)
    assert said.startswith(f"data/arrivals/{name}/statement.age: ")
    assert words in said


def test_a_file_altered_anywhere_does_not_open(openssl):
    good, key = sealed(SAID)
    header = good.index(b"\n", good.index(b"\n--- ") + 1) + 1
    spoiled = {
        "a chunk's tag does not hold": flipped(good, len(good) - 1),
        "is not opened by the file key": flipped(good, 40),
        "is not an age file": b"x" + good,
        "a chunk's tag": good[: header + 32],
        "is cut off behind its header": good[: header + 31],
    }
    for words, content in spoiled.items():
        with pytest.raises(WrongError, match=words):
            age.open_file(content, key, openssl)
    assert _unpad(age.open_file(good, key, openssl))


@pytest.mark.parametrize("size", [0, 1, 4096, 65535, 65536, 65537, 200_000])
def test_the_checker_opens_what_the_team_seals(openssl, size):
    plaintext = bytes(at * 7 % 251 for at in range(size))
    file = team_age.encrypt(plaintext, [envelopes.INTAKE.recipient])
    key = team_age.file_key(file, [envelopes.INTAKE])
    assert age.open_file(file, key, openssl) == plaintext


def test_chunks_left_out_put_twice_or_swapped_are_refused(openssl):
    size = 64 * 1024 + 16
    file = team_age.encrypt(bytes(2 * 65536 + 5), [envelopes.INTAKE.recipient])
    key = team_age.file_key(file, [envelopes.INTAKE])
    start = len(file) - 2 * size - 21
    head, one, two, last = (
        file[:start],
        *(file[start:][at : at + size] for at in (0, size, 2 * size)),
    )
    assert age.open_file(head + one + two + last, key, openssl) == bytes(2 * 65536 + 5)
    for body in (
        one + two,
        two + one + last,
        one + last,
        one + two + last + last,
        one + two + b"x",
    ):
        with pytest.raises(WrongError):
            age.open_file(head + body, key, openssl)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_byte_of_a_sealed_file_is_free(openssl, data):
    file, key = SEALED
    at = data.draw(st.integers(0, len(file) - 1))
    with pytest.raises(WrongError):
        age.open_file(flipped(file, at), key, openssl)


SEALED = sealed("Words.")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(
    st.builds(
        Statement,
        language=st.sampled_from(["en", "ru", "che"]),
        text=TEXT,
        answers=st.lists(st.builds(Answer, question=TEXT, text=TEXT), max_size=3).map(tuple),
    )
)
def test_the_checker_reads_every_statement_that_the_team_writes(statement):
    content = encode(statement)
    assert _unpad(pad(content)) == content
    parsed = message(content, "asylia/statement/1", _WORDS, "statement.age")
    assert parsed["text"] == statement.text


@given(st.binary(max_size=9000))
def test_rubbish_is_the_checkers_own_error(rubbish):
    for read in (_unpad, lambda it: age.open_file(it, bytes(16), None)):
        with pytest.raises(WrongError):
            read(rubbish)


@pytest.mark.parametrize("length", [0, 1, 4092, 4093, 5000, 65536, 300_000])
def test_padding_is_the_teams_and_no_other(length):
    padded = pad(bytes(length))
    assert _unpad(padded) == bytes(length)
    others = [padded[:-1], padded + b"\0"]
    if len(padded) > length + 4:
        others.append(padded[:-1] + b"\1")
    for other in others:
        with pytest.raises(WrongError):
            _unpad(other)
