"""Shared frozen types: what every part may know.

Upholds: identifiers are bytes of fixed length, days are whole days (never a time of day), time is
an argument.  Refuses: reading the wall clock anywhere but in ``system_clock``.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NewType

Hash = NewType("Hash", bytes)  # SHA-256, 32 bytes
BlobId = NewType("BlobId", bytes)  # 16 random bytes: what the relay files a blob under
ThreadId = NewType("ThreadId", bytes)  # 16 bytes, derived from a phrase
DeviceId = NewType("DeviceId", bytes)  # 32 bytes: fingerprint of the device's verifying key
RecordId = NewType("RecordId", bytes)  # 16 bytes, from its key: the unit of forgetting
Day = NewType("Day", int)  # days since 1970-01-01, UTC

Clock = Callable[[], datetime]
_EPOCH = date(1970, 1, 1)


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime | date) -> Day:
    """The day of a moment; the time of day is dropped here and kept nowhere."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return Day((moment - _EPOCH).days)


def date_of(day: Day) -> date:
    """The calendar date of a day number."""
    return _EPOCH + timedelta(days=day)
