"""``asylia vault``: what this device keeps, and what opens it."""

import json as json_text
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from asylia import peers
from asylia.casework.place import projections
from asylia.cli._working import read_access
from asylia.cli.passphrases import PassphraseFile, hand_out, read_passphrase
from asylia.errors import AsyliaError, NotFoundError, RefusedError, UsageError
from asylia.ledger.courier import TeamCourier
from asylia.ledger.ledger import Ledger
from asylia.vault import share as remote
from asylia.vault.change import Change, changing
from asylia.vault.header import NO_SHARE
from asylia.vault.process import harden, unencrypted_swap
from asylia.vault.vault import DATABASE, Vault, read_header

app = App(name="vault", help="What this device keeps, sealed.")
_DESTROY = "destroy"
_COMPARED = "compared"
_REREAD = """[bold]Only after a talk by voice.[/] Whoever looks after the relay says that it was
restored or lost; or you and a colleague found that it had shown you different things, and it is in
good hands again."""
_DONE = {
    "same": "The relay has the line that this device has.",
    "refilled": "The relay has the line again that this device has; nothing changed here.",
    "taken": "This device goes on with the relay's line; what it had taken in stays.",
}
_DURESS = """[bold]A duress passphrase destroys what opens this vault.[/] Whoever types it sees what
a wrong passphrase shows. It [bold]can't[/] do this:
  - undo copies: a backup or a forensic image of this folder, made before, opens as ever; flash
    memory and journaling file systems keep old blocks;
  - convince: who knows Asylia knows that there may be two passphrases. It promises no deniability;
  - protect you from the law: [bold]destroying evidence can be a crime where you are.[/] Ask a
    lawyer first;
  - reach what the team shared: that lives on at your colleagues'."""


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
    header = read_header(folder)
    costs = header.costs
    with Vault.open(folder, read_passphrase(passphrase_file)) as vault:
        ledger = vault.ledger()
        findings = [one.text for one in ledger.findings()]
        members = ledger.members()
        compartments = [one.id for one in ledger.compartments()]
        told = {
            "argon2id": {"memory_kib": costs.memory, "passes": costs.passes, "lanes": costs.lanes},
            "bytes": (folder / DATABASE).stat().st_size,
            "blobs": vault.store.line_end()[0],
            "waiting": ledger.waiting(),
            "unread": vault.store.count_line("unread"),
            "held": vault.store.count_line("held"),
            "members": [
                {"name": one.name, "admin": one.admin, "live": one.live, "own": one.own}
                for one in members
            ],
            "compartments": compartments,
            "findings": findings,
            "remote_share": header.share_id != NO_SHARE,
            "unencrypted_swap": unencrypted_swap(),
        }
    if json:
        print(json_text.dumps(told))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{told['blobs']} blobs of the line; {told['waiting']} entries wait to be sent.")
    console.print(f"Compartments: {', '.join(compartments)}")
    for member in members:
        marks = [word for word, holds in (("admin", member.admin), ("here", member.own)) if holds]
        console.print(f"  {member.name}  [dim]{', '.join(marks)}[/]")
    if told["remote_share"]:
        console.print("The remote share is on: this vault opens only with its relay.")
    for text in findings:
        console.print(f"[bold red]Found wrong:[/] {text}")
    if told["unencrypted_swap"]:
        console.print("[bold red]Swap is not encrypted:[/] memory may reach the disk in clear.")


@app.command
def passphrase(
    folder: Path, *, passphrase_file: PassphraseFile = None, new_file: Path | None = None
) -> None:
    """Draw a new passphrase; the old one opens this vault no more.

    A copy of the vault's header that somebody made before still opens with the old one.

    Parameters
    ----------
    folder
        The vault's folder.
    passphrase_file
        A file with the passphrase in use (`-`: standard input); without it, you are asked.
    new_file
        Where to write the new one, instead of on the terminal.

    """
    harden()
    with _changing(folder, passphrase_file) as change:
        words = hand_out(new_file, "The new passphrase of this vault")
        if not change.has_share:
            change.renew_passphrase(words)
        else:
            with _courier(change.vault.ledger()) as courier:
                change.renew_passphrase(words, courier)
    _say("From now on the new passphrase opens this vault, and the old one no more.")


