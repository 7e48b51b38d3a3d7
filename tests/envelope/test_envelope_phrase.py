"""Phrases and thread keys: what a frightened person types, and what must never be taken for it."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto.random import system
from asylia.envelope import phrase as phrase_module
from asylia.envelope.phrase import LANGUAGES, Phrase, PhraseError, word_list
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import AsyliaError, MalformedError
from asylia.values import Hash

from .world import KEYS, PHRASE, ROOT_HASH

languages = st.sampled_from(LANGUAGES)
entropies = st.binary(min_size=12, max_size=12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_words_of_a_list_read_alike(language: str) -> None:
    words = word_list(language)
    assert len(words) == 2048
    assert len({phrase_module._fold(word) for word in words}) == 2048
    assert all(len(phrase_module._fold(word)) == 1 for word in words)
    assert all(word == unicodedata.normalize("NFC", word).lower() for word in words)
    assert all(word.isalpha() for word in words)


def test_a_word_list_that_changed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase_module, "_MEND_RU", (1572, "снег"))
    word_list.cache_clear()
    with pytest.raises(AsyliaError, match="word list") as caught:
        word_list("ru")
    assert caught.value.hint
    word_list.cache_clear()


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    return "".join(char for char in apart if not unicodedata.combining(char))


FORMS: list[Literal["NFC", "NFD", "NFKC", "NFKD"]] = ["NFC", "NFD", "NFKC", "NFKD"]
CHANGES: list[Callable[[str], str]] = [str, str.upper, str.title, _bare]


@given(entropies, languages, st.data())
def test_what_is_shown_is_read_however_it_is_typed(
    entropy: bytes, language: str, data: st.DataObject
) -> None:
    typed = []
    for number, word in enumerate(Phrase(entropy).words(language), start=1):
        form = data.draw(st.sampled_from(FORMS))
        change = data.draw(st.sampled_from(CHANGES))
        front = data.draw(st.sampled_from(["", " ", "\n", f"{number}. ", " - ", "\t\u00a0"]))
        typed.append(front + unicodedata.normalize(form, change(word)))
    text = data.draw(st.sampled_from([" ", ", ", "\r\n", ";", ".\u3000"])).join(typed)
    assert Phrase.parse(text, language) == Phrase(entropy)


@given(st.text(max_size=1200), languages)
def test_any_text_is_a_phrase_or_our_error(text: str, language: str) -> None:
    with suppress(PhraseError):
        read = Phrase.parse(text, language)
        assert Phrase.parse(" ".join(read.words(language)), language) == read


@given(entropies, st.integers(0, 8), st.integers(0, 2047), languages)
def test_one_wrong_word_never_gives_the_same_phrase(
    entropy: bytes, place: int, index: int, language: str
) -> None:
    words = list(Phrase(entropy).words(language))
    other = word_list(language)[index]
    same, words[place] = words[place] == other, other
    read = None
    with suppress(PhraseError):
        read = Phrase.parse(" ".join(words), language)
    assert (read == Phrase(entropy)) == same


def test_check_bits_notice_about_seven_slips_in_eight() -> None:
    words = list(PHRASE.words("en"))
    passed = 0
    for other in word_list("en"):
        try:
            Phrase.parse(" ".join([*words[:4], other, *words[5:]]), "en")
            passed += 1
        except PhraseError:
            continue
    assert 2048 / 8 * 0.7 < passed < 2048 / 8 * 1.3


def test_an_error_tells_the_place_and_never_the_word() -> None:
    words = [*PHRASE.words("en")[:6], "Zuleikhan", *PHRASE.words("en")[7:]]
    with pytest.raises(PhraseError) as caught:
        Phrase.parse(" ".join(words), "en")
    assert caught.value.position == 7
    shown = f"{caught.value!r} {caught.value.message} {caught.value.hint}".lower()
    assert "7" in shown
    assert not any(word.lower() in shown.split() for word in words)


def test_a_language_without_phrases_is_refused() -> None:
    with pytest.raises(MalformedError):
        Phrase.parse(" ".join(PHRASE.words("en")), "xx")
    with pytest.raises(MalformedError):
        PHRASE.words("")


@pytest.mark.parametrize("length", [0, 11, 13, 32])
def test_a_phrase_has_96_bits(length: int) -> None:
    with pytest.raises(MalformedError):
        Phrase(bytes(length))


def test_generated_phrases_differ() -> None:
    assert len({Phrase.generate(system) for _ in range(50)}) == 50


def test_nothing_secret_is_in_a_repr() -> None:
    shown = repr(PHRASE) + str(PHRASE) + repr(KEYS) + str(KEYS)
    assert shown == "Phrase()Phrase()ThreadKeys()ThreadKeys()"


def test_under_another_root_a_phrase_gives_other_keys() -> None:
    other = ThreadKeys.derive(PHRASE, Hash(bytes(32)))
    assert other.thread != KEYS.thread
    assert other.identity != KEYS.identity
    assert other.signing != KEYS.signing
    assert other.drop_secret != KEYS.drop_secret
    assert ThreadKeys.derive(PHRASE, ROOT_HASH) == KEYS


def test_a_root_hash_of_another_length_is_refused() -> None:
    with pytest.raises(MalformedError):
        ThreadKeys.derive(PHRASE, Hash(b"short"))
