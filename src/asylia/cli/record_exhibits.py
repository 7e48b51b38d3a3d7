"""``asylia record exhibit`` and ``exhibits``: files taken in or registered, and checked."""

import hashlib
import json as json_text
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from asylia.casework.exhibits import Intake, read, register, take_in
from asylia.casework.place import Place
from asylia.cli._working import Json, working
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import ForgedError, NotFoundError, UsageError
from asylia.given import read_given
from asylia.record.chain import chain
from asylia.record.contents import Derived, Exhibit
from asylia.record.mediatypes import kind_of
from asylia.record.pieces import MOST
from asylia.record.reading import Record
from asylia.values import Day, day_of

_SLICE = 1 << 20


def exhibit(
    vault: Path,
    file: Path,
    /,
    *,
    kind: str,
    description: str,
    given_by: str,
    purpose: str,
    address: str = "",
    saved_on: str = "",
    tool: str = "",
    place: str = "",
    condition: str = "",
    register_only: bool = False,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Take a public file in as an exhibit: its hash first, then its bytes, exactly as they are.

    A page that you saved (HTML, WARC, WACZ, PDF, an image) takes its address and day. What belongs
    to a case is taken in at the desk, with the case. Nothing is fetched, and the file stays where
    it is: delete it there once the hash is checked.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    file
        The file, at most 64 MiB; with `--register-only` of any size.
    kind
        A term of source_kinds, such as web_page, photograph, video, official_document.
    description
        What it is, in a line, without names.
    given_by
        From whom it comes: a pseudonym, or whoever saved it.
    purpose
        What it is kept for.
    address
        Of a page that was saved: its address.
    saved_on
        Of a page that was saved: the day, as 2026-11-20.
    tool
        Of a page that was saved: the program.
    place
        Where it changed hands; never a shelter.
    condition
        In what condition it came.
    register_only
        Enter the hash, the size and the first line of the log; the file itself is kept elsewhere.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as at:
        at.synchronise()
        intake = Intake(
            kind=kind,
            description=description,
            given_by=given_by,
            taken_by=next((one.name for one in at.ledger.members() if one.own), ""),
            purpose=purpose,
            place=place,
            condition=condition,
            address=address,
            saved_on=_day(saved_on) if saved_on else None,
            tool=tool,
        )
        name = _register(at, file, intake) if register_only else _take(at, file, intake)
        at.synchronise()
        found = at.record().get(name, Exhibit)
    if json:
        told = {"id": name, "sha256": found.sha256.hex(), "size": found.size}
        print(json_text.dumps({**told, "media_type": found.media_type}))
        return
    shown = Console(highlight=False, soft_wrap=True)
    shown.print(f"Taken in: {found.media_type}, {found.size} bytes.")
    shown.print(f"SHA-256 {found.sha256.hex()}", markup=False)


def exhibits(vault: Path, /, *, passphrase_file: PassphraseFile = None, json: Json = False) -> None:
    """Check every exhibit: its bytes against its hash, its custody log link by link.

    Leaves with 76 where bytes are not those that were taken in, or a log does not hold.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as at:
        record = at.record()
        told = [_checked(at, record, one) for one in record.all(Exhibit)]
    broken = [one for one in told if one["wrong"]]
    if json:
        print(json_text.dumps({"exhibits": told}, ensure_ascii=False))
    else:
        shown = Console(highlight=False, soft_wrap=True)
        for one in told:
            state = "does not hold" if one["wrong"] else str(one["bytes"])
            shown.print(f"{str(one['sha256'])[:16]}  {one['description']}: {state}", markup=False)
            for why in one["wrong"]:
                shown.print(f"  {why}", style="red", markup=False)
        shown.print(f"{len(told)} exhibits, {len(broken)} that do not hold.")
    if broken:
        raise ForgedError(
            "some exhibits do not hold", hint="Each is named above, with what is wrong."
        )


def _checked(at: Place, record: Record, one: Exhibit) -> dict[str, Any]:
    wrong = [str(why) for link in chain(record, one) for why in link.wrong]
    state = "checked"
    try:
        read(at, one)
    except ForgedError as error:
        wrong.append(error.message)
    except NotFoundError:
        state = "kept elsewhere" if one.size > MOST else "not here"
    made = next((link.how for link in record.all(Derived) if link.exhibit == one.id), "")
    return {
        "id": one.id,
        "description": one.description,
        "sha256": one.sha256.hex(),
        "size": one.size,
        "bytes": state,
        "made_by": made,
        "wrong": wrong,
    }


def _take(at: Place, file: Path, intake: Intake) -> str:
    content = read_given(file, what="the exhibit", most=MOST + 1)
    return take_in(at, content, intake)


def _register(at: Place, file: Path, intake: Intake) -> str:
    digest, size, beginning = hashlib.sha256(), 0, b""
    try:
        with file.open("rb") as given:
            while some := given.read(_SLICE):
                beginning = beginning or some
                digest.update(some)
                size += len(some)
    except OSError:
        raise NotFoundError(
            "the exhibit can't be read", hint="Check its path and rights."
        ) from None
    if not size:
        raise UsageError("This file is empty.", hint="Nothing was kept. Choose the file again.")
    return register(at, digest.digest(), size, kind_of(beginning).media_type, intake)


def _day(text: str) -> Day:
    try:
        return day_of(date.fromisoformat(text))
    except ValueError:
        raise UsageError("Write the day as 2026-12-31.", hint="Nothing was kept.") from None
