"""``asylia desk``: the workers' web app on this machine."""

from datetime import timedelta
from pathlib import Path

from cyclopts import App
from rich.console import Console

from asylia import peers
from asylia.casework.words import read_trust
from asylia.desk.browser import find
from asylia.desk.keeper import HOURS, MOST_HOURS
from asylia.desk.serve import Settings, serve
from asylia.errors import NotFoundError, UsageError
from asylia.vault.process import harden
from asylia.vault.vault import read_header

app = App(name="desk", help="Read, answer, document and hand over: the workers' desk.")


@app.default
def desk(
    vault: Path,
    *,
    relay: str,
    port: int = 0,
    idle_minutes: int = 10,
    policy: Path | None = None,
    dossiers: Path | None = None,
    stamp: list[str] | None = None,
    witness: list[str] | None = None,
    trust_list: Path | None = None,
    offline_hours: int = HOURS,
    swap_is_safe: bool = False,
    browser: Path | None = None,
    no_browser: bool = False,
) -> None:
    """Open the desk on this machine, in a browser window of its own that keeps nothing.

    The desk asks for the vault's passphrase there. Ctrl+Shift+L or ten idle minutes lock it: the
    process that held the keys and the window end, and a new window asks again. Esc three times
    within a second, closing the window, or Ctrl-C here end everything at once. An example:
    `asylia desk vault --relay http://127.0.0.1:8480`.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    relay
        The relay's address.
    port
        The port on loopback; a free one if not given.
    idle_minutes
        After how many minutes without work the desk locks itself, 1 to 60.
    policy
        The policy file that dossiers are proven under; needed to build any.
    dossiers
        The folder into which dossiers are written; needed to build any.
    stamp
        The address of a time-stamping service that the policy trusts; may be given more than once.
    witness
        The address of a witness that the policy names, to cosign the log before a dossier stands on
        it; may be given more than once.
    trust_list
        A file of certificates (PEM) whose signatures under the credentials of photographs (C2PA)
        are trusted. Nothing is fetched; without it the desk says that they hold, not whose they
        are.
    offline_hours
        For how long this running desk keeps the vault's remote share in memory, so that it opens
        while the relay is silent; 0 to 72.
    swap_is_safe
        Open even where the system does not say that swapped memory is encrypted.
    browser
        The Chromium to start; the one that this machine has if not given.
    no_browser
        Start none, and print a link that works once, for a browser of yours. What that one keeps
        is not the desk's to delete.

    """
    harden()  # this process draws the links, and holds what ends the desk
    if not 1 <= idle_minutes <= 60:
        raise UsageError("The desk locks after 1 to 60 idle minutes.")
    if not 0 <= offline_hours <= MOST_HOURS:
        raise UsageError(f"The share is kept for 0 to {MOST_HOURS} hours.")
    if (policy is None) != (dossiers is None):
        raise UsageError("A policy and a folder for dossiers go together.")
    if browser is not None and no_browser:
        raise UsageError("Name a browser or start none, not both.")
    if policy is not None and not policy.is_file():
        raise NotFoundError("The policy file can't be read.")
    if trust_list is not None:
        read_trust(trust_list)  # says now what it lacks
    address = peers.relay_address(relay)
    read_header(vault)
    program = None if no_browser else find(browser)
    settings = Settings(
        vault=vault,
        relay=address,
        idle=timedelta(minutes=idle_minutes),
        swap_is_safe=swap_is_safe,
        policy=policy,
        stamps=tuple(stamp or ()),
        witnesses=tuple(witness or ()),
        dossiers=dossiers,
        trust_list=trust_list,
        offline=timedelta(hours=offline_hours),
    )
    console = Console(highlight=False, soft_wrap=True)
    serve(
        settings,
        port=port,
        browser=program,
        announce=lambda link: console.print(f"Open once: {link}"),
    )
