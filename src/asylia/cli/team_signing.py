"""``asylia team members | proposals | sign | suspend | remove | certify | words | name``.

Upholds: what is to be signed is read off the epochs themselves and said in plain words; a real name
is read for one device at a time.  Refuses: a list of names.
"""

from pathlib import Path

from cyclopts import App

from asylia.casework.names import keep_name, name_of
from asylia.casework.place import Place
from asylia.cli._shares import read_shares
from asylia.cli._working import SHORT, Json, answer, find_device, read_text, told_of, working
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import NotFoundError, UsageError
from asylia.ledger import recovering
from asylia.ledger.change import Change, Removal, Suspension
from asylia.ledger.values import Member, Proposal, Proposed
from asylia.values import Day, date_of

app = App()
_ADMINS = "the other devices follow by themselves with their next sync."


@app.command
def members(vault: Path, /, *, passphrase_file: PassphraseFile = None, json: Json = False) -> None:
    """Show the devices of the team: whose, what they may do, when they were last heard of.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found, awaited = place.ledger.members(), place.ledger.awaiting()
    told = {
        "members": [
            {
                "device": one.device.hex(),
                "name": one.name,
                "state": one.state,
                "admin": one.admin,
                "own": one.own,
                "last_day": _date(one.last_day),
                "compartments": list(one.compartments),
                "acknowledged": one.acknowledged,
            }
            for one in found
        ],
        "awaited": [
            {
                "device": one.device.hex(),
                "compartment": one.compartment,
                "what": one.what,
                "since": _date(one.since),
                "until": _date(one.until),
            }
            for one in awaited
        ],
    }
    lines = [_line(one) for one in found]
    lines += [
        f"Forgetting waits for {one.name} since {_date(one.since)};"
        f" on {_date(one.until)} that device is suspended."
        for one in awaited
    ]
    answer(told, lines, "", json=json)


def _line(one: Member) -> str:
    marks = [
        word
        for word, holds in (
            ("admin", one.admin and one.live),
            ("this device", one.own),
            (one.state, not one.live),
            (f"heard of on {_date(one.last_day)}", one.last_day is not None),
            ("in " + ", ".join(one.compartments), bool(one.compartments)),
        )
        if holds
    ]
    return f"{one.device.hex()[:SHORT]}  {one.name}: {'; '.join(marks)}"


def _date(day: Day | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


@app.command
def proposals(
    vault: Path, /, *, passphrase_file: PassphraseFile = None, json: Json = False
) -> None:
    """Show what waits for another admin's signature, in words.

    Each sentence is read off what would be signed, not off what its maker says of it.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found = place.ledger.proposals()
    told = {
        "proposals": [
            {
                "id": one.id.hex(),
                "day": _date(one.day),
                "by": one.by,
                "words": list(one.words),
                "stale": one.stale,
                "signed_by_me": one.signed_by_me,
            }
            for one in found
        ]
    }
    lines = [line for one in found for line in _told(one)] or ["Nothing waits to be signed."]
    open_ones = any(not (one.stale or one.signed_by_me) for one in found)
    following = "if it is what you want, `asylia team sign VAULT ID`." if open_ones else ""
    answer(told, lines, following, json=json)


def _told(one: Proposal) -> list[str]:
    marks = " (too late: it must be proposed anew)" if one.stale else ""
    marks += " (this device has signed)" if one.signed_by_me else ""
    head = f"{one.id.hex()[:SHORT]}  by {one.by}, {_date(one.day)}{marks}"
    return [head, *(f"    {sentence}" for sentence in one.words)]


