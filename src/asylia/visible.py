"""Text from elsewhere, for people to look at: what acts without being seen is shown as a mark.

Upholds: a text so shown turns no other around (Unicode UAX 9), hides nothing between its letters,
and reads the same to everybody; letters, line feeds and tabs stay as they are.  The text itself is
not changed: what is stored, quoted and proven keeps every character.  Refuses nothing.
"""

import re
import unicodedata

# Controls; soft hyphen and fillers; marks, embeddings, overrides, isolates of a direction;
# separators of lines and paragraphs; word joiners; annotations; tags and rare variation selectors.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff]|\r(?!\n)"
)
_JOINERS = {"\u200c", "\u200d"}
# Persian, Hindi and pictures need joiners; between letters of Latin or Cyrillic they only hide.
_JOINED = {"Lo", "Mn", "Mc", "So", "Sk"}
_OPEN, _CLOSE = "\u2039", "\u203a"
MARK = re.compile(f"{_OPEN}([0-9A-F]{{4,5}}){_CLOSE}")


def visible(untrusted: str) -> str:
    """The text with what acts unseen as ``‹202E›``."""
    return _UNSEEN.sub(_mark, untrusted)


def _mark(found: re.Match[str]) -> str:
    text, at = found.string, found.start()
    if found[0] in _JOINERS and at and unicodedata.category(text[at - 1]) in _JOINED:
        return found[0]
    return f"{_OPEN}{ord(found[0]):04X}{_CLOSE}"


def unseen(mark: str) -> str:
    """The character that a mark like ``‹202E›`` stands for; the mark itself where it is none."""
    found = MARK.fullmatch(mark)
    sign = chr(int(found[1], 16)) if found and int(found[1], 16) <= 0x10FFFF else ""
    return sign if sign and _UNSEEN.fullmatch(sign) else mark
