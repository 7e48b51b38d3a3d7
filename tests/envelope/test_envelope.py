"""Envelopes: what is sealed is opened by the right key, and nothing else is, whatever is wrong."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import age
from asylia.crypto.padding import pad
from asylia.crypto.signing import SigningKey
from asylia.envelope.control import (
    LARGEST_FILE,
    Attachment,
    Control,
    SafeContact,
    check_follow_up,
    file_name,
    media_type,
)
from asylia.envelope.envelope import (
    LIMIT,
    Letter,
    OpenedEnvelope,
    arrival_digest,
    open_envelope,
    seal_envelope,
)
from asylia.envelope.sealing import open_padded, seal_padded
from asylia.envelope.signed import SignedBytes
from asylia.envelope.statement import Answer, Statement, open_statement
from asylia.envelope.threadkeys import ThreadKeys
from asylia.errors import ForgedError, MalformedError, NotFoundError
from asylia.values import Hash
from asylia.wire import decode, encode, frame, unframe

from . import world
from .world import INTAKE, KEYS, LETTER, OTHER_INTAKE, ROOT_HASH

LABEL, USE = "asylia/envelope/1", "asylia/envelope/1 control"


def seal(letter: Letter = LETTER, keys: ThreadKeys = KEYS) -> bytes:
    return seal_envelope(letter, keys, world.bundle(), "casework")


GOOD = seal()


def open_good(untrusted: bytes, *identities: age.Identity) -> OpenedEnvelope:
    return open_envelope(untrusted, identities or [INTAKE], ROOT_HASH)


def parts_of(envelope: bytes) -> tuple[Control, bytes]:
    control_age, statement_age = unframe(envelope, LABEL, 2)
    signed = SignedBytes.parse(open_padded(control_age, INTAKE))
    return decode(signed.body, Control), statement_age


def hostile(
    statement_age: bytes | None = None,
    *,
    key: SigningKey = KEYS.signing,
    signed_for: age.Identity = INTAKE,
    use: str = USE,
    team: bytes = ROOT_HASH,
    armor: bool = False,
    **changed: Any,
) -> bytes:
    """An envelope that our own writer would not make; with no argument, a good one."""
    control, good_statement = parts_of(GOOD)
    statement_age = good_statement if statement_age is None else statement_age
    named = {"statement_sha256": sha256(statement_age).digest()} | changed
    body = encode(msgspec.structs.replace(control, **named))
    signatures = key.sign(use, team, str(signed_for.recipient).encode(), body)
    content = SignedBytes(body, signatures).encode()
    control_age = age.encrypt(pad(content), [INTAKE.recipient], armor=armor)
    return frame(LABEL, control_age, statement_age)


def attachment(**changed: Any) -> Attachment:
    fields: dict[str, Any] = {
        "key": OTHER_INTAKE.reveal(),
        "media_type": "image/jpeg",
        "name": "photo.jpg",
        "pieces": (bytes(16), bytes([1] * 16)),
        "sha256": bytes(32),
        "size": 12,
    }
    return Attachment(**(fields | changed))


def test_the_desk_opens_what_the_reporter_sealed() -> None:
    letter = replace(LETTER, attachments=(attachment(),))
    envelope = seal(letter)
    opened = open_good(envelope)
    control = opened.control
    assert opened.statement == LETTER.statement
    assert control.thread == KEYS.thread
    assert control.thread_key == KEYS.signing.public
    assert control.recipient == str(KEYS.identity.recipient)
    assert control.drop_secret == KEYS.drop_secret
    assert (control.kind, control.urgency, control.on_behalf) == ("report", "days", "another")
    assert control.safe_contact == LETTER.safe_contact
    assert control.attachments == letter.attachments
    assert (control.compartment, control.epoch, control.language) == ("casework", 3, "en")
    assert opened.recipient == INTAKE.recipient
    assert opened.envelope_sha256 == sha256(envelope).digest()


def test_the_arrival_digest_takes_the_statement_and_the_mere_hash_of_the_control() -> None:
    opened = open_good(GOOD)
    control_age, statement_age = unframe(GOOD, LABEL, 2)
    hashes = sha256(control_age).digest(), sha256(statement_age).digest()
    expected = sha256(frame("asylia/envelope/1 arrival", *hashes)).digest()
    assert opened.arrival_digest == arrival_digest(*hashes) == expected
    assert opened.control_sha256 == hashes[0]
    assert arrival_digest(*reversed(hashes)) != expected


def test_among_several_identities_the_one_that_fits_is_found_and_named() -> None:
    assert open_good(GOOD, OTHER_INTAKE, INTAKE).recipient == INTAKE.recipient


def test_the_statement_alone_opens_by_its_file_key_and_holds_no_key() -> None:
    opened = open_good(GOOD)
    disclosed = open_statement(opened.statement_age, opened.statement_file_key)
    assert disclosed == LETTER.statement
    content = age.decrypt(opened.statement_age, [INTAKE])
    control = opened.control
    for secret in (control.thread, control.drop_secret, control.recipient.encode()):
        assert secret not in content
    control_age, _ = unframe(GOOD, LABEL, 2)
    with pytest.raises(ForgedError):
        age.decrypt_with_file_key(control_age, opened.statement_file_key)


def test_sealing_the_same_twice_gives_other_bytes_of_the_same_length() -> None:
    first, second = seal(), seal()
    assert first != second
    assert len(first) == len(second)
    short = replace(LETTER, statement=Statement(language="ru", text="Да"))
    assert len(seal(short)) == len(first)
    assert len(first) < 16 * 1024  # a relay that is nearly full still takes it


def test_hostile_without_a_change_opens() -> None:
    assert open_good(hostile()).statement == LETTER.statement


HUGE = replace(
    LETTER,
    statement=Statement(
        language="en",
        text="😀" * 100_000,
        answers=(Answer(question="?", text="😀" * 10_000),) * 16,
    ),
)
OTHER_STATEMENT = seal_padded(encode(LETTER.statement), OTHER_INTAKE.recipient)
WRONG: dict[str, Any] = {
    "signed by another key": lambda: hostile(key=world.OTHER_KEYS.signing),
    "signed for another team": lambda: hostile(team=bytes(32)),
    "signed for another intake key": lambda: hostile(signed_for=OTHER_INTAKE),
    "signed for another use": lambda: hostile(use="asylia/drop/1 reply"),
    "another statement": lambda: hostile(statement_sha256=bytes(32)),
    "a statement to another key": lambda: hostile(OTHER_STATEMENT),
    "a statement without padding": lambda: hostile(
        age.encrypt(encode(LETTER.statement), [INTAKE.recipient])
    ),
    "a statement that is another message": lambda: hostile(
        seal_padded(b"asylia/control/1\n{}", INTAKE.recipient)
    ),
    "an armored statement": lambda: hostile(
        age.encrypt(pad(encode(LETTER.statement)), [INTAKE.recipient], armor=True)
    ),
    "an armored control": lambda: hostile(armor=True),
    "more than a mebibyte": lambda: hostile(seal_padded(encode(HUGE.statement), INTAKE.recipient)),
    "no statement": lambda: hostile(b""),
    "a thread key that is a pair": lambda: hostile(
        key=SigningKey(world.seed(9), "pair"),
        thread_key=SigningKey(world.seed(9), "pair").public,
    ),
    "a recipient that is none": lambda: hostile(recipient="age1pq1" + "q" * 1952),
    "a short thread id": lambda: hostile(thread=bytes(15)),
    "a piece twice": lambda: hostile(attachments=(attachment(pieces=(bytes(16), bytes(16))),)),
    "an unknown kind": lambda: hostile(kind="order"),
    "an unknown urgency": lambda: hostile(urgency="never"),
    "a language that is none": lambda: hostile(language="en\n"),
    "a compartment that is none": lambda: hostile(compartment="../casework"),
    "nine attachments": lambda: hostile(attachments=(attachment(),) * 9),
    "a long safe contact": lambda: hostile(
        safe_contact=SafeContact(may_contact=False, how="x" * 501)
    ),
    "random bytes": lambda: b"\x00" * 5000,
    "nothing": lambda: b"",
    "too long": lambda: GOOD + bytes(LIMIT),
    "another label": lambda: GOOD.replace(b"envelope/1", b"envelope/2", 1),
    "three parts": lambda: GOOD + bytes(4),
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_whatever_is_wrong_is_answered_alike(make: Any) -> None:
    with pytest.raises(ForgedError) as caught:
        open_good(make())
    assert caught.value.message == "an envelope does not open"
    assert caught.value.__suppress_context__


def test_no_identity_another_identity_another_team_are_answered_alike() -> None:
    for identities, team in (
        ([], ROOT_HASH),
        ([OTHER_INTAKE], ROOT_HASH),
        ([INTAKE], Hash(bytes(32))),
    ):
        with pytest.raises(ForgedError, match=r"^an envelope does not open$"):
            open_envelope(GOOD, identities, team)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_altered_byte_opens(at: int, change: int) -> None:
    with pytest.raises(ForgedError, match=r"^an envelope does not open$"):
        open_good(GOOD[:at] + bytes([GOOD[at] ^ change]) + GOOD[at + 1 :])


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=40))
def test_nothing_cut_off_or_continued_opens(length: int, noise: bytes) -> None:
    for untrusted in (GOOD[:length], GOOD[:length] + noise, GOOD + noise + b"x"):
        if untrusted != GOOD:
            with pytest.raises(ForgedError):
                open_good(untrusted)


@given(st.binary(max_size=200))
def test_random_content_under_a_good_seal_does_not_open(noise: bytes) -> None:
    _, statement_age = parts_of(GOOD)
    for content in (noise, SignedBytes(noise, KEYS.signing.sign(USE, noise)).encode()):
        with pytest.raises(ForgedError):
            open_good(frame(LABEL, seal_padded(content, INTAKE.recipient), statement_age))


short_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
letters = st.builds(
    Letter,
    kind=st.sampled_from(["report", "follow_up", "withdraw", "delete"]),
    statement=st.builds(
        Statement,
        language=st.sampled_from(["en", "ru", "che"]),
        text=short_text,
        answers=st.lists(st.builds(Answer, question=short_text, text=short_text), max_size=3).map(
            tuple
        ),
    ),
    safe_contact=st.none()
    | st.builds(SafeContact, may_contact=st.booleans(), how=short_text, when=short_text),
    urgency=st.sampled_from(["now", "days", "can_wait", "as_before"]),
    on_behalf=st.sampled_from(["myself", "another", "not_said"]),
)


@given(letters)
def test_round_trip(letter: Letter) -> None:
    opened = open_good(seal(letter))
    assert opened.statement == letter.statement
    assert opened.control.safe_contact == letter.safe_contact
    assert opened.control.kind == letter.kind
    assert opened.control.urgency == letter.urgency
    assert opened.control.on_behalf == letter.on_behalf


def test_a_text_over_its_limit_is_refused_before_sealing() -> None:
    for statement in (
        Statement(language="en", text="x" * 100_001),
        Statement(language="english", text="x"),
        Statement(language="en", text="\ud800"),
        Statement(language="en", text="", answers=(Answer(question="", text=""),) * 17),
    ):
        with pytest.raises(MalformedError):
            seal(replace(LETTER, statement=statement))


def test_an_envelope_over_a_mebibyte_is_refused_with_advice() -> None:
    with pytest.raises(MalformedError) as caught:
        seal(HUGE)
    assert caught.value.hint


def test_an_unknown_compartment_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        seal_envelope(LETTER, KEYS, world.bundle(), "shelter")


def test_a_follow_up_is_by_the_same_phrase() -> None:
    first = open_good(GOOD).control
    later = open_good(seal(replace(LETTER, kind="withdraw"))).control
    check_follow_up(first, later)


@pytest.mark.parametrize(
    "changed",
    [
        {"thread": bytes(16)},
        {"thread_key": world.OTHER_KEYS.signing.public},
        {"recipient": str(OTHER_INTAKE.recipient)},
        {"drop_secret": bytes(32)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_follow_up_by_another_is_refused(changed: dict[str, Any]) -> None:
    first = open_good(GOOD).control
    later = msgspec.structs.replace(first, nonce=bytes(16))
    check_follow_up(first, later)
    with pytest.raises(ForgedError):
        check_follow_up(first, msgspec.structs.replace(later, **changed))


def test_an_old_envelope_shown_again_is_refused() -> None:
    first = open_good(GOOD).control
    with pytest.raises(ForgedError):
        check_follow_up(first, first)


def test_no_words_and_no_secret_are_in_a_repr() -> None:
    opened = open_good(GOOD)
    shown = repr(opened) + repr(LETTER) + repr(attachment())
    assert "made-up" not in shown
    assert "evening" not in shown
    assert "AGE-SECRET" not in shown
    assert opened.statement_file_key.hex() not in shown
    assert repr(opened.statement_file_key) not in shown


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\\b\x00c\nd", "a_b_c_d"),
        ("gpj.\u202eexe", "gpj._exe"),
        ("", "file"),
        ("я" * 300, "я" * 200),
    ],
)
def test_file_names_are_made_harmless(given_name: str, expected: str) -> None:
    assert file_name(given_name) == expected


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text())
def test_any_name_and_type_becomes_one_that_a_control_takes(name: str, kind: str) -> None:
    made = attachment(name=file_name(name), media_type=media_type(kind))
    letter = replace(LETTER, attachments=(made,))
    assert open_good(seal(letter)).control.attachments == (made,)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "a/b"},
        {"name": ""},
        {"name": "a\n"},
        {"media_type": "image/jpeg\n"},
        {"media_type": "image"},
        {"pieces": ()},
        {"pieces": (bytes(15),)},
        {"size": LARGEST_FILE + 1},
        {"size": -1},
        {"key": OTHER_INTAKE.reveal() + "\n"},
        {"key": str(OTHER_INTAKE.recipient)},
    ],
)
def test_an_attachment_outside_its_limits_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ForgedError):
        open_good(hostile(attachments=(attachment(**changed),)))
    with pytest.raises(MalformedError):
        seal(replace(LETTER, attachments=(attachment(**changed),)))
