"""Keeping the remote share in memory, so that a desk opens again while the relay is silent.

The *keeper* is a process of its own, started by the desk's parent: it holds one share and nothing
else, and forgets by ending, since Python can't wipe memory.  What it does is the table in
``spec/vault.md``, "Offline, from memory only".

Upholds: the share is never on a disk; it is gone when its hours are over, after a stop, after ten
times without an opening, and with the desk.  Refuses: a message that is not of its form (it ends).
"""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from asylia.crypto import random
from asylia.desk.leash import die_with_parent
from asylia.errors import (
    AsyliaError,
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from asylia.ledger.courier import TeamCourier
from asylia.values import Clock, system_clock
from asylia.vault.header import NO_SHARE
from asylia.vault.process import harden
from asylia.vault.share import SHARE, SHARE_ID, RelayShares, ShareKeeper, is_stopped
from asylia.vault.vault import Vault, read_header

HOURS, MOST_HOURS = 12, 72
TRIES = 10
HOLD, GIVE, OPENED, CONFIRM, FORGET = b"h", b"g", b"o", b"c", b"f"
_MARK = 8  # bytes that tell an answer to this question from one to an earlier session's
_LONGEST = _MARK + 1 + SHARE_ID + SHARE
_LOOK_EVERY = 5.0  # seconds
_PATIENCE = 2.0
_BACKWARDS = timedelta(minutes=1)


@dataclass
class Kept:
    """What the keeper holds; once ``over``, it is never used again."""

    hours: timedelta
    clock: Clock = system_clock
    over: bool = False
    _held: tuple[bytes, bytes] | None = field(default=None, repr=False)
    _since: datetime | None = None
    _newest: datetime | None = None
    _given: int = 0

    def hold(self, share_id: bytes, share: bytes) -> None:
        """The relay gave this share: the hours begin."""
        self._held = (share_id, share)
        self._since = self._newest = self.clock()

    def give(self, share_id: bytes) -> bytes | None:
        """The share of this id, while the hours last and tries are left."""
        if self.look() or self._held is None or self._held[0] != share_id:
            return None
        self._given += 1
        share = self._held[1]
        if self._given > TRIES:
            self.forget()
            return None
        return share

    def opened(self) -> None:
        """The vault opened: the tries begin anew."""
        self._given = 0

    def confirm(self) -> None:
        """The team was asked, and has not stopped this device: the hours begin anew."""
        if self._held is not None and not self.look():
            self._since = self.clock()

    def forget(self) -> None:
        """Over for good."""
        self.over, self._held = True, None

    def look(self) -> bool:
        """Whether it is over by now: by the hours, or by a clock that was set back."""
        if self._since is not None and self._newest is not None:
            now = self.clock()
            back = now < self._newest - _BACKWARDS
            self._newest = max(now, self._newest)
            if back or now - self._since >= self.hours:
                self.forget()
        return self.over

    def answer(self, untrusted: bytes) -> bytes | None:
        """Do what a message says; the answer, where there is one.  Of another form: over."""
        mark, use, rest = untrusted[:_MARK], untrusted[_MARK : _MARK + 1], untrusted[_MARK + 1 :]
        if use == HOLD and len(rest) == SHARE_ID + SHARE:
            self.hold(rest[:SHARE_ID], rest[SHARE_ID:])
        elif use == GIVE and len(rest) == SHARE_ID:
            return mark + (self.give(rest) or b"")
        elif use == OPENED and not rest:
            self.opened()
        elif use == CONFIRM and not rest:
            self.confirm()
        else:
            self.forget()
        return None


def run_keeper(connection: Connection, hours: timedelta) -> None:
    """The keeper's process: serve one connection until it is over, or nobody is left to ask."""
    harden()
    if (parent := multiprocessing.parent_process()) and parent.pid:
        die_with_parent(parent.pid)
    kept = Kept(hours)
    try:
        while not kept.look():
            if connection.poll(_LOOK_EVERY):
                answer = kept.answer(connection.recv_bytes(_LONGEST))
                if answer is not None:
                    connection.send_bytes(answer)
    except (EOFError, OSError, KeyboardInterrupt):
        return


class Keeper:
    """The parent's side: starts a keeper when there is none, ends it with the desk."""

    def __init__(self, hours: timedelta) -> None:
        self._hours = hours
        self._process: SpawnProcess | None = None
        self._ours: Connection | None = None

    @property
    def pid(self) -> int | None:
        """The keeper's process, if it runs."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def connection(self) -> Connection | None:
        """What a session talks to the keeper through; None where no hours are allowed."""
        if not self._hours:
            return None
        if self.pid is None:
            self.close()
            context = multiprocessing.get_context("spawn")
            self._ours, theirs = context.Pipe()
            self._process = context.Process(target=run_keeper, args=(theirs, self._hours))
            self._process.start()
            theirs.close()
        return self._ours

    def kill(self) -> None:
        """End the keeper now."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the keeper, and wait for it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if self._ours is not None:
            self._ours.close()
            self._ours = None


class KeptShares:
    """A session's ``ShareKeeper``: the relay first, the keeper where the relay is silent."""

    def __init__(
        self,
        folder: Path,
        keeper: Connection | None,
        *,
        relay: ShareKeeper | None = None,
        randomness: random.Randomness = random.system,
    ) -> None:
        self._relay, self._keeper = relay or RelayShares(folder), keeper
        self._randomness = randomness

    def fetch(self, share_id: bytes, token: bytes) -> bytes:
        """``ShareKeeper``; a refusal by the relay makes the keeper forget."""
        try:
            share = self._relay.fetch(share_id, token)
        except RefusedError:
            self._send(FORGET)
            raise RefusedError(
                "This device was shut out: by a colleague, or by ten wrong passphrases.",
                hint="Ask a colleague: they can allow more tries, or invite this device anew.",
            ) from None
        except UnavailableError:
            kept = self._ask(share_id)
            if kept is None:
                raise UnavailableError(
                    "This vault opens only with its relay, and the relay does not answer.",
                    hint="Connect this device to the network, then try again.",
                ) from None
            return kept
        self._send(HOLD, share_id + share)
        return share

    def opened(self) -> None:
        """The vault opened with what was fetched."""
        self._send(OPENED)

    def confirm(self) -> None:
        """The team was asked, and has not stopped this device."""
        self._send(CONFIRM)

    def forget(self) -> None:
        """The team stopped this device."""
        self._send(FORGET)

    def _send(self, use: bytes, content: bytes = b"") -> bytes:
        mark = self._randomness(_MARK)
        if self._keeper is not None:
            try:
                self._keeper.send_bytes(mark + use + content)
            except OSError:  # it is over: there is nothing left to keep
                self._keeper = None
        return mark

    def _ask(self, share_id: bytes) -> bytes | None:
        mark = self._send(GIVE, share_id)
        try:
            while self._keeper is not None and self._keeper.poll(_PATIENCE):
                answer = self._keeper.recv_bytes(_MARK + SHARE)
                if answer[:_MARK] == mark:
                    return answer[_MARK:] or None
        except (EOFError, OSError):
            self._keeper = None
        return None


def watch_of(vault: Vault, courier: TeamCourier, shares: KeptShares) -> Callable[[], bool]:
    """Whether this device may no longer stay open: stopped, or its header is another by now."""
    opened, device = read_header(vault.folder), vault.keys().device

    def is_shut_out() -> bool:
        try:
            if read_header(vault.folder) != opened:
                return True
        except (NotFoundError, MalformedError):
            return True
        if opened.share_id == NO_SHARE:
            return False
        try:
            stopped = is_stopped(courier, device)
        except RefusedError:
            shares.forget()
            return False
        except AsyliaError:
            return False
        (shares.forget if stopped else shares.confirm)()
        return stopped

    return is_shut_out
