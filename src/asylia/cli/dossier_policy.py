"""``asylia dossier policy``: whom a recipient trusts when it checks this team's bundles."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

from cyclopts import App, Parameter
from rich.console import Console

from asylia.cli.passphrases import PassphraseFile, read_passphrase
from asylia.errors import ConflictError, MalformedError, NotFoundError
from asylia.tlog.policy import LogParty, Policy, WitnessParty, encode_policy, parse_policy
from asylia.vault.process import harden
from asylia.vault.vault import Vault

app = App()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Trusted:
    """Whom the policy names.

    Parameters
    ----------
    origin
        The log's name, as `asylia relay init` showed it.
    log_key
        The log's key in base64, as `asylia relay init` showed it.
    stamp_root
        A stamp authority's root certificate in PEM; may be given again.
    witness
        A witness of the log as NAME=KEY, the key in base64; may be given again.
    threshold
        How many of the witnesses must have cosigned.

    """

    origin: str
    log_key: str
    stamp_root: list[Path] | None = None
    witness: list[str] | None = None
    threshold: int = 0

    def policy(self, root_hash: bytes) -> Policy:
        """As a recipient has it."""
        pairs = [one.partition("=") for one in self.witness or ()]
        return Policy(
            root_hash=root_hash,
            log=LogParty(origin=self.origin, key=_key(self.log_key)),
            witnesses=tuple(WitnessParty(name=name, key=_key(key)) for name, _, key in pairs),
            threshold=self.threshold,
            stamp_roots=tuple(_pem(path) for path in self.stamp_root or ()),
        )


@app.command
def policy(
    vault: Path, out: Path, *, trusted: Trusted, passphrase_file: PassphraseFile = None
) -> None:
    """Write the policy file: whom a recipient trusts when it checks this team's bundles.

    Hand it over another way than the bundles. What it says is public; that it is this team's is
    what must be sure.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    out
        The file to make.
    trusted
        Whom the policy names.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.

    """
    harden()
    with Vault.open(vault, read_passphrase(passphrase_file)) as opened:
        content = encode_policy(trusted.policy(opened.ledger().root_hash))
    parse_policy(content)
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ConflictError("there is a file of this name already") from None
    Console(highlight=False, soft_wrap=True).print(f"[bold]Written:[/] {out}")


def _key(untrusted: str) -> bytes:
    try:
        return base64.b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(
            "a key is not base64", hint="Copy it whole, with its = signs."
        ) from None


def _pem(path: Path) -> str:
    """The certificate alone: some files have words around it."""
    text = read_file(path).decode("ascii", "replace").replace("\r\n", "\n")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    _, found, rest = text.partition(begin)
    body, ended, _ = rest.partition(end)
    if not found or not ended:
        raise MalformedError("a stamp root is not a certificate in PEM")
    return f"{begin}{body}{end}\n"


def read_file(path: Path) -> bytes:
    """A file that a command names; ``NotFoundError``."""
    try:
        with path.open("rb") as file:
            return file.read(1 << 20)
    except OSError:
        raise NotFoundError("a file that was named can't be read") from None
