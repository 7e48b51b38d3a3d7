"""``asylia record notices``: who was given what of somebody who withdrew, and a text for each."""

import json as json_text
from pathlib import Path

from rich.console import Console

from asylia.casework.withdrawal import draft_notices
from asylia.cli._working import Json, working
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import ConflictError
from asylia.record.contents import Notice
from asylia.record.notices import name_of
from asylia.record.reading import Record
from asylia.vault.vault import write_whole


def notices(
    vault: Path,
    /,
    *,
    out: Path | None = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Show to whom a notice of a withdrawal is to be sent, and write the texts into a folder.

    A notice is in the recipient's language and names no person. Send each yourself: this program
    writes to nobody.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    out
        A new folder for the texts, one file a recipient and withdrawal.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.synchronise()
        draft_notices(place)
        place.synchronise()
        record = place.record()
    drafts = record.all(Notice)
    if out is not None:
        _write(drafts, out)
    told = [_told(record, one) for one in drafts]
    if json:
        print(json_text.dumps({"notices": told}, ensure_ascii=False))
        return
    shown = Console(highlight=False)
    for one in told:
        shown.print(f"{one['recipient']}: {one['handed_over']} handed over", markup=False)
    if not told:
        shown.print("No notice is to be sent.")


def _told(record: Record, notice: Notice) -> dict[str, object]:
    return {
        "id": notice.id,
        "recipient": name_of(record, notice.recipient),
        "language": notice.language,
        "handed_over": len(notice.handed_over),
    }


def _write(drafts: tuple[Notice, ...], out: Path) -> None:
    try:
        out.mkdir(mode=0o700)
    except FileExistsError:
        raise ConflictError("there is a folder of this name already") from None
    for one in drafts:
        write_whole(out / f"{one.id}.txt", one.text.encode() + b"\n")
