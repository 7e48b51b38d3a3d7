"""Cells that a spreadsheet would take for a formula: marked on the way out, unmarked on the way in.

Upholds: no cell of ours is run by a spreadsheet (OWASP, "CSV Injection"); whoever reads our file
back gets each text as it was; a number stays a number.  Refuses nothing: a text that comes in and
looks like a formula stays a text.
"""

import re

_MARK = "'"
_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def harmless(text: str) -> str:
    """The cell with ``'`` in front, where a spreadsheet could run it."""
    if text.startswith((*_STARTS, _MARK)) and not _NUMBER.fullmatch(text):
        return _MARK + text
    return text


def unmarked(untrusted: str) -> str:
    """The cell without the mark that ``harmless`` set."""
    if untrusted.startswith(_MARK) and untrusted[1:].startswith((*_STARTS, _MARK)):
        return untrusted[1:]
    return untrusted
