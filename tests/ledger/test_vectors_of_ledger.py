"""Every vector of entries and epochs gives what it says."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.ledger import make_vectors

from asylia.crypto import bare
from asylia.crypto.age import Identity
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes, rights, sealing
from asylia.ledger.entry import CONTROL, decode_header, decode_heads
from asylia.ledger.epoch import TeamEpoch, decode_epoch
from asylia.ledger.journal import line_after
from asylia.wire import frame

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"
ENTRY: dict[str, Any] = json.loads((FOLDER / "entry.json").read_text())
EPOCH: dict[str, Any] = json.loads((FOLDER / "epoch.json").read_text())
ERRORS = {"malformed": MalformedError, "forged": ForgedError}


def open_entry(blob: bytes) -> bytes:
    compartment_key = b64decode(ENTRY["compartment_key"])
    sealed = boxes.parse_outer(boxes.open_outer(compartment_key, blob))
    header = decode_header(sealed.header)
    decode_heads(sealed.heads)
    message = frame("asylia/entry/1 author", *sealed.signed)
    bare.ed25519_verify(b64decode(ENTRY["author_ed25519"]), message, sealed.signature)
    key = compartment_key if header.kind == CONTROL else b64decode(ENTRY["record_key"])
    if sealed.wrapped:
        assert boxes.open_wrapped(b64decode(ENTRY["wrap_key"]), sealed) == key
    return boxes.open_inner(key, header.kind, sealed)


@pytest.mark.parametrize("vector", ENTRY["entries"], ids=lambda vector: vector["name"])
def test_an_entry_opens_or_is_refused_as_its_vector_says(vector: dict[str, str]) -> None:
    blob = b64decode(vector["blob"])
    if vector["expect"] == "ok":
        assert open_entry(blob) == ENTRY["content"].encode()
        return
    with pytest.raises(ERRORS[vector["expect"]]):
        open_entry(blob)


def test_entries_are_made_anew_byte_by_byte() -> None:
    assert make_vectors.entries() == ENTRY["entries"]


def test_the_line_goes_on_as_its_vector_says() -> None:
    values = [b64decode(value) for value in ENTRY["line"]["values"]]
    for at, blob in enumerate(ENTRY["line"]["blobs"]):
        assert line_after(values[at], sha256(b64decode(blob)).digest()) == values[at + 1]


@pytest.mark.parametrize("vector", EPOCH["replaced"], ids=lambda vector: vector["name"])
def test_an_epoch_with_a_flaw_is_malformed(vector: dict[str, str]) -> None:
    body = SignedBytes.parse(b64decode(EPOCH["signed"][vector["in"]])).body
    decode_epoch(body)
    assert body.count(vector["old"].encode()) == 1
    with pytest.raises(MalformedError):
        decode_epoch(body.replace(vector["old"].encode(), vector["new"].encode()))


@pytest.mark.parametrize("vector", EPOCH["first_team"], ids=lambda vector: vector["name"])
def test_a_first_team_epoch_is_this_teams_or_not(vector: dict[str, str]) -> None:
    signed = SignedBytes.parse(b64decode(vector["signed"]))
    epoch = decode_epoch(signed.body)
    assert isinstance(epoch, TeamEpoch)
    if vector["expect"] == "ok":
        rights.check_first_team(signed, epoch, b64decode(EPOCH["root_hash"]))
        return
    with pytest.raises(ERRORS[vector["expect"]]):
        rights.check_first_team(signed, epoch, b64decode(EPOCH["root_hash"]))


def test_a_sealed_epoch_opens_for_its_device_and_for_recovery_alone() -> None:
    blob = b64decode(EPOCH["sealed"]["blob"])
    for name in EPOCH["sealed"]["opens_for"]:
        signed, _ = sealing.open_epoch(blob, [Identity.parse(EPOCH[name])])
        assert signed.encode() == b64decode(EPOCH["signed"]["compartment"])
    with pytest.raises(ForgedError):
        sealing.open_epoch(blob, [Identity.parse(EPOCH["sealed"]["not_for"])])
    with pytest.raises(ForgedError):
        sealing.open_epoch(blob[:-1], [Identity.parse(EPOCH["prekey"])])
