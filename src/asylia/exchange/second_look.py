"""The second look at a file: the words of persons, shown once more, whole, before they leave.

Upholds: whatever leaves on somebody's consent, or masked, was read by whoever lets it leave, in
exactly these words and for exactly this recipient.  Refuses to go on when something else was read,
or nothing.  Words out of the team's own file of which a member said that they are of nobody are
read too; public sources need none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from asylia.errors import RefusedError
from asylia.record.consent import Permission, Permitted
from asylia.wire import frame

_LABEL = "asylia/export-look/1"


@dataclass(frozen=True)
class Look:
    """Each item with its texts, and the 32 bytes by which one says that one read them."""

    texts: Mapping[str, Mapping[str, str]] = field(repr=False)
    read: bytes


def look(granted: Permission) -> Look:
    """What of it concerns persons, as it was permitted."""
    own = [one for one in granted.items if _is_theirs(one)]
    parts = [granted.purpose, granted.recipient, *granted.onward]
    for one in own:
        parts += ["item", one.item, *(text for pair in one.fields.items() for text in pair)]
    read = sha256(frame(_LABEL, *(part.encode() for part in parts))).digest()
    return Look({one.item: one.fields for one in own}, read)


def check_read(granted: Permission, read: bytes | None) -> None:
    """Raise ``RefusedError`` unless exactly this was read, or nothing in it concerns anybody."""
    now = look(granted)
    if now.texts and now.read != read:
        raise RefusedError(
            "What would leave now was not read in these words.",
            hint="Look at each text with --look first, then give --read.",
        )


def _is_theirs(one: Permitted) -> bool:
    return bool(one.consents or one.masking or one.of_nobody)
