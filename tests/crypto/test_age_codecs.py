"""The four small codecs under ``age``: one value, one encoding, and our error for all else."""

from base64 import b64encode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto import _armor, _bech32
from asylia.crypto._header import (
    LIMIT,
    Header,
    Stanza,
    decode_base64,
    encode_base64,
    read_header,
)
from asylia.crypto._reader import Reader
from asylia.errors import MalformedError

argument = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=90
).map(str.encode)
stanzas = st.builds(
    Stanza, st.lists(argument, min_size=1, max_size=4).map(tuple), st.binary(max_size=200)
).filter(lambda stanza: stanza.arguments[0] != b"scrypt")
headers = st.builds(
    Header,
    st.lists(stanzas, min_size=1, max_size=4).map(tuple),
    st.binary(min_size=32, max_size=32),
)


def read(content: bytes) -> Header:
    return read_header(Reader(BytesIO(content)))


@given(headers, st.binary(max_size=50))
def test_a_header_comes_back_and_leaves_the_payload(header: Header, payload: bytes) -> None:
    reader = Reader(BytesIO(header.encode() + payload))
    assert read_header(reader) == header
    assert reader.take(100) == payload


@given(headers, st.data())
def test_a_bent_header_is_refused_or_is_another_in_its_one_encoding(
    header: Header, data: st.DataObject
) -> None:
    bent = bytearray(header.encode())
    at = data.draw(st.integers(0, len(bent) - 1))
    bent[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        parsed = read(bytes(bent))
    except MalformedError:
        return
    assert bytes(bent).startswith(parsed.encode())


@given(st.binary(max_size=200))
def test_made_up_headers_get_our_error_only(content: bytes) -> None:
    for untrusted in (content, b"age-encryption.org/v1\n-> " + content):
        with pytest.raises(MalformedError):
            read(untrusted)


MAC = b"--- " + encode_base64(bytes(32)) + b"\n"
VERSION = b"age-encryption.org/v1\n"


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 95, 96, 97])
def test_a_body_ends_with_a_short_line(size: int) -> None:
    stanza = Stanza((b"kind",), bytes(size))
    lines = stanza.encode().splitlines()[1:]
    assert all(len(line) == 64 for line in lines[:-1])
    assert len(lines[-1]) < 64
    assert read(VERSION + stanza.encode() + MAC).stanzas == (stanza,)


@pytest.mark.parametrize(
    "middle",
    [
        b"",
        b"-> \n\n",
        b"->\n\n",
        b"->kind\n\n",
        b"-> kind \n\n",
        b"->  kind\n\n",
        b"-> ki\tnd\n\n",
        b"-> k\xc3\xafnd\n\n",
        b"-> kind\r\n\r\n",
        b"-> kind\n",
        b"-> kind\n\n\n",
        b"-> kind\nAA==\n",
        b"-> kind\nAB\n",
        b"-> kind\nA\n",
        b"-> kind\nA A\n",
        b"-> kind\n" + b"A" * 64 + b"\n",
        b"-> kind\n" + b"A" * 65 + b"\n",
        b"-> kind\nAA\nAA\n",
        b"-> scrypt\n\n-> kind\n\n",
        b"-> scrypt\n\n-> scrypt\n\n",
        b"words\n",
    ],
)
def test_a_header_out_of_form_is_refused(middle: bytes) -> None:
    with pytest.raises(MalformedError):
        read(VERSION + middle + MAC)


@pytest.mark.parametrize(
    "end",
    [
        b"---\n",
        b"--- \n",
        MAC[:-1],
        MAC[:-2] + b"\n",
        MAC[:-1] + b" \n",
        MAC.replace(b" ", b"  "),
        MAC.replace(b"\n", b"=\n"),
        MAC[:-2] + b"B\n",
        b"--- " + encode_base64(bytes(33)) + b"\n",
    ],
)
def test_a_mac_line_out_of_form_is_refused(end: bytes) -> None:
    assert read(VERSION + b"-> kind\n\n" + MAC)
    with pytest.raises(MalformedError):
        read(VERSION + b"-> kind\n\n" + end)


def test_a_header_without_end_is_refused_after_its_limit() -> None:
    class Endless:
        given = 0

        def read(self, size: int, /) -> bytes:
            self.given += size
            return b"A" * size

    for begin in (b"", VERSION + b"-> kind\n"):
        endless = Endless()
        whole = BytesIO(begin)

        class Source:
            def read(
                self, size: int, /, whole: BytesIO = whole, endless: Endless = endless
            ) -> bytes:
                return whole.read(size) or endless.read(size)

        with pytest.raises(MalformedError):
            read_header(Reader(Source()))
        assert endless.given <= LIMIT + 4096


