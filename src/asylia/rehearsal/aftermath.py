"""After the rehearsal: everything locked or stopped, then the search.

Upholds: what relay, page, both devices, the desk, the browser's profile and every temporary folder
left behind lies below one folder, and all of it is searched.  What could not be exercised on this
machine is said in the report.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from asylia.rehearsal import invented
from asylia.rehearsal.canaries import Canary, phrase_canaries
from asylia.rehearsal.play import Rehearsal, Tell
from asylia.rehearsal.seizure import Report, search
from asylia.rehearsal.surfing import browse
from asylia.rehearsal.team import Team
from asylia.rehearsal.world import World


def rehearse_and_search(folder: Path, *, plant: bool, tell: Tell) -> Report:
    """Play the invented report below ``folder``, stop, and search it for what was typed."""
    world = World(folder)
    # What this very process writes to a temporary file counts too.
    before, tempfile.tempdir = tempfile.tempdir, str(world.temporary)
    rehearsal = Rehearsal(world, None, tell)
    try:
        team = rehearsal.run()
        browsed = browse(rehearsal, team)
    finally:
        tempfile.tempdir = before
        world.stop()
    tell("Everything is stopped. Searching what was left.")
    canaries = _typed(rehearsal, team, browsed.phrase)
    if plant:
        (world.relay / "planted").write_text(canaries[0].text, "utf-8")
    return replace(search((folder,), canaries), not_covered=browsed.not_covered)


def _typed(rehearsal: Rehearsal, team: Team, browsed: tuple[str, ...]) -> tuple[Canary, ...]:
    secrets = [
        canary
        for name, passphrase in team.passphrases.items()
        for canary in phrase_canaries(f"passphrase of {name}", tuple(passphrase.split()))
    ]
    return (
        *invented.CANARIES,
        *phrase_canaries("phrase", rehearsal.phrase),
        *(phrase_canaries("phrase in the browser", browsed) if browsed else ()),
        *secrets,
    )
