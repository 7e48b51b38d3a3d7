"""Changing what opens a vault: its passphrase, its duress passphrase, its remote share.

Each change is the steps of ``spec/vault.md``, "Changes", in that order.  Upholds: after a crash at
any moment the vault opens with the words of before or of after; with the remote share on, no slot
stands that opens without it.  Refuses: a change while another program has the vault open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from asylia.crypto import random
from asylia.errors import ConflictError
from asylia.ledger.courier import TeamCourier
from asylia.vault import share as remote
from asylia.vault.files import remove, replace_header, write_whole
from asylia.vault.header import (
    NO_SHARE,
    Header,
    Places,
    random_slot,
    seal_duress,
    seal_passphrase,
)
from asylia.vault.passphrase import normal
from asylia.vault.share import RELAY, SHARE, ShareKeeper
from asylia.vault.unlocking import Opened, unlock
from asylia.vault.vault import Vault


@contextmanager
def changing(
    folder: Path,
    passphrase: str,
    shares: ShareKeeper | None = None,
    randomness: random.Randomness = random.system,
) -> Iterator["Change"]:
    """Open a vault for a change; raises what ``Vault.open`` raises."""
    opened = unlock(folder, passphrase, shares, randomness)
    with Vault.with_master(folder, opened.master) as vault:
        yield Change(vault, opened, randomness)


@dataclass
class Change:
    """An open vault, and what opened it."""

    vault: Vault
    opened: Opened = field(repr=False)
    randomness: random.Randomness = field(default=random.system, repr=False)

    @property
    def has_share(self) -> bool:
        """Whether the remote share is on."""
        return self.opened.header.share_id != NO_SHARE

    def renew_passphrase(self, words: str, courier: TeamCourier | None = None) -> None:
        """From now on ``words`` open the vault, and those in use no more.

        ``courier`` is needed where the remote share is on.
        """
        stretched = self.opened.header.stretch(normal(words))
        if not self.has_share:
            self._move(stretched, None)
            return
        if courier is None:
            raise ConflictError("the remote share is on", hint="Connect this device first.")
        share = self.randomness(SHARE)
        old, at = self.opened.at, self._next_place
        both = self.opened.header.with_slot(
            at, seal_passphrase(stretched, share, at, self.opened.master)
        )
        self._replace(both)
        remote.put(courier, both.share_id, stretched, share)
        self._replace(both.with_slot(old, random_slot(self.randomness)))

    def set_duress(self, words: str) -> None:
        """From now on ``words`` destroy the header; earlier duress words are only wrong."""
        header, at = self.opened.header, self._places.duress
        if self.opened.at == at:
            raise ConflictError(
                "this vault is of an older make", hint="Draw a new passphrase first."
            )
        stretched = header.stretch(normal(words))
        self._replace(header.with_slot(at, seal_duress(stretched, at, self.randomness)))

    def switch_share_on(self, courier: TeamCourier, relay_url: str) -> None:
        """Leave a share at the relay; from now on the vault opens only with it."""
        if self.has_share:
            raise ConflictError("the remote share is on already")
        share, stretched = self.randomness(SHARE), self.opened.stretched
        share_id = remote.share_id_of(self.vault.keys().device)
        remote.put(courier, share_id, stretched, share)
        write_whole(self.vault.folder / RELAY, remote.relay_file(relay_url))
        self._move(stretched, share, share_id=share_id)

    def switch_share_off(self, courier: TeamCourier) -> None:
        """From now on the passphrase alone opens the vault; the relay's share is deleted."""
        if not self.has_share:
            raise ConflictError("the remote share is off already")
        share_id = self.opened.header.share_id
        self._move(self.opened.stretched, None, share_id=NO_SHARE)
        remove(self.vault.folder / RELAY)
        courier.delete_share(share_id)

    @property
    def _places(self) -> Places:
        return Places.of(self.opened.master)

    @property
    def _next_place(self) -> int:
        return self._places.next_to(self.opened.at)

    def _move(
        self, stretched: bytes, share: bytes | None, *, share_id: bytes | None = None
    ) -> None:
        """One write: the passphrase's slot into its other place, and the old one random."""
        at = self._next_place
        slot = seal_passphrase(stretched, share, at, self.opened.master)
        bare = self.opened.header.with_slot(self.opened.at, random_slot(self.randomness))
        named = bare if share_id is None else replace(bare, share_id=share_id)
        self._replace(named.with_slot(at, slot))
        self.opened = replace(self.opened, stretched=stretched, at=at)

    def _replace(self, header: Header) -> None:
        replace_header(self.vault.folder, self.opened.header, header, self.randomness)
        self.opened = replace(self.opened, header=header)
