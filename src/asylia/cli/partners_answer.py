"""``asylia partners take-back``: what a linker answered, as ids, clusters and counts.

Upholds: only ids of the own record, numbers and counts are written.  Refuses to write over a file.
"""

import csv
from pathlib import Path

from asylia.cli._language import Language, speaks
from asylia.cli._linkage import check_installed, write_histories
from asylia.cli._working import Json, working
from asylia.cli.partners_shown import say
from asylia.cli.passphrases import PassphraseFile
from asylia.counts.words import N_, said, whole
from asylia.errors import ConflictError, NotFoundError, UsageError
from asylia.exchange.formula import harmless
from asylia.given import read_given
from asylia.vault.process import check_memory


@speaks
def take_back(
    vault: Path,
    sealed: Path,
    /,
    *,
    out: Path | None = None,
    histories: Path | None = None,
    swap_is_safe: bool = False,
    language: Language = "en",
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
    swap_is_safe
        Open it even where the system does not say that swapped memory is encrypted.
    language
        The language of what is shown, and of errors.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    check_installed()
    from asylia.exchange.partners import answers, formats  # noqa: PLC0415

    check_memory(swap_is_safe=swap_is_safe)  # before it holds whose records are one person
    for path in (out, histories):
        if path is not None and (path.exists() or path.is_symlink()):
            raise ConflictError("the file to write is there already", hint="Name another one.")
        if path is not None and not path.parent.is_dir():
            raise NotFoundError("the folder to write into is not there", hint="Make it first.")
    if out is not None and out == histories:
        raise UsageError("two things can't go into one file", hint="Name two files.")
    untrusted = read_given(sealed, what=N_("the answer"), most=formats.MOST_BYTES)
    with working(vault, passphrase_file) as place:
        found = answers.take_back(place, untrusted)
    if out is not None:
        with out.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "cluster"])
            writer.writerows((harmless(one), many) for one, many in sorted(found.clusters.items()))
    if histories is not None:
        write_histories(histories, found.tables)
    persons, clusters = found.persons, len(set(found.clusters.values()))
    told = {
        "list": found.list,
        "lists": [*found.tables[0].lists],
        "clusters": clusters,
        "left_out": found.left_out,
        "persons": {
            "median": persons.median,
            "interval95": [persons.low, persons.high],
            "minimum": persons.minimum,
        },
    }
    lines = (
        said(
            N_(
                "All lists together are of about %(middle)s persons, likely (95 %%) of between "
                "%(low)s and %(high)s."
            ),
            middle=whole(persons.median), low=whole(persons.low), high=whole(persons.high),
        ),
        said(
            N_("Documented: at least %(least)s persons, by the most-merging plausible linkage."),
            least=whole(persons.minimum),
        ),
        said(
            N_("Clusters in %(list)s: %(many)s. Records left out, withdrawn: %(out)s."),
            list=found.list, many=whole(clusters), out=whole(found.left_out),
        ),
    )  # fmt: skip
    following = said(N_("`asylia estimate` reads the histories."))
    say(told, lines, following, language, json=json)
