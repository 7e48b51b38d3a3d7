"""Words as a report has them, and how they are shown.

Upholds: a quote is found whatever line ends the writer's machine used, and whatever was shown as a
mark; what would turn or hide text on the page is shown as a mark and not obeyed (``visible``).
"""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from asylia.casework.threads import Thread
from asylia.record.anchors import between
from asylia.visible import MARK, unseen, visible

_AS_SENT = re.compile(f"\n|{MARK.pattern}")


def as_written(texts: Iterable[str], words: str) -> str:
    """``words`` with the line ends and the unseen characters that the report has.

    A form sends line ends as line feeds, and what acts unseen as the mark that stands for it.  Who
    works without a mouse writes how they begin … how they end.
    """
    pattern, texts = re.compile(_pattern(words)), list(texts)
    for text in texts:
        if words not in text and (found := pattern.search(text)):
            return found[0]
    if any(words in text for text in texts):
        return words
    whole = [quoted for text in texts if (quoted := between(text, words))]
    return whole[0] if len(whole) == 1 else words


def _pattern(words: str) -> str:
    out, at = "", 0
    for one in _AS_SENT.finditer(words):
        sent = one[0]
        either = r"\r\n?|\n" if sent == "\n" else f"{re.escape(sent)}|{re.escape(unseen(sent))}"
        out += f"{re.escape(words[at : one.start()])}(?:{either})"
        at = one.end()
    return out + re.escape(words[at:])


def texts_of(thread: Thread, envelope_sha256: bytes) -> list[str]:
    """Everything that was written in one envelope of a thread."""
    for one in thread.submissions:
        if one.submission.arrival.envelope_sha256 == envelope_sha256:
            statement = one.submission.statement
            return [statement.text, *(answer.text for answer in statement.answers)]
    return []


def mark_words(text: str, quoted: Iterable[str]) -> Markup:
    """``text``, escaped, with every stretch that is quoted inside ``<mark>``; overlaps join."""
    places = ((text.find(words), len(words)) for words in quoted if words)
    return mark_spans(text, ((at, at + length) for at, length in places if at >= 0))


def mark_spans(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """``text``, escaped, with these stretches inside ``<mark>``; cut to its length."""
    marked = bytearray(len(text))
    for first, last in spans:
        start, stop = max(0, first), min(last, len(text))
        if start < stop:
            marked[start:stop] = b"\x01" * (stop - start)
    out, start = Markup(), 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marked[end] != marked[start]:
            piece = escape(visible(text[start:end]))
            out += Markup("<mark>{}</mark>").format(piece) if marked[start] else piece
            start = end
    return out
