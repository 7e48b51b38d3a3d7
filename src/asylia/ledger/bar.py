"""Under which team epochs a forgotten record's key may have been sealed.

``spec/ledger.md``, *A device leaves a compartment*.  Upholds: whatever an honest device sealed
before it had read on is reckoned with, also where the relay shows it to nobody yet.  Refuses: to
reckon with devices that do not keep to the rules: they had the key.
"""

from asylia.ledger.state import State
from asylia.ledger.store import ForgottenRow


def bar(state: State, row: ForgottenRow) -> int:
    """The number of the newest such epoch.

    Who has read the line as far as a team epoch behind the forgetting, or behind its own
    dismissal, seals the key no more.  Nobody knows that of a device that left the team before it
    said so: then it is the last epoch that this one can have read.
    """
    unheard = {
        name: one.number
        for name, one in state.gone.items()
        if one.acknowledged <= row.team < one.number
    }
    if not unheard:
        return row.team
    keys = state.keys.values()
    ever = {name for one in keys if one.compartment == row.compartment for name in one.devices}
    return max([row.team, *(unheard[name] for name in ever & unheard.keys())])
