"""Words to be read aloud, in the worker's own language.

Upholds: each word is the one at the same place of that language's list, so that two colleagues who
read in one language hear the same words exactly where their lines are the same.  Refuses: a word
that the English list does not have.
"""

from collections.abc import Iterable

from asylia.envelope.phrase import word_list
from asylia.languages import SOURCE


def in_language(words: Iterable[str], language: str) -> tuple[str, ...]:
    """English words of the list, in ``language``."""
    known, wanted = word_list(SOURCE), word_list(language)
    return tuple(wanted[known.index(word)] for word in words)