@app.command
def duress(
    folder: Path, *, passphrase_file: PassphraseFile = None, new_file: Path | None = None
) -> None:
    """Draw a second passphrase that destroys the header of this vault when it is typed.

    It is answered as any wrong passphrase is. What it can't do is said before you confirm. Setting
    it anew makes the one before a wrong one like any other.

    Parameters
    ----------
    folder
        The vault's folder.
    passphrase_file
        A file with the vault's passphrase (`-`: standard input); without it, you are asked.
    new_file
        Where to write the duress passphrase, instead of on the terminal.

    """
    harden()
    with _changing(folder, passphrase_file) as change:
        _say(_DURESS)
        if input(f'Type "{_DESTROY}" to set it: ').strip().lower() != _DESTROY:
            raise UsageError("nothing was changed")
        change.set_duress(hand_out(new_file, "The passphrase that destroys"))
    _say("It is set. Keep it apart from the passphrase, and never mistake the two.")


@app.command
def share(
    folder: Path,
    *,
    on: Annotated[bool | None, Parameter(name="--on", negative="--off")] = None,
    allow: str | None = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Have the relay keep half of what opens this vault, or take it back.

    With it on, no passphrase can be tried without the relay, which allows ten wrong ones in a row,
    and a colleague can shut this device out. Without the relay the vault then opens only in a desk
    that is still running, for the hours it was started with.

    Parameters
    ----------
    folder
        The vault's folder.
    on
        Switch it on or off.
    allow
        A colleague's name in the team: allow ten more tries on each device of that name.
    passphrase_file
        A file with the vault's passphrase (`-`: standard input); without it, you are asked.

    """
    harden()
    if (on is None) == (allow is None):
        raise UsageError("say one of --on, --off and --allow NAME")
    with _changing(folder, passphrase_file) as change:
        ledger = change.vault.ledger()
        with _courier(ledger) as courier:
            if allow is not None:
                _allow(ledger, courier, allow)
                _say("Ten more passphrases can be tried there.")
            elif on:
                change.switch_share_on(courier, ledger.relay.url)
                _say("On: this vault opens only with its relay now.")
            else:
                change.switch_share_off(courier)
                _say("Off: the passphrase alone opens this vault.")


@app.command
def reread(
    folder: Path,
    *,
    access_file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    passphrase_file: PassphraseFile = None,
    json: bool = False,
) -> None:
    """Give the relay back what it lost, and go on with its line as it is now.

    For after it was restored or lost, or had shown false lines; a device that names `rolled_back`
    or `altered` sends nothing until then. Compare with a colleague by voice first. Nothing that
    this device took in is lost, or taken back.

    Parameters
    ----------
    folder
        The vault's folder.
    access_file
        For a relay that was made anew: a file with the access secret that `asylia relay init`
        showed (`-`: standard input). The team's own takes its place.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    harden()
    with Vault.open(folder, read_passphrase(passphrase_file)) as vault:
        ask = Console(stderr=True, highlight=False, soft_wrap=True)
        ask.print(f'{_REREAD}\nType "{_COMPARED}" to go on:')
        if sys.stdin.readline().strip().lower() != _COMPARED:
            raise UsageError("nothing was changed")
        ledger = vault.ledger()
        with _courier(ledger) as courier:
            if access_file is not None:
                _open_anew(ledger, read_access(access_file))
            report = ledger.reread(courier)
    findings = [one.text for one in report.findings]
    if report.outcome == "stopped":
        raise RefusedError(
            f"{findings[0]}; nothing was changed here",
            hint="Don't try again before whoever looks after the relay has looked at it.",
        )
    if json:
        told = {"outcome": report.outcome, "blobs": report.count, "returned": report.returned}
        print(json_text.dumps(told | {"received": report.received, "findings": findings}))
        return
    _say(f"{_DONE[report.outcome]} Given back: {report.returned}. New here: {report.received}.")
    for text in findings:
        _say(f"[bold red]Found wrong:[/] {text}")


@contextmanager
def _changing(folder: Path, passphrase_file: Path | None) -> Iterator[Change]:
    with changing(folder, read_passphrase(passphrase_file)) as change:
        yield change


@contextmanager
def _courier(ledger: Ledger) -> Iterator[TeamCourier]:
    with peers.client("team", timeout=60) as client:
        yield TeamCourier(ledger.relay.url, ledger.relay.secret, client)


def _open_anew(ledger: Ledger, secret: bytes) -> None:
    with peers.client("team", timeout=60) as client:
        TeamCourier(ledger.relay.url, secret, client).put_access(ledger.relay.secret)


def _allow(ledger: Ledger, courier: TeamCourier, name: str) -> None:
    devices = [member.device for member in ledger.members() if member.name == name]
    allowed = 0
    for device in devices:
        try:
            remote.allow(courier, device)
        except NotFoundError:
            continue
        allowed += 1
    if not allowed:
        raise NotFoundError("no device of this name has its share at the relay")


def _say(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(text)
