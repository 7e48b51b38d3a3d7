"""The two ways in which a check ends early."""


class WrongError(Exception):
    """The bundle is not what it claims; ``message`` says what is wrong, ``file`` where."""

    def __init__(self, message: str, file: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.file = file

    @property
    def sentence(self) -> str:
        """Where and what, on one line."""
        return f"{self.file}: {self.message}" if self.file else self.message


class UsageError(Exception):
    """The check can't begin: no such file, a policy that is none, no openssl."""
