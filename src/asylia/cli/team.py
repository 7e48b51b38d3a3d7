"""``asylia team``: the ceremony that founds a team."""

import json as json_text
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from asylia import peers
from asylia.cli import team_compartments, team_joining, team_signing
from asylia.cli._shares import check_files, write_shares
from asylia.cli._working import read_access
from asylia.errors import UsageError
from asylia.intake.rootfile import write_root
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import FOUNDED, Founder, Founding, found
from asylia.vault.passphrase import draw
from asylia.vault.process import harden
from asylia.vault.vault import Vault, write_whole

app = App(name="team", help="Who works on the line: its devices and what they may sign.")
app.update(team_joining.app)
app.update(team_signing.app)
app.command(team_compartments.app)


@app.command
def init(
    *,
    vault: list[Path],
    relay: str,
    access_file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    root: Path,
    share: list[Path],
    name: list[str] | None = None,
    passphrase_file: list[Path] | None = None,
    json: bool = False,
) -> None:
    """Found a team of one or two devices, in one ceremony on this machine.

    Two devices sign what counts together; one device alone signs alone. Each device gets a vault
    and a passphrase of six words, shown once. Carry the second vault to its machine, then delete it
    here.

    Parameters
    ----------
    vault
        The folder of a device's vault; give it twice for two devices.
    relay
        The relay's address, as in http://127.0.0.1:8480.
    access_file
        A file with the access secret that `asylia relay init` showed (`-`: standard input). The
        ceremony replaces it.
    root
        Where to write the team's root public key, for `asylia intake`.
    share
        Where to write the three recovery shares; give it three times. Hand each to a custodian, on
        a medium of its own, then delete it here. Any two bring the team back when every device is
        lost, and make somebody an admin; nothing here keeps a copy.
    name
        A worker's pseudonym, one for each vault; never a real name.
    passphrase_file
        Where to write a vault's passphrase, one for each vault, instead of on the terminal.
    json
        Print one JSON object; then the passphrases need files.

    """
    names = name or [f"Device {at}" for at in range(1, len(vault) + 1)]
    _check(vault, names, passphrase_file, [root, *share], json=json)
    check_files(share)
    relay = peers.relay_address(relay)
    harden()
    with peers.client("team", timeout=60) as client:
        courier = TeamCourier(relay, read_access(access_file), client)
        courier.envelope_ids()  # before anything is made: is the relay there, is the secret right
        passphrases = [draw() for _ in vault]
        vaults = [Vault.create(*pair) for pair in zip(vault, passphrases, strict=True)]
        try:
            founding = _found(vaults, names, relay)
            write_shares(share, founding.shares)
            write_whole(root, write_root(founding.root.public))
            # From the next line on, only what lies in the vaults opens the relay.
            _hand_out(vault, passphrases, passphrase_file)
            courier.put_access(founding.relay.secret)
            _publish(vaults, founding, TeamCourier(relay, founding.relay.secret, client))
        finally:
            for one in vaults:
                one.close()
    _tell(founding, vault, names, json=json)


def _check(
    vaults: Sequence[Path],
    names: Sequence[str],
    files: Sequence[Path] | None,
    written: Sequence[Path],
    *,
    json: bool,
) -> None:
    if not 1 <= len(vaults) <= 2 or len(names) != len(vaults):
        raise UsageError("a ceremony is for one or two vaults, with one name each")
    if files is not None and len(files) != len(vaults):
        raise UsageError("give one --passphrase-file for each vault")
    if json and files is None:
        raise UsageError("with --json, the passphrases need files", hint="Add --passphrase-file.")
    if any(path.exists() for path in (*written, *(files or ()))):
        raise UsageError("a file that would be written is there already", hint="Name another.")


def _found(vaults: Sequence[Vault], names: Sequence[str], relay: str) -> Founding:
    founders = [Founder(one.keys(), name) for one, name in zip(vaults, names, strict=True)]
    founding = found(founders, relay_url=relay)
    for one in vaults:
        founding.enter(one.store, one.keys())
    return founding


def _publish(vaults: Sequence[Vault], founding: Founding, courier: TeamCourier) -> None:
    for one in vaults:
        one.ledger().sync(courier)
    courier.put_bundle(founding.bundle)


def _hand_out(
    vaults: Sequence[Path], passphrases: Sequence[str], files: Sequence[Path] | None
) -> None:
    if files is not None:
        for file, passphrase in zip(files, passphrases, strict=True):
            write_whole(file, passphrase.encode() + b"\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print("[bold]Shown once. Write them down, learn them, then destroy the paper:[/]")
    for vault, passphrase in zip(vaults, passphrases, strict=True):
        console.print(f"  {vault}: [bold]{passphrase}[/]")


def _tell(founding: Founding, vaults: Sequence[Path], names: Sequence[str], *, json: bool) -> None:
    told = {
        "root_hash": founding.root_hash.hex(),
        "relay": founding.relay.url,
        "devices": [
            {"name": name, "vault": str(vault)} for name, vault in zip(names, vaults, strict=True)
        ],
        "compartments": sorted(FOUNDED),
        "signs_alone": len(vaults) == 1,
    }
    if json:
        print(json_text.dumps(told))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"The team's name (root hash): {told['root_hash']}")
    if told["signs_alone"]:
        console.print("[bold]This device signs alone:[/] nobody checks what it signs.")
    console.print("The three shares go to three custodians, each on a medium of its own.")
    console.print(
        "[dim]Next: `asylia intake serve`, then `asylia desk`; `asylia team card` on the machine of"
        " whoever joins.[/]"
    )
