"""Words are found in the text of a source as they stand there, or are refused."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asylia.errors import UsageError
from asylia.record.anchors import anchor, find_again, paragraphs

TEXT = """They say: more than 100 men hunted down, more than 100 detained.

At least six murdered. “Absolute lies”, he said.
A second line of it.

At least six murdered, they say again."""


def test_paragraphs_are_parted_by_empty_lines_where_there_are_any() -> None:
    assert [one.number for one in paragraphs(TEXT)] == [1, 2, 3]
    assert [one.text for one in paragraphs("one\ntwo\n\tthree ")] == ["one", "two", "three"]
    assert paragraphs("  \n ") == ()


@pytest.mark.parametrize(
    ("typed", "words", "locator"),
    [
        ("more than 100 men", "more than 100 men", "paragraph 1, characters 11-27"),
        ("MORE than 100  men", "more than 100 men", "paragraph 1, characters 11-27"),
        ('"absolute lies"', "“Absolute lies”", "paragraph 2, characters 90-104"),
        ("They say: … detained", TEXT[:63], "paragraph 1, characters 1-63"),
        ("3: at least six", "At least six", "paragraph 3, characters 138-149"),
        (
            "lies”, he said. A second",
            "lies”, he said.\nA second",
            "paragraph 2, characters 100-123",
        ),
    ],
)
def test_what_is_typed_finds_the_words_of_the_text(typed: str, words: str, locator: str) -> None:
    found = anchor(TEXT, typed)
    assert found.words == words == TEXT[found.start : found.end]
    assert found.locator == locator
    assert find_again(TEXT, found.words, found.locator) == (found.start, found.end)


@pytest.mark.parametrize("typed", ["at least six", "", "  ", "not there", "9: at least six", "…"])
def test_words_that_are_nowhere_or_in_two_places_are_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        anchor(TEXT, typed)


@given(st.data(), st.text("abc. \n", min_size=1, max_size=60))
def test_whatever_stands_there_once_is_found_and_nothing_else(
    data: st.DataObject, text: str
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    words = text[start : data.draw(st.integers(start + 1, len(text)))].strip()
    assume(words)
    try:
        found = anchor(text, words)
    except UsageError:
        folded, asked = " ".join(text.split()), " ".join(words.split())
        assert folded.count(asked) > 1
        return
    assert " ".join(found.words.split()) == " ".join(words.split())
    assert text[found.start : found.end] == found.words
