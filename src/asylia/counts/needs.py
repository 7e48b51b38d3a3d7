"""What counting needs beside the rest of Asylia, and the error where it is missing.

Upholds: a missing package ends in one clear error that says what to install, never in a traceback.
Refuses: to import anything itself; importing ``asylia.counts`` stays light.
"""

from importlib.util import find_spec

from asylia.counts.words import N_, spoken
from asylia.errors import NotFoundError

PACKAGES = ("numpy", "scipy")


class MissingExtraError(NotFoundError):
    """A package of the extra ``counting`` is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(
            spoken(
                N_("counting needs the package %(package)s, which is not installed"),
                package=package,
            ),
            hint=N_("Install what counting needs: pip install 'asylia[counting]'."),
        )
        self.package = package


def need(*packages: str) -> None:
    """``MissingExtraError`` for the first of these packages that is not installed."""
    for package in packages or PACKAGES:
        if find_spec(package) is None:
            raise MissingExtraError(package)
