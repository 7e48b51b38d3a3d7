"""The team's courier against the real relay, and against answers that no relay should give."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.ledger.serving import serving
from tests.ledger.world import LABEL, World

from asylia.crypto import random
from asylia.envelope.bundle import verify_bundle
from asylia.errors import (
    ConflictError,
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from asylia.ledger.courier import TeamCourier
from asylia.values import BlobId, day_of

URL = "http://relay.test"
SECRET = bytes(range(32))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    """A real relay, over its own store, that this secret opens."""
    with serving(tmp_path / "relay.sqlite", SECRET) as made:
        yield made


@pytest.fixture
def courier(client: httpx.Client) -> TeamCourier:
    return TeamCourier(str(client.base_url), SECRET, client)


@pytest.fixture
def line(world: World, tmp_path: Path) -> Iterator[TeamCourier]:
    """A courier to a real relay that the team's own secret opens."""
    secret = world.founding.relay.secret
    with serving(tmp_path / "team.sqlite", secret) as made:
        yield TeamCourier(str(made.base_url), secret, made)


def test_two_devices_share_a_ledger_through_a_real_relay(world: World, line: TeamCourier) -> None:
    one, two, courier = *world.devices, line
    record = one.write("first")
    one.ledger.sync(courier)
    two.ledger.sync(courier)
    two.write("second", record)
    two.ledger.sync(courier)
    report = one.ledger.sync(courier)
    assert (report.received, report.findings) == (1, ())
    assert one.texts() == two.texts() == ["first", "second"]


def test_a_large_entry_passes(world: World, line: TeamCourier) -> None:
    one, two, courier = *world.devices, line
    record = one.ledger.new_record("casework")
    one.ledger.append(record, LABEL + bytes(700_000))
    one.ledger.sync(courier)
    two.ledger.sync(courier)
    assert len(two.texts()) == 1


def test_the_line_is_append_only_and_the_same_blob_stands_once(courier: TeamCourier) -> None:
    assert [courier.put_ledger(blob) for blob in (b"a", b"b", b"a")] == [0, 1, 0]
    assert courier.ledger_page(0) == (b"a", b"b")
    assert courier.ledger_page(1) == (b"b",)
    assert courier.ledger_page(2) == ()


def test_envelopes_and_pieces_are_fetched_and_deleted(
    client: httpx.Client, courier: TeamCourier
) -> None:
    blob = BlobId(random.system(16))
    client.put(f"/v1/envelopes/{blob.hex()}", content=b"sealed" * 2000)
    client.put(f"/v1/pieces/{blob.hex()}", content=b"piece")
    assert courier.envelope_ids() == (blob,)
    assert courier.envelope(blob) == b"sealed" * 2000
    assert courier.piece(blob) == b"piece"
    courier.delete_envelope(blob)
    courier.delete_piece(blob)
    assert courier.envelope_ids() == ()
    for fetch in (courier.envelope, courier.piece):
        with pytest.raises(NotFoundError):
            fetch(blob)


def test_a_drop_is_stored_only_where_nothing_is(courier: TeamCourier) -> None:
    courier.put_drop(bytes(32), b"reply")
    courier.put_drop(bytes(32), b"reply")
    with pytest.raises(ConflictError):
        courier.put_drop(bytes(32), b"another")


def test_the_log_takes_leaves_and_gives_a_checkpoint(courier: TeamCourier) -> None:
    first = courier.post_leaves([bytes(32), bytes([1]) * 32])
    assert courier.post_leaves([bytes([2]) * 32]) == first + 2
    assert courier.checkpoint().startswith(b"relay.test/log\n3\n")
    assert courier.get("/v1/log/checkpoint") == courier.checkpoint()


def test_the_bundle_is_published_as_it_was_signed(world: World, courier: TeamCourier) -> None:
    with pytest.raises(NotFoundError):
        courier.bundle()
    bundle = world.devices[0].ledger.bundle()
    courier.put_bundle(bundle)
    assert courier.bundle() == bundle
    verify_bundle(bundle, world.founding.root.public, day_of(world.clock()))


def test_a_new_secret_opens_and_the_old_one_no_more(
    client: httpx.Client, courier: TeamCourier
) -> None:
    courier.put_access(bytes(32))
    with pytest.raises(RefusedError):
        courier.envelope_ids()
    assert TeamCourier(str(client.base_url), bytes(32), client).envelope_ids() == ()


def answering(status: int, body: bytes) -> TeamCourier:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=iter([body]))

    return TeamCourier(URL, SECRET, httpx.Client(transport=httpx.MockTransport(answer)))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, RefusedError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, MalformedError),
        (507, UnavailableError),
        (500, UnavailableError),
        (302, UnavailableError),
    ],
)
def test_each_refusal_is_told_apart_and_repeats_nothing(
    status: int, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        answering(status, b"<script>").put_ledger(b"secret words")
    assert "script" not in str(caught.value)
    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize("body", [b"x", b"", b"-1", b"1" * 20, "٣".encode(), b"1 2"])
def test_an_answer_that_is_no_number_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError):
        answering(201, body).put_ledger(b"blob")


def test_an_answer_without_an_end_is_given_up() -> None:
    with pytest.raises(MalformedError):
        answering(200, bytes(9 << 20)).ledger_page(0)
    with pytest.raises(MalformedError):
        answering(200, bytes(17)).envelope_ids()


def test_a_relay_that_does_not_answer_is_unavailable() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    courier = TeamCourier(URL, SECRET, httpx.Client(transport=httpx.MockTransport(refuse)))
    with pytest.raises(UnavailableError):
        courier.envelope_ids()
    with pytest.raises(UnavailableError):
        TeamCourier("http://[", SECRET, httpx.Client()).envelope_ids()
