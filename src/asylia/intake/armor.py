"""Sealed bytes as text that can be pasted or saved: ``spec/page.md``.

Upholds: what is pasted back is whole, whatever a messenger did to its line breaks.  Refuses:
anything between the lines but base64 of one format.
"""

import binascii
import re
from base64 import b64decode, b64encode

from asylia.envelope import envelope
from asylia.errors import MalformedError
from asylia.wire import unframe

_WIDTH = 64
_LONGEST = 2 * envelope.LIMIT


def write(kind: str, content: bytes) -> str:
    """``content`` between a BEGIN and an END line that name its ``kind``."""
    encoded = b64encode(content).decode()
    lines = [encoded[at : at + _WIDTH] for at in range(0, len(encoded), _WIDTH)]
    head, foot = f"-----BEGIN ASYLIA {kind}-----", f"-----END ASYLIA {kind}-----"
    return "\n".join([head, *lines, foot, ""])


def read_envelope(untrusted_text: str) -> bytes:
    """The envelope in a pasted text, whole by its form; ``MalformedError``."""
    pattern = r"-----BEGIN ASYLIA ENVELOPE-----([A-Za-z0-9+/=\s]*)-----END ASYLIA ENVELOPE-----"
    found = re.search(pattern, untrusted_text[:_LONGEST])
    if found is None:
        raise MalformedError("there is no sealed text here")
    try:
        content = b64decode("".join(found[1].split()), validate=True)
    except binascii.Error:
        raise MalformedError("the sealed text is not whole") from None
    unframe(content, envelope.LABEL, 2, limit=envelope.LIMIT)
    return content
