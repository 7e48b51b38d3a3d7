"""The published vectors hold, and the maker still makes them."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from asylia.crypto import age
from asylia.crypto.signing import VerifyingKey
from asylia.envelope.bundle import verify_bundle
from asylia.envelope.control import check_follow_up
from asylia.envelope.drop import Slot, drop_id, open_window
from asylia.envelope.envelope import OpenedEnvelope, open_envelope
from asylia.envelope.phrase import Phrase, PhraseError
from asylia.envelope.statement import open_statement
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import AsyliaError, ForgedError, MalformedError, RefusedError
from asylia.values import Day, Hash
from asylia.wire import encode, frame

from .make_vectors import MAKERS, Json, edited, stored

ERRORS: dict[str, type[AsyliaError]] = {
    "malformed": MalformedError,
    "forged": ForgedError,
    "refused": RefusedError,
}


def cases(name: str, key: str = "cases") -> pytest.MarkDecorator:
    found = stored(name)[key]
    assert found
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


def outcome(case: Json, act: Callable[[], Any]) -> Any:
    if case["expect"] == "ok":
        return act()
    with pytest.raises(ERRORS[case["expect"]]):
        act()
    return None


def stored_key(published: Json) -> VerifyingKey:
    later = published["ml_dsa_44"]
    key = VerifyingKey(
        ed25519=b64decode(published["ed25519"]), ml_dsa_44=b64decode(later) if later else None
    )
    assert key.fingerprint == b64decode(published["fingerprint"])
    return key


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_maker_makes_what_is_published(name: str) -> None:
    assert MAKERS[name]() == stored(name)


def test_words_of_phrases() -> None:
    for row in stored("phrase")["phrases"]:
        phrase = Phrase(bytes.fromhex(row["entropy"]))
        assert list(phrase.words(row["language"])) == row["words"]
        assert Phrase.parse(" ".join(row["words"]), row["language"]) == phrase


@cases("phrase")
def test_reading_phrases(case: Json) -> None:
    if case["expect"] == "ok":
        read = Phrase.parse(case["text"], case["language"])
        assert read.entropy.hex() == case["entropy"]
        return
    with pytest.raises(PhraseError) as caught:
        Phrase.parse(case["text"], case["language"])
    assert (caught.value.reason, caught.value.position) == (case["reason"], case["position"])


def test_thread_keys() -> None:
    for row in stored("threadkeys")["cases"]:
        phrase = Phrase(bytes.fromhex(row["entropy"]))
        keys = ThreadKeys.derive(phrase, Hash(bytes.fromhex(row["root_hash"])))
        assert keys.thread.hex() == row["thread"]
        assert str(keys.identity.recipient) == row["recipient"]
        assert keys.signing.public.ed25519.hex() == row["thread_key"]
        for n, expected in row["drop_ids"].items():
            assert drop_id(keys.drop_secret, int(n)).hex() == expected


@cases("intake-bundle")
def test_bundles(case: Json) -> None:
    published = stored("intake-bundle")
    bundle = edited(b64decode(published["files"][case["of"]]), case["edit"])
    root, today = stored_key(published[case["root"]]), Day(case["today"])
    outcome(case, lambda: verify_bundle(bundle, root, today))


def _open(control: str, statement: str, edit: Any, held: list[str]) -> OpenedEnvelope:
    published = stored("envelope")
    parts = [b64decode(published["files"][name]) for name in (control, statement)]
    container = edited(frame("asylia/envelope/1", *parts), edit)
    identities = [age.Identity.parse(published[name]) for name in held]
    return open_envelope(container, identities, Hash(bytes.fromhex(published["root_hash"])))


@cases("envelope")
def test_envelopes(case: Json) -> None:
    opened = outcome(
        case,
        lambda: _open(case["control"], case["statement"], case["edit"], case["identities"]),
    )
    if opened is not None and case["control"] == "control":
        published = stored("envelope")
        assert encode(opened.control).decode() == published["control"]
        assert encode(opened.statement).decode() == published["statement"]
        key = b64decode(published["statement_file_key"])
        assert opened.statement_file_key == key
        if case["statement"] == "statement":
            assert opened.arrival_digest == b64decode(published["arrival_digest"])
        assert open_statement(opened.statement_age, key) == opened.statement


@cases("envelope", "follow_ups")
def test_follow_ups(case: Json) -> None:
    envelopes = stored("envelope")["envelopes"]
    first, later = (
        _open(control, statement, None, ["intake"]).control
        for control, statement in (envelopes[case["first"]], envelopes[case["later"]])
    )
    outcome(case, lambda: check_follow_up(first, later))


@cases("drop")
def test_windows(case: Json) -> None:
    published = stored("drop")
    root_hash = Hash(bytes.fromhex(published["root_hash"]))
    keys = ThreadKeys.derive(Phrase(bytes.fromhex(published["entropy"])), root_hash)
    slots = [
        Slot(slot["state"], edited(b64decode(published["files"][slot["of"]]), slot["edit"]))
        if slot["state"] == "present"
        else Slot(slot["state"])
        for slot in case["slots"]
    ]
    reply_keys = [stored_key(each) for each in published["reply_keys"]]
    window = open_window(slots, case["first"], keys, reply_keys, root_hash)
    assert {
        "shown": [drop.n for drop in window.shown],
        "opened": list(window.opened),
        "refused": list(window.refused),
        "missing": list(window.missing),
        "next": window.next_window,
        "found": window.found,
    } == case["expect"]
