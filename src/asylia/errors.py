"""The one error root.

Upholds: every failure that a person can meet has a message in plain words, a hint that says what
to do next, and an exit code that never changes its meaning.  Refuses: secrets and untrusted
content in a message; say *where* something was wrong, never *what it said*.

A subclass exists only where a caller acts differently.  Exit codes follow BSD ``sysexits.h`` where
it has a fitting one.
"""

from collections.abc import Mapping
from typing import ClassVar


class Sentence(str):
    """A plain English sentence that keeps its form, so that a desk can tell it in its language.

    ``form`` holds ``%(name)s`` where ``values`` go; where it counts, ``many`` is its other form and
    ``num`` the number.  A value ``where`` is a compartment's English name, ``why`` a text of ours.
    """

    form: str
    many: str
    num: int
    values: Mapping[str, str]

    def __new__(cls, form: str, *, many: str = "", num: int = 1, **values: str) -> "Sentence":
        """Fill the form in; ``TypeError``, ``KeyError`` where it asks for other values."""
        chosen = many if many and num != 1 else form
        self = super().__new__(cls, chosen % {"num": num, **values})
        self.form, self.many, self.num, self.values = form, many, num, values
        return self


class AsyliaError(Exception):
    """Root of all our errors: ``message`` for a person, ``hint`` for what to do, ``exit_code``."""

    exit_code: ClassVar[int] = 70
    language: str = "en"  # that message and hint are in

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AsyliaError):
    """The command was given arguments that do not fit together."""

    exit_code = 64


class MalformedError(AsyliaError):
    """Input from outside is not of the form it claims; nothing of it was kept or applied."""

    exit_code = 65


class NotFoundError(AsyliaError):
    """What was asked for is not there."""

    exit_code = 66


class UnavailableError(AsyliaError):
    """A peer (relay, time-stamping service) did not answer; trying again later may help."""

    exit_code = 69


class ConflictError(AsyliaError):
    """Something else already holds that place; nothing was overwritten."""

    exit_code = 73


class SystemRefusedError(AsyliaError):
    """The operating system refused to read or write: rights, a full disk, a broken device."""

    exit_code = 74


class ForgedError(AsyliaError):
    """A signature, proof or authentication tag does not hold."""

    exit_code = 76


class RefusedError(AsyliaError):
    """A rule that protects people forbids this: consent, rights, a red line."""

    exit_code = 77


class LockedError(AsyliaError):
    """The vault is locked, or the passphrase does not open it."""

    exit_code = 78
