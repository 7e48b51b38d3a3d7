"""A found text with the words that were asked for marked in it, and cut to where they stand.

Upholds: what is marked is what the index found, in any form and either script; nothing is left out
of a text without a sign.  Refuses nothing.
"""

import re
from collections.abc import Iterator

from asylia.record.views.tokens import forms, words_in

_WORD = re.compile(r"\w+")
_LONGEST, _BEFORE = 420, 80

Piece = tuple[str, bool]  # text, and whether it was asked for


def marked(text: str, asked: frozenset[str]) -> tuple[Piece, ...]:
    """The text in pieces, cut around the first word that was asked for if it is long."""
    spans = list(_spans(text, asked))
    start = 0
    if len(text) > _LONGEST and spans and spans[0][0] > _LONGEST - _BEFORE:
        start = text.rfind(" ", 0, spans[0][0] - _BEFORE) + 1
    end = len(text) if len(text) - start <= _LONGEST else text.find(" ", start + _LONGEST)
    end = len(text) if end < 0 else end
    pieces: list[Piece] = [("… ", False)] if start else []
    at = start
    for first, last in spans:
        if first >= end:
            break
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    pieces += [(text[at:end], False), (" …" if end < len(text) else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def _spans(text: str, asked: frozenset[str]) -> Iterator[tuple[int, int]]:
    if not asked:
        return
    for found in _WORD.finditer(text):
        if any(form in asked for word in words_in(found[0]) for form in forms(word) if form):
            yield found.span()
