"""``asylia dossier``: what an inquiry receives, and what it needs to check it."""

import base64
import binascii
import json as json_text
from collections.abc import Sequence
from pathlib import Path

import httpx
from cyclopts import App
from rich.console import Console

from asylia import peers
from asylia.casework.place import projections
from asylia.cli.passphrases import PassphraseFile, read_passphrase
from asylia.dossier.build import BuiltBundle
from asylia.dossier.export import Request, export
from asylia.dossier.stamp import StampService
from asylia.errors import ConflictError, MalformedError, NotFoundError
from asylia.ledger.courier import TeamCourier
from asylia.record.reading import Record
from asylia.tlog.policy import LogParty, Policy, WitnessParty, encode_policy, parse_policy
from asylia.vault.process import harden
from asylia.vault.vault import Vault

app = App(name="dossier", help="What consent allows an inquiry to have, proven field by field.")


@app.command
def build(
    vault: Path,
    out: Path,
    *,
    purpose: str,
    recipient: str,
    item: list[str],
    policy: Path,
    stamp: list[str] | None = None,
    passphrase_file: PassphraseFile = None,
    json: bool = False,
) -> None:
    """Build a bundle for one purpose and one recipient into the new folder OUT.

    What leaves is computed from consent. Whatever consent lacks is named, and nothing is written.
    The recipient checks it with `asylia-verify OUT --policy POLICY`.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    out
        The folder to make; nothing may be there yet.
    purpose
        What it is for, as in the consents: `inquiry`, `court`, `un_procedure` and others.
    recipient
        The id of the recipient, as written down in the record.
    item
        The id of a claim, or of a report's source: the whole of its statement, where everybody
        whom it concerns consented to all of it. Give it once for each.
    policy
        The policy file that the recipient has, as `asylia dossier policy` wrote it.
    stamp
        The address of an RFC 3161 stamp service whose root the policy names; may be given again.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    harden()
    trusted = parse_policy(_read(policy))
    request = Request(purpose, recipient, tuple(item))
    console = Console(stderr=True, highlight=False)
    with (
        Vault.open(vault, read_passphrase(passphrase_file)) as opened,
        peers.client("team", timeout=60) as client,
        peers.client("stamps", timeout=60) as stamping,
        console.status("Selecting, logging, stamping …"),
    ):
        stampers = [StampService(url, trusted.stamp_roots, stamping) for url in stamp or ()]
        built = _export(opened, client, request, out, trusted, stampers)
    told = {
        "bundle": str(built.path),
        "items": built.names,
        "statement_sha256": built.statement_sha256.hex(),
    }
    if json:
        print(json_text.dumps(told))
        return
    shown = Console(highlight=False, soft_wrap=True)
    shown.print(f"[bold]Built:[/] {built.path}, {len(built.names)} items")
    for claim, name in built.names.items():
        shown.print(f"  {claim} is there as {name}")
    shown.print(f"[dim]To check: asylia-verify {built.path} --policy {policy}[/]")


@app.command
def policy(
    vault: Path,
    out: Path,
    *,
    origin: str,
    log_key: str,
    stamp_root: list[Path] | None = None,
    witness: list[str] | None = None,
    threshold: int = 0,
    passphrase_file: PassphraseFile = None,
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
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.

    """
    harden()
    pairs = [one.partition("=") for one in witness or ()]
    with Vault.open(vault, read_passphrase(passphrase_file)) as opened:
        said = Policy(
            root_hash=opened.ledger().root_hash,
            log=LogParty(origin=origin, key=_key(log_key)),
            witnesses=tuple(WitnessParty(name=name, key=_key(key)) for name, _, key in pairs),
            threshold=threshold,
            stamp_roots=tuple(_pem(path) for path in stamp_root or ()),
        )
    content = encode_policy(said)
    parse_policy(content)
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ConflictError("there is a file of this name already") from None
    Console(highlight=False, soft_wrap=True).print(f"[bold]Written:[/] {out}")


def _export(
    vault: Vault,
    client: httpx.Client,
    request: Request,
    out: Path,
    trusted: Policy,
    stampers: Sequence[StampService],
) -> BuiltBundle:
    ledger = vault.ledger()
    courier = TeamCourier(ledger.relay.url, ledger.relay.secret, client)
    ledger.sync(courier)
    vault.project(projections(), ledger)
    return export(
        Record.from_database(vault.connection),
        request,
        out,
        ledger=ledger,
        courier=courier,
        policy=trusted,
        cosign=lambda note: note,
        stampers=stampers,
    )


def _key(untrusted: str) -> bytes:
    try:
        return base64.b64decode(untrusted, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(
            "a key is not base64", hint="Copy it whole, with its = signs."
        ) from None


def _pem(path: Path) -> str:
    """The certificate alone: some files have words around it."""
    text = _read(path).decode("ascii", "replace").replace("\r\n", "\n")
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    _, found, rest = text.partition(begin)
    body, ended, _ = rest.partition(end)
    if not found or not ended:
        raise MalformedError("a stamp root is not a certificate in PEM")
    return f"{begin}{body}{end}\n"


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1 << 20)
    except OSError:
        raise NotFoundError("a file that was named can't be read") from None
