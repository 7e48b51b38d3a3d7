"""A team of one on a real relay, with a vault whose share that relay keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.ledger.serving import serving
from tests.vault.world import PASSPHRASE, make_vault

from asylia.crypto.random import system
from asylia.ledger.courier import TeamCourier
from asylia.values import DeviceId
from asylia.vault.change import changing

SECRET = bytes(range(32))
WRONG = "amber basin cedar delta ember fable"
DURESS = "gravel hazel indigo jungle kettle lemon"
OTHER = "maple nectar olive pepper quartz river"


@dataclass
class Line:
    """The relay, and the vault in ``folder``."""

    client: httpx.Client
    folder: Path
    device: DeviceId

    @property
    def url(self) -> str:
        return str(self.client.base_url).rstrip("/")

    @property
    def courier(self) -> TeamCourier:
        return TeamCourier(self.url, SECRET, self.client)

    def share_on(self, passphrase: str = PASSPHRASE) -> None:
        with changing(self.folder, passphrase) as change:
            change.switch_share_on(self.courier, self.url)

    def set_duress(self, passphrase: str = PASSPHRASE, words: str = DURESS) -> None:
        with changing(self.folder, passphrase) as change:
            change.set_duress(words)

    @property
    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


@contextmanager
def line(folder: Path) -> Iterator[Line]:
    """A relay, and a vault of the fixed passphrase without a share."""
    folder.mkdir(exist_ok=True)
    with serving(folder / "relay.sqlite", SECRET) as client:
        with make_vault(folder / "v") as vault:
            device = vault.keys().device
        yield Line(client, folder / "v", device)


class Kept:
    """A share in this process's memory."""

    def __init__(self, share: bytes) -> None:
        self.share = share
        self.asked = 0

    def fetch(self, share_id: bytes, token: bytes) -> bytes:
        self.asked += 1
        return self.share


def any_share() -> Kept:
    """A share that is nobody's."""
    return Kept(system(32))
