"""Randomness: the operating system's.

Another source exists in tests only, passed in as an argument; an import contract holds that
nothing else in the package imports ``os.urandom``, ``random`` or ``secrets``.
"""

import secrets
from collections.abc import Callable

Randomness = Callable[[int], bytes]


def system(length: int) -> bytes:
    """``length`` bytes from the operating system."""
    return secrets.token_bytes(length)
