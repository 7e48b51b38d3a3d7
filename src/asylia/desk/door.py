"""Who may come in, and until when.

A link that works once is exchanged for a cookie that lives in memory and ends with the browser's
session; the passphrase then opens the desk; locking or idleness shuts it for good, and the process
ends with it.  One browser, one session: the link is worth nothing to whoever finds it later.

| state   | link      | passphrase opens | passphrase fails | a screen asks | lock, idle |
|---------|-----------|------------------|------------------|---------------|------------|
| waiting | entered   | refused          | refused          | refused       | shut       |
| entered | refused   | open             | entered          | unlock page   | shut       |
| open    | refused   | refused          | refused          | shown         | shut       |
| shut    | refused   | refused          | refused          | refused       | shut       |

Refuses: a link used twice, a cookie or form token that is not this session's.
"""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import Enum
from hmac import compare_digest

from asylia.crypto import random
from asylia.errors import LockedError, RefusedError
from asylia.values import Clock, system_clock

_BACKWARDS = timedelta(minutes=1)


class State(Enum):
    """Where the door stands."""

    WAITING = "waiting"
    ENTERED = "entered"
    OPEN = "open"
    SHUT = "shut"


class Event(Enum):
    """What happens to the door."""

    LINK = "link"
    OPENED = "opened"
    LOCK = "lock"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.WAITING, Event.LINK): State.ENTERED,
    (State.ENTERED, Event.OPENED): State.OPEN,
    (State.WAITING, Event.LOCK): State.SHUT,
    (State.ENTERED, Event.LOCK): State.SHUT,
    (State.OPEN, Event.LOCK): State.SHUT,
    (State.SHUT, Event.LOCK): State.SHUT,
}


def draw_token(randomness: random.Randomness = random.system) -> str:
    """256 random bits for a link, a cookie or a form."""
    return urlsafe_b64encode(randomness(32)).rstrip(b"=").decode()


class Door:
    """One session from link to lock.  ``idle`` is how long it stays open untouched."""

    def __init__(
        self,
        link_token: str,
        *,
        idle: timedelta,
        clock: Clock = system_clock,
        randomness: random.Randomness = random.system,
    ) -> None:
        self.state = State.WAITING
        self.idle = idle
        self.cookie_name = "asylia-desk"
        self.csrf = draw_token(randomness)
        self._link = link_token
        self._cookie = draw_token(randomness)
        self._clock = clock
        self._touched: datetime = clock()

    def enter(self, untrusted_token: str) -> str:
        """Exchange the link for the session's cookie value; works once."""
        right = _same(untrusted_token, self._link)
        if not right or self.state is not State.WAITING:
            raise RefusedError(
                "This link has been used, or is not this desk's.",
                hint="Each link works once. Look for the newest one where the desk was started.",
            )
        self._move(Event.LINK)
        self.touch()
        return self._cookie

    def knows(self, untrusted_cookie: str | None) -> bool:
        """Whether this cookie is the session's own, and the door not shut."""
        alive = self.state in {State.ENTERED, State.OPEN}
        return alive and _same(untrusted_cookie or "", self._cookie)

    def check_form(self, untrusted_csrf: str) -> None:
        """Raise ``RefusedError`` unless the form was made in this session."""
        if not _same(untrusted_csrf, self.csrf):
            raise RefusedError(
                "This form is not from this session; nothing was done.",
                hint="Go back to the page, reload it and try again.",
            )

    def unlock(self) -> None:
        """The passphrase was right."""
        self._move(Event.OPENED)
        self.touch()

    def lock(self) -> None:
        """Shut for good; a second time changes nothing."""
        self._move(Event.LOCK)

    def touch(self) -> None:
        """Somebody is working: the idle time starts anew."""
        self._touched = self._clock()

    def is_idle(self) -> bool:
        """Whether nobody touched the desk for the idle time.

        By the clock on the wall and not a monotonic one, so that a laptop that slept wakes locked;
        a clock set back by over a minute counts as idle, since nobody can say how long it was.
        """
        passed = self._clock() - self._touched
        return passed >= self.idle or passed < -_BACKWARDS

    def _move(self, event: Event) -> None:
        after = TRANSITIONS.get((self.state, event))
        if after is None:
            raise LockedError("The desk is not at that step.", hint="Start from the desk's link.")
        self.state = after


def _same(untrusted: str, secret: str) -> bool:
    return compare_digest(untrusted.encode("utf-8", "replace"), secret.encode())
