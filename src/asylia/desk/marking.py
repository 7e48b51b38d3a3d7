"""Words as a report has them, and how they are shown.

Upholds: a quote is found whatever line ends the writer's machine used; a name from elsewhere shows
the characters that would turn the text around it, instead of obeying them.
"""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from asylia.casework.threads import Thread

# Controls, line and paragraph separators, and what embeds, overrides or isolates a direction
# (Unicode UAX 9, section 2); joiners stay, since Persian and Hindi need them.
_TURNING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]")


def shown(untrusted_name: str) -> str:
    """A name from elsewhere with its invisible orders made visible, as ``‹202E›``."""
    return _TURNING.sub(lambda one: f"\u2039{ord(one[0]):04X}\u203a", untrusted_name)


def as_written(texts: Iterable[str], words: str) -> str:
    """``words`` with the line ends that the report has; a form sends them all as line feeds."""
    if "\n" in words:
        pattern = re.compile(r"(?:\r\n?|\n)".join(map(re.escape, words.split("\n"))))
        for text in texts:
            if found := pattern.search(text):
                return found[0]
    return words


def texts_of(thread: Thread, envelope_sha256: bytes) -> list[str]:
    """Everything that was written in one envelope of a thread."""
    for one in thread.submissions:
        if one.submission.arrival.envelope_sha256 == envelope_sha256:
            statement = one.submission.statement
            return [statement.text, *(answer.text for answer in statement.answers)]
    return []


def mark_words(text: str, quoted: Iterable[str]) -> Markup:
    """``text``, escaped, with every stretch that is quoted inside ``<mark>``; overlaps join."""
    marked = bytearray(len(text))
    for words in quoted:
        at = text.find(words) if words else -1
        if at >= 0:
            marked[at : at + len(words)] = b"\x01" * len(words)
    out, start = Markup(), 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marked[end] != marked[start]:
            piece = escape(text[start:end])
            out += Markup("<mark>{}</mark>").format(piece) if marked[start] else piece
            start = end
    return out
