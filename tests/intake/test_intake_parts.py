"""Passes, armor, languages, root files, drafts: each alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from asylia import languages
from asylia.envelope.courier import ReporterCourier
from asylia.envelope.envelope import LABEL, Letter
from asylia.errors import AsyliaError, ForgedError, MalformedError, NotFoundError
from asylia.intake import armor, draft
from asylia.intake.continuation import Passes
from asylia.intake.form import Form, Upload
from asylia.intake.keyring import Keyring
from asylia.intake.pages import messages
from asylia.intake.rootfile import read_root, write_root
from asylia.values import system_clock
from asylia.wire import frame

from .world import REPLY, ROOT

SECRET = "en abandon amount liar"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_pass_opens_for_half_an_hour_at_least_and_an_hour_at_most() -> None:
    clock = Clock()
    passes = Passes(clock=clock)
    first = passes.seal(SECRET)
    clock.now += timedelta(minutes=29)
    late = passes.seal(SECRET)
    clock.now += timedelta(minutes=30)
    assert passes.open(first) == passes.open(late) == SECRET
    clock.now += timedelta(minutes=1)
    with pytest.raises(ForgedError):
        passes.open(late)


def test_a_pass_opens_in_its_own_process_only() -> None:
    token = Passes().seal(SECRET)
    assert "abandon" not in token
    with pytest.raises(ForgedError):
        Passes().open(token)


@given(st.text(max_size=200), st.integers(0, 150))
def test_an_altered_or_invented_pass_is_refused(untrusted: str, at: int) -> None:
    passes = Passes()
    token = passes.seal(SECRET)
    at %= len(token) - 4
    other = "A" if token[at] != "A" else "B"
    for hostile in (untrusted, token[:at] + other + token[at + 1 :]):
        with pytest.raises(ForgedError):
            passes.open(hostile)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_armor_comes_back_whole(control: bytes, statement: bytes) -> None:
    envelope = frame(LABEL, control, statement)
    assert armor.read_envelope(armor.write("ENVELOPE", envelope)) == envelope


@given(st.text(max_size=300))
def test_a_pasted_text_that_is_none_is_refused(untrusted: str) -> None:
    whole = armor.write("ENVELOPE", frame(LABEL, b"a", b"b"))
    lines = whole.splitlines()
    for hostile in (untrusted, f"{lines[0]}\n{untrusted}\n{lines[-1]}", whole[:-40]):
        with pytest.raises(MalformedError):
            armor.read_envelope(hostile)


def test_a_root_file_comes_back_and_nothing_else_does() -> None:
    written = write_root(ROOT.public)
    assert read_root(written) == ROOT.public
    for hostile in (b"", written[:-2], written + b"x", write_root(REPLY.public)):
        with pytest.raises(MalformedError):
            read_root(hostile)


def test_a_missing_catalogue_is_our_error_and_never_silent_english() -> None:
    with pytest.raises(NotFoundError):
        languages.translator("ru", "no-such-part")
    with pytest.raises(NotFoundError):
        languages.translator("xx", "intake")


def test_a_relay_that_never_answers_does_not_keep_the_page_from_anyone() -> None:
    asked = []

    async def dawdling(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await asyncio.Event().wait()

    async def views() -> list[Any]:
        transport = httpx.ASGITransport(app=dawdling)
        async with httpx.AsyncClient(transport=transport) as client:
            courier = ReporterCourier("http://relay.invalid", client)
            keyring = Keyring(courier, ROOT.public, system_clock, seconds=0.05)
            return [await keyring.groups() for _ in range(3)]

    assert asyncio.run(views()) == [{}, {}, {}]
    assert asked == ["/v1/bundle"]


@pytest.mark.parametrize(
    ("asked", "given_"),
    [
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en;q=0.5, ru;q=0.7", "ru"),
        ("fr, ru;q=0.1", "ru"),
        ("fr", "en"),
        ("", "en"),
        ("ru;q=0", "en"),
        ("ru;q=x", "en"),
        ("en,ru", "en"),
        (",;;=,q=1" * 99, "en"),
    ],
)
def test_the_language_that_a_browser_asks_for_most(asked: str, given_: str) -> None:
    assert languages.preferred(asked) == given_


def test_every_sentence_is_translated_and_no_other_is_kept(root: Path) -> None:
    source = root / "src" / "asylia"
    method = [("**.py", "python"), ("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"silent": "false"}}
    found = extract_from_dir(source / "intake", method, options, keywords={"_": None})
    said = {message for _, _, message, _, _ in found}
    with (source / "locale/ru/LC_MESSAGES/intake.po").open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert len(said) > 100
    assert {entry.id for entry in catalogue if entry.id} == said
    for entry in catalogue:
        assert not entry.fuzzy
        assert entry.string
        for mark in ("{n}", "%(number)s", "20 "):
            assert (mark in str(entry.id)) == (mark in str(entry.string)), entry.id


def test_russian_never_says_whether_the_reader_is_a_man_or_a_woman(root: Path) -> None:
    texts = messages("ru").values()
    assert not [text for text in texts if any(s in text for s in ("(а)", "/а ", "сделал", "ввел"))]


def filled(**fields: str) -> Form:
    return Form({"text": "Words.", "contact": "no"} | fields)


def test_a_filled_form_is_a_letter() -> None:
    form = filled(contact="yes", how="made-up", when="at night", urgency="now", on_behalf="another")
    assert draft.slips(form) == ()
    letter = draft.letter(form, "report", "ru")
    assert isinstance(letter, Letter)
    assert (letter.urgency, letter.on_behalf) == ("now", "another")
    assert letter.safe_contact.how == "made-up"


@pytest.mark.parametrize("kind", ["follow_up", "withdraw", "delete"])
def test_what_follows_a_report_leaves_things_as_they_were_unless_told(kind: Any) -> None:
    for form in (Form({"text": "x"}), Form({"contact": "as_before", "urgency": "as_before"})):
        letter = draft.letter(form, kind, "en")
        assert (letter.urgency, letter.safe_contact) == ("as_before", None)
        assert letter.on_behalf == "not_said"
    told = draft.letter(Form({"contact": "no", "urgency": "can_wait"}), kind, "en")
    assert told.urgency == "can_wait"
    assert told.safe_contact is not None


def test_nobody_is_taken_for_the_one_whom_a_report_is_about() -> None:
    assert draft.letter(filled(), "report", "en").on_behalf == "not_said"
    with pytest.raises(MalformedError):
        draft.letter(filled(urgency="as_before"), "report", "en")


def test_a_contact_that_was_taken_back_is_not_sent() -> None:
    letter = draft.letter(filled(contact="no", how="made-up", when="never"), "report", "en")
    contact = letter.safe_contact
    assert (contact.may_contact, contact.how, contact.when) == (False, "", "")


@pytest.mark.parametrize(
    ("form", "slips"),
    [
        (filled(text="  \n"), (("text", "text"),)),
        (filled(text="\u200b\u200d"), (("text", "text"),)),
        (filled(text="x" * 100_001), (("long", "text"),)),
        (filled(contact="yes", how=" "), (("how", "how"),)),
        (filled(contact="yes", how="x" * 501), (("long", "how"),)),
        (filled(contact="yes", how="x", when="x" * 501), (("long", "when"),)),
        (Form({"text": "x"}, None, "too large"), (("file", "file"),)),
        (Form({"text": "x"}, None, "no room"), (("unreachable_file", "file"),)),
        (
            Form({"text": ""}, Upload("a", "b", bytearray())),
            (("text", "text"), ("file_again", "file")),
        ),
    ],
)
def test_slips_are_named_with_their_field(form: Form, slips: tuple[tuple[str, str], ...]) -> None:
    assert draft.slips(form) == slips
    assert all(reason in messages("en") for reason, _ in slips)


@pytest.mark.parametrize("field", ["urgency", "on_behalf"])
def test_a_choice_that_was_not_offered_is_refused(field: str) -> None:
    with pytest.raises(AsyliaError):
        draft.letter(filled(**{field: "canary"}), "report", "en")
    with pytest.raises(MalformedError):
        draft.kind_of_withdrawal(filled(kind="report"))
