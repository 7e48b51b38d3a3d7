"""Certificates and intake bundles: each check refuses what it is there for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.crypto.signing import SigningKey
from asylia.envelope import authority
from asylia.envelope.authority import certify, verify_certificate
from asylia.envelope.bundle import LIMIT, Compartment, IntakeBundle, sign_bundle, verify_bundle
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError, NotFoundError, RefusedError
from asylia.values import Day
from asylia.wire import Message, encode

from . import world
from .world import ALONE, CERTIFICATES, DEVICES, FIRST_DAY, ROOT

GOOD = world.signed_bundle()


def check(signed: bytes, today: int = FIRST_DAY) -> IntakeBundle:
    return verify_bundle(signed, ROOT.public, Day(today))


def compartment(**changed: object) -> Compartment:
    kept = {name: getattr(world.COMPARTMENT, name) for name in world.COMPARTMENT.__struct_fields__}
    return Compartment(**(kept | changed))


def signed_anyway(message: Message, label: str, *keys: SigningKey) -> bytes:
    """Signed bytes that our own writer would not make."""
    body = encode(message)
    signatures = tuple(one for key in keys for one in key.sign(label, body))
    return SignedBytes(body, signatures).encode()


def test_a_bundle_by_two_admin_devices_holds() -> None:
    bundle = check(GOOD)
    assert bundle == world.bundle()
    assert bundle.compartment("casework").recipient == world.INTAKE.recipient
    assert bundle.reply_keys == (world.REPLY.public, world.EARLIER_REPLY.public)
    with pytest.raises(NotFoundError):
        bundle.compartment("shelter")


def test_a_team_of_one_device_signs_alone() -> None:
    assert check(world.signed_bundle(ALONE)).epoch == 3


def test_one_device_of_two_is_not_enough() -> None:
    with pytest.raises(ForgedError):
        check(sign_bundle(world.bundle(), DEVICES[:1]))
    with pytest.raises(ForgedError, match="second"):
        check(world.signed_bundle(CERTIFICATES[:1]))


def test_one_device_certified_twice_is_not_two() -> None:
    twice = world.bundle((CERTIFICATES[0], world.certificate(DEVICES[0])))
    with pytest.raises(ForgedError, match="twice"):
        check(sign_bundle(twice, DEVICES[:1]))


def test_a_device_that_the_root_did_not_certify_does_not_count() -> None:
    false = certify(world.OTHER_ROOT, DEVICES[1].public, not_before=FIRST_DAY)
    with pytest.raises(ForgedError):
        check(world.signed_bundle((CERTIFICATES[0], false)))


def test_a_device_is_not_admin_before_its_day() -> None:
    late = (world.certificate(DEVICES[0], alone=True, not_before=1),)
    with pytest.raises(ForgedError, match="before"):
        check(world.signed_bundle(late), FIRST_DAY + 1)


def test_a_bundle_of_another_team_is_refused() -> None:
    with pytest.raises(ForgedError):
        verify_bundle(GOOD, world.OTHER_ROOT.public, FIRST_DAY)
    with pytest.raises(ForgedError, match="team"):
        check(world.signed_bundle(root_hash=bytes(32)))


@pytest.mark.parametrize(("days", "holds"), [(0, True), (14, True), (15, False), (-1, False)])
def test_a_bundle_lasts_fourteen_days_at_most(days: int, holds: bool) -> None:
    signed = world.signed_bundle(ALONE, not_after=FIRST_DAY + days)
    if holds:
        check(signed)
    else:
        with pytest.raises(ForgedError, match="long"):
            check(signed)


@pytest.mark.parametrize(("offset", "holds"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_bundle_is_valid_on_its_days_only(offset: int, holds: bool) -> None:
    if holds:
        check(GOOD, FIRST_DAY + offset)
    else:
        with pytest.raises(RefusedError) as caught:
            check(GOOD, FIRST_DAY + offset)
        assert caught.value.hint


def test_a_team_that_needs_a_newer_version_is_told_apart() -> None:
    with pytest.raises(RefusedError, match="too old"):
        check(world.signed_bundle(ALONE, version=2))


def test_an_expired_forgery_is_a_forgery() -> None:
    with pytest.raises(ForgedError):
        check(sign_bundle(world.bundle(), DEVICES[:1]), FIRST_DAY + 100)


@pytest.mark.parametrize(
    "changed",
    [
        {"reply_key": DEVICES[0].public},
        {"earlier_reply_keys": (DEVICES[0].public,)},
        {"labels": {"ru": "Линия"}},
        {"intake_recipient": "age1pq1" + "q" * 1952},
    ],
    ids=["reply key is a pair", "earlier one is a pair", "no English label", "no recipient"],
)
def test_a_compartment_that_is_not_right_is_malformed(changed: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        check(world.signed_bundle(ALONE, compartments=(compartment(**changed),)))


def test_two_compartments_of_one_name_are_malformed() -> None:
    with pytest.raises(MalformedError, match="twice"):
        check(world.signed_bundle(ALONE, compartments=(compartment(), compartment())))


@pytest.mark.parametrize(
    "changed",
    [
        {"compartments": ()},
        {"certificates": ()},
        {"certificates": (*CERTIFICATES, *ALONE)},
        {"version": 0},
        {"epoch": -1},
        {"not_after": 100_001},
        {"compartments": (compartment(id="Casework"),)},
        {"compartments": (compartment(id="casework\n"),)},
        {"compartments": (compartment(labels={"en": ""}),)},
        {"compartments": (compartment(labels={"EN": "x"}),)},
        {"log_proof": (bytes(8193),)},
    ],
)
def test_limits_hold_on_the_way_out_and_on_the_way_in(changed: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        world.signed_bundle(**({"certificates": CERTIFICATES} | changed))  # type: ignore[arg-type]
    fields = {"certificates": CERTIFICATES} | changed
    hostile = world.bundle(**fields)  # type: ignore[arg-type]
    with pytest.raises(MalformedError):
        check(signed_anyway(hostile, "asylia/bundle/1 admin", *DEVICES))


def test_a_signature_for_another_use_does_not_count() -> None:
    with pytest.raises(ForgedError):
        check(signed_anyway(world.bundle(), "asylia/drop/1 reply", *DEVICES))


def test_more_bytes_than_the_limit_are_refused() -> None:
    with pytest.raises(MalformedError, match="longer"):
        check(GOOD + bytes(LIMIT))
    with pytest.raises(MalformedError, match="longer"):
        verify_certificate(CERTIFICATES[0] + bytes(authority.LIMIT), ROOT.public)


def test_a_certificate_names_an_admin_device() -> None:
    read = verify_certificate(CERTIFICATES[1], ROOT.public)
    assert read.device == DEVICES[1].public
    assert not read.alone
    assert read.not_before == FIRST_DAY


@pytest.mark.parametrize("key", [world.REPLY, ROOT], ids=["not a pair", "the root itself"])
def test_a_certificate_of_an_unfit_key_is_refused(key: SigningKey) -> None:
    with pytest.raises(ForgedError, match="cannot be"):
        verify_certificate(certify(ROOT, key.public, not_before=FIRST_DAY), ROOT.public)


def test_a_certificate_in_the_name_of_the_root_but_not_by_it_is_refused() -> None:
    body = authority.AdminCertificate(
        alone=True, device=DEVICES[0].public, not_before=FIRST_DAY, root_hash=world.ROOT_HASH
    )
    false = signed_anyway(body, "asylia/certificate/1 root", world.OTHER_ROOT)
    with pytest.raises(ForgedError):
        verify_certificate(false, ROOT.public)
    with pytest.raises(ForgedError):
        check(world.signed_bundle((false,)))
    reused = SignedBytes(encode(body), SignedBytes.parse(CERTIFICATES[0]).signatures).encode()
    with pytest.raises(ForgedError):
        verify_certificate(reused, ROOT.public)


def test_a_certificate_that_says_another_team_is_refused() -> None:
    body = authority.AdminCertificate(
        alone=False, device=DEVICES[0].public, not_before=FIRST_DAY, root_hash=bytes(32)
    )
    signed = signed_anyway(body, "asylia/certificate/1 root", ROOT)
    with pytest.raises(ForgedError, match="another team"):
        verify_certificate(signed, ROOT.public)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_altered_byte_passes(at: int, change: int) -> None:
    altered = GOOD[:at] + bytes([GOOD[at] ^ change]) + GOOD[at + 1 :]
    with pytest.raises((MalformedError, ForgedError)):
        check(altered)


@given(st.integers(0, len(GOOD) - 1))
def test_no_part_of_a_bundle_passes(length: int) -> None:
    with pytest.raises(MalformedError):
        check(GOOD[:length])


@given(st.binary(max_size=300), st.sampled_from([b"", b"asylia/signed/1\n", GOOD[:60]]))
def test_random_bytes_are_malformed(noise: bytes, front: bytes) -> None:
    with pytest.raises(MalformedError):
        check(front + noise)
    with pytest.raises(MalformedError):
        verify_certificate(front + noise, ROOT.public)
