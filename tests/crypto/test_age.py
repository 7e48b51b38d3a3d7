"""Sealing: round trips, streams in constant memory, and refusal of all that was bent."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asylia.crypto import age
from asylia.crypto._stream import CHUNK
from asylia.errors import ForgedError, MalformedError, UsageError

ME, YOU, STRANGER = (age.Identity.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
SEALED = age.encrypt(b"words", [ME.recipient, YOU.recipient])
PAYLOAD = len(SEALED) - len(b"words") - 16 - 16


class Dripping:
    """A source that gives few bytes at a time, as a socket may."""

    def __init__(self, content: bytes, step: int) -> None:
        self._source, self._step = BytesIO(content), step

    def read(self, size: int, /) -> bytes:
        return self._source.read(min(size, self._step))


sizes = st.one_of(
    st.integers(0, 100), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1])
)


@given(sizes, st.booleans(), st.lists(st.sampled_from([ME, YOU]), min_size=1, max_size=3))
@settings(max_examples=40)
def test_each_recipient_opens_it(size: int, armor: bool, to: list[age.Identity]) -> None:
    content = os.urandom(size)
    sealed = age.encrypt(content, [one.recipient for one in to], armor=armor)
    for one in to:
        assert age.decrypt(sealed, [STRANGER, one]) == content
        key = age.file_key(sealed, [one])
        assert age.decrypt_with_file_key(sealed, key) == content
    with pytest.raises(ForgedError):
        age.decrypt(sealed, [STRANGER])


@given(sizes, st.integers(1, 70_000))
@settings(max_examples=25)
def test_streams_do_not_depend_on_how_bytes_arrive(size: int, step: int) -> None:
    content, sealed, opened = os.urandom(size), BytesIO(), BytesIO()
    step = max(step, size // 200)
    age.encrypt_stream(Dripping(content, step), sealed, [ME.recipient])
    age.decrypt_stream(Dripping(sealed.getvalue(), step), opened, [ME])
    assert opened.getvalue() == content


@given(st.data())
@settings(max_examples=200)
def test_any_altered_byte_is_refused(data: st.DataObject) -> None:
    bent = bytearray(SEALED)
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((MalformedError, ForgedError)):
        age.decrypt(bytes(bent), [ME])


@given(st.integers(0, len(SEALED) - 1))
def test_any_cut_is_refused(length: int) -> None:
    with pytest.raises((MalformedError, ForgedError)):
        age.decrypt(SEALED[:length], [ME])


@given(st.binary(max_size=400))
@example(b"-----")
@example(b"age-encryption.org/v1\n")
@example(b"age-encryption.org/v1\n--- \n")
def test_made_up_files_get_our_error_only(untrusted: bytes) -> None:
    for content in (untrusted, b"age-encryption.org/v1\n" + untrusted):
        with pytest.raises((MalformedError, ForgedError)):
            age.decrypt(content, [ME])
        with pytest.raises((MalformedError, ForgedError)):
            age.decrypt_with_file_key(content, bytes(16))


@pytest.mark.parametrize("cut", [1, 16, 17, CHUNK + 16, CHUNK + 17, 2 * (CHUNK + 16)])
def test_a_stream_cut_anywhere_gives_out_whole_authentic_chunks_then_fails(cut: int) -> None:
    content, target = os.urandom(3 * CHUNK), BytesIO()
    sealed = age.encrypt(content, [ME.recipient])
    with pytest.raises(ForgedError):
        age.decrypt_stream(BytesIO(sealed[:-cut]), target, [ME])
    given_out = target.getvalue()
    assert len(given_out) < len(content)
    assert len(given_out) % CHUNK == 0
    assert content.startswith(given_out)


def test_chunks_swapped_doubled_or_left_out_are_refused() -> None:
    content = os.urandom(3 * CHUNK)
    sealed = age.encrypt(content, [ME.recipient])
    start = len(sealed) - 3 * (CHUNK + 16)
    head, chunks = (
        sealed[:start],
        [sealed[at : at + CHUNK + 16] for at in range(start, len(sealed), CHUNK + 16)],
    )
    one, two, three = chunks
    assert age.decrypt(head + one + two + three, [ME]) == content
    for order in ([two, one, three], [one, one, two, three], [one, three], [two, three], [three]):
        with pytest.raises(ForgedError):
            age.decrypt(head + b"".join(order), [ME])


def test_a_payload_can_not_move_under_another_header() -> None:
    other = age.encrypt(b"other", [ME.recipient, YOU.recipient])
    with pytest.raises(ForgedError):
        age.decrypt(SEALED[:PAYLOAD] + other[PAYLOAD:], [ME])


def test_a_stanza_can_not_move_into_another_file() -> None:
    # Adding oneself as a recipient, or taking another away, breaks the header's MAC.
    mine = age.encrypt(b"words", [STRANGER.recipient]).split(b"\n---")[0].split(b"\n", 1)[1]
    bent = SEALED.replace(b"\n---", b"\n" + mine + b"\n---", 1)
    for identity in (ME, STRANGER):
        with pytest.raises(ForgedError):
            age.decrypt(bent, [identity])


@pytest.mark.parametrize(
    "bend",
    [
        lambda sealed: (sealed, [STRANGER]),
        lambda sealed: (sealed, []),
        lambda sealed: (sealed[:-1], [ME]),
        lambda sealed: (sealed[:-1] + b"\0", [ME]),
        lambda sealed: (sealed + b"\0", [ME]),
        lambda sealed: (sealed.replace(b"\n---", b"\n-> grease\n\n---", 1), [ME]),
    ],
)
def test_whatever_does_not_open_is_answered_alike(
    bend: Callable[[bytes], tuple[bytes, list[age.Identity]]],
) -> None:
    with pytest.raises(ForgedError) as caught:
        age.decrypt(*bend(SEALED))
    assert (str(caught.value), caught.value.hint) == ("a sealed file does not open", "")


def test_a_file_key_opens_its_own_file_only() -> None:
    key = age.file_key(SEALED, [ME])
    assert len(key) == age.FILE_KEY
    assert age.decrypt_with_file_key(SEALED, key) == b"words"
    with pytest.raises(ForgedError):
        age.decrypt_with_file_key(age.encrypt(b"words", [ME.recipient]), key)
    with pytest.raises(ForgedError):
        age.decrypt_with_file_key(SEALED, bytes(16))
    for length in (0, 15, 17, 32):
        with pytest.raises(MalformedError):
            age.decrypt_with_file_key(SEALED, bytes(length))


def test_sealing_twice_gives_two_files_even_from_one_randomness() -> None:
    once, again = (age.encrypt(b"words", [ME.recipient], randomness=bytes) for _ in range(2))
    assert once != again
    assert age.file_key(once, [ME]) == age.file_key(again, [ME]) == bytes(16)


def test_to_nobody_or_to_too_many_is_refused_before_anything_is_written() -> None:
    for recipients in ([], [ME.recipient] * 129):
        target = BytesIO()
        with pytest.raises(UsageError):
            age.encrypt_stream(BytesIO(b"words"), target, recipients)
        assert target.getvalue() == b""
    widest = age.encrypt(b"words", [ME.recipient] * 128)
    assert age.decrypt(widest, [ME]) == b"words"


def test_keys_are_values() -> None:
    again = age.Identity.parse(ME.reveal())
    assert (again, hash(again)) == (ME, hash(ME))
    assert again.recipient == ME.recipient == age.Recipient.parse(str(ME.recipient))
    assert len({ME, YOU, again}) == len({ME.recipient, YOU.recipient, again.recipient}) == 2
    with pytest.raises(FrozenInstanceError):
        again.seed = bytes(32)  # type: ignore[misc]
    assert age.Identity.generate(lambda size: b"\1" * size) == ME


def test_a_refused_key_is_not_quoted() -> None:
    secret = ME.reveal()
    for untrusted in (secret[:-1], secret.lower(), secret + "Q", secret.replace("1", "2")):
        with pytest.raises(MalformedError) as caught:
            age.Identity.parse(untrusted)
        assert untrusted not in f"{caught.value!r} {caught.value.hint}"


def test_an_identity_does_not_show() -> None:
    for shown in (repr(ME), str(ME), f"{ME}", repr([ME])):
        assert ME.reveal() not in shown
        assert "\\x01" not in shown


# Hypothesis also tries strings that stand in our own code, our messages among them.
OWN_WORDS = "".join(path.read_text("utf-8") for path in Path(age.__file__).parent.glob("*.py"))


@given(st.text(max_size=80))
def test_made_up_keys_get_our_error_only(text: str) -> None:
    for untrusted in (text, "age1pq1" + text, "AGE-SECRET-KEY-PQ-1" + text):
        with pytest.raises(MalformedError) as caught:
            age.Recipient.parse(untrusted)
        said = f"{caught.value} {caught.value.hint}"
        assert len(text) < 9 or text in OWN_WORDS or not text.strip() or text not in said
        with pytest.raises(MalformedError):
            age.Identity.parse(untrusted)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(MalformedError):
        age.Identity.from_seed(bytes(length))


STREAM_SIZE = 96 << 20
MEASURE = """
import sys
from asylia.crypto import age
identity = age.Identity.from_seed(bytes(32))
class Made:
    def __init__(self, left): self.left = left
    def read(self, size, /):
        size = min(size, self.left); self.left -= size
        return bytes(size)
