"""The command's frame: every failure has a cause, a hint and its own exit code."""

import pytest

from asylia import cli
from asylia.errors import AsyliaError, LockedError


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["no-such-command"]) == 64
    assert "no-such-command" in capsys.readouterr().err


def test_help_is_not_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in cli.COMMANDS)


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
