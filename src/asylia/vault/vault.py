"""A vault: the folder in which one device keeps what is the team's, sealed.

Upholds: nothing in clear ever touches the folder; a wrong passphrase, a damaged header and an
altered database are told apart and change nothing.  Refuses: to open twice, to be created over
anything that is there.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from asylia.crypto import random
from asylia.crypto.kdf import hkdf
from asylia.errors import ConflictError, NotFoundError
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.ledger import Ledger
from asylia.ledger.prekeys import keep_prekeys
from asylia.values import Clock, system_clock
from asylia.vault import projecting
from asylia.vault.database import open_database
from asylia.vault.files import HEADER, make_folder, read_header, write_whole
from asylia.vault.header import Costs, Header
from asylia.vault.passphrase import normal
from asylia.vault.projection import Connection, Projection
from asylia.vault.share import ShareKeeper
from asylia.vault.store import SqlStore
from asylia.vault.unlocking import unlock

__all__ = ["DATABASE", "HEADER", "Vault", "read_header", "write_whole"]

DATABASE = "vault.db"
_DATABASE_USE = "asylia/vault/1 database"
_DEVICE_KEYS = "device-keys"
_NAMED = "secret/"


class Vault:
    """An open vault; ``close`` it, or use it in a ``with``."""

    def __init__(self, folder: Path, connection: Connection) -> None:
        self.folder, self.connection = folder, connection
        self.store = SqlStore(connection)

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: str,
        *,
        costs: Costs | None = None,
        randomness: random.Randomness = random.system,
    ) -> Self:
        """Make a vault in an empty or new folder, with device keys of its own, and open it.

        ``passphrase``: as ``passphrase.draw`` gave it.  Without ``costs``, this machine's
        own are measured.
        """
        make_folder(folder)
        if any(folder.iterdir()):
            raise ConflictError("there is something in this folder", hint="Name an empty one.")
        master = randomness(32)
        header = Header.create(
            normal(passphrase), master, costs or Costs().calibrated(), randomness
        )
        vault = cls(folder, open_database(folder / DATABASE, _database_key(master)))
        keys = DeviceKeys.generate(randomness)
        with vault.store.transaction():
            vault.store.put_value(_DEVICE_KEYS, keys.encode())
            keep_prekeys(vault.store, keys)
        write_whole(folder / HEADER, header.encode())
        return vault

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: str,
        *,
        shares: ShareKeeper | None = None,
        randomness: random.Randomness = random.system,
    ) -> Self:
        """Open a vault; ``NotFoundError``, ``MalformedError``, ``LockedError``, ``ForgedError``.

        With a remote share, also ``RefusedError`` and ``UnavailableError``; without ``shares``, the
        relay that the folder names is asked.  ``ConflictError``: it is open already.
        """
        return cls.with_master(folder, unlock(folder, passphrase, shares, randomness).master)

    @classmethod
    def with_master(cls, folder: Path, master: bytes) -> Self:
        """Open the database of an unlocked header."""
        if not (folder / DATABASE).is_file():
            raise NotFoundError("the database of this vault is gone", hint="Restore a backup.")
        return cls(folder, open_database(folder / DATABASE, _database_key(master)))

    def keys(self) -> DeviceKeys:
        """The keys of this device."""
        stored = self.store.value(_DEVICE_KEYS)
        if stored is None:
            raise NotFoundError("this vault holds no device's keys")
        return DeviceKeys.parse(stored, [row.identity for row in self.store.prekeys()])

    def ledger(
        self, *, clock: Clock = system_clock, randomness: random.Randomness = random.system
    ) -> Ledger:
        """The team's ledger; ``NotFoundError`` before the vault belongs to a team."""
        return Ledger(self.store, self.keys(), clock=clock, randomness=randomness)

    def secret(self, name: str) -> bytes | None:
        """A named secret of a part above, or None."""
        return self.store.value(_NAMED + name)

    def put_secret(self, name: str, secret: bytes) -> None:
        """Keep a named secret."""
        self.store.put_value(_NAMED + name, secret)

    def drop_secret(self, name: str) -> None:
        """Destroy a named secret; its page is overwritten (``secure_delete``)."""
        self.store.drop_value(_NAMED + name)

    def secret_names(self, beginning: str) -> tuple[str, ...]:
        """The names of the secrets whose name begins so."""
        names = self.store.value_names(_NAMED + beginning)
        return tuple(name.removeprefix(_NAMED) for name in names)

    def project(self, projections: Sequence[Projection], ledger: Ledger) -> int:
        """Apply what is new to each projection; how many entries."""
        return projecting.project(self.store, projections, ledger)

    def rebuild(self, projections: Sequence[Projection], ledger: Ledger) -> int:
        """Drop the projections' tables and grow them again from the ledger."""
        projecting.drop(self.store, projections)
        return projecting.project(self.store, projections, ledger)

    def dump(self, projections: Sequence[Projection]) -> str:
        """All their rows as text, one a line, sorted."""
        return projecting.dump(self.connection, projections)

    def close(self) -> None:
        """Close; the keys go when the process ends."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _database_key(master: bytes) -> bytes:
    return hkdf(master, _DATABASE_USE)