class Count:
    size = 0
    def write(self, content, /): self.size += len(content)
age.decrypt(age.encrypt(bytes(1 << 17), [identity.recipient]), [identity])
def peak():
    # Not ru_maxrss, which carries over the peak of the process that started this one.
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
before = peak()
with open(sys.argv[1], "wb") as target:
    age.encrypt_stream(Made(int(sys.argv[2])), target, [identity.recipient])
count = Count()
with open(sys.argv[1], "rb") as source:
    age.decrypt_stream(source, count, [identity])
print(count.size, peak() - before)
"""


def measured(program: str, path: Path) -> tuple[int, int]:
    """Bytes that came out again, and by how many KiB the peak of memory grew."""
    done = subprocess.run(
        [sys.executable, "-c", program, path, str(STREAM_SIZE)],
        capture_output=True,
        check=True,
        text=True,
    )
    size, growth_kib = map(int, done.stdout.split())
    return size, growth_kib


def test_a_long_stream_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    size, growth_kib = measured(MEASURE, tmp_path / "long.age")
    assert size == STREAM_SIZE
    assert growth_kib < 4096


def test_the_measure_notices_a_stream_held_in_memory(tmp_path: Path) -> None:
    whole = MEASURE.replace(
        "age.decrypt_stream(source, count, [identity])",
        "count.write(age.decrypt(source.read(), [identity]))",
    )
    size, growth_kib = measured(whole, tmp_path / "long.age")
    assert size == STREAM_SIZE
    assert growth_kib > STREAM_SIZE >> 10


def test_a_target_that_fails_stops_the_stream_with_its_own_error() -> None:
    class Full:
        def write(self, content: bytes, /) -> object:
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        age.decrypt_stream(BytesIO(SEALED), Full(), [ME])
