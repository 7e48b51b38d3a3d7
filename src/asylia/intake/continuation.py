"""A pass: the phrase, sealed under a key that only this process's memory holds.

Without scripts the server is asked again at each step, and a step needs the phrase.  A page that
carried it in a hidden field would leave it in the browser's own memory and caches; so the page
carries a pass instead, which opens nothing without this process and nothing after an hour.

Upholds: no session, no cookie, nothing kept; keys change every half hour and the last but one is
dropped.  Refuses: a pass that is old, altered or from another process, all alike.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime, timedelta

from asylia.crypto import random
from asylia.crypto.layer import open_layer, seal_layer
from asylia.errors import ForgedError
from asylia.values import Clock, system_clock

_LABEL = "asylia/intake-pass/1"
_TURN = timedelta(minutes=30)


class Passes:
    """Seals and opens passes; two keys at most are alive."""

    def __init__(
        self, *, clock: Clock = system_clock, randomness: random.Randomness = random.system
    ) -> None:
        self._clock, self._randomness = clock, randomness
        self._keys: list[tuple[datetime, bytes]] = []

    def seal(self, secret: str) -> str:
        """A pass for ``secret``, safe in a hidden field."""
        newest = self._live_keys()[0][1]
        sealed = seal_layer(newest, _LABEL, secret.encode(), randomness=self._randomness)
        return urlsafe_b64encode(sealed).decode()

    def open(self, untrusted_pass: str) -> str:
        """What was sealed; raise ``ForgedError`` whatever is wrong with it."""
        try:
            sealed = urlsafe_b64decode(untrusted_pass[:1024].encode())
        except (NotBase64, ValueError):
            raise ForgedError("the pass does not open") from None
        for _, key in self._live_keys():
            try:
                return open_layer(key, _LABEL, sealed).decode()
            except ForgedError:
                continue
        raise ForgedError("the pass does not open")

    def _live_keys(self) -> list[tuple[datetime, bytes]]:
        now = self._clock()
        self._keys = [(made, key) for made, key in self._keys if now - made < 2 * _TURN]
        if not self._keys or now - self._keys[0][0] >= _TURN:
            self._keys.insert(0, (now, self._randomness(32)))
        return self._keys
