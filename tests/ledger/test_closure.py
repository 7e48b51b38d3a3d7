"""Which sets of stores, blobs, shares and phrases open what; and that the attacker is able."""

import sqlite3
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest
from tests.ledger.closure import Attacker, Secrets
from tests.ledger.make_closure import PAGE, computed, written
from tests.ledger.played import CASEWORK, GONE, THIRD, Desk, Team, begin, without_rotation

from asylia.crypto import age, random
from asylia.crypto.age import Identity
from asylia.crypto.layer import seal_layer
from asylia.crypto.padding import pad
from asylia.envelope.phrase import Phrase
from asylia.envelope.threadkeys import ThreadKeys
from asylia.ledger import destroying, keeping
from asylia.ledger.change import Dismissal, Forgetting
from asylia.ledger.notices import NoticeDoor
from asylia.values import Hash
from asylia.vault.keeping import KeepingStore
from asylia.wire import frame

WORDS = "words that nobody else has"


def sealed(key: bytes) -> bytes:
    content = seal_layer(key, "asylia/entry/1 content", pad(WORDS.encode(), 256))
    return frame("asylia/entry/1", b"a header", content)


PLACES = {
    "as it is": lambda key: key,
    "in a text of findings": lambda key: b"the blob at place 7: " + b64encode(key) + b" is wrong",
    "in base64 for addresses": lambda key: b"/v1/x/" + urlsafe_b64encode(key).rstrip(b"="),
    "in hex": lambda key: b"place 7 (" + key.hex().encode() + b")",
    "in a page of keys": lambda key: pad(random.system(16) + key, 256),
    "in JSON in JSON": lambda key: (
        b'asylia/x/1\n{"a":"'
        + b64encode(b'asylia/y/1\n{"b":"' + b64encode(b'{"key":"' + b64encode(key) + b'"}') + b'"}')
        + b'"}'
    ),
    "in the middle of a short value": lambda key: b"\0\1\2" + key + b"\3\4",
    "in a frame in a padded frame": lambda key: pad(
        frame("asylia/x/1", b"", frame("asylia/y/1", b"z", key)), 1024
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_key_is_found_wherever_it_lies(place: str) -> None:
    key = random.system(32)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE finding (text ANY) STRICT")
    connection.execute("INSERT INTO finding VALUES (?)", [PLACES[place](key)])
    assert Attacker().take(sealed(key)).take_store(connection).reads(WORDS)
    assert not Attacker().take(sealed(random.system(32))).take_store(connection).reads(WORDS)


def test_a_known_key_is_found_at_any_offset_of_any_bytes() -> None:
    key, identity = random.system(32), Identity.generate()
    secret = Secrets(frozenset([key]), frozenset([identity.reveal()]))
    long = random.system(5001) + key + random.system(4000)
    other = random.system(5001) + identity.seed + random.system(4000)
    letter = age.encrypt(WORDS.encode(), [identity.recipient])
    assert not Attacker().take(sealed(key), long).reads(WORDS)
    assert Attacker(secret).take(sealed(key), long).reads(WORDS)
    assert Attacker(secret).take(letter, other).reads(WORDS)
    assert not Attacker(secret).take(sealed(key), letter, random.system(9000)).reads(WORDS)


def test_what_a_database_only_half_deleted_is_found() -> None:
    key = random.system(32)
    connection = sqlite3.connect(":memory:")
    connection.executescript("PRAGMA secure_delete = OFF; CREATE TABLE t (a BLOB)")
    connection.execute("INSERT INTO t VALUES (?)", [key])
    connection.execute("INSERT INTO t VALUES (?)", [b"qzwords of a record"])
    connection.execute("DELETE FROM t")
    connection.commit()
    attacker = Attacker(Secrets(frozenset([key]), frozenset()))
    attacker.take(sealed(key)).take_disk(connection.serialize())
    assert attacker.reads(WORDS)
    assert attacker.reads("QZwords")


def test_a_seed_of_32_bytes_opens_what_is_sealed_to_its_identity() -> None:
    identity = Identity.generate()
    letter = age.encrypt(WORDS.encode(), [identity.recipient])
    named = b'{"recipient":"' + str(identity.recipient).encode() + b'"}'
    assert Attacker().take(letter, identity.seed, named).reads(WORDS)


def test_the_key_of_one_file_opens_that_file() -> None:
    identity = Identity.generate()
    letter = age.encrypt(WORDS.encode(), [identity.recipient])
    key = age.file_key(letter, [identity])
    assert Attacker().take(letter, b'x/1\n{"key":"' + b64encode(key) + b'"}').reads(WORDS)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_phrase_is_found_in_a_text_and_opens_what_is_sealed_to_it(language: str) -> None:
    phrase, root_hash = Phrase.generate(random.system), random.system(32)
    to = ThreadKeys.derive(phrase, Hash(root_hash)).identity.recipient
    letter = age.encrypt(WORDS.encode(), [to])
    note = ("my words: " + " ".join(phrase.words(language)) + ".").encode()
    assert Attacker(root_hash=root_hash).take(letter).take_phrase(phrase).reads(WORDS)
    assert Attacker(root_hash=root_hash).take(letter, note).reads(WORDS)
    assert not Attacker(root_hash=random.system(32)).take(letter, note).reads(WORDS)


# -- what the devices say, held against what their disks and the blobs give


def is_final(desk: Desk) -> bool:
    told = desk.ledger.forgotten()
    return bool(told) and all(one.final for one in told)


def shut_if_final(team: Team, desk: Desk) -> None:
    """What a device tells its worker is true of all current devices' disks and every blob."""
    assert not is_final(desk) or not team.attacker().reads(GONE), f"{desk.name} is wrong"


def forget(folder: Path) -> Team:
    """One device is away while the others forget; then it comes back."""
    team, gone = begin(folder)
    team.after_sync = lambda desk: shut_if_final(team, desk)
    team.away.add(THIRD)
    team.decide(Forgetting(CASEWORK, (gone,), "withdrawal", ()))
    team.days(2)
    assert team.awaited() == {THIRD}
    assert team.attacker().reads(GONE)
    team.away.discard(THIRD)
    team.days(2)
    return team


def test_a_record_is_said_to_be_shut_for_good_only_when_it_is(tmp_path: Path) -> None:
    team = forget(tmp_path)
    assert not team.awaited()
    assert all(is_final(desk) for desk in team.desks.values())
    assert not team.attacker().reads(GONE)


def test_whoever_left_the_compartment_brings_nothing_back(tmp_path: Path) -> None:
    team, gone = begin(tmp_path, "Juniper")
    team.decide(Dismissal(CASEWORK, team.desks["Juniper"].ledger.device))
    team.decide(Forgetting(CASEWORK, (gone,), "withdrawal", ()))
    team.days(2)
    assert is_final(team.desks["Linden"])
    shut_if_final(team, team.desks["Linden"])  # it says so, so it must be
    for _ in range(8):
        team.days(1)
        shut_if_final(team, team.desks["Linden"])


def test_without_telling_it_one_who_left_opens_the_record_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NoticeDoor, "_heed", lambda *_: None)
    with pytest.raises(AssertionError, match="is wrong"):
        test_whoever_left_the_compartment_brings_nothing_back(tmp_path)


def test_without_rotation_a_forgotten_record_opens_and_nobody_says_that_it_is_shut(
    tmp_path: Path,
) -> None:
    with without_rotation():
        team = forget(tmp_path)
    assert team.attacker().reads(GONE)
    assert not any(is_final(desk) for desk in team.desks.values())


def test_without_destruction_a_forgotten_record_opens_and_nobody_says_that_it_is_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destroying, "destroy", lambda *_: False)
    monkeypatch.setattr("asylia.ledger.housekeeping.destroy", lambda *_: False)
    team = forget(tmp_path)
    assert team.attacker().reads(GONE)
    assert not any(is_final(desk) for desk in team.desks.values())


def test_a_device_that_only_says_that_it_destroyed_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeepingStore, "destroy_epochs", lambda *_: None)
    with pytest.raises(AssertionError, match="is wrong"):
        forget(tmp_path)


def test_whoever_does_not_wait_for_acknowledgements_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "is_final", lambda here, row: bool(here.forgotten))
    with pytest.raises(AssertionError, match="is wrong"):
        forget(tmp_path)


def test_the_page_says_which_sets_open_what() -> None:
    told = written(PAGE.read_text("utf-8"))
    assert told == computed(), "to write it anew: python -m tests.ledger.make_closure"
