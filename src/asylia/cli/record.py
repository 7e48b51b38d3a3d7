"""``asylia record``: public sources, from files into the team's ledger."""

import json as json_text
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.progress import track

from asylia import peers
from asylia.casework.place import Place
from asylia.cli.passphrases import PassphraseFile, read_passphrase
from asylia.cli.record_decisions import decide, decisions, mask, second, told
from asylia.cli.record_exhibits import exhibit, exhibits
from asylia.cli.record_export import export
from asylia.cli.record_import import import_, mapping, undo
from asylia.cli.record_notices import notices
from asylia.cli.record_terms import retire, terms
from asylia.errors import ConflictError
from asylia.ledger.courier import TeamCourier
from asylia.record.contents import Source
from asylia.record.folder import contents_of
from asylia.vault.process import harden
from asylia.vault.vault import Vault

app = App(name="record", help="What was documented: load, import and export it.")
app.command(terms)
app.command(retire)
app.command(notices)
app.command(export)
app.command(import_, name="import")
app.command(mapping)
app.command(undo)
app.command(exhibit)
app.command(exhibits)
app.command(mask)
app.command(decide)
app.command(decisions)
app.command(second)
app.command(told)


@app.command
def load(
    vault: Path,
    folder: Path,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    json: bool = False,
) -> None:
    """Load a folder of YAML files with public sources into the team's record, all or nothing.

    Everything is checked before anything is kept. What was loaded is known from today on, and goes
    to the other devices with this command.

    Parameters
    ----------
    vault
        The folder of this device's vault.
    folder
        A folder of YAML files, as spec/record.md describes them.
    passphrase_file
        A file with the passphrase (`-`: standard input); without it, you are asked.
    json
        Print one JSON object.

    """
    harden()
    contents = contents_of(folder)
    with (
        Vault.open(vault, read_passphrase(passphrase_file)) as opened,
        peers.client("team", timeout=60) as client,
    ):
        ledger = opened.ledger()
        place = Place(opened, ledger, TeamCourier(ledger.relay.url, ledger.relay.secret, client))
        place.synchronise()
        known = place.record()
        taken = [one.id for one in contents if known.find(one.id) is not None]
        if taken:
            raise ConflictError(
                f"{len(taken)} of these are in the record already, the first of them {taken[0]}",
                hint="Nothing was loaded. What is there is never overwritten; load a new folder.",
            )
        record = ledger.new_record(ledger.home())
        console = Console(stderr=True)
        with opened.store.transaction():
            for content in track(contents, "Loading", console=console, transient=True):
                place.append(record, content)
        waiting = place.synchronise().waiting
    sources = sum(isinstance(one, Source) for one in contents)
    if json:
        print(json_text.dumps({"contents": len(contents), "sources": sources, "waiting": waiting}))
        return
    Console(highlight=False).print(
        f"{len(contents)} contents from {sources} sources are in the team's record."
    )
