"""What is not on this machine is reached by name through Tor's port; nobody else learns it."""

import asyncio
import os
import socket

import httpx
import pytest

from asylia import peers
from asylia.cli import run
from asylia.envelope.courier import ReporterCourier
from asylia.errors import UnavailableError, UsageError
from asylia.ledger.courier import TeamCourier
from asylia.values import BlobId
from deploy.socks import socks
from relay.process import SECRET, RelayProcess, found, free_port

ONION = "a" * 56 + ".onion"
HOSTS = [
    ONION,
    ONION.upper(),
    ONION + ".",
    "relay.example.org",
    "localhost.example.org",
    "192.0.2.1",
]


@pytest.fixture(scope="module")
def relay(tmp_path_factory):
    with RelayProcess(found(tmp_path_factory.mktemp("relay") / "relay")) as process:
        yield process


@pytest.fixture
def no_lookups(monkeypatch):
    """Every lookup of a name on this machine, as the C library would do it, is written down."""
    looked_up, real = [], socket.getaddrinfo

    def listening(host, *rest, **more):
        if not peers.is_here(str(host)):
            looked_up.append(host)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", listening)
    return looked_up


@pytest.mark.parametrize("host", HOSTS)
def test_a_desk_asks_a_relay_elsewhere_through_the_proxy_which_resolves_it(relay, host, no_lookups):
    with socks(relay.port) as proxy:
        there = {peers.VARIABLE: f"127.0.0.1:{proxy.port}"}
        with peers.client("team", timeout=20, environment=there) as client:
            courier = TeamCourier(f"http://{host}:8480", SECRET, client)
            assert courier.envelope_ids() == ()
    kind = 1 if host[0].isdigit() else 3
    assert [one[:2] + one[3:] for one in proxy.asked] == [("team", kind, 8480)]
    assert kind == 1 or proxy.asked[0][2].lower() == host.lower()
    assert no_lookups == []


def test_the_page_reaches_a_relay_elsewhere_through_the_proxy_on_circuits_of_its_own(relay):
    async def send(there):
        transport = peers.async_transport("intake", environment=there)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            await ReporterCourier(f"http://{ONION}", client).send_envelope(
                BlobId(b"1" * 16), bytes(9000)
            )

    with socks(relay.port) as proxy:
        asyncio.run(send({peers.VARIABLE: f"127.0.0.1:{proxy.port}"}))
    assert proxy.asked == [("intake", 3, ONION, 80)]


def test_a_relay_on_this_machine_is_asked_directly(relay):
    with socks(relay.port) as proxy:
        there = {peers.VARIABLE: f"127.0.0.1:{proxy.port}"}
        with peers.client("team", timeout=20, environment=there) as client:
            TeamCourier(f"http://127.0.0.1:{relay.port}", SECRET, client).envelope_ids()
    assert proxy.asked == []


@pytest.mark.parametrize("host", HOSTS)
def test_without_a_proxy_nothing_is_looked_up(host, no_lookups):
    nobody = {peers.VARIABLE: f"127.0.0.1:{free_port()}"}
    client = peers.client("team", timeout=5, environment=nobody)
    with client, pytest.raises(UnavailableError):
        TeamCourier(f"http://{host}", SECRET, client).envelope_ids()
    assert no_lookups == []


def test_the_check_for_lookups_sees_a_client_that_looks_names_up_itself(no_lookups):
    with httpx.Client(trust_env=False, timeout=5) as client, pytest.raises(UnavailableError):
        TeamCourier("http://nobody.invalid", SECRET, client).envelope_ids()
    assert [str(one) for one in no_lookups] == ["nobody.invalid"]


@pytest.mark.parametrize(
    "address", ["192.0.2.1:9050", "tor.example:9050", "127.0.0.1", "u@127.0.0.1:1", "", "::", "x y"]
)
def test_a_proxy_that_is_not_on_this_machine_is_refused(address):
    with pytest.raises(UsageError):
        peers.client("team", timeout=5, environment={peers.VARIABLE: address})


def test_every_client_of_the_program_is_made_by_peers(root):
    own = {"peers.py", "app.py"}  # the page's client takes its transport from peers
    made = [
        path
        for path in (root / "src" / "asylia").rglob("*.py")
        if "rehearsal" not in path.parts
        and path.name not in own
        and any(f"httpx.{name}(" in path.read_text() for name in ("Client", "AsyncClient", "get"))
    ]
    assert [path.name for path in made] == []
    assert os.environ.get(peers.VARIABLE) is None


ADDRESSES = [
    "http://127.0.0.1:8480", "http://localhost:1", "http://[::1]:8480", f"http://{ONION}",
    f"HTTP://{ONION}:8480", "https://relay.example.org", "https://192.0.2.1:65535",
]  # fmt: skip
NO_ADDRESSES = [
    "", "nonsense", "ftp://x", "http://", "//relay", "http:///x", "https://user:pw@evil.com",
    "https://@x", "https://x:99999", "https://x:-1", "https://x:0", "https://x/path", "https://x?q",
    "https://x#f", "https://exa mple", "https://x\n", "https://x%00",
]  # fmt: skip


@pytest.mark.parametrize("given", ADDRESSES)
def test_a_relays_address_is_taken_as_it_was_given(given):
    assert peers.relay_address(given) == peers.relay_address(f"{given}/") == given


@pytest.mark.parametrize("given", NO_ADDRESSES)
def test_what_is_no_relays_address_is_refused(given):
    with pytest.raises(UsageError):
        peers.relay_address(given)


@pytest.mark.parametrize("host", ["relay.example.org", "192.0.2.1", "onion", "onion.example.org"])
def test_no_secret_goes_beyond_tor_in_clear(host):
    with pytest.raises(UsageError, match="in clear"):
        peers.relay_address(f"http://{host}:8480")
    assert peers.relay_address(f"https://{host}:8480")


@pytest.mark.parametrize("given", ["ftp://x", "http://user:pw@evil.com", "nonsense"])
@pytest.mark.parametrize(
    "command", [["intake", "serve", "--root", "no-file"], ["desk", "no-folder"]]
)
def test_a_command_refuses_a_false_address_before_it_reads_anything(given, command, capsys):
    assert run([*command, "--relay", given]) == UsageError.exit_code
    assert "no relay's address" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["99999", "-1", "0", "x"])
def test_the_page_refuses_what_is_no_port(port):
    command = ["intake", "serve", "--relay", "http://127.0.0.1:1", "--root", "no-file"]
    assert run([*command, "--port", port]) == UsageError.exit_code
