"""After the rehearsal: what was left on disks, in processes and in memory, part by part.

Upholds: what relay, page, devices, desk, browser's profile and every temporary folder left behind
lies below one folder, and all of it is searched; so is what one who seizes a running machine sees.
What could not be exercised on this machine is said in the report.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from asylia.rehearsal.canaries import Canary
from asylia.rehearsal.cores import look_at_cores
from asylia.rehearsal.leaving import look_after_duress
from asylia.rehearsal.machine import look_at_swap
from asylia.rehearsal.play import Rehearsal, Tell
from asylia.rehearsal.removed import look_at_a_removed_device
from asylia.rehearsal.seizure import Looked, Report, Searcher
from asylia.rehearsal.stage import PLANTED, Stage
from asylia.rehearsal.stores import look_at_postgres, look_at_sqlite
from asylia.rehearsal.surfing import browse
from asylia.rehearsal.watch import Watch
from asylia.rehearsal.window import look_at_a_locked_device
from asylia.rehearsal.world import World

Part = Literal[
    "files", "relay", "postgres", "locked", "removed", "duress", "processes", "cores", "swap"
]
PARTS: tuple[Part, ...] = get_args(Part)
LEFT = "all that was left, everything stopped"


def rehearse_and_search(folder: Path, *, plant: Part | None, tell: Tell) -> Report:
    """Play the invented report below ``folder``; look at each part, with a leak in ``plant``."""
    with on_stage(folder, tell) as stage:
        # The parts stop and start relay and page; the process list is read at the end, of all.
        order = sorted(PARTS, key=lambda part: (part in {"files", "processes"}, part == "cores"))
        parts = {}
        for part in order:
            parts[part] = look(stage, part, plant=part == plant)
        parts["files"] += Looked(LEFT, not_covered=stage.not_covered)
        return Report(tuple(parts[part] for part in PARTS), len(stage.canaries))


@contextmanager
def on_stage(folder: Path, tell: Tell) -> Iterator[Stage]:
    """The invented report, played below ``folder``, with relay and page still up."""
    world, outside = World(folder), Path(tempfile.gettempdir())
    # What this very process writes to a temporary file counts too.
    before, tempfile.tempdir = tempfile.tempdir, str(world.temporary)
    rehearsal = Rehearsal(world, None, tell)
    try:
        with Watch() as watch:
            team = rehearsal.run()
            browsed = browse(rehearsal, team)
            stage = Stage(rehearsal, team, watch, outside, not_covered=browsed.not_covered)
            stage.seen = browsed.seen
            stage.canaries = list(dict.fromkeys((*stage.canaries, *browsed.canaries)))
            stage.know_phrase("phrase", rehearsal.phrase)
            stage.know_phrase("phrase in the browser", browsed.phrase)
            stage.know_team(team, "")
            yield stage
    finally:
        tempfile.tempdir = before
        world.stop()


def look(stage: Stage, part: Part, *, plant: bool = False) -> Looked:
    """One part of the check."""
    looks: dict[Part, Callable[[], Looked]] = {
        "files": lambda: _left(stage, plant=plant),
        "relay": lambda: look_at_sqlite(stage, plant=plant),
        "postgres": lambda: look_at_postgres(stage, plant=plant),
        "locked": lambda: look_at_a_locked_device(stage, plant=plant),
        "removed": lambda: look_at_a_removed_device(stage, plant=plant),
        "duress": lambda: look_after_duress(stage, plant=plant),
        "processes": lambda: _listed(stage, plant=plant),
        "cores": lambda: look_at_cores(stage, plant=plant),
        "swap": lambda: look_at_swap(plant=plant),
    }
    return looks[part]()


def _left(stage: Stage, *, plant: bool) -> Looked:
    """Every file below the world's folder; and what a browser had written while it ran."""
    stage.world.stop()
    if plant:
        (stage.world.relay / "planted").write_bytes(PLANTED.plain)
    return sum(stage.seen, stage.searcher().folders(LEFT, [stage.world.folder]))


def _listed(stage: Stage, *, plant: bool) -> Looked:
    """What the process list showed since the play began."""
    if plant:
        command = [sys.executable, "-I", "-c", "import sys; sys.stdin.read()"]
        with subprocess.Popen([*command, PLANTED.plain], stdin=subprocess.PIPE):  # noqa: S603  our own words
            time.sleep(0.2)
            stage.watch.look()
    # A desk's link may be in no list, whatever its secret is.
    link = Canary("a desk's link", "/enter/")
    return stage.watch.search(Searcher((*stage.canaries, link)))
