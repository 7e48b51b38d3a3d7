"""Attachments: any file goes through whole, in pieces, or not at all."""

from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.crypto import age
from asylia.crypto.padding import pad, padded_length
from asylia.envelope.attachment import PIECE, open_attachment, seal_attachment
from asylia.envelope.control import LARGEST_FILE, MOST_PIECES, Attachment
from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.values import BlobId

from .world import counting


def sealed(content: bytes, size: int | None = None) -> tuple[Attachment, dict[bytes, bytes]]:
    pieces: dict[bytes, bytes] = {}

    def send(piece_id: BlobId, piece: bytes) -> None:
        pieces[piece_id] = piece

    attachment = seal_attachment(
        BytesIO(content),
        len(content) if size is None else size,
        name="photo.jpg",
        kind="image/jpeg",
        send=send,
    )
    return attachment, pieces


def opened(attachment: Attachment, pieces: dict[bytes, bytes]) -> bytes:
    target = BytesIO()
    open_attachment(attachment, pieces.__getitem__, target)
    return target.getvalue()


SIZES = [0, 1, 4092, 4093, 65532, 65536, PIECE - 5000, PIECE - 4, PIECE, PIECE + 1, 3 * PIECE + 7]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_whole(size: int) -> None:
    content = counting("file")(32) * (size // 32 + 1)
    attachment, pieces = sealed(content[:size])
    assert opened(attachment, pieces) == content[:size]
    assert attachment.size == size
    assert list(attachment.pieces) == list(pieces)
    assert all(len(pieces[each]) == PIECE for each in attachment.pieces[:-1])
    assert 0 < len(pieces[attachment.pieces[-1]]) <= PIECE


@given(st.binary(max_size=20_000))
@settings(max_examples=30)
def test_round_trip(content: bytes) -> None:
    assert opened(*sealed(content)) == content


def test_pieces_joined_are_one_age_file_of_the_padded_content() -> None:
    content = bytes(range(256)) * 5000
    attachment, pieces = sealed(content)
    whole = b"".join(pieces[each] for each in attachment.pieces)
    assert age.decrypt(whole, [age.Identity.parse(attachment.key)]) == pad(content)


def test_the_length_is_padded() -> None:
    lengths = {sum(map(len, sealed(bytes(size))[1].values())) for size in (0, 9, 4000, 4092)}
    assert len(lengths) == 1


def test_the_largest_file_fits_in_its_pieces() -> None:
    padded = padded_length(4 + LARGEST_FILE)
    sealed_length = padded + (padded // 65536 + 1) * 16 + 4096
    assert sealed_length <= MOST_PIECES * PIECE


def test_a_file_that_is_too_large_is_refused_before_anything_is_read() -> None:
    with pytest.raises(MalformedError) as caught:
        sealed(b"", LARGEST_FILE + 1)
    assert "200 MiB" in caught.value.hint


@pytest.mark.parametrize("size", [2, 4])
def test_a_file_that_changes_while_it_is_read_is_refused(size: int) -> None:
    with pytest.raises(MalformedError):
        sealed(b"abc", size)


def big() -> tuple[Attachment, dict[bytes, bytes]]:
    return sealed(bytes(range(256)) * 8192)


def changed_piece(index: int, change: Any) -> tuple[Attachment, dict[bytes, bytes]]:
    attachment, pieces = big()
    name = attachment.pieces[index]
    pieces[name] = change(pieces[name])
    return attachment, pieces


def changed_control(**changed: Any) -> tuple[Attachment, dict[bytes, bytes]]:
    attachment, pieces = big()
    return msgspec.structs.replace(attachment, **changed), pieces


def swapped() -> tuple[Attachment, dict[bytes, bytes]]:
    attachment, pieces = big()
    first, second, *rest = attachment.pieces
    return msgspec.structs.replace(attachment, pieces=(second, first, *rest)), pieces


def cut_elsewhere() -> tuple[Attachment, dict[bytes, bytes]]:
    attachment, pieces = big()
    first, second, *_ = attachment.pieces
    pieces[second] = pieces[first][-1:] + pieces[second]
    pieces[first] = pieces[first][:-1]
    return attachment, pieces


def without_last() -> tuple[Attachment, dict[bytes, bytes]]:
    attachment, pieces = big()
    return msgspec.structs.replace(attachment, pieces=attachment.pieces[:-1]), pieces


def resealed(plaintext: bytes, content: bytes) -> tuple[Attachment, dict[bytes, bytes]]:
    attachment, _ = sealed(content)
    recipient = age.Identity.parse(attachment.key).recipient
    return attachment, {attachment.pieces[0]: age.encrypt(plaintext, [recipient])}


WRONG: dict[str, Any] = {
    "a byte": lambda: changed_piece(1, lambda p: p[:9] + bytes([p[9] ^ 1]) + p[10:]),
    "a piece cut short": lambda: changed_piece(0, lambda piece: piece[:-1]),
    "the last cut short": lambda: changed_piece(-1, lambda piece: piece[:-1]),
    "a piece too long": lambda: changed_piece(0, lambda piece: piece + b"x"),
    "an empty piece": lambda: changed_piece(0, lambda piece: b""),
    "pieces swapped": swapped,
    "pieces cut elsewhere": cut_elsewhere,
    "the last left out": without_last,
    "another hash": lambda: changed_control(sha256=bytes(32)),
    "another size": lambda: changed_control(size=5),
    "another key": lambda: changed_control(key=age.Identity.generate().reveal()),
    "no key": lambda: changed_control(key="AGE-SECRET-KEY-PQ-1" + "Q" * 58),
    "no padding": lambda: resealed(b"\0\0\0\3abc", b"abc"),
    "padding that is not zeros": lambda: resealed(pad(b"abc")[:-1] + b"x", b"abc"),
    "more padding": lambda: resealed(pad(b"abc") + b"\0", b"abc"),
    "another length in front": lambda: resealed(pad(b"abcd"), b"abc"),
    "a false length in front": lambda: resealed(b"\0\0\0\4" + pad(b"abc")[4:], b"abc"),
    "nothing inside": lambda: resealed(b"", b"abc"),
}


def test_the_same_plaintext_sealed_anew_opens() -> None:
    assert opened(*resealed(pad(b"abc"), b"abc")) == b"abc"


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_the_file_is_refused(make: Any) -> None:
    attachment, pieces = make()
    with pytest.raises((MalformedError, ForgedError)):
        opened(attachment, pieces)


SMALL = sealed(b"words" * 100)


@given(st.data())
def test_any_altered_piece_gives_our_error(data: st.DataObject) -> None:
    attachment, pieces = SMALL
    name = attachment.pieces[0]
    piece = bytearray(pieces[name])
    piece[data.draw(st.integers(0, len(piece) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(AsyliaError):
        opened(attachment, {name: bytes(piece)})
