"""The two ways in which a check ends early, and what of a bundle's own words may be shown."""

import re

from asylia_verify.words import Line, line

_SHOWN = 500
# Printed, and yet nothing is seen of them: fillers, blanks, joiners of marks, selectors of forms.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def shown(untrusted: str) -> str:
    """The text on one line, with nothing in it that could steer a terminal or turn its lines."""
    cut = untrusted[:_SHOWN] + ("..." if len(untrusted) > _SHOWN else "")
    return "".join(c if c.isprintable() and not UNSEEN.match(c) else ascii(c)[1:-1] for c in cut)


def in_quotes(untrusted: str) -> str:
    """The same in quotes that nothing in it can close, so that it is not read as our words."""
    return f"“{shown(untrusted).translate(_QUOTES)}”"


_QUOTES = str.maketrans("“”", '""')


class WrongError(Exception):
    """The bundle is not what it claims; ``told`` says what is wrong, ``file`` where."""

    def __init__(self, told: str | Line, file: str = "", **values: object) -> None:
        self.told = told if isinstance(told, Line) else line(told, **values)
        self.file = file
        super().__init__(self.told.english)

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.told.english

    @property
    def sentence(self) -> str:
        """Where and what, on one line, in English."""
        return self.where.english

    @property
    def where(self) -> Line:
        """Where and what, on one line."""
        at = f"{shown(self.file)}: " if self.file else ""
        return Line(at + self.told.english, at + self.told.russian)


class UsageError(Exception):
    """The check can't begin: no such file, a policy that is none, no openssl."""

    def __init__(self, told: str, **values: object) -> None:
        self.told = line(told, **values)
        super().__init__(self.told.english)
