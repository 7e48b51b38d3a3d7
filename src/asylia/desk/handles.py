"""Names for things in addresses, good for one session only.

An address ends up in the browser's history.  A thread's id comes from the reporter's phrase and a
record's id is in the ledger, so neither is put there: each gets a random handle, kept in memory.
"""

from asylia.crypto import random
from asylia.errors import NotFoundError


class Handles:
    """Two-way table between ids and the random words that stand for them in addresses."""

    def __init__(self, randomness: random.Randomness = random.system) -> None:
        self._randomness = randomness
        self._by_id: dict[bytes, str] = {}
        self._by_handle: dict[str, bytes] = {}

    def of(self, identity: bytes | str) -> str:
        """The handle of an id, made at its first mention."""
        key = identity.encode() if isinstance(identity, str) else identity
        if key not in self._by_id:
            handle = self._randomness(6).hex()
            self._by_id[key], self._by_handle[handle] = handle, key
        return self._by_id[key]

    def find(self, untrusted_handle: str) -> bytes:
        """The id behind a handle; ``NotFoundError`` where this session gave out none."""
        try:
            return self._by_handle[untrusted_handle]
        except KeyError:
            raise NotFoundError(
                "This address belongs to an earlier session.",
                hint="Start again from the inbox.",
            ) from None

    def find_text(self, untrusted_handle: str) -> str:
        """The same for an id of the record, which is text."""
        try:
            return self.find(untrusted_handle).decode()
        except UnicodeDecodeError:
            raise NotFoundError("There is no such page.") from None
