"""The check of the README can fail, in each way that it should."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def check(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_readme", root / "tools/check_readme.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_commands_are_read_with_their_continuations(check: ModuleType) -> None:
    text = (
        "x\n```sh\nasylia one \\\n  --two\n# words\nasylia three\n```\n```json\nasylia four\n```\n"
    )
    assert [" ".join(one.split()) for one in check.shown(text)] == [
        "asylia one --two",
        "asylia three",
    ]


def test_a_command_that_is_not_shown_is_named(check: ModuleType) -> None:
    assert check.undocumented("`asylia vault status`", ["vault status", "vault rebuild"]) == [
        "vault rebuild"
    ]


@pytest.mark.parametrize(
    ("command", "complaints"),
    [
        ("true", 0),
        ("false", 1),
        ("exit 3  # exit 3", 0),
        ("true  # exit 3", 1),
        ("sleep 30 &", 0),
        ("false &", 1),
        ("asylia no-such-command", 1),
        ("make no-such-target", 1),
        ("make test", 0),
    ],
)
def test_a_command_that_does_not_run_is_named(
    check: ModuleType, tmp_path: Path, command: str, complaints: int
) -> None:
    assert len(check.run_all([command], tmp_path)) == complaints


def test_every_leaf_command_is_found(check: ModuleType) -> None:
    assert {"figures", "team init", "selfcheck seizure", "vault rebuild"} <= set(check.offered())
