"""The two ways in which a check ends early, and what of a bundle's own words may be shown."""

_SHOWN = 500


def shown(untrusted: str) -> str:
    """The text on one line, with nothing in it that could steer a terminal or turn its lines."""
    cut = untrusted[:_SHOWN] + ("..." if len(untrusted) > _SHOWN else "")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)


class WrongError(Exception):
    """The bundle is not what it claims; ``message`` says what is wrong, ``file`` where."""

    def __init__(self, message: str, file: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.file = file

    @property
    def sentence(self) -> str:
        """Where and what, on one line."""
        return f"{shown(self.file)}: {self.message}" if self.file else self.message


class UsageError(Exception):
    """The check can't begin: no such file, a policy that is none, no openssl."""
