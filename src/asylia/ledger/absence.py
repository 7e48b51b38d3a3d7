"""A compartment that goes on without this device, as far as this device was told.

The table of ``spec/ledger.md``, *A device leaves a compartment*.  Upholds: it ends by an epoch that
knows of it, or by the word of the one who signed it; never by an epoch of somebody who may not
know.  Refuses: any effect.
"""

from typing import NamedTuple

from asylia.ledger.epoch import CompartmentEpoch
from asylia.ledger.limits import EpochKeys

AWAY = -1  # in place of a number: this device was out of the team


class Absence(NamedTuple):
    """Since when, and by whose word; ``number``: of the epoch that this device is not in."""

    device: bytes
    number: int
    by: bytes
    place: int  # of the blob that said so, in the line
    blob_hash: bytes
    team: int = 0  # AWAY: number of the team epoch by which this device is back

    def ends_with(self, epoch: CompartmentEpoch, under: int) -> bool:
        """Whether an epoch that has this device was made by those who knew."""
        if self.number == AWAY:
            return under >= self.team
        return any(
            one.number == self.number and self.device not in one.devices for one in epoch.earlier
        )

    def ends_by_word(self, author: bytes, keys: EpochKeys, seen: int) -> bool:
        """Whether its signer, having seen it, goes on under an epoch that has this device."""
        return (
            author == self.by
            and keys.number >= self.number
            and seen > self.place
            and self.device in keys.devices
        )
