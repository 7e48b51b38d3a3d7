"""What follows at once when somebody withdraws: every export stops, and notices are drafted.

Forgetting does not follow here: withdrawals are forced too, so it waits for the delay that the
person chose, and for people.  The notices are drafts in the ledger until a person sends them.
"""

from asylia.casework.place import Place
from asylia.errors import RefusedError, UsageError
from asylia.record.check import check
from asylia.record.contents import Consent, Withdrawal
from asylia.record.notices import notices
from asylia.record.withdrawals import withdrawn

BY_THE_LINE = "by the line, with the phrase"


def withdraw_all(place: Place, thread: bytes, channel: str = BY_THE_LINE) -> None:
    """Withdraw every consent of the person whom this thread's case is about, if there is one."""
    row = place.casework().row(thread)
    if not row.pseudonym:
        return
    withdrawal = Withdrawal(
        id=_draw_id(place),
        person=row.pseudonym,
        consents=(),
        on=place.today,
        channel=channel,
    )
    place.append(row.record, withdrawal)
    draft_notices(place)


def withdraw(place: Place, consent: Consent, channel: str) -> int:
    """Withdraw one consent, as its person said by another way than the line; notices drafted."""
    record = place.record()
    where = record.entry(consent.id).record
    if where is None:
        raise RefusedError("This consent is not in the team's ledger.")
    if consent.id in withdrawn(record):
        raise UsageError("This consent was withdrawn already.", hint="Nothing was saved.")
    withdrawal = Withdrawal(
        id=_draw_id(place),
        person=consent.person,
        consents=(consent.id,),
        on=place.today,
        channel=channel,
    )
    check(withdrawal)
    place.append(where, withdrawal)
    return draft_notices(place)


def draft_notices(place: Place) -> int:
    """Draft what recipients have to be told and no notice tells yet; how many drafts that made.

    Asked again it finds what another device handed over before it heard of the withdrawal.
    """
    record, made = place.record(), 0
    for withdrawal in record.all(Withdrawal):
        where = record.entry(withdrawal.id).record
        if where is None:
            continue
        for notice in notices(record, withdrawal, place.today, lambda: _draw_id(place)):
            place.append(where, notice)
            made += 1
    return made


def _draw_id(place: Place) -> str:
    return place.randomness(16).hex()
