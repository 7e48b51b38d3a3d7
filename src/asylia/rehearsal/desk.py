"""A desk of the rehearsal's team, as a process of its own.

Upholds: it is stopped at the end, also when this process is killed, and with it whatever it held.
Refuses: to go on with a desk that printed no link.
"""

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from asylia.desk.leash import on_leash
from asylia.errors import UnavailableError
from asylia.rehearsal.team import Team
from asylia.rehearsal.world import ASYLIA, World

_BEFORE_LINK = "Open once: "


@contextmanager
def running_desk(world: World, team: Team, *options: str) -> Iterator[str]:
    """The first device's desk; gives the link that opens it once."""
    with started_desk(world, team, "--no-browser", *options) as desk:
        yield link_of(desk)


@contextmanager
def started_desk(
    world: World,
    team: Team,
    *options: str,
    program: Sequence[str] = ASYLIA,
    environment: Mapping[str, str] | None = None,
    within: Path | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """The first device's desk, as a process; stopped at the end if it still runs."""
    # Where this machine swaps is not what a rehearsal with invented people is about.
    fixed = ("desk", str(world.vault("first")), "--relay", team.relay_url, "--swap-is-safe")
    with subprocess.Popen(  # noqa: S603  our own command
        on_leash([*program, *fixed, *options], signal.SIGTERM),
        env={**world.environment, **(environment or {})},
        cwd=within or world.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as desk:
        try:
            yield desk
        finally:
            desk.terminate()
            desk.wait(30)


def link_of(desk: subprocess.Popen[str]) -> str:
    """The link that it printed."""
    line = desk.stdout.readline() if desk.stdout else ""
    if not line.startswith(_BEFORE_LINK):
        raise UnavailableError("the desk did not start", hint="Its own words are above.")
    return line.removeprefix(_BEFORE_LINK).strip()
