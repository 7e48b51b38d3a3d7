"""The remote share: half of what opens a device, kept by the relay (``spec/vault.md``).

Upholds: the relay is asked by a token, never by a passphrase; its address is the only thing that
lies here in clear; it is reached on a circuit of its own.  Refuses: redirects, proxies from the
environment, an answer of another length.

What asks for the share is any ``ShareKeeper``; what a colleague does with it goes through the
team's courier: ``stop``, ``allow``.
"""

from hashlib import sha256
from pathlib import Path
from typing import Protocol

import httpx

from asylia import peers
from asylia.crypto.kdf import hkdf
from asylia.errors import LockedError, MalformedError, NotFoundError, RefusedError, UnavailableError
from asylia.ledger.courier import TeamCourier
from asylia.values import DeviceId
from asylia.wire import frame

RELAY = "relay"
SHARE, SHARE_ID = 32, 16
_ID_USE = "asylia/vault/1 share id"
_TOKEN_USE = "asylia/vault/1 share token"  # noqa: S105  a label
_ADDRESS = 2048
_PATIENCE = 20.0  # seconds


class ShareKeeper(Protocol):
    """Whoever may have the share of a device."""

    def fetch(self, share_id: bytes, token: bytes) -> bytes:
        """The share, 32 bytes.

        Raises ``LockedError`` for a wrong token, ``RefusedError`` where the device was shut out,
        ``UnavailableError`` where nobody answers.
        """


class RelayShares:
    """The relay that the vault's own folder names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, share_id: bytes, token: bytes) -> bytes:
        """One try at the relay, counted there; ``ShareKeeper``."""
        url = f"{read_relay(self._folder)}/v1/shares/{share_id.hex()}"
        headers = {"Accept-Encoding": "identity"}
        try:
            with (
                peers.client("share", timeout=_PATIENCE) as client,
                client.stream("POST", url, content=token, headers=headers) as response,
            ):
                return _share(response)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise silent() from None


def share_id_of(device: DeviceId) -> bytes:
    """The 16 bytes under which the relay keeps this device's share."""
    return sha256(frame(_ID_USE, device)).digest()[:SHARE_ID]


def token_of(stretched: bytes) -> bytes:
    """What fetches the share, from the stretched passphrase; 32 bytes."""
    return hkdf(stretched, _TOKEN_USE)


def put(courier: TeamCourier, share_id: bytes, stretched: bytes, share: bytes) -> None:
    """Leave a share at the relay; an earlier one, its tries and its stop are gone."""
    courier.put_share(share_id, sha256(token_of(stretched)).digest() + share)


def stop(courier: TeamCourier, device: DeviceId) -> None:
    """Shut a colleague's device out: its passphrase opens it no more.

    Raises ``NotFoundError`` where the device has no remote share, so that nothing can be stopped.
    """
    courier.stop_share(share_id_of(device))


def allow(courier: TeamCourier, device: DeviceId) -> None:
    """Let ten more passphrases be tried on a colleague's device; a stop stays.

    Raises ``NotFoundError`` where it has no remote share, ``RefusedError`` where it was stopped.
    """
    courier.allow_share(share_id_of(device))


def is_stopped(courier: TeamCourier, device: DeviceId) -> bool:
    """Whether a colleague shut this device out, as the relay says.

    Raises ``RefusedError`` where the team's secret is refused, ``UnavailableError``.
    """
    try:
        return courier.share_state(share_id_of(device)) == "stopped"
    except NotFoundError:
        return False


def relay_file(url: str) -> bytes:
    """What the file ``relay`` holds."""
    return url.encode() + b"\n"


def read_relay(folder: Path) -> str:
    """The relay's address; ``NotFoundError``, ``MalformedError``."""
    try:
        with (folder / RELAY).open("rb") as file:
            untrusted = file.read(_ADDRESS + 1)
    except OSError:
        raise NotFoundError(
            "the file with the relay's address is gone from this vault",
            hint="Write the relay's address into the file `relay` in its folder.",
        ) from None
    address = untrusted.removesuffix(b"\n").removesuffix(b"/")
    if len(untrusted) > _ADDRESS or not address.isascii() or not address.startswith(b"http"):
        raise MalformedError("the file with the relay's address is damaged")
    return address.decode()


def silent() -> UnavailableError:
    """The answer where nobody has the share."""
    return UnavailableError(
        "this vault opens only with its relay, and the relay does not answer",
        hint="Connect this device to the network, then try again.",
    )


def _share(response: httpx.Response) -> bytes:
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise LockedError("the share was not given")
    if response.status_code == httpx.codes.LOCKED:
        raise RefusedError(
            "this device was shut out: by a colleague, or by ten wrong passphrases",
            hint="Ask a colleague: they can allow more tries, or invite this device anew.",
        )
    if response.status_code != httpx.codes.OK:
        raise silent()
    held = b""
    for some in response.iter_raw():
        held += some
        if len(held) > SHARE:
            break
    if len(held) != SHARE:
        raise silent()
    return held
