"""Every vector of cards, invitations, words, parts and shares gives what it says."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.make_joining_vectors import FOLDER, unb64
from tests.ledger.make_vectors import Drawn

from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.errors import AsyliaError, ForgedError, MalformedError, RefusedError, UsageError
from asylia.ledger import joining, parts, recovery
from asylia.ledger.statewords import heard, state_words
from asylia.values import Day

JOINING, PARTS, RECOVERY = (
    json.loads((FOLDER / f"{name}.json").read_text()) for name in ("joining", "parts", "recovery")
)
ERRORS: dict[str, type[AsyliaError]] = {
    "malformed": MalformedError,
    "forged": ForgedError,
    "refused": RefusedError,
    "usage": UsageError,
}
ANYTHING = st.binary(max_size=300) | st.just(b"asylia/card/1\n{}")


def named(vector: dict[str, Any]) -> str:
    return str(vector["name"])


@pytest.mark.parametrize("vector", JOINING["cards"], ids=named)
def test_a_card_parses_or_is_refused_as_its_vector_says(vector: dict[str, str]) -> None:
    if vector["expect"] == "ok":
        card = joining.parse_card(unb64(vector["card"]))
        assert card.recipient == Identity.parse(JOINING["invitation"]["prekey"]).recipient
        return
    with pytest.raises(ERRORS[vector["expect"]]):
        joining.parse_card(unb64(vector["card"]))


@pytest.mark.parametrize("vector", JOINING["invitation"]["sealed"], ids=named)
def test_an_invitation_opens_or_is_refused_as_its_vector_says(vector: dict[str, Any]) -> None:
    prekeys = [Identity.parse(JOINING["invitation"]["prekey"])]
    if vector["expect"] == "ok":
        opened = joining.open_invitation(unb64(vector["age"]), prekeys, Day(vector["today"]))
        assert opened.plaintext == unb64(JOINING["invitation"]["plaintext"])
        return
    with pytest.raises(ERRORS[vector["expect"]]):
        joining.open_invitation(unb64(vector["age"]), prekeys, Day(vector["today"]))


def test_the_words_are_those_of_their_vectors() -> None:
    given_words, plaintext = JOINING["invitation"]["words"], JOINING["invitation"]["plaintext"]
    card, root_hash = unb64(given_words["card"]), unb64(given_words["root_hash"])
    assert list(joining.words(card, unb64(plaintext), root_hash)) == given_words["words"]
    state = JOINING["invitation"]["state_words"]
    told = state_words(unb64(state["root_hash"]), state["count"], unb64(state["line"]))
    assert list(told) == state["words"]


def test_the_words_change_with_card_invitation_and_team() -> None:
    told = {
        joining.words(card, invitation, root_hash)
        for card, invitation, root_hash in (
            (b"card", b"invitation", bytes(32)),
            (b"other", b"invitation", bytes(32)),
            (b"card", b"other", bytes(32)),
            (b"card", b"invitation", bytes([1]) * 32),
        )
    }
    assert len(told) == 4
    assert {len(words) for words in told} == {8}


def test_words_count_the_same_however_they_are_typed() -> None:
    assert heard("  Abandon\tABILITY able ") == ("abandon", "ability", "able")


@pytest.mark.parametrize("vector", PARTS["parts"], ids=named)
def test_parts_join_or_are_refused_as_their_vector_says(vector: dict[str, Any]) -> None:
    if vector["expect"] == "ok":
        assert parts.join(vector["kind"], vector["text"]) == unb64(vector["content"])
        return
    with pytest.raises(MalformedError):
        parts.join(vector["kind"], vector["text"])


@given(st.binary(min_size=1, max_size=3000), st.randoms())
def test_whatever_is_split_is_joined_again_in_any_order(content: bytes, chance: Any) -> None:
    lines = list(parts.split("INVITATION", content))
    chance.shuffle(lines)
    assert parts.join("INVITATION", "\n".join(lines)) == content


@given(st.text(max_size=300))
def test_any_other_text_gives_our_error(text: str) -> None:
    with pytest.raises(MalformedError):
        parts.join("CARD", text + "ASYLIA:CARD:ABCDEFGH:1/1:")


def test_a_missing_part_is_named() -> None:
    lines = parts.split("CARD", Drawn(b"long")(1500))
    with pytest.raises(MalformedError, match="missing: 2"):
        parts.join("CARD", "".join((lines[0], *lines[2:])))


def test_a_small_text_does_not_unpack_into_a_large_content() -> None:
    bomb = parts.split("CARD", bytes(parts.LIMIT))
    assert parts.join("CARD", bomb[0]) == bytes(parts.LIMIT)
    with pytest.raises(MalformedError):
        parts.split("CARD", bytes(parts.LIMIT + 1))


@pytest.mark.parametrize("vector", RECOVERY["pairs"], ids=named)
def test_two_shares_give_both_seeds_or_are_refused(vector: dict[str, Any]) -> None:
    shares = [unb64(share) for share in vector["shares"]]
    if vector["expect"] == "ok":
        found = recovery.combine(shares)
        assert found.root.seed == unb64(RECOVERY["root_seed"])
        assert found.recovery.reveal() == RECOVERY["recovery"]
        return
    with pytest.raises(ERRORS[vector["expect"]]):
        recovery.combine(shares)


def test_one_share_alone_says_nothing_of_a_seed() -> None:
    """For any other seed there are halves that this custodian could hold just as well."""
    root = SigningKey(bytes(32), "pair")
    secrets = recovery.draw(root)
    for share in map(recovery.parse, recovery.split(secrets, Day(1))):
        held = (*share.root, *share.recovery)
        assert len(set(held)) == 4
        assert not {root.seed, secrets.recovery.seed} & set(held)


@given(ANYTHING)
def test_anything_else_gives_our_error(content: bytes) -> None:
    prekeys = [Identity.parse(JOINING["invitation"]["prekey"])]
    with pytest.raises((MalformedError, ForgedError)):
        joining.parse_card(content)
    with pytest.raises((MalformedError, ForgedError)):
        joining.open_invitation(content, prekeys, Day(1))
    with pytest.raises((MalformedError, UsageError)):
        recovery.combine([content, content])
