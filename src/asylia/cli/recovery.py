"""``asylia recovery check | drill | recover``: what three custodians keep, and what it is for.

Upholds: new shares are written before anything rests on them; old ones are said to be burnt only
once a check has shown that the new ones open the newest epochs.  Refuses: shares as arguments.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from asylia import peers
from asylia.cli._shares import check_files, read_shares, write_shares
from asylia.cli._working import Json, answer, read_access, told_of, working
from asylia.cli.passphrases import PassphraseFile, hand_out
from asylia.errors import ConflictError, UsageError
from asylia.ledger import recovering
from asylia.ledger.courier import TeamCourier
from asylia.ledger.recovering import Recovered
from asylia.ledger.recovery import Combined, split
from asylia.values import day_of, system_clock
from asylia.vault.process import harden
from asylia.vault.vault import Vault

app = App(
    name="recovery",
    help="Bring a team back that lost every device: shares, drills, recovery.",
)


@app.command
def check(
    vault: Path,
    /,
    *,
    share: list[Path],
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Check that two shares open the team's newest epochs. Nothing is changed.

    Do it after a drill, once the second admin has signed and a sync or two have passed; then the
    custodians destroy the shares of before.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    share
        The files of two custodians' shares; give it twice.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    secrets = read_shares(share)
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        chains = recovering.check(place.vault.store, secrets)
    told = {"opens": [one for one in chains if one]}
    text = (
        f"These two shares open the team's newest epoch, and those of {', '.join(told['opens'])}."
    )
    following = "destroy all shares of before, if there are any left."
    answer(told, [text], following, json=json)


@app.command
def drill(
    vault: Path,
    /,
    *,
    share: list[Path],
    new_share: list[Path],
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Try the shares on the team's newest epochs, and replace them; at most every 90 days.

    Until a drill, the shares open what was forgotten since the one before: so it is also the day
    on which what was forgotten is gone for good. Two custodians come to an admin's machine; all
    three get a new share. Keep the old ones until `asylia recovery check` says that the new ones
    open everything.

    Parameters
    ----------
    vault
        The folder of this device's vault: an admin's.
    share
        The files of two custodians' shares; give it twice.
    new_share
        Where to write the three new shares; give it three times.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    check_files(new_share)
    old = read_shares(share)
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        chains = recovering.check(place.vault.store, old)
        new = recovering.replaced(old)
        write_shares(new_share, split(new, place.ledger.today()))
        proposed = place.ledger.propose([recovering.change_to(new)])
        place.ledger.sync(place.courier)
    lines = [
        f"The shares open the newest epochs of the team and of {len(chains) - 1} compartments.",
        "Three new shares are written: hand them out, each on a medium of its own.",
        "Keep the old ones until `asylia recovery check` says that the new ones open everything.",
    ]
    told_of(proposed, lines, "sync the devices; then `asylia recovery check`.", json=json)


@app.command
def recover(
    vault: Path,
    /,
    *,
    share: list[Path],
    new_share: list[Path],
    relay: str,
    access_file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    name: str,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Bring back a team that lost every device: two custodians, a new machine, the relay.

    All that the last epochs carried comes back, and what was written since. Nothing does that was
    forgotten before the last drill. Every other device is removed; this one signs alone, until
    `asylia team certify` makes a second admin. Whoever runs the relay's host draws the access
    secret there: `asylia relay access`.

    Parameters
    ----------
    vault
        A new folder, for this device's vault.
    share
        The files of two custodians' shares; give it twice.
    new_share
        Where to write the three new shares; give it three times. The old ones are of no more use.
    relay
        The relay's address, as in http://127.0.0.1:8480.
    access_file
        A file with the access secret that `asylia relay access` showed (`-`: standard input). It is
        replaced at the end.
    name
        A pseudonym for this device's worker; never a real name.
    passphrase_file
        Where to write the passphrase of the new vault, instead of on the terminal.
    json
        Print one JSON object; then the passphrase needs a file.

    """
    harden()
    check_files(new_share)
    if json and passphrase_file is None:
        raise UsageError("with --json, the passphrase needs a file", hint="Add --passphrase-file.")
    if vault.exists() and any(vault.iterdir()):
        raise ConflictError("there is something in this folder", hint="Name a new one.")
    relay = peers.relay_address(relay)
    old, access = read_shares(share), read_access(access_file)
    with peers.client("team", timeout=60) as client:
        courier = TeamCourier(relay, access, client)
        courier.envelope_ids()  # before anything is made: is the relay there, is the secret right
        new = recovering.replaced(old)
        passphrase = hand_out(passphrase_file, "The passphrase of this device")
        with Vault.create(vault, passphrase) as opened:
            write_shares(new_share, split(new, day_of(system_clock())))
            told = _recover(opened, old, new, courier, relay, name)
            # From the next line on, only what lies in this vault opens the relay.
            courier.put_access(told.relay.secret)
            courier = TeamCourier(relay, told.relay.secret, client)
            ledger = opened.ledger()
            report = ledger.sync(courier)
            bundle = ledger.renew_bundle()
            ledger.sync(courier)
            if bundle is not None:
                courier.put_bundle(bundle)
    _tell(told, report.received, json=json)


def _recover(
    vault: Vault, old: Combined, new: Combined, courier: TeamCourier, relay: str, name: str
) -> Recovered:
    return recovering.recover(
        vault.store, vault.keys(), old, new, courier, relay_url=relay, name=name
    )


def _tell(told: Recovered, received: int, *, json: bool) -> None:
    answer(
        {
            "compartments": list(told.compartments),
            "removed": told.devices,
            "entries": received,
            "signs_alone": True,
        },
        [
            f"The team is back, with {', '.join(told.compartments)}.",
            f"{told.devices} devices were removed.",
            "This one signs alone: nobody checks what it signs.",
            "Three new shares are written: hand them out, and destroy the old ones.",
        ],
        "`asylia desk`; then invite the others (`asylia team card` on theirs), and make one of"
        " them an admin (`asylia team certify`).",
        json=json,
    )
