"""What stands of urgency and safe contact after several messages."""

import pytest

from asylia.casework.standing import Word, standing_contact, standing_urgency

REPLY = True


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([], "not_said"),
        ([("as_before", False)], "not_said"),
        ([("as_before", False), ("can_wait", False)], "can_wait"),
        ([("now", False), ("as_before", False)], "now"),
        ([("now", False), ("can_wait", False)], "now"),
        ([("can_wait", False), ("days", False), ("can_wait", False)], "days"),
        ([("can_wait", False), ("now", False)], "now"),
        ([("now", REPLY), ("as_before", False)], "now"),
        ([("now", REPLY), ("can_wait", False)], "can_wait"),
        ([("now", REPLY), ("days", False), ("can_wait", False)], "days"),
        ([("now", REPLY), ("as_before", False), ("can_wait", False)], "now"),
        ([("now", False), ("can_wait", REPLY), ("days", False)], "days"),
    ],
)
def test_nothing_lowers_urgency_before_a_worker_replied(
    said: list[tuple[str, bool]], stands: str
) -> None:
    assert standing_urgency(said) == stands  # type: ignore[arg-type]


YES = Word(b"1", True, "Signal", "evenings")
AS_BEFORE, NO = Word(b"2", None), Word(b"3", False)
NOTE = Word(b"2", False, "", "", "Brother reads it.")


@pytest.mark.parametrize(
    ("said", "noted", "stands"),
    [
        ([YES], None, (True, "Signal", "writer")),
        ([YES, AS_BEFORE], None, (True, "Signal", "writer")),
        ([YES, AS_BEFORE, NO], None, (False, "", "writer")),
        ([AS_BEFORE], None, (False, "", "nobody")),
        ([YES, AS_BEFORE], NOTE, (False, "", "team")),
        ([YES, AS_BEFORE, NO], NOTE, (False, "", "writer")),
        ([AS_BEFORE], NOTE, (False, "", "team")),
    ],
)
def test_silence_about_safe_contact_changes_nothing(
    said: list[Word], noted: Word | None, stands: tuple[bool, str, str]
) -> None:
    contact = standing_contact(said, noted)
    assert (contact.may_contact, contact.how, contact.by) == stands
    assert contact.notes == (noted.notes if noted else "")


def test_what_the_team_took_it_to_be_stands_until_the_writer_says_more() -> None:
    said = [("now", False), ("as_before", False)]
    assert standing_urgency(said, {0: "can_wait"}) == "can_wait"  # type: ignore[arg-type]
    assert standing_urgency([*said, ("now", False)], {0: "can_wait"}) == "now"  # type: ignore[list-item]
    assert standing_urgency([("now", False), ("can_wait", False)], {1: "days"}) == "days"
    assert standing_urgency([("can_wait", False)], {0: "now"}) == "now"
    assert standing_urgency([("now", False)], {}) == "now"