@app.command
def sign(
    vault: Path,
    proposal: str,
    /,
    *,
    share: list[Path] | None = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Sign what another admin proposed; from then on it holds.

    Where the team has one admin left, and that one may not sign alone, two custodians bring their
    shares: the root's signature counts as the second one's.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    proposal
        The first digits of its id, as `asylia team proposals` shows them.
    share
        The files of two custodians' shares, in place of a second admin; give it twice.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    secrets = read_shares(share) if share else None
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found = _proposal(place.ledger.proposals(), proposal)
        place.ledger.sign(found.id, secrets.root if secrets is not None else None)
        place.ledger.sync(place.courier)
    told_of(Proposed(posted=True, id=found.id, words=found.words), [], _ADMINS, json=json)


def _proposal(found: tuple[Proposal, ...], untrusted_id: str) -> Proposal:
    digits = untrusted_id.strip().lower()
    matching = [one for one in found if len(digits) >= 6 and one.id.hex().startswith(digits)]
    if len(matching) != 1:
        raise NotFoundError(
            "no proposal has that id", hint="`asylia team proposals` shows those that wait."
        )
    return matching[0]


@app.command
def suspend(
    vault: Path,
    device: str,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Shut a device out at once: one admin is enough. It can come back by a new card.

    For a device that was lost, seized, or is silent. It gets none of what is written from now on,
    and the relay's secret changes. What it has on its disk, it keeps.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    device
        Its pseudonym, or the first digits that `asylia team members` shows.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found = find_device(place.ledger, device)
        proposed = _propose(place, Suspension(found.device))
    told_of(proposed, [], "if it is not to come back, `asylia team remove`.", json=json)


@app.command
def remove(
    vault: Path,
    device: str,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Shut a device out for good, with new intake and reply keys; two admins sign.

    Where it is urgent, `asylia team suspend` first: that needs one.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    device
        Its pseudonym, or the first digits that `asylia team members` shows.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.ledger.sync(place.courier)
        found = find_device(place.ledger, device)
        proposed = _propose(place, Removal(found.device))
    told_of(proposed, [], _ADMINS, json=json)


@app.command
def certify(
    vault: Path,
    device: str,
    /,
    *,
    share: list[Path],
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Make a device of the team an admin: two custodians bring their shares to this machine.

    An admin signs additions, removals, forgettings and the intake bundle, each with a second one.
    The shares are read, used once and kept nowhere. Where this device signed alone, it does so no
    more.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    device
        Its pseudonym, or the first digits that `asylia team members` shows.
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
        found = find_device(place.ledger, device)
        changes = recovering.promotions(
            place.vault.store, secrets, found.device, place.ledger.today()
        )
        proposed = _propose(place, *changes)
    told_of(proposed, [], _ADMINS, json=json)


def _propose(place: Place, *changes: Change) -> Proposed:
    proposed = place.ledger.propose(changes)
    place.ledger.sync(place.courier)
    return proposed


@app.command
def words(
    vault: Path,
    /,
    *,
    count: int | None = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Show six words for what this device has seen of the team's line; compare them by voice.

    Two devices that show the same words for the same number have seen the same, down to the last
    byte. If they differ, the relay shows two things to two people. Compare at hand-over, at the
    lower of your two numbers.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    count
        The number at which to compare; without it, all that this device has seen.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        at, spoken = place.ledger.state_words(count)
    following = f"a colleague runs `asylia team words VAULT --count {at}`, and you compare."
    answer(
        {"count": at, "words": list(spoken)}, [f"At {at}: {' '.join(spoken)}"], following, json=json
    )


@app.command
def name(
    vault: Path,
    device: str,
    /,
    *,
    keep_file: PassphraseFile = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Show the real name of one device's worker, if the team keeps it; or keep it.

    Names lie in the compartment `identity` alone. A team that can do without should: what is not
    kept can't be seized.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    device
        Its pseudonym, or the first digits that `asylia team members` shows.
    keep_file
        A file with the name to keep (`-`: standard input). Without it, the name is shown.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        found = find_device(place.ledger, device)
        if keep_file is None:
            kept = name_of(place.ledger, found.device)
            answer({"device": found.device.hex(), "name": kept}, [kept], "", json=json)
            return
        given = read_text([keep_file], "").strip()
        if not given or "\n" in given:
            raise UsageError("a name is one line", hint="Write it alone into the file.")
        keep_name(place.ledger, found.device, given)
        place.ledger.sync(place.courier)
    answer({"device": found.device.hex(), "kept": True}, ["The name is kept."], "", json=json)
