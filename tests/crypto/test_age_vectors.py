"""All official vectors of the age format agree, success and refusal."""

from hashlib import sha256
from io import BytesIO

import pytest

from asylia.crypto import age
from asylia.crypto._header import read_header
from asylia.crypto._reader import Reader
from asylia.crypto._stream import open_chunks
from asylia.crypto.kdf import hkdf
from asylia.errors import AsyliaError, ForgedError, MalformedError

from . import agevectors

VECTORS = agevectors.load()
REFUSAL = {
    "header failure": MalformedError,
    "armor failure": MalformedError,
    "no match": ForgedError,
    "HMAC failure": ForgedError,
    "payload failure": ForgedError,
}
# Its fault is in the arguments of an X25519 stanza.  X25519 is not ours, so the stanza is passed
# over like any other unknown one, and the file is refused because nothing opens it.
REFUSED_OTHERWISE = {"hybrid_x25519_arg": ForgedError}
# Bytes follow a chunk that is marked as the last: it may be given out first, but need not be; here
# it is not, since what follows is seen before it is opened.
GIVES_LESS = {
    "stream_trailing_garbage_long",
    "stream_two_final_chunks",
    "stream_two_final_chunks_full",
}
STRANGER = age.Identity.from_seed(bytes(32))

pytestmark = pytest.mark.skipif(
    not VECTORS, reason="the folder shared/data does not lie beside this checkout"
)


def ids(vector: agevectors.Vector) -> str:
    return vector.name


def open_vector(vector: agevectors.Vector) -> bytes:
    if vector.hybrid:
        return age.decrypt(vector.content, [age.Identity.parse(text) for text in vector.hybrid])
    if vector.expect == "no match":
        return age.decrypt(vector.content, [STRANGER])
    return age.decrypt_with_file_key(vector.content, vector.file_key)


def test_the_set_is_whole() -> None:
    assert len(VECTORS) == 67
    assert {vector.expect for vector in VECTORS} == {"success", *REFUSAL}


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.expect == "success"], ids=ids)
def test_what_must_open_opens(vector: agevectors.Vector) -> None:
    assert sha256(open_vector(vector)).hexdigest() == vector.payload


@pytest.mark.parametrize("vector", [v for v in VECTORS if v.expect != "success"], ids=ids)
def test_what_must_be_refused_is_refused(vector: agevectors.Vector) -> None:
    with pytest.raises(AsyliaError) as caught:
        open_vector(vector)
    assert type(caught.value) is REFUSED_OTHERWISE.get(vector.name, REFUSAL[vector.expect])


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if v.hybrid and not v.name.startswith("armor")], ids=ids
)
def test_the_stream_agrees_and_gives_out_only_what_is_authentic(
    vector: agevectors.Vector,
) -> None:
    target, identities = BytesIO(), [age.Identity.parse(text) for text in vector.hybrid]
    if vector.expect == "success":
        age.decrypt_stream(BytesIO(vector.content), target, identities)
        assert sha256(target.getvalue()).hexdigest() == vector.payload
        assert age.file_key(vector.content, identities) == vector.file_key
    else:
        with pytest.raises(AsyliaError):
            age.decrypt_stream(BytesIO(vector.content), target, identities)
        assert target.getvalue() == b""


@pytest.mark.parametrize(
    "vector",
    [v for v in VECTORS if v.expect == "payload failure" and v.payload],
    ids=ids,
)
def test_a_broken_payload_gives_out_its_authentic_chunks_and_no_more(
    vector: agevectors.Vector,
) -> None:
    # The vector's payload is the hash of what may be given out before the failure shows.
    given = bytearray()
    reader = Reader(BytesIO(vector.content))
    read_header(reader)
    key = hkdf(vector.file_key, "payload", salt=reader.take(16))

    def drain() -> None:
        for chunk in open_chunks(key, reader):
            given.extend(chunk)

    with pytest.raises(ForgedError):
        drain()
    if vector.name in GIVES_LESS:
        assert given == b""
    else:
        assert sha256(given).hexdigest() == vector.payload
