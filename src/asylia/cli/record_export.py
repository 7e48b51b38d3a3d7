"""``asylia record export``: what consent lets leave, in a format that others read."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from asylia.cli._exchange import Case, opened, tell
from asylia.cli._working import Json
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import UsageError
from asylia.exchange.announcing import announcing
from asylia.exchange.choosing import Asked
from asylia.exchange.export import Announce, to_read
from asylia.exchange.export import export as written
from asylia.exchange.report import Report
from asylia.exchange.second_look import Look
from asylia.record.consent import PUBLIC
from asylia.values import day_of, system_clock
from asylia.visible import visible

_PUBLICATION = "publication"


def export(
    case: Path,
    /,
    *,
    form: Annotated[str, Parameter(name="--format")],
    out: Path | None = None,
    purpose: str | None = None,
    recipient: str | None = None,
    item: list[str] | None = None,
    look: bool = False,
    read: str = "",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Write what consent allows of CASE into a file that other programs read.

    CASE is a folder of public sources, or a vault. From a vault it is told to the team what went to
    whom before the first byte is written. What may not leave stays, and each item that stays is
    listed with its reason. Where something concerns persons, somebody reads each text once more:
    `--look` shows them and writes nothing, and its last line is what `--read` takes.

    Parameters
    ----------
    case
        A folder of YAML files, or the folder of this device's vault.
    form
        ftm (FollowTheMoney), esf (HURIDOCS Events Standard Formats), csv, xlsx, geojson or jsonld.
    out
        The file to write; nothing may have this name yet.
    purpose
        What it is for, as in the consents; of a folder of public sources: publication.
    recipient
        The id of the recipient, as written down in the record; of a folder: public.
    item
        The id of an item; may be given again: then these leave, with what they need to be
        understood, or nothing does. Without it: everything that may.
    look
        Show the texts of persons that would leave, whole, and write nothing.
    read
        The last line of `--look`, by somebody who read each text that it showed.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    if out is None and not look:
        raise UsageError("say where it is to go", hint="Give --out, or look with --look.")
    report = Report()
    with opened(case, passphrase_file) as found:
        if found.place is not None and (purpose is None or recipient is None):
            raise UsageError(
                "from a vault, something leaves for a purpose and to a recipient",
                hint="Give --purpose and --recipient, as in the consents.",
            )
        today = found.place.today if found.place else day_of(system_clock())
        asked = Asked(
            purpose or _PUBLICATION,
            recipient or PUBLIC.id,
            tuple(item or ()),
            today,
            renamed=found.place is not None,
        )
        if look or out is None:
            _show(to_read(found.record, asked, report))
            return
        made = written(
            found.record, asked, form, out, _announcing(found), report, read=_said_read(read)
        )
    told = {"file": str(made.path), "items": made.items, "sha256": made.sha256.hex()}
    tell(told, report, f"{made.items} items are in {made.path}.", json=json)


def _show(found: Look) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for item, fields in found.texts.items():
        console.print(Text(item, style="bold"))
        for name, text in fields.items():
            console.print(Text(f"{name}: {visible(text)}"))
        console.print()
    print(found.read.hex())


def _said_read(untrusted: str) -> bytes | None:
    try:
        return bytes.fromhex(untrusted) or None
    except ValueError:
        raise UsageError("--read is the last line that --look shows") from None


def _announcing(case: Case) -> Announce:
    return (lambda _chosen, _sha256: None) if case.place is None else announcing(case.place)
