"""Core files and memory: relay, page and desk are made to abort, and somebody tries to read them.

All of it without privileges, since root may read everything.  Upholds: each is tried beside a
process that protects nothing; only where that one betrays is the silence of the others worth a
word.  Refuses: to say "no core file" of a machine that leaves none of any process.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from asylia.errors import UnavailableError
from asylia.rehearsal import onlooker, unprivileged
from asylia.rehearsal.canaries import Canary
from asylia.rehearsal.desk import link_of, started_desk
from asylia.rehearsal.seizure import Finding, Looked
from asylia.rehearsal.stage import PLANTED, Stage
from asylia.rehearsal.team import serve_relay
from asylia.rehearsal.world import ASYLIA

PART = "memory and core files of relay, page and desk"
PATTERN = Path("/proc/sys/kernel/core_pattern")
_BARE = (sys.executable, "-I", unprivileged.__file__)
_LOOK = (*_BARE, sys.executable, "-I", "-S", onlooker.__file__)
# Reads what it is to hold from a pipe, lets any process of its user look, and waits.
_CONTROL = (
    "import ctypes, sys; held = sys.stdin.readline(); "
    "ctypes.CDLL(None).prctl(0x59616d61, -1, 0, 0, 0); print('ready', flush=True); "
    "sys.stdin.read()"
)
# The page, with nothing that it could protect itself by.
_TOOTHLESS = ("from asylia.cli import intake, main; intake.harden = bool; main()",)
_PATIENCE = 20.0
_SIZE = 4096
_EMPTY = bytes(_SIZE)


@dataclass(frozen=True)
class Victim:
    """A process by what it is, and the folder that a core file of it would lie in."""

    name: str
    pid: int
    folder: Path
    keeps_secrets: bool = True


def look_at_cores(stage: Stage, *, plant: bool = False) -> Looked:
    """Start relay, page and desk anew without privileges, use them, look into them, abort them."""
    if sys.platform != "linux":
        return Looked(PART, not_covered=("memory and core files: only Linux is known here",))
    stage.world.stop()
    base = stage.world.folder / "cores"
    control = _control(stage, _fresh(base, "control"))
    looked = Looked(PART)
    with ExitStack() as stack:
        victims = [*stack.enter_context(_victims(stage, base, plant=plant))]
        for victim in victims:
            looked += _read_memory(stage, victim)
        for victim in victims:
            looked += _abort(stage, victim)
    stage.world.stop()
    return looked + control


@contextmanager
def _victims(stage: Stage, base: Path, *, plant: bool) -> Iterator[list[Victim]]:
    """Relay, page and desk at work, each with something to hide by now."""
    folders = {name: _fresh(base, name) for name in ("relay", "page", "desk")}
    program = (*_BARE, *ASYLIA)
    relay = serve_relay(
        stage.world,
        stage.rehearsal.relay_port,
        stage.team.store,
        program=program,
        within=folders["relay"],
    )
    unsafe = (*_BARE, sys.executable, "-c", *_TOOTHLESS)
    page = stage.rehearsal.open_page(
        stage.team, program=unsafe if plant else program, within=folders["page"]
    )
    stage.rehearsal.write()
    stage.know_phrase("phrase typed before the end", stage.rehearsal.phrase)
    with started_desk(
        stage.world, stage.team, "--no-browser", program=program, within=folders["desk"]
    ) as desk:
        link = link_of(desk)
        stage.canaries.append(Canary("the desk's link", link.rpartition("/")[2]))
        _unlock(link, stage.team.passphrases["first"])
        children = [
            Victim(_role(pid), pid, folders["desk"], _role(pid) != "a helper of the desk")
            for pid in _children(desk.pid)
        ]
        os.kill(desk.pid, signal.SIGSTOP)  # else it would follow its child before its own turn
        yield [
            Victim("the relay", relay.pid, folders["relay"]),
            Victim("the page", page.pid, folders["page"]),
            *children,
            Victim("the desk's parent", desk.pid, folders["desk"]),
        ]


def _unlock(link: str, passphrase: str) -> None:
    """Open the desk as a browser would, and read a report there."""
    host, _, token = link.removeprefix("http://").partition("/enter/")
    headers = {"host": host, "origin": f"http://{host}"}
    address = f"http://127.0.0.1:{host.rpartition(':')[2]}"
    with httpx.Client(base_url=address, headers=headers, timeout=60, trust_env=False) as client:
        client.get(f"/enter/{token}")
        found = re.search(r'name="csrf" value="([^"]+)"', client.get("/unlock").text)
        typed = {"csrf": found[1] if found else "", "passphrase": passphrase}
        opened = client.post("/unlock", data=typed)
        report = re.search(r'href="(/threads?/[^"]+)"', client.get("/inbox").text)
        if opened.headers.get("location") != "/inbox" or report is None:
            raise UnavailableError("the desk did not open")
        client.get(report[1])


def _read_memory(stage: Stage, victim: Victim) -> Looked:
    """What a program of the same user reads of it."""
    done = subprocess.run(  # noqa: S603  our own program
        [*_LOOK, str(victim.pid)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode == onlooker.REFUSED:
        return Looked(PART, processes=1)
    where = f"the memory of {victim.name}"
    found = stage.searcher().bytes(where, _dense(done.stdout))
    if victim.keeps_secrets or done.returncode:
        found = (Finding(where, "could be read", "by a process of the same user"), *found)
    return Looked(PART, 0, len(done.stdout), 1, found)


def _abort(stage: Stage, victim: Victim) -> Looked:
    """End it by SIGABRT; each file that it leaves where core files go is a finding."""
    before = _cores(victim.folder)
    os.kill(victim.pid, signal.SIGABRT)
    os.kill(victim.pid, signal.SIGCONT)
    _until_dead(victim.pid)
    looked = Looked(PART)
    for path in _cores(victim.folder) - before:
        data = _dense(path.read_bytes())
        left = Finding(
            str(path), f"{victim.name} left a core file", f"{path.stat().st_size:,} bytes"
        )
        found = stage.searcher().bytes(str(path), data)
        looked += Looked(PART, 1, path.stat().st_size, findings=(left, *found))
        path.unlink()
    return looked


def _control(stage: Stage, folder: Path) -> Looked:
    """What could not be seen here: a process that protects nothing must betray, both ways."""
    missing = []
    with subprocess.Popen(  # noqa: S603  our own program
        [*_BARE, sys.executable, "-I", "-c", _CONTROL],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise UnavailableError("a process has no pipes")
        process.stdin.write(f"{PLANTED.plain.decode()}\n".encode())
        process.stdin.flush()
        process.stdout.readline()
        victim = Victim("an unprotected process", process.pid, folder)
        betrayed = {finding.what for finding in _read_memory(stage, victim).findings}
        if PLANTED.name not in betrayed:
            missing.append("memory: nobody may read even an unprotected process here")
        betrayed = {finding.what for finding in _abort(stage, victim).findings}
    if PLANTED.name not in betrayed:
        pattern = PATTERN.read_text("utf-8").strip()
        why = "they go to a program" if pattern.startswith("|") else "the limit forbids them"
        missing.append(f"core files: not even an unprotected process leaves one here ({why})")
    return Looked(PART, not_covered=tuple(missing))


def _cores(begun_in: Path) -> set[Path]:
    """The files that are in the folder where a core file would lie now."""
    pattern = PATTERN.read_text("utf-8").strip()
    if pattern.startswith("|"):
        return set()
    folder = (begun_in / pattern).parent
    return {path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()


def _dense(data: bytes) -> bytes:
    """Without the empty pages, which are most of it."""
    pages = (data[at : at + _SIZE] for at in range(0, len(data), _SIZE))
    return b"".join(page for page in pages if page != _EMPTY)


def _fresh(base: Path, name: str) -> Path:
    folder = base / name
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    return folder


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(one) for task in tasks for one in task.read_text("ascii").split()]


def _role(pid: int) -> str:
    arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
    return "the desk" if b"spawn_main" in arguments else "a helper of the desk"


def _until_dead(pid: int) -> None:
    """Wait until it runs no more; its number may still be kept for its parent to ask."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        except OSError:
            return
        if state.rpartition(")")[2].split()[0] in "ZX":
            return
        time.sleep(0.02)
    raise UnavailableError("a process did not end when it was told to")
