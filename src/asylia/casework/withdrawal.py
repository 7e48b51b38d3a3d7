"""What follows at once when the holder of the phrase withdraws: every export stops.

Forgetting does not follow here: withdrawals are forced too, so it waits for the delay that the
person chose, and for people.
"""

from asylia.casework.place import Place
from asylia.record.contents import Withdrawal


def withdraw_all(place: Place, thread: bytes) -> None:
    """Withdraw every consent of the person whom this thread's case is about, if there is one."""
    row = place.casework().row(thread)
    if not row.pseudonym:
        return
    withdrawal = Withdrawal(
        id=place.randomness(16).hex(),
        person=row.pseudonym,
        consents=(),
        on=place.today,
        channel="by the line, with the phrase",
    )
    place.append(row.record, withdrawal)
