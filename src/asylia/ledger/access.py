"""Which secret opens the relay, and its replacement: ``spec/ledger.md``, *A device leaves*.

Upholds: a device that was away reads the line with the secret it had, finds the newest one in it,
and goes on with that; whoever finds first that the newest does not open yet sets it.  Refuses: to
give up a secret that still opens before the next one does.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from asylia.errors import RefusedError
from asylia.ledger.store import LedgerStore

_OPENED = "access"  # the value that keeps the secret which opened the relay last


def remember(store: LedgerStore, secret: bytes) -> None:
    """Keep a secret that opens the relay, whatever the epochs that are known so far say."""
    with store.transaction():
        store.put_value(_OPENED, secret)


class Door(Protocol):
    """A courier, as far as secrets go."""

    def use(self, secret: bytes) -> None:
        """Show this secret from now on."""

    def put_access(self, secret: bytes) -> None:
        """Make ``secret`` the one that opens; ``RefusedError`` where the one shown may not."""

    def ledger_page(self, start: int) -> Sequence[bytes]:
        """Reads the line."""


class Access:
    """The secrets of one sync."""

    def __init__(self, store: LedgerStore, door: Door) -> None:
        self._store, self._door = store, door
        self._shown = b""

    def begin(self, newest: bytes, start: int) -> Sequence[bytes]:
        """Show the newest secret that reads the line; the page from ``start``, read with it.

        Raises ``RefusedError`` if none does.
        """
        last = self._store.value(_OPENED)
        for secret in dict.fromkeys((newest, last or newest)):
            try:
                self._show(secret)
                return self._door.ledger_page(start)
            except RefusedError:
                continue
        raise RefusedError(
            "the relay does not know this team's secret",
            hint="The team may have changed it, or this device was taken out: ask an admin.",
        )

    def settle(self, newest: bytes) -> None:
        """See to it that the team's newest secret opens the relay, and show that one."""
        if self._shown != newest:
            with suppress(RefusedError):  # it only reads: a colleague's device set the next one
                self._door.put_access(newest)
            self._show(newest)
        if self._store.value(_OPENED) != newest:
            remember(self._store, newest)

    def _show(self, secret: bytes) -> None:
        self._shown = secret
        self._door.use(secret)
