"""``asylia partners``: persons counted once across organisations' lists, by one named linker.

Upholds: what leaves an organisation is sealed to the linker whose words were heard, and only what
consent covers; the linker writes answers alone, each sealed to whom it is for.  Refuses to write
over a file.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from asylia.cli._language import Language, speaks, within
from asylia.cli._linkage import check_installed, watched
from asylia.cli._working import Json, read_text, working
from asylia.cli.partners_answer import take_back
from asylia.cli.partners_shown import Look, say, tell_look
from asylia.cli.passphrases import PassphraseFile
from asylia.counts.words import N_, said, whole
from asylia.errors import ConflictError, NotFoundError, UsageError
from asylia.given import read_given
from asylia.vault.process import check_memory
from asylia.vault.vault import write_whole

app = App(name="partners", help="Persons counted once across organisations' lists.")
app.command(take_back)


@app.command
@speaks
def card(
    vault: Path,
    /,
    *,
    out: Path,
    anew: bool = False,
    language: Language = "en",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Linker: write the card that organisations seal their lists to, and show its eight words.

    The card holds no name and no secret. What opens the lists stays in this vault, on this device
    alone. Read the words to each organisation by voice, and not over the way that the card went.

    Parameters
    ----------
    vault
        The folder of this device's vault; it is in the compartment of identities.
    out
        The file to write the card to.
    anew
        Make another card: what was sealed to the one before can't be opened by anybody any more.
    language
        The language of what is shown, and of errors.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    from asylia.exchange.partners import linker, voice  # noqa: PLC0415

    _check_free(out)
    with working(vault, passphrase_file) as place:
        place.synchronise()
        made = linker.card(place, anew=anew)
    write_whole(out, made)
    words = voice.words_of(made)
    told = {"card": str(out), "words": [*words]}
    lines = (
        said(N_("The card is in %(file)s."), file=out),
        said(N_("Its eight words: %(words)s"), words=" ".join(words)),
    )
    following = said(N_("each organisation runs `asylia partners hand-over`."))
    say(told, lines, following, language, json=json)


@app.command
@speaks
def hand_over(
    vault: Path,
    records: Path,
    /,
    *,
    recipient: str,
    name: Annotated[str, Parameter(name="--list")],
    column: tuple[str, ...] = (),
    look: bool = False,
    read: str = "",
    card: Path | None = None,
    words_file: PassphraseFile = None,
    out: Path | None = None,
    swap_is_safe: bool = False,
    language: Language = "en",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Organisation: seal the records of one list that consent covers to the named linker.

    RECORDS is a CSV or Parquet file, one record a line; its column `id` holds the pseudonyms that
    the team's record has. A record leaves only if its person agreed to the purpose `linkage`, to
    this recipient, and to everyone whom that recipient tells. Look first: `--look` says who stays
    and why and writes nothing; its last line is what `--read` takes. What leaves has ids drawn for
    this one file.

    Parameters
    ----------
    vault
        The folder of this device's vault; it is in the compartment of identities.
    records
        The table. Columns called name, born, age, day, place, region, postcode, latitude,
        longitude, sex or occupation leave; no other does.
    recipient
        The id of the linker, as written down in the record.
    name
        What partners will call this list; where the table has a column `list`, its rows alone.
    column
        What a column holds, as KIND=COLUMN; may be given several times, and then no other leaves.
    look
        Show what would leave and what stays, and write nothing.
    read
        The last line of `--look`.
    card
        The linker's card.
    words_file
        A file with the eight words that the linker read to you by voice (`-`: standard input).
    out
        The sealed file to write.
    swap_is_safe
        Read names even where the system does not say that swapped memory is encrypted.
    language
        The language of what is shown, and of errors.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    check_installed()
    from asylia.counts.linking import reading  # noqa: PLC0415
    from asylia.exchange.partners import sending  # noqa: PLC0415

    if not look and (card is None or out is None):
        raise UsageError(
            "say to whose card, and into which file", hint="Give --card and --out, or --look."
        )
    check_memory(swap_is_safe=swap_is_safe)  # before a name is in it
    if out is not None:
        _check_free(out)
    table = reading.read(records, reading.parse_mapping(column))
    with working(vault, passphrase_file) as place:
        place.synchronise()
        chosen = sending.choose(place.record(), sending.ask(place, recipient, name), table)
        if look or card is None or out is None:
            found = Look(
                len(chosen.cells), chosen.fields, chosen.staying, chosen.granted.onward,
                chosen.read,
            )  # fmt: skip
            tell_look(found, language, json=json)
            return
        asked = within(N_("The eight words you heard:"), language)
        heard = read_text([words_file] if words_file else None, asked)
        given = read_given(card, what=N_("the linker's card"))
        made = sending.hand_over(place, chosen, _said_read(read), given, heard, out)
    told = {
        "file": str(out), "records": made.records, "sha256": made.sha256.hex(),
        "words": [*made.words], "stays": len(chosen.staying),
    }  # fmt: skip
    lines = (
        said(N_("The sealed file is %(file)s."), file=out),
        said(
            N_("Records in it: %(many)s; records that stay: %(stay)s"),
            many=whole(made.records), stay=whole(len(chosen.staying)),
        ),
        said(N_("Its eight words: %(words)s"), words=" ".join(made.words)),
    )  # fmt: skip
    following = said(N_("send the file, and read the words to the linker by voice."))
    say(told, lines, following, language, json=json)


@app.command
@speaks
def link(
    vault: Path,
    files: list[Path],
    /,
    *,
    out: Path,
    words_file: PassphraseFile = None,
    leave_out: tuple[str, ...] = (),
    distinct_in_list: bool = False,
    seed: int = 1,
    swap_is_safe: bool = False,
    language: Language = "en",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Linker: open the sealed lists in memory, link them, and write a sealed answer to each.

    Names stay in this process, in memory. Each answer holds the ids of one organisation's own file,
    numbered for it alone, and how many persons are in which lists. Files that were opened in one
    round are never opened beside others.

    Parameters
    ----------
    vault
        The folder of the vault that made the card.
    files
        The sealed files, one a list.
    words_file
        A file with each sealed file's eight words, a line each, in the order of FILES, as each
        organisation read them to you by voice (`-`: standard input).
    out
        A new folder for the answers.
    leave_out
        An id of a file to leave out: a notice of a withdrawal names it; may be given again.
    distinct_in_list
        Nobody stands twice in one list.
    seed
        The same seed gives the same answer.
    swap_is_safe
        Open them even where the system does not say that swapped memory is encrypted.
    language
        The language of what is shown, and of errors.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    check_installed()
    if seed < 0:
        raise UsageError("the seed is no number from 0 up", hint="Use a whole number such as 1.")
    from asylia.counts.linking.link import STAGES  # noqa: PLC0415
    from asylia.exchange.partners import formats, linker  # noqa: PLC0415

    check_memory(swap_is_safe=swap_is_safe)
    _check_free(out)
    asked = within(N_("The eight words of each file, a line each:"), language)
    heard = read_text([words_file] if words_file else None, asked)
    given = [read_given(one, what=one.name, most=formats.MOST_BYTES) for one in files]
    with working(vault, passphrase_file) as place:
        opened = linker.open_files(place, given, [w for w in heard.splitlines() if w.strip()])
        with watched(language, len(STAGES) + 1) as tell:
            table, found = linker.linked(
                opened, without=leave_out, distinct_in_list=distinct_in_list, seed=seed, tell=tell
            )
        ledger = place.ledger
        made = linker.answers(opened, table, found, ledger.signing_key(), place.today)
    paths = _write([(one.file, one.sealed) for one in made], out)
    told = {"answers": paths, "lists": [one.records.list for one in opened]}
    lines = [
        said(N_("The answer to %(list)s: %(file)s"), list=one.records.list, file=path)
        for one, path in zip(opened, paths, strict=True)
    ]
    following = said(
        N_(
            "send each its answer, and delete the sealed lists: nobody needs them any more. Once "
            "you wait for no list, `asylia partners card --anew` destroys what opens them."
        )
    )
    say(told, lines, following, language, json=json)


def _check_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise ConflictError("what would be written is there already", hint="Name another.")
    if not path.parent.is_dir():
        raise NotFoundError("the folder to write into is not there", hint="Make it first.")


def _write(answers: Sequence[tuple[bytes, bytes]], out: Path) -> list[str]:
    try:
        out.mkdir(mode=0o700)
    except FileExistsError:
        raise ConflictError("there is a folder of this name already") from None
    paths = []
    for number, (_, sealed) in enumerate(answers, 1):
        write_whole(out / f"answer-{number}.age", sealed)
        paths.append(str(out / f"answer-{number}.age"))
    return paths


def _said_read(untrusted: str) -> bytes | None:
    try:
        return bytes.fromhex(untrusted) or None
    except ValueError:
        raise UsageError("--read is the last line that --look shows") from None
