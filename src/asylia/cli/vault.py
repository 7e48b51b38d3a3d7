"""``asylia vault``: what this device keeps."""

import json as json_text
from pathlib import Path

from cyclopts import App
from rich.console import Console

from asylia.casework.place import projections
from asylia.cli.passphrases import PassphraseFile, read_passphrase
from asylia.errors import AsyliaError
from asylia.vault.process import harden, unencrypted_swap
from asylia.vault.vault import DATABASE, Vault, read_header

app = App(name="vault", help="What this device keeps, sealed.")


@app.command
def rebuild(folder: Path, *, passphrase_file: PassphraseFile = None, json: bool = False) -> None:
    """Grow all tables again from the ledger, and compare: the same entries give the same rows.

    Parameters
    ----------
    folder
        The vault's folder.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    harden()
    with Vault.open(folder, read_passphrase(passphrase_file)) as vault:
        ledger, brought = vault.ledger(), projections()
        vault.project(brought, ledger)
        before = vault.dump(brought)
        entries = vault.rebuild(brought, ledger)
        after = vault.dump(brought)
    told = {"entries": entries, "rows": after.count("\n"), "same": before == after}
    if json:
        print(json_text.dumps(told))
    else:
        words = "the same as before" if told["same"] else "not the same as before"
        Console(highlight=False).print(f"{told['rows']} rows grown again: {words}.")
    if not told["same"]:
        raise AsyliaError(
            "the tables held other rows than the ledger gives; now they hold what it gives",
            hint="Report this with the version of Asylia; it should never happen.",
        )


@app.command
def status(folder: Path, *, passphrase_file: PassphraseFile = None, json: bool = False) -> None:
    """Say what a vault holds, what waits to be sent, and what was found wrong.

    Parameters
    ----------
    folder
        The vault's folder.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    harden()
    costs = read_header(folder).costs
    with Vault.open(folder, read_passphrase(passphrase_file)) as vault:
        ledger = vault.ledger()
        findings = [one.text for one in ledger.findings()]
        told = {
            "argon2id": {"memory_kib": costs.memory, "passes": costs.passes, "lanes": costs.lanes},
            "bytes": (folder / DATABASE).stat().st_size,
            "blobs": vault.store.line_end()[0],
            "waiting": ledger.waiting(),
            "unread": vault.store.count_line("unread"),
            "held": vault.store.count_line("held"),
            "members": [
                {"name": one.name, "admin": one.admin, "live": one.live, "own": one.own}
                for one in ledger.members()
            ],
            "compartments": [one.id for one in ledger.compartments()],
            "findings": findings,
            "unencrypted_swap": unencrypted_swap(),
        }
    if json:
        print(json_text.dumps(told))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{told['blobs']} blobs of the line; {told['waiting']} entries wait to be sent.")
    console.print(f"Compartments: {', '.join(one.id for one in ledger.compartments())}")
    for member in ledger.members():
        marks = [word for word, holds in (("admin", member.admin), ("here", member.own)) if holds]
        console.print(f"  {member.name}  [dim]{', '.join(marks)}[/]")
    for text in findings:
        console.print(f"[bold red]Found wrong:[/] {text}")
    if told["unencrypted_swap"]:
        console.print("[bold red]Swap is not encrypted:[/] memory may reach the disk in clear.")
