"""``asylia team card | invite | join | admit``: how a device comes to the team, or comes back.

Upholds: nobody is admitted but by the words that were heard; each step says what the other person
does next.  Refuses: to show the words on the inviting side.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from cyclopts import App
from rich.console import Console

from asylia import peers
from asylia.cli._handing import Handing
from asylia.cli._working import SHORT, Files, Json, answer, read_parts, read_text, told_of, working
from asylia.cli.passphrases import PassphraseFile, hand_out, read_passphrase
from asylia.errors import RefusedError, UsageError
from asylia.ledger import entering, inviting, parts
from asylia.ledger.change import Addition
from asylia.ledger.courier import TeamCourier
from asylia.ledger.joining import Card
from asylia.ledger.ledger import Ledger
from asylia.values import day_of, system_clock
from asylia.vault.process import harden
from asylia.vault.vault import HEADER, Vault

app = App()
_TOGETHER = Handing()


@app.command
def card(
    vault: Path,
    /,
    *,
    handing: Handing = _TOGETHER,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Step 1, new device: show the card of this device, for an admin to invite it by.

    Where the folder is new or empty, a vault is made in it, with a passphrase of six words. A
    device that was suspended and comes back shows a card from the vault it has. A card is no
    secret, but whoever swaps it on the way would be invited instead: the eight words of step 3 show
    that.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    handing
        How the card is handed over.
    passphrase_file
        For a new vault: where to write its passphrase, instead of on the terminal. For a vault that
        is there: a file with it (`-`: standard input); without one, you are asked.
    json
        Print one JSON object; for a new vault, the passphrase then needs a file.

    """
    harden()
    handing.check()
    with _own_vault(vault, passphrase_file, json=json) as opened:
        keys = opened.keys()
        lines = parts.split("CARD", entering.show_card(opened.store, keys))
    files = handing.hand(lines, "card", json=json)
    told = {"device": keys.device.hex(), "card": list(lines), "files": files}
    following = "an admin takes it: `asylia team invite`, and gives you an invitation."
    answer(told, [f"The card of device {keys.device.hex()[:SHORT]}."], following, json=json)


@contextmanager
def _own_vault(folder: Path, passphrase_file: Path | None, *, json: bool) -> Iterator[Vault]:
    if (folder / HEADER).exists():
        with Vault.open(folder, read_passphrase(passphrase_file)) as vault:
            yield vault
        return
    if json and passphrase_file is None:
        raise UsageError("with --json, the passphrase needs a file", hint="Add --passphrase-file.")
    passphrase = hand_out(passphrase_file, "The passphrase of this device")
    with Vault.create(folder, passphrase) as vault:
        yield vault


