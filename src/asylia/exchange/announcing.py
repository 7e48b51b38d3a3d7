"""What leaves in a file is told to the team before the first byte of it is written.

Upholds: command line and desk tell it alike.  Refuses to go on while the team's ledger lacks it,
and where what came in with telling it, such as a withdrawal, keeps any of it in.
"""

from asylia.casework.place import Place
from asylia.errors import UnavailableError
from asylia.exchange.choosing import Chosen
from asylia.exchange.export import Announce
from asylia.record import leaving


def announcing(place: Place) -> Announce:
    """Enters what is about to leave, and waits until the team's ledger has it."""

    def announce(chosen: Chosen, sha256: bytes) -> None:
        leaving.announce(
            place.record(), chosen.granted, "file", sha256, chosen.names, place.ledger,
            place.randomness,
        )  # fmt: skip
        if place.synchronise().waiting:
            raise UnavailableError(
                "the team's ledger is not up to date",
                hint="Nothing was exported; try again later.",
            )
        leaving.check_still(place.record(), chosen.granted)

    return announce
