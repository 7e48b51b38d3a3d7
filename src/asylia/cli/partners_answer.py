"""``asylia partners take-back``: what a linker answered, as ids, clusters and counts.

Upholds: only ids of the own record, numbers and counts are written.  Refuses to write over a file.
"""

import csv
from pathlib import Path

from asylia.cli._linkage import check_installed, write_histories
from asylia.cli._working import Json, answer, working
from asylia.cli.passphrases import PassphraseFile
from asylia.errors import ConflictError, NotFoundError, UsageError
from asylia.exchange.formula import harmless
from asylia.given import read_given


def take_back(
    vault: Path,
    sealed: Path,
    /,
    *,
    out: Path | None = None,
    histories: Path | None = None,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Organisation: read the linker's answer to a list that was handed over.

    It says which of the own records are one person, and how many persons are in which lists. It
    does not say who of them is on another's list.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    sealed
        The answer.
    out
        Where to write the pseudonyms and their clusters, as CSV; without those who have withdrawn.
    histories
        Where to write how many persons are in which lists, as CSV, for `asylia estimate`.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    check_installed()
    from asylia.exchange.partners import answers, formats  # noqa: PLC0415

    for path in (out, histories):
        if path is not None and (path.exists() or path.is_symlink()):
            raise ConflictError("the file to write is there already", hint="Name another one.")
        if path is not None and not path.parent.is_dir():
            raise NotFoundError("the folder to write into is not there", hint="Make it first.")
    if out is not None and out == histories:
        raise UsageError("two things can't go into one file", hint="Name two files.")
    untrusted = read_given(sealed, what="the answer", most=formats.MOST_BYTES)
    with working(vault, passphrase_file) as place:
        found = answers.take_back(place, untrusted)
    if out is not None:
        with out.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "cluster"])
            writer.writerows((harmless(one), many) for one, many in sorted(found.clusters.items()))
    if histories is not None:
        write_histories(histories, found.tables)
    persons = found.persons
    told = {
        "list": found.list,
        "lists": [*found.tables[0].lists],
        "clusters": len(set(found.clusters.values())),
        "left_out": found.left_out,
        "persons": {
            "median": persons.median,
            "interval95": [persons.low, persons.high],
            "minimum": persons.minimum,
        },
    }
    clusters, low, high = told["clusters"], persons.low, persons.high
    lines = [
        f"All lists together are of about {persons.median:,} persons, likely {low:,} to {high:,}.",
        f"At least {persons.minimum:,} are documented.",
        f"Clusters in {found.list}: {clusters:,}. Records left out, withdrawn: {found.left_out:,}.",
    ]
    answer(told, lines, "`asylia estimate` reads the histories.", json=json)
