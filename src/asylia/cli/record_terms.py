"""``asylia record terms`` and ``retire``: a team's own terms, for every device of the team."""

import json as json_text
from pathlib import Path

from rich.console import Console

from asylia.casework.own_terms import enter_terms, retire_term
from asylia.cli._working import Json, working
from asylia.cli.passphrases import PassphraseFile
from asylia.record.termfile import own_terms


def terms(
    vault: Path,
    folder: Path,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Add a folder of the team's own terms to those that everybody chooses from, all or nothing.

    A term keeps its meaning for good: one that is there already is left as it is, and one that is
    there with another meaning is refused.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    folder
        A folder of YAML files, one a concept, as spec/vocabulary.md describes them.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.synchronise()
        given = own_terms(folder, place.words())
        new = enter_terms(place, given)
        waiting = place.synchronise().waiting
    if json:
        print(json_text.dumps({"terms": len(given), "new": new, "waiting": waiting}))
        return
    Console(highlight=False).print(f"{new} new terms are in the team's vocabularies.")


def retire(
    vault: Path,
    concept: str,
    term: str,
    /,
    *,
    reason: str,
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> None:
    """Offer a term of the team's own no longer; whatever uses it stays, and stays readable.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    concept
        The vocabulary, such as `organisations`.
    term
        The term, as its file names it.
    reason
        Why nobody should choose it any more.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    with working(vault, passphrase_file) as place:
        place.synchronise()
        author = next(one.name for one in place.ledger.members() if one.own)
        retire_term(place, concept, term, reason, author)
        waiting = place.synchronise().waiting
    if json:
        print(json_text.dumps({"retired": term, "waiting": waiting}))
        return
    Console(highlight=False).print("The term is not offered any more.")
