"""Six words, drawn; typed in any way that a person might."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from asylia.vault.passphrase import WORDS, draw, normal


def test_six_words_of_the_list_are_drawn() -> None:
    words = set(Mnemonic("english").wordlist)
    drawn = [draw() for _ in range(50)]
    assert all(len(one.split()) == WORDS and set(one.split()) <= words for one in drawn)
    assert len(set(drawn)) == 50


def test_each_of_the_66_bits_counts() -> None:
    seen = set()
    for bit in range(66):
        number = (1 << bit).to_bytes(9, "big")
        seen.add(draw(lambda _, number=number: number))  # type: ignore[misc]
    assert len(seen) == 66


def test_case_spaces_and_unicode_form_do_not_matter() -> None:
    assert normal(" Amber\tBASIN\n cedar ") == b"amber basin cedar"
    assert normal(unicodedata.normalize("NFC", "café")) == normal(
        unicodedata.normalize("NFD", "café")
    )


@given(st.text())
def test_whatever_is_typed_has_one_form(text: str) -> None:
    assert normal(normal(text).decode("utf-8", "surrogatepass")) == normal(text)
