"""HTTP clients for whom Asylia speaks to: what is not on this machine is reached through Tor.

Upholds: a host that is not loopback goes through Tor's SOCKS port, which also resolves its name, so
no name is ever asked of a DNS server from here; each purpose has circuits of its own (Tor keeps
streams with different SOCKS user names apart); settings of the environment that redirect traffic
are not heeded.  Refuses: a SOCKS port that is not on this machine (the way there is in clear); a
relay's address that is none, that holds a password, or that leads beyond Tor in clear.

``ASYLIA_TOR`` names another port than Tor's 9050, as in ``127.0.0.1:9150`` for Tor Browser's.
"""

import os
import re
import ssl
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address
from typing import Literal

import httpx

from asylia.errors import UsageError

TOR = "127.0.0.1:9050"
VARIABLE = "ASYLIA_TOR"
_EXAMPLE = "http://127.0.0.1:8480"
_HOST = rb"[A-Za-z0-9.-]+|[0-9a-f:.]+"  # a name, or an address of IPv4 or IPv6
Purpose = Literal["team", "intake", "share", "stamps", "witnesses"]


def client(
    purpose: Purpose, *, timeout: float, environment: Mapping[str, str] = os.environ
) -> httpx.Client:
    """A client whose requests wait ``timeout`` seconds for each step."""
    return httpx.Client(transport=_Routed(_proxy(purpose, environment)), timeout=timeout,
                        trust_env=False)  # fmt: skip


def async_transport(
    purpose: Purpose, *, environment: Mapping[str, str] = os.environ
) -> httpx.AsyncBaseTransport:
    """The same for an ``httpx.AsyncClient``, which is to be made with ``trust_env=False``."""
    return _AsyncRouted(_proxy(purpose, environment))


def relay_address(untrusted: str) -> str:
    """A relay's address as it was given, without a slash at its end; ``UsageError``."""
    try:
        url = httpx.URL(untrusted)
        port = 443 if url.port is None else url.port
        right = bool(re.fullmatch(_HOST, url.raw_host)) and 1 <= port <= 65535
    except httpx.InvalidURL:
        right = False
    if not right or not re.fullmatch(r"https?://[^/@?#]+/?", untrusted, re.IGNORECASE):
        raise UsageError("this is no relay's address", hint=f"An example: {_EXAMPLE}")
    if url.scheme == "http" and not (is_here(url.host) or url.host.endswith(".onion")):
        raise UsageError(
            "the way to this relay would be in clear beyond Tor",
            hint="Give its onion address, or one that begins with https.",
        )
    return untrusted.removesuffix("/")


def is_here(host: str) -> bool:
    """Whether a host is this machine, told without asking anybody."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _proxy(purpose: Purpose, environment: Mapping[str, str]) -> httpx.Proxy:
    address = environment.get(VARIABLE, TOR)
    try:
        url = httpx.URL(f"socks5://{address}")
        right = is_here(url.host) and url.port is not None and url.path in ("", "/")
    except httpx.InvalidURL:
        right = False
    if not right or "@" in address:
        raise UsageError(
            f"{VARIABLE} is not a port on this machine", hint=f"An example: {VARIABLE}={TOR}"
        )
    return httpx.Proxy(url, auth=(purpose, purpose))


@cache  # reading the certificates takes 20 ms, and most commands speak to loopback only
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _Routed(httpx.BaseTransport):
    """Loopback directly, everything else through Tor."""

    def __init__(self, proxy: httpx.Proxy) -> None:
        self._here = httpx.HTTPTransport(verify=_trusted(), trust_env=False)
        self._tor = httpx.HTTPTransport(verify=_trusted(), trust_env=False, proxy=proxy)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        way = self._here if is_here(request.url.host) else self._tor
        return way.handle_request(request)

    def close(self) -> None:
        """Let go of all connections."""
        self._here.close()
        self._tor.close()


class _AsyncRouted(httpx.AsyncBaseTransport):
    """The same, asynchronously."""

    def __init__(self, proxy: httpx.Proxy) -> None:
        self._here = httpx.AsyncHTTPTransport(verify=_trusted(), trust_env=False)
        self._tor = httpx.AsyncHTTPTransport(verify=_trusted(), trust_env=False, proxy=proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        way = self._here if is_here(request.url.host) else self._tor
        return await way.handle_async_request(request)

    async def aclose(self) -> None:
        """Let go of all connections."""
        await self._here.aclose()
        await self._tor.aclose()