def test_a_header_is_refused_for_its_whole_length_too() -> None:
    stanza = Stanza((b"kind",), bytes(LIMIT // 2))
    assert read(VERSION + stanza.encode() + MAC).stanzas == (stanza,)
    with pytest.raises(MalformedError):
        read(VERSION + stanza.encode() * 2 + MAC)


@given(st.binary(max_size=100))
def test_base64_has_one_encoding(content: bytes) -> None:
    text = encode_base64(content)
    assert decode_base64(text) == content
    if len(text) % 4:
        with pytest.raises(MalformedError):
            decode_base64(text + b"=" * (-len(text) % 4))


@given(st.binary(max_size=300))
def test_armor_comes_back(content: bytes) -> None:
    armored = _armor.wrap(content)
    assert _armor.is_armored(armored)
    if content:
        assert _armor.unwrap(armored) == content
        assert _armor.unwrap(armored.replace(b"\n", b"\r\n")) == content
        assert _armor.unwrap(b"\n " + armored.rstrip() + b" \n\n") == content
    else:
        with pytest.raises(MalformedError):
            _armor.unwrap(armored)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_bent_armor_is_refused_or_is_another_in_its_one_encoding(
    content: bytes, data: st.DataObject
) -> None:
    bent = bytearray(_armor.wrap(content))
    at = data.draw(st.integers(0, len(bent) - 1))
    bent[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        parsed = _armor.unwrap(bytes(bent))
    except MalformedError:
        return
    assert _armor.wrap(parsed).strip() == bytes(bent).strip().replace(b"\r\n", b"\n")


@given(st.binary(max_size=200))
def test_made_up_armor_gets_our_error_only(body: bytes) -> None:
    begin, end = b"-----BEGIN AGE ENCRYPTED FILE-----\n", b"\n-----END AGE ENCRYPTED FILE-----"
    for untrusted in (body, begin + body, begin + body + end, begin + b64encode(body) + b"=" + end):
        try:
            content = _armor.unwrap(untrusted)
        except MalformedError:
            continue
        assert _armor.unwrap(_armor.wrap(content)) == content


@given(st.sampled_from(["age1pq", "age-secret-key-pq-", "a"]), st.binary(max_size=200))
def test_bech32_comes_back_in_either_case(prefix: str, content: bytes) -> None:
    text = _bech32.encode(prefix, content)
    assert _bech32.decode(text, prefix) == content
    assert _bech32.decode(text.upper(), prefix) == content


@given(st.binary(min_size=1, max_size=60), st.data())
def test_bech32_notices_one_wrong_letter(content: bytes, data: st.DataObject) -> None:
    text = _bech32.encode("age1pq", content)
    at = data.draw(st.integers(7, len(text) - 1))
    letter = data.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l").filter(text[at].__ne__))
    with pytest.raises(MalformedError):
        _bech32.decode(text[:at] + letter + text[at + 1 :], "age1pq")


def test_bech32_agrees_with_bip_173() -> None:
    # From BIP 173's own lists of valid and of invalid strings.
    assert _bech32.decode("A12UEL5L", "a") == b""
    assert _bech32.encode("a", b"") == "a12uel5l"
    prefix = "abcdef"
    data = bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df")
    assert _bech32.decode("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", prefix) == data
    split = "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"
    assert _bech32.encode("split", _bech32.decode(split, "split")) == split
    for wrong in ("A1G7SGD8", "a12UEL5L", "10a06t8", "1qzzfhee", "a12uel5", "a1"):
        with pytest.raises(MalformedError):
            _bech32.decode(wrong, "a")


def test_bech32_refuses_stray_bits() -> None:
    # One byte takes two characters; the second's low two bits are stray and must be zero.
    for text in (_with_checksum("a", [0, 1]), _with_checksum("a", [0, 0, 0])):
        with pytest.raises(MalformedError, match="stray"):
            _bech32.decode(text, "a")
    assert _bech32.decode(_with_checksum("a", [0, 4]), "a") == b"\x01"


def _with_checksum(prefix: str, words: list[int]) -> str:
    residue = _bech32._polymod([*_bech32._expand(prefix), *words, *([0] * 6)]) ^ 1
    checksum = [residue >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{prefix}1" + "".join(_bech32._ALPHABET[word] for word in [*words, *checksum])


@given(st.binary(max_size=200), st.lists(st.integers(1, 40), max_size=12), st.integers(1, 9))
def test_a_reader_gives_exact_amounts_of_whatever_arrives(
    content: bytes, amounts: list[int], step: int
) -> None:
    class Dripping:
        at = 0

        def read(self, size: int, /) -> bytes:
            start, self.at = self.at, self.at + min(size, step)
            return content[start : self.at]

    reader, at = Reader(Dripping()), 0
    for amount in amounts:
        assert reader.take(amount) == content[at : at + amount]
        at = min(at + amount, len(content))
    assert reader.take(len(content) + 1) == content[at:]
    assert reader.take(1) == b""
