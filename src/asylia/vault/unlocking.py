"""Opening a header with what was typed: the one order of ``spec/vault.md``, "Unlocking".

Upholds: one stretching, sixteen trials and one write, whatever was typed; the duress passphrase
destroys the header and is answered as any wrong one.  Refuses: to say, keep or log which it was.
"""

from dataclasses import dataclass, field
from pathlib import Path

from asylia.crypto import random
from asylia.errors import AsyliaError, LockedError
from asylia.vault.files import HeaderFile
from asylia.vault.header import NO_SHARE, Header
from asylia.vault.passphrase import normal
from asylia.vault.share import SHARE, RelayShares, ShareKeeper, token_of


@dataclass(frozen=True)
class Opened:
    """A header that was opened, and what opened it; ``at``: the passphrase's slot."""

    header: Header
    stretched: bytes = field(repr=False)
    master: bytes = field(repr=False)
    at: int


def unlock(
    folder: Path,
    passphrase: str,
    shares: ShareKeeper | None = None,
    randomness: random.Randomness = random.system,
) -> Opened:
    """Open the header in a folder; without ``shares``, the relay that the folder names is asked.

    Raises ``NotFoundError``, ``MalformedError``, ``LockedError``; with a remote share also
    ``RefusedError``, ``UnavailableError``.
    """
    with HeaderFile(folder) as file:
        header = file.header
        stretched = header.stretch(normal(passphrase))
        fresh = header.fresh(randomness).encode()
        if header.is_duress(stretched):
            file.destroy(fresh)
        else:
            file.write_back()
    share, refusal = None, _wrong()
    if header.share_id != NO_SHARE:
        try:
            asked = shares or RelayShares(folder)
            share = asked.fetch(header.share_id, token_of(stretched))
        except LockedError:
            share = randomness(SHARE)
        except AsyliaError as error:
            share, refusal = randomness(SHARE), error
    found = header.find(stretched, share)
    if found is None:
        raise refusal
    return Opened(header, stretched, found.master, found.at)


def _wrong() -> AsyliaError:
    return LockedError("the passphrase does not open this vault", hint="Check the six words.")
