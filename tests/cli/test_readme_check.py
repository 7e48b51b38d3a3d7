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


CHAPTERS = "```sh\nmake demo\n```\n## One\n```sh\nfirst\nsecond\n```\n## Two\n```sh\nthird\n```\n"


def test_a_chapter_that_begins_a_lane_takes_all_that_follows(check: ModuleType) -> None:
    assert check.lanes(CHAPTERS, ["One", "Two"]) == [["make demo"], ["first", "second"], ["third"]]
    assert check.lanes(CHAPTERS, ["Two"]) == [["make demo", "first", "second"], ["third"]]
    with pytest.raises(LookupError):
        check.lanes(CHAPTERS, ["Three"])


def test_no_command_of_the_readme_is_lost_between_lanes(check: ModuleType, root: Path) -> None:
    text = (root / "README.md").read_text()
    assert [one for lane in check.lanes(text) for one in lane] == check.shown(text)
    assert all(check.lanes(text))


def test_lanes_run_apart_and_each_complaint_is_heard(check: ModuleType, tmp_path: Path) -> None:
    told = [["touch here", "false", "test -e here"], ["test -e examples", "test -e here"]]
    complaints = check.run_beside(told, tmp_path)
    assert [one.split("\n")[0] for one in complaints] == ["false", "test -e here"]


def test_a_shown_port_is_exchanged_for_a_free_one_wherever_it_stands(check: ModuleType) -> None:
    shown = ["serve x --port 8480 &", "ask http://127.0.0.1:8480 18480", "true"]
    served, asked, other = check.with_free_ports(shown)
    port = served.split()[3]
    assert port not in {"8480", "18480"}
    assert (asked, other) == (f"ask http://127.0.0.1:{port} 18480", "true")
    assert check.with_free_ports(["true"]) == ["true"]


def test_every_leaf_command_is_found(check: ModuleType) -> None:
    assert {"figures", "team init", "selfcheck seizure", "vault rebuild"} <= set(check.offered())
