"""Words meet across cases and scripts, and words that do not mean the same stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import UsageError
from asylia.record.views.asked import question, words_asked
from asylia.record.views.tokens import forms, tokens, words_in


def sounds(text: str) -> set[str]:
    return {sound for word in words_in(text) for _, sound in [forms(word)] if sound}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Grozny", "Грозного"),
        ("Groznyy", "Грозный"),
        ("Tsotsi-Yurt", "Цоци-Юрте"),
        ("Kadyrov", "Кадырова"),
        ("Achkhoy-Martan", "Ачхой-Мартан"),
        ("Shatoi", "Шатой"),
        ("Gekhi", "Гехи"),
        ("подвал", "подвале"),
        ("чёрный", "черные"),
        ("Соьлжа-ГӀала", "Соьлжа-Г1ала"),
        ("Соьлжа-ГӀала", "Соьлжа-ГIала"),
        ("Соьлжа-ГӀала", "Соьлжа-Гала"),
    ],
)
def test_they_meet(one: str, other: str) -> None:
    assert sounds(one)
    assert sounds(one) == sounds(other)


@pytest.mark.parametrize(("one", "other"), [("Аргун", "Алхан"), ("Shali", "Шатой"), ("дом", "дым")])
def test_they_stay_apart(one: str, other: str) -> None:
    assert sounds(one) != sounds(other)


def test_english_words_are_stemmed_and_only_names_go_by_their_sound() -> None:
    found = tokens("He was detained in Argun")
    assert "detain" in found.stems
    assert found.sounds == ("he", "argun")
    assert tokens("detention of men") != tokens("detained men")


def test_where_a_person_is_concerned_orientation_is_not_searched() -> None:
    text = "They called him gay, гомосексуал, геев; he is a waiter"
    assert "waiter" in tokens(text, concerns_a_person=True).stems
    told = tokens(text, concerns_a_person=True)
    assert not {"gay"} & set(told.stems)
    assert len(told.sounds) < len(tokens(text).sounds)
    assert "gay" in tokens(text).stems  # what nobody is found by: an official's denial
    with pytest.raises(UsageError):
        question("gay геи")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Grozny", '(stems : "grozni" OR sounds : "grozn")'),
        ("подвал", '(sounds : "podv")'),
        ('"absolute lie"', '(stems : "absolut lie" OR sounds : "absolut li")'),
        (
            "men -rain",
            '((stems : "men" OR sounds : "men")) NOT ((stems : "rain" OR sounds : "rain"))',
        ),
        ("гроз*", '(sounds : "groz"*)'),
        ("2017", '(stems : "2017")'),
    ],
)
def test_what_is_typed_becomes(typed: str, asked: str) -> None:
    assert question(typed) == asked


def test_nothing_to_look_for_is_refused() -> None:
    for typed in ("", "   ", '""', "-only", "*", "…", "()"):
        with pytest.raises(UsageError):
            question(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_question_or_refused(typed: str) -> None:
    import sqlite3  # noqa: PLC0415 - for this alone

    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5 (what, stems, sounds)")
        try:
            asked = question(typed)
        except UsageError:
            return
        connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (asked,)).fetchall()
        assert words_asked(typed)
