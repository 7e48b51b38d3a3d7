"""``asylia dossier list`` and ``seen``: what could leave, and whom an exhibit could identify."""

import json as json_text
from pathlib import Path
from typing import Any, Literal

from cyclopts import App
from rich.console import Console

from asylia.casework.looking import look_at
from asylia.cli._working import Json, working
from asylia.cli.passphrases import PassphraseFile
from asylia.desk.terms import Called
from asylia.dossier.preview import Offered, Preview, preview
from asylia.errors import NotFoundError, Sentence, UsageError
from asylia.record.concerns import concerned
from asylia.record.contents import Concerned, Exhibit, Recipient
from asylia.record.pieces import are_here
from asylia.record.reading import Record
from asylia.visible import visible

app = App()
_DIGITS = 8  # of a hash or an id, at least, for a short name of an exhibit
_SHORT = 70
Role = Literal["speaker", "subject", "third"]
_ROLES: dict[str, Role] = {"speaker": "speaker", "subject": "subject", "third": "third"}


@app.command(name="list")
def list_(
    vault: Path,
    *,
    purpose: str = "",
    recipient: str = "",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Show what could leave for a purpose and to a recipient, what stays, and every reason.

    Without the two it shows which purposes and recipients there are. Each line begins with the id
    that `--item` takes. Nothing is built, logged or sent.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    purpose
        What it would be for, as in the consents: `inquiry`, `court`, `un_procedure` and others.
    recipient
        The id of the recipient.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    if bool(purpose) != bool(recipient):
        raise UsageError(
            "--purpose and --recipient go together",
            hint="Without both, `asylia dossier list` shows which there are.",
        )
    with working(vault, passphrase_file) as at:
        record, connection = at.record(), at.vault.connection
        if not purpose:
            _choices(record, as_json=json)
            return
        seen = preview(
            record, purpose, recipient, at.today,
            lambda one: are_here(connection, one.sha256, one.size),
        )  # fmt: skip
        told = _told(record, seen)
    if json:
        print(json_text.dumps(told, ensure_ascii=False))
        return
    _show(told)


@app.command
def seen(
    vault: Path,
    exhibit: str,
    *,
    nobody: bool = False,
    person: list[str] | None = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Say whom an exhibit could identify, after somebody looked at it and listened to it.

    Nothing of an exhibit leaves before that; a copy needs a look of its own. Whoever is named is
    asked for consent like everybody whom it concerns. Names add up: none is ever taken back.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    exhibit
        Its id, as `asylia dossier list` shows it, or the first eight or more digits of its SHA-256,
        as `asylia record exhibits` does.
    nobody
        It could identify nobody, besides those whom it concerns already.
    person
        A pseudonym such as KT-204, never a name; KT-204=subject for one to whom it happened,
        KT-204=speaker for one who is heard. May be given again.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    persons = tuple(_person(one) for one in person or ())
    if nobody == bool(persons):
        raise UsageError(
            "say --nobody, or name each with --person",
            hint="Look at faces, voices, papers, and what stands behind; then say one of the two.",
        )
    with working(vault, passphrase_file) as at:
        at.synchronise()
        found = find_exhibit(at.record(), exhibit)
        by = next((one.name for one in at.ledger.members() if one.own), "")
        look_at(at, found, "none" if nobody else "named", persons, by)
        at.synchronise()
        asked = [one.person for one in concerned(at.record(), found) or ()]
    if json:
        print(json_text.dumps({"exhibit": found.id, "concerns": asked}))
        return
    shown = Console(highlight=False, soft_wrap=True)
    shown.print(f"Noted, by {by}: {found.description}", markup=False)
    whom = ", ".join(asked)
    shown.print(f"It leaves with the consent of: {whom}" if whom else "It concerns nobody.")


def find_exhibit(record: Record, untrusted: str) -> Exhibit:
    """The exhibit of this id, or whose id or SHA-256 alone begins so."""
    wanted = untrusted.strip().lower()
    every = record.all(Exhibit)
    found = [one for one in every if one.id == untrusted.strip()] or [
        one
        for one in every
        if len(wanted) >= _DIGITS and (one.id.startswith(wanted) or _hex(one).startswith(wanted))
    ]
    if not found:
        raise NotFoundError(
            "there is no such exhibit", hint="`asylia record exhibits` lists them with their ids."
        )
    if len(found) > 1:
        raise UsageError(
            "several exhibits begin so", hint="Give more digits, or the whole id of one."
        )
    return found[0]


def _hex(one: Exhibit) -> str:
    return one.sha256.hex()


def _person(untrusted: str) -> Concerned:
    name, _, role = untrusted.partition("=")
    if (role or "third") not in _ROLES:
        raise UsageError("there is no such role", hint="speaker, subject or third.")
    return Concerned(person=name, role=_ROLES[role or "third"])


def _choices(record: Record, *, as_json: bool) -> None:
    purposes = list(record.words["purposes"].offered)
    recipients = {one.id: one.name for one in record.all(Recipient)}
    if as_json:
        print(json_text.dumps({"purposes": purposes, "recipients": recipients}))
        return
    shown = Console(highlight=False, soft_wrap=True)
    shown.print(f"Purposes: {', '.join(purposes)}", markup=False)
    for name, called in recipients.items():
        shown.print(f"Recipient {name}: {visible(called)}", markup=False)
    if not recipients:
        shown.print("No recipient yet: recipients come with the first consent, at the desk.")
    shown.print("Next: asylia dossier list VAULT --purpose … --recipient …", style="dim")


def _told(record: Record, seen: Preview) -> dict[str, Any]:
    called = Called(lambda: record)

    def why(missing: tuple[str, ...]) -> list[str]:
        return [_in_words(one, called) for one in missing]

    claims = [{"id": one.id, "what": one.words, "stays": []} for one in seen.leaves]
    claims += [
        {"id": one.claim.id, "what": one.claim.words, "stays": why(one.missing)}
        for one in seen.stays
    ]
    reports = [{"id": one.id, "what": one.title, "stays": []} for one in seen.reports]
    exhibits = [{**_exhibit(one), "stays": why(one.missing)} for one in seen.exhibits]
    return {"claims": claims, "reports": reports, "exhibits": exhibits}


def _exhibit(one: Offered) -> dict[str, Any]:
    made = {"copy_of": one.made.original, "made_as": one.made.how} if one.made else {}
    its = one.exhibit
    return {"id": its.id, "what": its.description, "size": its.size, "file": one.here, **made}


def _in_words(one: str, called: Called) -> str:
    """A reason with what people call an item, as the desk tells it."""
    if not isinstance(one, Sentence):
        return one
    ids = {"item", "who", "recipient"}
    values = {
        name: called(word) if name in ids else _in_words(word, called)
        for name, word in one.values.items()
    }
    return one.form % values


def _show(told: dict[str, Any]) -> None:
    shown = Console(highlight=False, soft_wrap=True)
    for name in ("claims", "reports", "exhibits"):
        going = [one for one in told[name] if not one["stays"]]
        shown.print(f"[bold]{name.capitalize()}[/]: {len(going)} of {len(told[name])} may leave")
        for one in told[name]:
            what = visible(" ".join(one["what"].split()))
            short = what if len(what) <= _SHORT else f"{what[:_SHORT]}…"
            note = f" ({one['made_as']} of {one['copy_of'][:_DIGITS]})" if "made_as" in one else ""
            bare = "" if one.get("file", True) else "  [its file is not on this device]"
            shown.print(f"  {one['id']}  {short}{note}{bare}", markup=False)
            for why in one["stays"]:
                shown.print(f"    stays: {visible(why)}", style="red", markup=False)
