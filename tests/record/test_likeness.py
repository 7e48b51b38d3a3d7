"""What is like a claim that is being entered, and what is not; who is meant by a name."""

import pytest

from asylia.errors import UsageError
from asylia.record import contents as c
from asylia.record.likeness import MOST, Entering, alike
from asylia.record.naming import Names

from .world import claim, record_of

OLD = claim("k1", words="At least 6 were taken.", property="detained", count=c.Count(min=6),
            facts="2017-03", event="e1", subject="e1")  # fmt: skip


def why(**new: object) -> list[str]:
    told = {"source": OLD.source, "event": "e1", "property": "detained"} | new
    return [one.why for one in alike(record_of((OLD,)), Entering(**told))]  # type: ignore[arg-type]


def test_the_same_words_of_one_source_are_like_each_other() -> None:
    assert why(words="at least 6  were taken.") == ["same_words"]
    assert why(words="6 were taken") == ["words_within"]
    assert why(words="6 were taken", property="killed") == []
    assert why(words="at least 6 were taken.", source="another") == []


def test_the_same_act_number_place_and_date_are_like_each_other_in_any_source() -> None:
    other = {"source": "another", "words": "six", "count": c.Count(min=6)}
    assert why(**other, facts="2017-03-08") == ["same_act"]
    assert why(**other, facts="2017-04") == []
    assert why(**other) == []
    assert why(**other, facts="2017-03", place="q2") == []
    assert why(**{**other, "count": c.Count(min=7)}, facts="2017-03") == []
    assert why(**other, facts="2017-03", event="e2") == []


def test_no_number_is_like_nothing() -> None:
    unstated = claim("k2", words="Some.", property="killed", count=c.Count(), event="e1")
    new = Entering(source="another", property="killed", event="e1", count=c.Count())
    assert alike(record_of((unstated,)), new) == ()


def test_only_the_nearest_are_shown() -> None:
    many = [claim(f"k{n}", words="Six.", property="detained", event="e1") for n in range(9)]
    found = alike(record_of(many), Entering(source="s", words="Six.", property="detained"))
    assert len(found) <= MOST


def test_an_official_is_found_by_name_office_or_both_and_two_of_a_name_are_refused() -> None:
    one = c.Official(id="f1", name="A. Heron", office="mayor of nowhere")
    two = c.Official(id="f2", name="A. Heron", office="judge of nowhere")
    alone = Names.of(record_of((one,)))
    for typed in ("a. heron", "Mayor of  nowhere", "A. Heron, mayor of nowhere"):
        assert alone.find(typed) == "f1"
    assert alone.find("B. Heron") is None
    both = Names.of(record_of((one, two)))
    assert both.find("judge of nowhere") == "f2"
    with pytest.raises(UsageError):
        both.find("A. Heron")
