"""A desk of the rehearsal's team, as a process of its own.

Upholds: it is stopped at the end, and with it whatever it held.  Refuses: to go on with a desk that
printed no link.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from asylia.errors import UnavailableError
from asylia.rehearsal.team import Team
from asylia.rehearsal.world import World

_BEFORE_LINK = "Open once: "


@contextmanager
def running_desk(world: World, team: Team, *options: str) -> Iterator[str]:
    """The first device's desk; gives the link that opens it once."""
    # Where this machine swaps is not what a rehearsal with invented people is about.
    fixed = ("--relay", team.relay_url, "--swap-is-safe", "--no-browser")
    command = [sys.executable, "-m", "asylia", "desk", str(world.vault("first")), *fixed, *options]
    with subprocess.Popen(  # noqa: S603  our own command
        command,
        env=world.environment,
        cwd=world.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as desk:
        try:
            yield _link(desk)
        finally:
            desk.terminate()
            desk.wait(30)


def _link(desk: subprocess.Popen[str]) -> str:
    line = desk.stdout.readline() if desk.stdout else ""
    if not line.startswith(_BEFORE_LINK):
        raise UnavailableError("the desk did not start", hint="Its own words are above.")
    return line.removeprefix(_BEFORE_LINK).strip()
