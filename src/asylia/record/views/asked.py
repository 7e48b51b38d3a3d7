"""What somebody types into the search, as a question to the index.

Upholds: each word must be there, in any form and either script; "in quotes" they stand together;
``-word`` must not be there; ``wor*`` is how a word begins; a hyphen joins.  Nothing typed is read
as SQL or as the index's own language.  Refuses a question with nothing to look for.
"""

import re

from asylia.errors import UsageError
from asylia.record.redline import tells_orientation
from asylia.record.views.tokens import beginning, forms, words_in

LONGEST = 200
_PART = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


def question(untrusted: str) -> str:
    """The FTS5 expression for what was typed; ``UsageError`` where it asks for nothing."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, quoted, plain in _PART.findall(untrusted[:LONGEST]):
        found = _term(quoted or plain, begins=not quoted and plain.endswith("*"))
        if found:
            (unwanted if minus else wanted).append(found)
    if not wanted:
        raise UsageError(
            "There is no word to look for in this.",
            hint="Write a word, words in quotes, or the beginning of a word with a star.",
        )
    asked = " AND ".join(wanted)
    return f"({asked}) NOT ({' OR '.join(unwanted)})" if unwanted else asked


def words_asked(untrusted: str) -> frozenset[str]:
    """Stems and sounds that a found text has, to mark them in it."""
    found: set[str] = set()
    for minus, quoted, plain in _PART.findall(untrusted[:LONGEST]):
        if not minus:
            for word in words_in(quoted or plain):
                found.update(form for form in forms(word) if form)
    return frozenset(found)


def _term(text: str, *, begins: bool) -> str:
    words = [word for word in words_in(text) if not tells_orientation(word)]
    if not words:
        return ""
    star = "*" if begins else ""
    pairs = [forms(word) for word in words]
    if begins:
        pairs[-1] = beginning(words[-1])
    stems = [stem for stem, _ in pairs if stem]
    sounds = [sound for stem, sound in pairs if sound]
    either = []
    if len(stems) == len(words):
        either.append(f'stems : "{" ".join(stems)}"{star}')
    if len(sounds) == len(words):
        either.append(f'sounds : "{" ".join(sounds)}"{star}')
    if not either:  # Latin and Cyrillic, or numbers, side by side: each by itself
        each = [_term(word, begins=begins and word is words[-1]) for word in words]
        return "(" + " AND ".join(each) + ")"
    return "(" + " OR ".join(either) + ")"
