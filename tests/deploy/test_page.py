"""Each command on the administrator's page is one of ours, each file is there, each unit too."""

import re
import shlex

import pytest
from cyclopts import CycloptsError

from asylia.cli import app


def takes(command):
    """Whether the command line takes these words, without running them."""
    try:
        app.parse_args(shlex.split(command), exit_on_error=False, print_error=False)
    except CycloptsError:
        return False
    return True


def ours(text):
    """What follows ``asylia`` in each command of a text, and in each unit's."""
    return re.findall(r"(?:^|/bin/| |`)asylia ((?:relay|team|intake|vault) [^`\n]+)", text, re.M)


@pytest.fixture(scope="module")
def page(root):
    return (root / "deploy" / "README.md").read_text()


def blocks(text):
    return "".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def test_every_command_of_ours_parses(page, root):
    units = [one.read_text() for one in (root / "deploy" / "systemd").glob("*.service")]
    commands = [command for text in (blocks(page), *units) for command in ours(text)]
    filled = [re.sub(r"%i|\$\{\w+\}", "8481", command) for command in commands]
    assert len(filled) >= 10
    assert [one for one in filled if not takes(one)] == []


@pytest.mark.parametrize("flaw", ["relay back x y", "relay serve x --prot 1", "intake serve"])
def test_a_command_that_is_none_does_not_parse(flaw):
    assert not takes(flaw)


def test_every_file_and_unit_it_names_is_there(page, root):
    named = set(re.findall(r"\bdeploy/[\w./-]*\w", page))
    assert len(named) >= 7
    assert [one for one in named if not (root / one).exists()] == []
    units = set(re.findall(r"\basylia[\w-]*@?(?:\d+)?\.(?:service|timer)", page))
    there = {re.sub(r"@\d+", "@", one) for one in units}
    assert [one for one in there if not (root / "deploy" / "systemd" / one).exists()] == []
    shown = {path.name for path in (root / "deploy").iterdir()}
    assert {"README.md"} | {one.split("/")[1] for one in named} == shown
