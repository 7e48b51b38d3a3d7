"""Run every command that README.md shows, in order, as a newcomer would type it.

A line in a ``sh`` block that ends in ``&`` must still be running when the next one is done.  A line
that ends in ``# exit N`` must leave with N.  ``make`` targets that hold this very check or run for
long are looked up with ``make -n``.  Every command that ``asylia`` offers must be shown.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHELL = ["bash", "-o", "pipefail", "-c"]
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")


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
            background.append(
                (command, subprocess.Popen([*SHELL, text], cwd=folder, env=environment))
            )
            time.sleep(3)
            continue
        else:
            done = subprocess.run(
                [*SHELL, command],
                cwd=folder,
                env=environment,
                check=False,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=300,
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


def main() -> int:
    """Check README.md; 0 if every command runs and every command is shown."""
    text = (ROOT / "README.md").read_text()
    complaints = [
        f"asylia {name}\n    is not shown in README.md" for name in undocumented(text, offered())
    ]
    commands = shown(text)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder, "examples"))
        complaints += run_all(commands, Path(folder))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"README: {len(commands)} commands run, {len(complaints)} complaint(s)")
    return 1 if complaints or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
