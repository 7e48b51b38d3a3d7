"""``asylia team compartment open | close | admit | dismiss``: who sees what.

Upholds: each command says what a member who comes or goes sees from then on.  Refuses: names that
a compartment can't have; ``propose`` refuses the rest.
"""

from pathlib import Path

from cyclopts import App

from asylia.cli._working import Json, find_device, told_of, working
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import UsageError
from asylia.ledger.change import Admission, Closing, Dismissal, Opening

app = App(
    name="compartment",
    help="Named groups of members: each sees what is written in its own, and nothing else.",
)
_SYNC = "the other devices follow by themselves with their next sync."


@app.command(name="open")
def open_(
    vault: Path,
    compartment: str,
    /,
    *,
    label: list[str],
    device: list[str] | None = None,
    reports: bool = False,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Open a compartment, for example for one evacuation; two admins that are in it sign.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    compartment
        Its id: small letters, digits, hyphens; never a person's or a place's name.
    label
        How it is called, as `en=Evidence`; give it again for another language.
    device
        A device that shall be in it, beside this one; give it again for more.
    reports
        It takes reports: those who write can choose it.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    labels = dict(_label(one) for one in label)
    if "en" not in labels:
        raise UsageError("a compartment needs an English name", hint="Add --label en=…")
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        named = {find_device(place.ledger, one).device for one in device or []}
        devices = tuple(sorted({place.ledger.device, *named}))
        proposed = place.ledger.propose([Opening(compartment, labels, devices, reports)])
        place.ledger.sync(place.courier)
    told_of(proposed, [], _SYNC, json=json)


def _label(text: str) -> tuple[str, str]:
    language, equals, name = text.partition("=")
    if not (equals and language.isalpha() and name.strip()):
        raise UsageError("a label is a language and a name", hint="For example: --label en=Legs")
    return language.lower(), name.strip()


@app.command
def close(
    vault: Path,
    compartment: str,
    successor: str,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Close a compartment: nobody writes there any more, another one takes over.

    For when somebody comes who must not see what was: open a new one with them, then close this.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    compartment
        The id of the one that closes.
    successor
        The id of the one that takes over.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        proposed = place.ledger.propose([Closing(compartment, successor)])
        place.ledger.sync(place.courier)
    told_of(proposed, [], _SYNC, json=json)


@app.command
def admit(
    vault: Path,
    compartment: str,
    device: str,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Let a device of the team into a compartment, with all that was ever written there.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    compartment
        Its id.
    device
        A pseudonym, or the first digits that `asylia team members` shows.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found = find_device(place.ledger, device)
        proposed = place.ledger.propose([Admission(compartment, found.device)])
        place.ledger.sync(place.courier)
    told_of(proposed, [], _SYNC, json=json)


@app.command
def dismiss(
    vault: Path,
    compartment: str,
    device: str,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Take a device out of a compartment: it stays in the team, is told, and keeps what it read.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    compartment
        Its id.
    device
        A pseudonym, or the first digits that `asylia team members` shows.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found = find_device(place.ledger, device)
        proposed = place.ledger.propose([Dismissal(compartment, found.device)])
        place.ledger.sync(place.courier)
    told_of(proposed, [], _SYNC, json=json)
