"""``asylia dossier``: what an inquiry receives, read once more before it leaves."""

import json as json_text
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.text import Text

from asylia import peers
from asylia.cli import dossier_exhibits, dossier_policy
from asylia.cli._dossier_request import Asked, Proven, up_to_date
from asylia.cli.dossier_estimates import show_estimate
from asylia.cli.dossier_policy import read_file
from asylia.cli.passphrases import PassphraseFile, read_passphrase
from asylia.dossier.build import BuiltBundle
from asylia.dossier.export import export, to_read
from asylia.dossier.look import Quotation
from asylia.dossier.stamp import StampService
from asylia.dossier.witness import WitnessService
from asylia.errors import UsageError
from asylia.ledger.courier import TeamCourier
from asylia.tlog.policy import parse_policy
from asylia.vault.process import harden
from asylia.vault.vault import Vault
from asylia.visible import visible

app = App(name="dossier", help="What consent allows an inquiry to have, proven field by field.")
app.update(dossier_exhibits.app)
app.update(dossier_policy.app)
_READ = 64


@app.command
def look(vault: Path, *, asked: Asked, passphrase_file: PassphraseFile = None) -> None:
    """Show every text that would leave, whole, for somebody to read before it does.

    Of an exhibit the terminal shows the words of its record and log; look at its bytes at the desk.
    The last line is what `asylia dossier build --read` takes. By giving it you say that you read
    each of these texts, and that none names or could identify anybody but the one who consented;
    and of each estimate, that whoever is counted may be, as it says, and that no row of its table
    could point at anybody.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    asked
        What is to leave, and to whom.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.

    """
    harden()
    with _at_work(vault, passphrase_file) as (opened, courier):
        found = to_read(up_to_date(opened, courier), asked.request, opened.ledger())
    for one in found.quotations:
        _show(one)
    for kept in found.estimates:
        show_estimate(kept)
    print(found.read.hex())


@app.command
def build(
    vault: Path,
    out: Path,
    *,
    asked: Asked,
    read: str,
    proven: Proven,
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
    asked
        What is to leave, and to whom.
    read
        The last line of `asylia dossier look`, by somebody who read each text that it showed.
    proven
        What proves it.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    harden()
    with _at_work(vault, passphrase_file) as (opened, courier):
        built = _export(opened, courier, asked, out, _said_read(read), proven)
    _tell(built, proven.policy, as_json=json)


def _export(
    vault: Vault, courier: TeamCourier, asked: Asked, out: Path, read: bytes, proven: Proven
) -> BuiltBundle:
    trusted = parse_policy(read_file(proven.policy))
    record = up_to_date(vault, courier)
    with (
        peers.client("stamps", timeout=60) as stamping,
        peers.client("witnesses", timeout=60) as asking,
        Console(stderr=True, highlight=False).status("Logging, cosigning, stamping …"),
    ):
        return export(
            record,
            asked.request,
            out,
            ledger=vault.ledger(),
            courier=courier,
            policy=trusted,
            read=read,
            witnesses=[WitnessService(url, asking) for url in proven.witness or ()],
            stampers=[
                StampService(url, trusted.stamp_roots, stamping) for url in proven.stamp or ()
            ],
        )


@contextmanager
def _at_work(vault: Path, passphrase_file: Path | None) -> Iterator[tuple[Vault, TeamCourier]]:
    with (
        Vault.open(vault, read_passphrase(passphrase_file)) as opened,
        peers.client("team", timeout=60) as client,
    ):
        relay = opened.ledger().relay
        yield opened, TeamCourier(relay.url, relay.secret, client)


def _said_read(untrusted: str) -> bytes:
    try:
        read = bytes.fromhex(untrusted)
    except ValueError:
        read = b""
    if len(untrusted) != _READ or len(read) * 2 != _READ:
        raise UsageError(
            "--read is the last line that `asylia dossier look` shows",
            hint="Look at what would leave first; read each text.",
        )
    return read


def _show(one: Quotation) -> None:
    console = Console(highlight=False, soft_wrap=True)
    kinds = {"": "", "whole": "  exhibit, with its file", "record": "  exhibit, its file stays"}
    console.print(Text(f"{one.item}{kinds[one.exhibit]}", style="bold"))
    console.print(Text(visible(one.words)))
    for name, text in one.others.items():
        console.print(Text(f"{name.replace('_', ' ')}: {visible(text)}", style="dim"))
    console.print()


def _tell(built: BuiltBundle, policy: Path, *, as_json: bool) -> None:
    if as_json:
        told = {
            "bundle": str(built.path),
            "items": built.names,
            "statement_sha256": built.statement_sha256.hex(),
        }
        print(json_text.dumps(told))
        return
    console = Console(highlight=False, soft_wrap=True)
    count = len(built.names)
    console.print(f"[bold]Built:[/] {built.path}, {count} item{'' if count == 1 else 's'}")
    for claim, name in built.names.items():
        console.print(f"  {claim} is there as {name}")
    console.print(f"[dim]To check: asylia-verify {built.path} --policy {policy}[/]")
