"""Reading a byte stream in known amounts, whatever amounts it comes in.

Upholds: holds no more than what was asked for.  Refuses nothing; its callers do.
"""

from typing import Protocol


class Source(Protocol):
    """What can be read from: an open file, a pipe, ``BytesIO``.  Empty bytes mean its end."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes."""


class Reader:
    """A source that gives exact amounts, and lines."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._held = bytearray()

    def take(self, size: int) -> bytes:
        """Exactly ``size`` bytes, fewer only where the source ends."""
        if not self._held:
            some = self._source.read(size)
            if len(some) == size or not some:
                return some  # the usual case, and one that copies nothing
            self._held += some
        self._hold(size)
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def line(self, limit: int) -> bytes:
        """One line with its line feed; without one where ``limit`` or the end came first."""
        searched = 0
        while (end := self._held.find(b"\n", searched)) < 0:
            searched = len(self._held)
            self._hold(min(limit, searched + 4096))
            if len(self._held) == searched:
                break
        return self.take(min(limit, len(self._held) if end < 0 else end + 1))

    def _hold(self, size: int) -> None:
        while len(self._held) < size:
            some = self._source.read(size - len(self._held))
            if not some:
                return
            self._held += some
