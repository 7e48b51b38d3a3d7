"""The ``asylia`` command: one module a command, loaded when it is called.

Upholds: a failure of ours prints its cause and what to do next and leaves with its own exit code.
Refuses: a traceback on the screen (it could quote what someone wrote).
"""

import sys
import traceback

from cyclopts import App, CycloptsError
from rich.console import Console

from asylia.errors import AsyliaError

COMMANDS = ("figures", "team", "desk", "dossier", "intake", "relay", "vault", "selfcheck")

app = App(
    name="asylia",
    help="A sealed hotline and a record that holds, for people who help the persecuted.",
    help_epilogue=(
        "A team begins with `asylia team init`, runs `asylia relay serve` and `asylia intake "
        "serve`, and works in `asylia desk`. To see all of it at once, run `make demo`."
    ),
    version_flags=["--version"],
)
for _command in COMMANDS:
    app.command(f"asylia.cli.{_command}:app", name=_command)


def main() -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code is 0, an ``AsyliaError``'s own, 64, 70 or 130."""
    console = Console(stderr=True, highlight=False)
    try:
        result = app(arguments, exit_on_error=False, result_action="return_value")
    except CycloptsError:
        return 64
    except AsyliaError as error:
        console.print(f"[bold red]Stopped:[/] {_plain(error.message)}", soft_wrap=True)
        if error.hint:
            console.print(f"[dim]What to do:[/] {_plain(error.hint)}", soft_wrap=True)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        console.print(f"[bold red]A fault in Asylia itself:[/] {_place(error)}", soft_wrap=True)
        console.print("[dim]What to do:[/] report this line; it holds nothing of yours.")
        return 70
    return result if isinstance(result, int) else 0


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno}"


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
