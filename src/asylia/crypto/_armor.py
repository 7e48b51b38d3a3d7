"""ASCII armor of an age file, for pasting: strict PEM (RFC 7468, figure 3).

Source: C2SP age.md, "ASCII armor".  Upholds: one file, one armor, but for white space around it
and CRLF as its line end throughout.  Refuses: anything before or after, headers, lines that are not
full, empty lines, base64 with stray bits.
"""

import re
from base64 import b64decode, b64encode

from asylia.errors import MalformedError

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_MARK = b"-----"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_COLUMNS = 64
_BLANK = b" \t\r\n"


def is_armored(untrusted: bytes) -> bool:
    """Whether this sets out to be armored; a binary age file begins otherwise."""
    return untrusted.lstrip(_BLANK).startswith(_MARK)


def wrap(content: bytes) -> bytes:
    """``content`` in armor, lines of 64 columns."""
    return b"\n".join([_BEGIN, *_body(content), _END, b""])


def unwrap(untrusted: bytes) -> bytes:
    """The content; raise ``MalformedError`` on anything ``wrap`` would not have made."""
    text = untrusted.strip(_BLANK)
    first, *lines = text.split(b"\r\n" if b"\r\n" in text else b"\n")
    if first != _BEGIN or not lines or lines.pop() != _END:
        raise MalformedError("armored file: its first or last line is not as it should be")
    joined = b"".join(lines)
    if not _BASE64.fullmatch(joined) or len(joined) % 4:
        raise MalformedError("armored file: not base64")
    content = b64decode(joined)
    if _body(content) != lines:
        raise MalformedError("armored file: not in canonical form")
    return content


def _body(content: bytes) -> list[bytes]:
    text = b64encode(content)
    return [text[at : at + _COLUMNS] for at in range(0, len(text), _COLUMNS)]
