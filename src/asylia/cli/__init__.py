"""The ``asylia`` command: one module a command, loaded when it is called.

Upholds: a failure of ours prints its cause and what to do next and leaves with its own exit code.
Refuses: a traceback on the screen (it could quote what someone wrote).
"""

import os
import select
import sys
import traceback

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from asylia.cli._language import STOPPED, TO_DO
from asylia.counts.words import said
from asylia.crypto.support import require_post_quantum
from asylia.errors import AsyliaError, SystemRefusedError, UsageError

# name -> what it is for, shown without loading the command
COMMANDS = {
    "desk": "Read, answer, document and hand over: the workers' desk.",
    "demo": "Play one invented report from the public page to a checked dossier.",
    "documented": "How many distinct persons are documented, at least; each number opens.",
    "dossier": "What consent allows an inquiry to have, proven field by field.",
    "estimate": "How many there are beside those in the lists, or why nobody can say.",
    "figures": "What sources say, by lineage, as of a day; each number opens to its claims.",
    "incidents": "Which records tell of one incident, from several sources.",
    "intake": "The public page that people in danger write to.",
    "link": "Which records of persons are one person; only ids leave.",
    "partners": "Count persons once across organisations' lists, by one named linker.",
    "record": "What was documented: load public sources, import and export.",
    "recovery": "Bring a team back that lost every device: shares, drills, recovery.",
    "relay": "Blind store-and-forward: what reporters and the team meet at.",
    "selfcheck": "Check on this machine that promises hold.",
    "team": "Who works on the line: its devices and what they may sign.",
    "vault": "What this device keeps, sealed.",
}

_SYSTEM = "Check the paths that the command names, their rights, and the free space."
app = App(
    name="asylia",
    help=(
        "A sealed hotline and a record that holds, for people who help the persecuted.\n\n"
        "A line begins with `asylia relay init`, `asylia relay serve` and `asylia team init`; "
        "`asylia intake serve` opens it to those who write, `asylia desk` to those who answer. "
        "`asylia demo` shows all of it at once, with invented people."
    ),
    version_flags=["--version"],
    # An option that nobody wrote, such as --empty-column or --no-json, is none.
    default_parameter=Parameter(negative=()),
)
for _command, _purpose in COMMANDS.items():
    app.command(f"asylia.cli.{_command}:app", name=_command, help=_purpose)


def main() -> None:
    """Run one command and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; the exit code is 0, an ``AsyliaError``'s own, 64, 70, 74, 130 or 141."""
    console = Console(stderr=True, highlight=False)
    try:
        return _run(arguments)
    except CycloptsError:
        return 64
    except AsyliaError as error:
        return _stopped(console, error)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        console.print(f"[bold red]A fault in Asylia itself:[/] {_place(error)}", soft_wrap=True)
        console.print("[dim]What to do:[/] report this line; it holds nothing of yours.")
        return 70


def _run(arguments: list[str]) -> int:
    """The same, with what the system says made ours."""
    try:
        _refuse_empty(arguments)
        require_post_quantum()
        _tell_whole(arguments)
        result = app(arguments, exit_on_error=False, result_action="return_value")
        _flush()
    except SystemExit:  # how rich says that nobody reads what it prints
        return _unread()
    except OSError as error:
        if isinstance(error, BrokenPipeError) and not _is_read():
            return _unread()
        # The reason alone: the system's message may quote a path that somebody else chose.
        reason = os.strerror(error.errno) if error.errno else "an input or output failed"
        raise SystemRefusedError(f"the system refused: {reason}", hint=_SYSTEM) from None
    return result if isinstance(result, int) else 0


def _tell_whole(arguments: list[str]) -> None:
    """A command without others below it says all that it has to say, not its purpose alone."""
    if arguments and arguments[0] in COMMANDS and (node := app[arguments[0]]).default_command:
        node.help = None


def _stopped(console: Console, error: AsyliaError) -> int:
    stopped, to_do = (said(one).within(error.language) for one in (STOPPED, TO_DO))
    console.print(f"[bold red]{stopped}[/] {_plain(error.message)}", soft_wrap=True)
    if error.hint:
        console.print(f"[dim]{to_do}[/] {_plain(error.hint)}", soft_wrap=True)
    return error.exit_code


def _refuse_empty(arguments: list[str]) -> None:
    """An empty argument is a variable of the shell that was never set, not the current folder."""
    if "" in arguments or any(one.startswith("--") and one.endswith("=") for one in arguments):
        raise UsageError("an argument is empty", hint="Is a variable of your shell not set?")


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _is_read() -> bool:
    """Whether somebody still reads our output, so that it was another pipe that broke."""
    if sys.stdout is None or not hasattr(select, "poll"):  # Windows has none
        return False
    looking = select.poll()
    looking.register(sys.stdout.fileno(), 0)  # an error is told without being asked for
    return not looking.poll(0)


def _unread() -> int:
    """Whoever read our output has gone, as ``head`` does: nothing is wrong, and nothing is said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno}"


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def leaf_commands() -> list[str]:
    """Every command that does something, as typed after ``asylia``."""

    def below(node: App, path: str) -> list[str]:
        names = [n for n in node if not n.startswith("-")]
        children = [leaf for n in names for leaf in below(node[n], f"{path} {n}".strip())]
        return children + ([path] if node.default_command else [])

    return sorted(below(app, ""))
