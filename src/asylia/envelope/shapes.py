"""The shapes of values that several formats share, and the writing of a message within them.

Upholds: what we write, we could read.  Refuses: a message over one of its own limits, on the way
out as on the way in.
"""

from typing import Annotated

import msgspec

from asylia.errors import MalformedError
from asylia.values import Day
from asylia.wire import Message, decode, encode

Bytes16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
LAST_DAY = 100_000  # in the year 2243; further ones would not be dates everywhere
DayNumber = Annotated[Day, msgspec.Meta(ge=0, le=LAST_DAY)]
Epoch = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")]
CompartmentId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z")]
RecipientText = Annotated[str, msgspec.Meta(min_length=1959, max_length=1959)]


def encode_checked(message: Message) -> bytes:
    """Encode a message of ours; raise ``MalformedError`` where a reader would refuse it."""
    try:
        encoded = encode(message)
    except UnicodeError:
        raise MalformedError(f"{message.LABEL}: a text is not Unicode") from None
    decode(encoded, type(message))
    return encoded
