"""Every vector of entries, epochs and dismissals gives what it says."""

import json
from base64 import b64decode, b64encode
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.ledger import make_vectors

from asylia.crypto import bare
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError
from asylia.ledger import boxes, rights, sealing
from asylia.ledger.dismissal import (
    DismissalNotice,
    is_dismissal,
    parse_dismissal,
    verify_dismissal,
)
from asylia.ledger.entry import CONTROL, decode_header, decode_heads
from asylia.ledger.epoch import TeamEpoch, decode_epoch
from asylia.ledger.journal import line_after
from asylia.ledger.merging import TeamSide, merge_team
from asylia.wire import encode, frame

FOLDER = Path(__file__).parents[2] / "spec" / "vectors"
ENTRY: dict[str, Any] = json.loads((FOLDER / "entry.json").read_text())
EPOCH: dict[str, Any] = json.loads((FOLDER / "epoch.json").read_text())
DISMISSAL: dict[str, Any] = json.loads((FOLDER / "dismissal.json").read_text())
MEMBERSHIP: dict[str, Any] = json.loads((FOLDER / "membership.json").read_text())
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


def changed(changes: dict[str, Any], **also: object) -> bytes:
    """The team epoch of the vectors with other values at these places."""
    label, content = MEMBERSHIP["before"].split("\n", 1)
    body = json.loads(content)
    for path, value in (changes | also).items():
        at, *names = path.split(".")
        if not names:
            body[at] = value
        elif isinstance(value, str) and value.startswith("devices."):
            body[at][int(names[0])][names[1]] = body[at][int(value[-1])][names[1]]
        else:
            body[at][int(names[0])][names[1]] = value
    ordered = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{label}\n{ordered}".encode()


def signed_by(body: bytes, signers: str) -> SignedBytes:
    keys = [SigningKey(b64decode(MEMBERSHIP["seeds"][name]), "pair") for name in signers]
    use = "asylia/team-epoch/1 epoch"
    return SignedBytes(body, tuple(one for key in keys for one in key.sign(use, body)))


def team_of(body: bytes) -> TeamEpoch:
    epoch = decode_epoch(body)
    assert isinstance(epoch, TeamEpoch)
    return epoch


@pytest.mark.parametrize("vector", MEMBERSHIP["steps"], ids=lambda vector: vector["name"])
def test_a_step_of_the_team_is_as_its_vector_says(vector: dict[str, Any]) -> None:
    before = team_of(MEMBERSHIP["before"].encode())
    next_one = {"number": 1, "previous": [MEMBERSHIP["before_hash"]]}
    body = changed(next_one | vector["set"])
    signed = signed_by(body, vector["signers"])
    check = partial(
        rights.check_team, signed, team_of(body), before, b64decode(MEMBERSHIP["before_hash"])
    )
    if vector["expect"] == "ok":
        check()
        return
    with pytest.raises(ERRORS[vector["expect"]]):
        check()


@pytest.mark.parametrize("vector", MEMBERSHIP["merges"], ids=lambda vector: vector["name"])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_merge_of_the_team_says_what_its_vector_says(
    vector: dict[str, Any], swapped: bool
) -> None:
    ancestor = team_of(MEMBERSHIP["before"].encode())
    names = [
        SigningKey(b64decode(MEMBERSHIP["seeds"][name]), "pair").public.fingerprint
        for name in "012"
    ]
    places = (2, 1) if swapped else (1, 2)
    sides = [
        TeamSide(
            bytes([at]) * 32,
            team_of(changed(side["set"], number=1)),
            frozenset(names[int(one)] for one in side["signers"]),
        )
        for at, side in zip(places, (vector["first"], vector["second"]), strict=True)
    ]
    merged = merge_team(*sides, ancestor)
    also = {"number": 2, "previous": [b64encode(bytes([at]) * 32).decode() for at in (1, 2)]}
    assert encode(merged.epoch) == changed(vector["merged"] | also)
    assert bool(merged.burnt) == vector["new_secret"]


@pytest.mark.parametrize("vector", DISMISSAL["cases"], ids=lambda vector: vector["name"])
def test_a_dismissal_holds_or_is_refused_as_its_vector_says(vector: dict[str, str]) -> None:
    signer = SigningKey(b64decode(DISMISSAL["signer"]), "pair").public
    signed = SignedBytes.parse(b64decode(vector["signed"]))

    def check() -> DismissalNotice:
        said = parse_dismissal(signed)
        verify_dismissal(signed, signer)
        return said

    if vector["expect"] != "ok":
        with pytest.raises(ERRORS[vector["expect"]]):
            check()
        return
    says = DISMISSAL["says"]
    device = b64decode(says["device"])
    assert check() == DismissalNotice(
        compartment=says["compartment"], device=device, number=says["number"]
    )


def test_a_sealed_dismissal_opens_for_its_device_alone() -> None:
    sealed = DISMISSAL["sealed"]
    blob, right = b64decode(sealed["blob"]), Identity.parse(sealed["prekey"])
    opened = SignedBytes.parse(sealing.open_notice(blob, [right]))
    assert is_dismissal(opened)
    assert parse_dismissal(opened).number == DISMISSAL["says"]["number"]
    with pytest.raises(sealing.UnopenedError):
        sealing.open_notice(blob, [Identity.parse(sealed["not_for"])])
