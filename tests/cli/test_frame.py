"""The command's frame: every failure has a cause, a hint and its own exit code."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
from cyclopts import App, Parameter

from asylia import cli
from asylia.errors import AsyliaError, LockedError


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["no-such-command"]) == 64
    assert "no-such-command" in capsys.readouterr().err


def test_help_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in cli.COMMANDS)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("link", "id, list, name, born, age, day, place, region, postcode, latitude, longitude"),
        ("incidents", "day, place, region, latitude, longitude, act, victims or unit"),
        ("estimate", "one column of 0 and 1 a list, a column named count"),
        ("documented", "Groups that are told as numbers are not counted"),
    ],
)
def test_help_of_a_command_tells_more_than_its_purpose(
    command: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert cli.run([command, "--help"]) == 0
    assert told in " ".join(capsys.readouterr().out.split())
    # Of a command with others below it, its purpose and their names are all there is.
    assert cli.run(["partners", "--help"]) == 0
    assert cli.COMMANDS["partners"] in capsys.readouterr().out


def options(app: App, command: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Every option that the help of this command shows."""
    app([*command.split(), "--help"], exit_on_error=False, result_action="return_value")
    return set(re.findall(r"(?<!\S)--[a-z][\w-]*", capsys.readouterr().out))


def unasked(found: set[str]) -> set[str]:
    """Those that the parser made up."""
    return {one for one in found if one.startswith(("--empty-", "--no-"))}


def test_no_help_shows_an_option_that_nobody_wrote(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    found = {one: options(cli.app, one, capsys) for one in cli.leaf_commands()}
    assert len(found) > 60
    assert {one: odd for one, shown in found.items() if (odd := unasked(shown))} == {
        "desk": {"--no-browser"}  # which somebody wrote, and which has no opposite
    }
    assert {"--on", "--off"} <= found["vault share"]
    assert cli.run(["incidents", "records.csv", "--empty-column"]) == 64
    assert "--empty-column" in capsys.readouterr().err


def test_an_option_that_nobody_wrote_would_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    made_up = {"--empty-column", "--no-json"}
    for parameter, expected in ((Parameter(), made_up), (Parameter(negative=()), set())):
        app = App(default_parameter=parameter)

        @app.command
        def one(
            *, column: tuple[str, ...] = (), as_json: Annotated[bool, Parameter("--json")] = False
        ) -> None:
            """Do nothing."""

        shown = options(app, "one", capsys)
        assert {"--column", "--json"} <= shown
        assert unasked(shown) == expected


def test_a_failure_of_ours_keeps_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise LockedError("the vault is locked", hint="Open it [first].")

    monkeypatch.setattr(cli, "require_post_quantum", fail)
    assert cli.run(["--version"]) == LockedError.exit_code
    said = capsys.readouterr().err
    assert "the vault is locked" in said
    assert "Open it [first]." in said


def test_a_fault_of_ours_says_where_and_never_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError("the secret words of a reporter")

    monkeypatch.setattr(cli, "require_post_quantum", fail)
    assert cli.run(["--version"]) == 70
    said = capsys.readouterr()
    assert "ValueError in fail" in said.err
    assert "secret words" not in said.err + said.out


def test_exit_codes_are_told_apart() -> None:
    kinds = [AsyliaError, *AsyliaError.__subclasses__()]
    own = [kind.exit_code for kind in kinds if "exit_code" in vars(kind)]
    assert all(0 < code < 126 for code in own)


def test_an_empty_argument_is_refused_before_anything_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["relay", "init", ""]) == 64
    assert "an argument is empty" in capsys.readouterr().err
    assert cli.run(["figures", "folder", "--as-of="]) == 64


def test_what_the_system_refuses_is_said_without_the_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise PermissionError(13, "Permission denied", "a folder that somebody chose")

    monkeypatch.setattr(cli, "require_post_quantum", fail)
    assert cli.run(["--version"]) == 74
    said = capsys.readouterr().err
    assert "the system refused: Permission denied" in said
    assert "somebody chose" not in said


def run(*arguments: str, **how: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, stderr=subprocess.PIPE, text=True, timeout=60, check=False, **how
    )


@pytest.mark.parametrize("arguments", [["--help"], ["figures", "examples/chechnya-2017", "--json"]])
def test_output_that_nobody_reads_is_no_fault(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = run("-m", "asylia", *arguments, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_no_terminal_and_no_file_is_refused_not_asked() -> None:
    asking = ("-c", "from asylia.cli.passphrases import read_passphrase as ask; ask(None)")
    # A session of its own has no terminal; the warning that words may be shown must not come.
    for more in ({"stdin": subprocess.DEVNULL}, {"preexec_fn": lambda: os.close(0)}):
        done = run(*asking, start_new_session=True, stdout=subprocess.PIPE, **more)
        assert "UsageError: there is no terminal to ask" in done.stderr
        assert "echoed" not in done.stderr


@pytest.mark.parametrize("port", ["0", "-1", "65536", "99999"])
def test_a_port_that_is_none_is_a_usage_error(port: str, tmp_path: Path) -> None:
    assert cli.run(["relay", "serve", str(tmp_path), f"--port={port}"]) == 64
    assert cli.run(["intake", "serve", "--relay=x", f"--root={tmp_path}", f"--port={port}"]) == 64


def test_a_file_in_a_folders_place_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (file, file / "below", Path("/proc/asylia")):
        code = cli.run(["relay", "init", str(folder)])
        assert code in {73, 74}, folder
        assert "A fault" not in capsys.readouterr().err


def test_another_pipe_that_breaks_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(cli, "require_post_quantum", fail)
    assert cli.run(["--version"]) == 74
    assert "the system refused" in capfd.readouterr().err
