"""Marks, in a report, the words that claims quote."""

from collections.abc import Iterable

from markupsafe import Markup, escape


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
