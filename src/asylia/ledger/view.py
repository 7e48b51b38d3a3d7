"""What a device knows when it makes epochs, and what comes of it.

Upholds: all that making takes is an argument.  Refuses: any effect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from asylia.crypto import random
from asylia.crypto.signing import SigningKey
from asylia.ledger.epoch import CompartmentEpoch, Seen, TeamEpoch
from asylia.ledger.state import State
from asylia.values import Day, RecordId


@dataclass(frozen=True)
class View:
    """What a device knows when it makes epochs.

    ``offers``: the newest prekey that each device offered.  ``record_keys``: the live records' keys
    of a compartment.
    """

    state: State
    device: bytes
    day: Day
    seen: Seen
    offers: Mapping[bytes, str]
    record_keys: Callable[[str], Mapping[RecordId, bytes]]
    signing: SigningKey = field(repr=False)  # for dismissals; epochs are signed elsewhere
    randomness: random.Randomness = random.system


@dataclass(frozen=True)
class Composed:
    """Epochs to sign.

    ``pages`` are posted first, then ``told`` (dismissals), the team's epoch, the others.
    """

    team: TeamEpoch | None
    compartments: tuple[CompartmentEpoch, ...]
    pages: tuple[bytes, ...]
    needs_two: bool
    told: tuple[bytes, ...] = ()
