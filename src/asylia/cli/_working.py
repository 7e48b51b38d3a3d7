"""What the commands of a team share: an open vault at work, devices by name, answers.

Upholds: each command says what was done and what comes next, or prints one JSON object.  Refuses: a
name that two devices bear, a secret as an argument.
"""

import base64
import binascii
import json as json_text
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

from asylia import peers
from asylia.casework.place import Place
from asylia.cli.passphrases import read_passphrase
from asylia.errors import MalformedError, NotFoundError, UsageError
from asylia.given import MOST, read_given_text
from asylia.ledger import parts
from asylia.ledger.courier import TeamCourier
from asylia.ledger.ledger import Ledger
from asylia.ledger.values import Member, Proposed
from asylia.vault.process import harden
from asylia.vault.vault import Vault

Json = Annotated[bool, Parameter(name="--json")]
Files = Annotated[list[Path] | None, Parameter(allow_leading_hyphen=True)]
SHORT = 12  # digits of a device's name that are shown


@contextmanager
def working(folder: Path, passphrase_file: Path | None) -> Iterator[Place]:
    """One device, unlocked, with its way to the relay."""
    harden()
    with (
        Vault.open(folder, read_passphrase(passphrase_file)) as vault,
        peers.client("team", timeout=60) as client,
    ):
        ledger = vault.ledger()
        yield Place(vault, ledger, TeamCourier(ledger.relay.url, ledger.relay.secret, client))


def find_device(ledger: Ledger, untrusted_name: str) -> Member:
    """The device of this pseudonym, or whose name begins with these hexadecimal digits."""
    wanted = untrusted_name.strip()
    digits = wanted.lower()
    found = [
        one
        for one in ledger.members()
        if one.name == wanted or (len(digits) >= 8 and one.device.hex().startswith(digits))
    ]
    if not found:
        raise NotFoundError(
            "no device of the team is called that", hint="`asylia team members` names them."
        )
    if len(found) > 1:
        raise UsageError(
            "several devices are called that",
            hint="Give the first digits of the one you mean: `asylia team members` shows them.",
        )
    return found[0]


def read_text(files: Sequence[Path] | None, asked: str) -> str:
    """What stands in the files (``-``: standard input), or is pasted up to an empty line."""
    if not files:
        print(asked, file=sys.stderr)
        if sys.stdin.isatty():
            return "".join(iter(sys.stdin.readline, "\n"))
        return sys.stdin.read(MOST)
    return "\n".join(
        sys.stdin.read(MOST) if str(file) == "-" else read_given_text(file, what=f"{file.name!r}")
        for file in files
    )


def read_parts(kind: parts.Kind, files: Sequence[Path] | None) -> bytes:
    """A card, an invitation or a share from files or pasted lines, its parts in any order."""
    noun = kind.lower()
    return parts.join(
        kind, read_text(files, f"Paste the lines of the {noun}, in any order; then an empty line:")
    )


def read_access(file: Path) -> bytes:
    """The relay's access secret, 32 bytes, from a file (``-``: standard input)."""
    named = str(file) != "-"
    text = read_given_text(file, what="the file with the access secret") if named else ""
    text = (text if named else sys.stdin.readline(MOST)).strip()
    try:
        secret = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        secret = b""
    if len(secret) != 32:
        raise MalformedError(
            "the access secret is not one", hint="It is what `asylia relay init` showed."
        )
    return secret


def told_of(proposed: Proposed, lines: Sequence[str], done: str, *, json: bool) -> None:
    """What became of a change; ``done``: what comes next once it holds."""
    told = {"posted": proposed.posted, "proposal": proposed.id.hex(), "words": [*proposed.words]}
    if proposed.posted:
        answer(told, [*lines, *proposed.words, "It holds from now on."], done, json=json)
        return
    following = (
        f"another admin looks at it and signs: `asylia team proposals`, then `asylia team sign"
        f" VAULT {proposed.id.hex()[:SHORT]}`. It waits for 14 days. Where no other"
        " admin is left, this device signs with two custodians' shares: `--share A --share B`."
    )
    answer(told, [*lines, *proposed.words], following, json=json)


def answer(told: dict[str, Any], lines: Sequence[str], following: str, *, json: bool) -> None:
    """One JSON object, or these lines and what comes next."""
    if json:
        print(json_text.dumps(told))
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line, markup=False)
    if following:
        console.print(f"Next: {following}", style="dim", markup=False)