@app.command
def invite(
    vault: Path,
    /,
    *,
    card: Files = None,
    handing: Handing = _TOGETHER,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Step 2, admin: make an invitation for a card. It opens on that device alone, for 14 days.

    It holds how to reach the relay, and what the team's line looks like from here. It admits
    nobody: that is step 4.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    card
        Files with the lines of the card, in any order (`-`: standard input); without one, paste.
    handing
        How the invitation is handed over.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    handing.check()
    untrusted = read_parts("CARD", card)
    with working(vault, passphrase_file) as place:
        sealed = inviting.invite(place.ledger, place.vault.store, place.courier, untrusted)
    lines = parts.split("INVITATION", sealed)
    files = handing.hand(lines, "invitation", json=json)
    told = {"invitation": list(lines), "files": files}
    following = (
        "give it to the new device (`asylia team join`). Then speak with its worker, by voice and"
        " not over the way that card or invitation went, and type in the eight words that you"
        " hear: `asylia team admit`."
    )
    answer(told, ["The invitation is made; it opens on that device alone."], following, json=json)


@app.command
def join(
    vault: Path,
    /,
    *,
    invitation: Files = None,
    agreed: bool = False,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Step 3, new device: open the invitation, read its eight words to the admin, and go in.

    The words stand for your card and this invitation together. If somebody swapped either on the
    way, the admin hears other words. Only when the admin says that they are right does this device
    keep anything of the team. Run it once more, without an invitation, to see whether you are in.

    Parameters
    ----------
    vault
        The folder of this device's vault, the one that showed the card.
    invitation
        Files with the lines of the invitation, in any order (`-`: standard input).
    agreed
        The admin has said, by voice, that the words are right. Without it, you are asked.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object; without --agreed, only the words.

    """
    harden()
    untrusted = read_parts("INVITATION", invitation) if invitation else None
    with (
        Vault.open(vault, read_passphrase(passphrase_file)) as opened,
        peers.client("team", timeout=60) as client,
    ):
        store = opened.store
        if untrusted is not None:
            found = entering.open_invitation(store, untrusted, day_of(system_clock()))
            words = entering.words(store, found)
            if not (agreed or _agreed(words, json=json)):
                _wait(words, json=json)
                return
            relay = found.invitation.relay
            entering.enter(store, found, TeamCourier(relay.url, relay.secret, client))
        _tell_state(opened, client, json=json)


def _agreed(words: Sequence[str], *, json: bool) -> bool:
    if json or not sys.stdin.isatty():
        return False
    console = Console(highlight=False, soft_wrap=True)
    console.print("Read these eight words to the admin who invited you, by voice:")
    console.print(f"  [bold]{' '.join(words)}[/]")
    console.print("The admin's device says whether they are right. If not, stop here.")
    return input("Did the admin say that they are right? Type yes: ").strip().lower() == "yes"


def _wait(words: Sequence[str], *, json: bool) -> None:
    told = {"words": list(words), "entered": False, "admitted": False}
    following = (
        "read them to the admin who invited you, by voice. When the admin says that they are"
        " right, run this again with --agreed."
    )
    answer(told, [f"The eight words: {' '.join(words)}", "Nothing was kept."], following, json=json)


def _tell_state(vault: Vault, client: httpx.Client, *, json: bool) -> None:
    store, device = vault.store, vault.keys().device
    relay = entering.waits(store, device)
    if relay is not None:
        entering.look(store, TeamCourier(relay.url, relay.secret, client))
    if entering.waits(store, device) is not None:
        waiting = {"entered": True, "admitted": False}
        following = "wait until the admins have signed, then run `asylia team join` again."
        answer(waiting, ["This device knows the team, and is not in it yet."], following, json=json)
        return
    ledger = vault.ledger()
    report = ledger.sync(TeamCourier(ledger.relay.url, ledger.relay.secret, client))
    names = [one.id for one in ledger.compartments()]
    told: dict[str, object] = {
        "entered": True,
        "admitted": True,
        "compartments": names,
        "received": report.received,
    }
    lines = [
        f"This device is in the team. Compartments: {', '.join(names) or 'none yet'}.",
        f"{report.received} entries of the team came with this.",
    ]
    answer(told, lines, "`asylia desk`, and `asylia team members` to see the others.", json=json)


@app.command
def admit(
    vault: Path,
    name: str,
    /,
    *,
    compartment: list[str] | None = None,
    words_file: PassphraseFile = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Step 4, admin: type in the eight words that you heard, and admit that device.

    Ask its worker to read them to you, by voice and not over the way that card or invitation went.
    This device shows none: what it compares is what you heard. A second admin signs (`asylia team
    sign`), unless this device signs alone.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    name
        The worker's pseudonym, never a real name; the same for all devices of one worker. A device
        that comes back keeps its own, and `-` will do.
    compartment
        A compartment that the device shall be in, with all that was written there; give it again
        for more. For a worker who must not see what was: open a new one (`asylia team compartment
        open`).
    words_file
        A file with the words (`-`: standard input); without it, you are asked.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        heard = read_text([words_file], "") if words_file else input("The eight words you heard: ")
        found = inviting.recognise(place.ledger, place.vault.store, heard)
        proposed = place.ledger.propose([_addition(place.ledger, found, name, compartment or [])])
        inviting.settled(place.ledger, place.vault.store, found)
        place.ledger.sync(place.courier)
    lines = ["The words are right: say so to the new device's worker, who then goes on."]
    told_of(proposed, lines, "the new device runs `asylia team join` again.", json=json)


def _addition(ledger: Ledger, found: Card, name: str, compartments: Sequence[str]) -> Addition:
    known = {one.device: one for one in ledger.members()}.get(found.device)
    if known is None and name == "-":
        raise RefusedError("a new device needs a pseudonym", hint="Give one: never a real name.")
    return Addition(
        signing=found.signing,
        prekey=found.prekey,
        name=known.name if known is not None else name,
        certificate=None,
        compartments=tuple(compartments),
    )
