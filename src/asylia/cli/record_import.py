"""``asylia record import``, ``mapping`` and ``undo``: files of others, all of them or nothing."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from asylia.casework.importing import undo_import
from asylia.cli._exchange import Case, is_vault, opened, tell
from asylia.cli._working import Json, working
from asylia.cli.passphrases import PassphraseFile
from asylia.crypto import random
from asylia.errors import ConflictError, UsageError
from asylia.exchange import entering, into_folder
from asylia.exchange.imports import Options, Taken, header_of, read_import
from asylia.exchange.propose import proposal
from asylia.exchange.report import Report
from asylia.exchange.taking import kinds
from asylia.record.leaning import Stays
from asylia.vault.vault import write_whole

Form = Annotated[str, Parameter(name="--format")]


def import_(
    file: Path,
    /,
    *,
    form: Form,
    case: Path | None = None,
    mapping: Path | None = None,
    encoding: str | None = None,
    sheet: str = "",
    dry_run: bool = False,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Bring a file of another program into CASE: all of it, or nothing.

    Columns on what a person is, who it is or how to reach them are never kept: they are passed over
    and counted. Each row that can't come in is listed with its reason, and keeps everything out.

    Parameters
    ----------
    file
        The file to read.
    form
        ftm, esf, csv, xlsx, kobo (submissions of KoBo or ODK as JSON) or uwazi (its CSV).
    case
        A folder of public sources, or the folder of this device's vault.
    mapping
        How the columns of a table become claims: a YAML file, as `asylia record mapping` proposes.
    encoding
        The file's encoding, such as cp1251, if it is not UTF-8.
    sheet
        Of a workbook: the sheet to read, if it is not the first.
    dry_run
        Check everything and change nothing.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    if case is None and not dry_run:
        raise UsageError("say where it is to go", hint="Give --case, or look with --dry-run.")
    report = Report()
    with opened(case, passphrase_file) as found:
        taken = read_import(file, form, Options(encoding, mapping, sheet), found.record, report)
        told: dict[str, object] = {"kinds": dict(kinds(taken.contents)), "dry_run": dry_run}
        if dry_run:
            line = f"{len(taken.contents)} contents would come in; nothing was changed."
            if report.refused.count:
                line = "Nothing would come in: mend the rows above first."
            tell(told, report, line, json=json)
            return
        if report.refused.count:
            tell(told, report, "Nothing was imported.", json=json)
            report.check()
        name = _entered(case, found, form, taken, report) if taken.contents else ""
    tell(
        {**told, "import": name},
        report,
        f"{len(taken.contents)} contents came in as import {name}. To take them back: "
        f"asylia record undo {case} {name}"
        if name
        else "Everything of it is there already.",
        json=json,
    )


def _entered(case: Path | None, found: Case, form: str, taken: Taken, report: Report) -> str:
    if found.place is None:
        name = random.system(8).hex()
        into_folder.put(case or Path(), taken.contents, name)
        return name
    name = entering.enter(found.place, form, taken, report)
    found.place.synchronise()
    return name


def undo(
    case: Path,
    name: str,
    /,
    *,
    reason: str = "the import was taken back",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Take back a whole import.

    From a folder its files are removed, if nothing else leans on them. In a vault all of it is
    taken back with a reason but for what something else leans on, which is listed; claims stay
    readable, for nothing in a ledger is overwritten. The same file can be imported again.

    Parameters
    ----------
    case
        A folder of public sources, or the folder of this device's vault.
    name
        The import's name, as `asylia record import` gave it.
    reason
        Why, for whoever reads the record later.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    if is_vault(case):
        with working(case, passphrase_file) as place:
            place.synchronise()
            author = next(one.name for one in place.ledger.members() if one.own)
            undone = undo_import(place, name, reason, author)
            place.synchronise()
        report = Report()
        for one in undone.staying:
            report.staying.add(one.item, _because(one))
        tell(
            {"undone": undone.count}, report, f"{undone.count} contents were taken back.", json=json
        )
        return
    count = into_folder.undo(case, name)
    tell({"undone": count}, Report(), f"{count} files were removed.", json=json)


def _because(one: Stays) -> str:
    if one.is_there_anyway:
        return f"import {one.because} brought it too"
    return f"{one.because} leans on it"


def mapping(
    file: Path,
    /,
    *,
    form: Form = "csv",
    out: Path,
    encoding: str | None = None,
    sheet: str = "",
    rows: str = "",
    json: Json = False,
) -> None:
    """Read the header of a table and propose how its columns become claims, for you to edit.

    Parameters
    ----------
    file
        The table.
    form
        csv, xlsx, kobo or uwazi.
    out
        The YAML file to write; nothing may have this name yet.
    encoding
        The file's encoding, such as cp1251, if it is not UTF-8.
    sheet
        Of a workbook: the sheet to read, if it is not the first.
    rows
        Of submissions: the repeat whose entries are the rows, such as `incidents/incident`.
    json
        Print one JSON object.

    """
    if out.exists():
        raise ConflictError("the file is there already", hint="Name another with --out.")
    columns, report = header_of(file, form, Options(encoding, sheet=sheet, rows=rows))
    text = proposal(columns, tuple(report.never_kept), form)
    write_whole(out, text.encode())
    line = f"Read and edit {out}, then give it to `asylia record import` with --mapping."
    tell({"mapping": str(out), "columns": len(columns)}, report, line, json=json)
