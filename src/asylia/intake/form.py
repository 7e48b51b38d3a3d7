"""A form of the page as it was posted, read in memory within the page's limits.

Upholds and refuses what ``asylia.multipart`` does.
"""

from collections.abc import AsyncIterable

from asylia import multipart
from asylia.multipart import Form, Limits, Room, TooLargeError, Upload

__all__ = ["FIELDS_LIMIT", "FILE_LIMIT", "Form", "Room", "TooLargeError", "Upload", "read_form"]
FILE_LIMIT = 20 << 20
FIELDS_LIMIT = 2 << 20


async def read_form(
    untrusted_content_type: str, untrusted_body: AsyncIterable[bytes], room: Room
) -> Form:
    """Parse a body as it comes in; the caller gives a kept file's bytes back to ``room``.

    Raises ``TooLargeError`` over a limit, ``MalformedError`` on anything else that is not a form.
    """
    limits = Limits(FILE_LIMIT, FIELDS_LIMIT)
    return await multipart.read_form(untrusted_content_type, untrusted_body, room, limits)
