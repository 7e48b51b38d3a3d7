"""Run every command that README.md shows, in order, as a newcomer would type it.

A line in a ``sh`` block that ends in ``&`` must still be running when the next one is done.  A line
that ends in ``# exit N`` must leave with N.  ``make`` targets that hold this very check or run for
long are looked up with ``make -n``.  Every command that ``asylia`` offers must be shown.

Chapters that need nothing of one another run side by side, each lane in a folder of its own: what
a lane misses is missing as for a newcomer.  A port that is shown is exchanged for a free one.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHELL = ["bash", "-o", "pipefail", "-c"]
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_PORT = re.compile(r"--port (\d+)")
# What a chapter begins a lane of its own with: nothing below it needs anything from above it.
LANES = (
    "In and out",
    "A dossier, and how an inquiry checks it",
    "Does anything lie readable on the disk?",
)
_UP = 60.0


def shown(text: str) -> list[str]:
    """The commands of a Markdown text, continuation lines joined."""
    joined = "".join(_BLOCK.findall(text)).replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def undocumented(text: str, offered: list[str]) -> list[str]:
    """The commands that ``asylia`` offers and the text does not show."""
    return [name for name in offered if not re.search(rf"\basylia {re.escape(name)}\b", text)]


def offered() -> list[str]:
    """Every leaf command of the ``asylia`` command line."""
    from asylia.cli import leaf_commands  # noqa: PLC0415

    return leaf_commands()


def lanes(text: str, beginnings: Sequence[str] = LANES) -> list[list[str]]:
    """The commands in order, cut where a chapter begins a lane; a chapter must be there."""
    parts = []
    for chapter in reversed(beginnings):
        text, found, below = text.rpartition(f"\n## {chapter}\n")
        if not found:
            raise LookupError(f"README.md has no chapter “{chapter}”")
        parts.append(shown(below))
    return [shown(text), *reversed(parts)]


def with_free_ports(commands: list[str]) -> list[str]:
    """The same with each port that a ``--port`` names exchanged for one that is free."""
    ports = {port for command in commands for port in _PORT.findall(command)}
    with_sockets = {port: socket.create_server(("127.0.0.1", 0)) for port in sorted(ports)}
    free = {port: str(one.getsockname()[1]) for port, one in with_sockets.items()}
    for one in with_sockets.values():
        one.close()
    if not free:
        return commands
    named = re.compile(rf"\b({'|'.join(free)})\b")
    return [named.sub(lambda found: free[found[1]], command) for command in commands]


def _settled(process: subprocess.Popen[bytes], command: str) -> None:
    """Wait until a command of the background answers at its port, has ended, or long enough."""
    found = _PORT.search(command)
    end = time.monotonic() + (_UP if found else 3)
    while process.poll() is None and time.monotonic() < end:
        if found:
            try:
                socket.create_connection(("127.0.0.1", int(found[1])), 1).close()
            except OSError:
                pass
            else:
                return
        time.sleep(0.1)


def run_all(commands: list[str], folder: Path) -> list[str]:
    """Run each command in ``folder``; the complaints, if any."""
    environment = {**os.environ, "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
    background: list[tuple[str, subprocess.Popen[bytes]]] = []
    complaints = []
    for command in commands:
        if command.startswith("make "):
            done = subprocess.run([*SHELL, command.replace("make ", "make -n ", 1)], cwd=ROOT,
                                  capture_output=True, check=False)  # fmt: skip
        elif command.rstrip().endswith("&"):
            text = "exec " + command.rstrip().removesuffix("&")
            process = subprocess.Popen([*SHELL, text], cwd=folder, env=environment)
            background.append((command, process))
            _settled(process, command)
            continue
        else:
            done = subprocess.run(
                [*SHELL, command],
                cwd=folder,
                env=environment,
                check=False,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=900,
            )
        expected = int(found[1]) if (found := _EXIT.search(command)) else 0
        if done.returncode != expected:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()[-600:]
            complaints.append(f"{command}\n    left with {done.returncode}: {said}")
    for command, process in background:
        if process.poll() is not None:
            complaints.append(f"{command}\n    did not stay up (exit {process.returncode})")
        process.terminate()
        process.wait(20)
    return complaints


def run_beside(told: list[list[str]], folder: Path) -> list[str]:
    """Run each lane in a folder of its own, all at once; the complaints, in order."""

    def run(number: int) -> list[str]:
        own = folder / str(number)
        shutil.copytree(ROOT / "examples", own / "examples")
        return run_all(with_free_ports(told[number]), own)

    with ThreadPoolExecutor(len(told)) as pool:
        return [one for complaints in pool.map(run, range(len(told))) for one in complaints]


def main() -> int:
    """Check README.md; 0 if every command runs and every command is shown."""
    text = (ROOT / "README.md").read_text()
    complaints = [
        f"asylia {name}\n    is not shown in README.md" for name in undocumented(text, offered())
    ]
    told = lanes(text)
    with tempfile.TemporaryDirectory() as folder:
        complaints += run_beside(told, Path(folder))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    commands = sum(map(len, told))
    print(f"README: {commands} commands run, {len(complaints)} complaint(s)")
    return 1 if complaints or not all(told) else 0


if __name__ == "__main__":
    sys.exit(main())
