"""A form is read in memory, whole or not at all."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import AsyliaError, MalformedError
from asylia.intake.flow import Shown
from asylia.intake.form import FIELDS_LIMIT, FILE_LIMIT, Form, Room, TooLargeError, read_form

KIND = "multipart/form-data; boundary=----b"
ROOM = 4 * FILE_LIMIT


def field(name: str, value: bytes) -> bytes:
    head = f'------b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + value + b"\r\n"


def file(content: bytes, name: str = "a.jpg") -> bytes:
    head = (
        f'------b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"


END = b"------b--\r\n"


async def in_pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


def read(body: bytes, *, size: int = 1 << 16, kind: str = KIND, room: Room | None = None) -> Form:
    return asyncio.run(read_form(kind, in_pieces(body, size), room or Room(ROOM)))


def test_fields_and_file_come_through() -> None:
    form = read(field("text", "Ёлка\r\n2".encode()) + file(b"\xff\x00") + END, size=7)
    assert form.fields == {"text": "Ёлка\n2"}
    assert form.upload is not None
    assert (form.upload.untrusted_name, form.upload.content) == ("a.jpg", b"\xff\x00")


def test_no_repr_shows_what_was_typed() -> None:
    form = read(field("text", b"canary") + file(b"canary", name="canary.jpg") + END)
    for shown in (form, form.upload, Shown("replies", ("canary",), unread=False)):
        assert "canary" not in repr(shown)


def test_a_form_without_a_chosen_file_has_none() -> None:
    assert read(field("text", b"x") + file(b"", name="") + END).upload is None


def test_a_file_over_the_limit_is_dropped_and_the_words_are_kept() -> None:
    room = Room(ROOM)
    form = read(file(bytes(FILE_LIMIT + 1)) + field("text", b"kept") + END, room=room)
    assert (form.fields, form.upload, form.dropped) == ({"text": "kept"}, None, "too large")
    assert room.take(ROOM)


@pytest.mark.parametrize("length", [5_000, 8_000])
def test_a_very_long_file_name_or_type_loses_no_words(length: int) -> None:
    named = file(b"x", name="n" * length)
    typed = file(b"x").replace(b"image/jpeg", b"t/" + b"t" * length)
    for part in (named, typed):
        form = read(field("text", b"kept") + part + END, size=999)
        assert form.fields == {"text": "kept"}
        assert form.upload is not None
        assert length in {
            len(form.upload.untrusted_name),
            len(form.upload.untrusted_media_type) - 2,
        }


def test_names_and_types_count_towards_the_fields() -> None:
    long = file(b"", name="").replace(b"image/jpeg", b"t" * 8_000)
    assert len(read(field("text", bytes(FIELDS_LIMIT - 8_000)) + END).fields["text"]) > 0
    with pytest.raises(TooLargeError):
        read(long + field("text", bytes(FIELDS_LIMIT - 8_000)) + END)


def test_a_file_without_room_is_dropped_and_the_words_are_kept() -> None:
    form = read(field("text", b"kept") + file(bytes(100)) + END, room=Room(99))
    assert (form.fields, form.upload, form.dropped) == ({"text": "kept"}, None, "no room")


def test_fields_over_the_limit_are_refused() -> None:
    with pytest.raises(TooLargeError):
        read(field("text", bytes(FIELDS_LIMIT + 1)) + END)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (field("text", b"x"), KIND),
        (field("text", b"x") + END[:-4], KIND),
        (field("text", b"x") + field("text", b"y") + END, KIND),
        (file(b"1") + file(b"2") + END, KIND),
        (field("text", b"\xff") + END, KIND),
        (b"------b\r\nContent-Type: text/plain\r\n\r\nx\r\n" + END, KIND),
        (b"", KIND),
        (b"text=x", "application/x-www-form-urlencoded"),
        (field("text", b"x") + END, "multipart/form-data"),
        (field("text", b"x") + END, ""),
        (b"".join(field(f"f{n}", b"") for n in range(33)) + END, KIND),
        (file(b"", name="") * 33 + END, KIND),
    ],
)
def test_anything_else_is_refused_and_gives_its_room_back(body: bytes, kind: str) -> None:
    room = Room(ROOM)
    with pytest.raises(MalformedError):
        read(body, kind=kind, room=room)
    assert room.take(ROOM)


def test_what_does_not_parse_is_not_quoted_in_a_log(capfd: pytest.CaptureFixture[str]) -> None:
    # In a process of its own: pytest's handlers would take what a server writes to its log.
    code = (
        "import asyncio; from asylia.intake.form import Room, read_form\n"
        "async def body(): yield b'Zcanary'\n"
        "try: asyncio.run(read_form('multipart/form-data; boundary=b', body(), Room(9)))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert capfd.readouterr() == ("MalformedError\n", "")


@given(
    text=st.text(st.characters(exclude_categories=("Cs",))),
    content=st.binary(max_size=300),
    size=st.integers(1, 64),
)
def test_any_text_and_any_bytes_come_through(text: str, content: bytes, size: int) -> None:
    form = read(field("text", text.encode()) + file(content) + END, size=size)
    assert form.get("text") == text.replace("\r\n", "\n")
    assert form.upload is not None
    assert form.upload.content == content


@given(st.binary(max_size=400), st.integers(0, 200), st.integers(0, 255))
def test_hostile_bodies_give_our_error_or_a_form(body: bytes, at: int, byte: int) -> None:
    whole = bytearray(field("text", b"words") + file(b"bytes") + END)
    whole[at % len(whole)] = byte
    for untrusted in (body, bytes(whole), field("text", body) + END):
        room = Room(ROOM)
        try:
            form = read(untrusted, room=room)
        except AsyliaError:
            assert room.take(ROOM)
        else:
            assert isinstance(form, Form)
