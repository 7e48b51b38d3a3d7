"""The team's intake bundle, fetched from the relay and checked before each use.

Upholds: nothing is sealed to a key that the root does not vouch for today; *today* never falls
behind the newest signed day seen.  Refuses: keeping a bundle beyond the one request (the groups'
names alone are kept, ten minutes, since each view of the form shows them); letting a relay that
dawdles or fails keep the page itself from anyone.
"""

import asyncio
from datetime import datetime, timedelta

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.bundle import IntakeBundle, verify_bundle
from asylia.envelope.courier import ReporterCourier
from asylia.errors import AsyliaError
from asylia.intake.pages import Group
from asylia.languages import LANGUAGES, SOURCE
from asylia.values import Clock, Day, day_of

_KEPT, _KEPT_AFTER_FAILURE = timedelta(minutes=10), timedelta(seconds=30)
_SECONDS = 5.0
Groups = dict[str, tuple[Group, ...]]


class Keyring:
    """Fetches and verifies."""

    def __init__(
        self,
        courier: ReporterCourier,
        root: VerifyingKey,
        clock: Clock,
        *,
        seconds: float = _SECONDS,
    ) -> None:
        self._courier, self._root, self._clock = courier, root, clock
        self._newest = Day(0)
        self._groups: Groups = {}
        self._groups_until: datetime | None = None
        self._seconds = seconds

    async def bundle(self) -> IntakeBundle:
        """The bundle of today; raises as ``verify_bundle`` does, or ``UnavailableError``."""
        untrusted = await self._courier.bundle()
        today = max(day_of(self._clock()), self._newest)
        bundle = verify_bundle(untrusted, self._root, today)
        self._newest = max(self._newest, bundle.not_before)
        return bundle

    async def groups(self) -> Groups:
        """Whom one can write to, by page language; empty for a single one, or where unknown."""
        now = self._clock()
        if self._groups_until is None or now >= self._groups_until:
            try:
                async with asyncio.timeout(self._seconds):
                    self._groups, kept = groups_of(await self.bundle()), _KEPT
            except (AsyliaError, TimeoutError):
                kept = _KEPT_AFTER_FAILURE
            self._groups_until = now + kept
        return self._groups


def groups_of(bundle: IntakeBundle) -> Groups:
    """The compartments' names in each page language, where there are several."""
    if len(bundle.compartments) < 2:
        return {}
    return {
        language: tuple(
            Group(each.id, each.labels.get(language, each.labels[SOURCE]))
            for each in bundle.compartments
        )
        for language in LANGUAGES
    }
