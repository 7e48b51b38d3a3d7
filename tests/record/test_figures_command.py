"""``asylia figures``: the JSON that is promised, tables that open to claims, errors with a code."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from asylia import cli
from asylia.cli.figures import ask, plain
from asylia.cli.figures_shown import print_figures
from asylia.counts.summary import summary
from asylia.errors import UsageError

from .world import EXAMPLE, reference_case


def run(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert cli.run(["figures", str(EXAMPLE), *options]) == 0
    return capsys.readouterr().out


def test_the_json_that_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    printed = json.loads(run(capsys, "--source", "S1", "--as-of", "2017-07-31", "--json"))
    assert list(printed) == ["figures"]
    found = printed["figures"]
    assert [row["min"] for row in found["detained"] + found["tortured"]] == [101, 101]
    assert [row["perpetrator"] for row in found["killed"]] == ["not_stated", "relatives"]
    assert found["demands"] == 2
    assert found["estimated"] == {"refused": "there are no overlapping lists of persons"}
    assert found["documented"] == []


def test_before_loading_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "--as-recorded-on", "2017-12-31", "--json"))["figures"]
    assert found["killed"] == found["detained"] == found["flags"] == []


def test_the_table_shows_every_number_with_its_words_and_claims(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    shown = run(capsys, "--as-of", "2018-12-31")
    for text in (
        "at least 6 murdered", "6 or more", "S1.2-killed", "about 60", "not stated",
        "falls from", "add up to 102", "lies within", "another event", "Estimated: refused",
    ):  # fmt: skip
        assert text in shown, text


def test_every_claim_of_the_folder_is_reachable_from_the_json() -> None:
    found = ask(EXAMPLE, as_of="2030-01-01")
    shown = json.dumps(plain(found, summary(found.victims, found.sameness)))
    assert [one.id for one in reference_case().claims if f'"{one.id}"' not in shown] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["figures", "absent-folder"], 66),
        (["figures", str(EXAMPLE), "--source", "absent"], 66),
        (["figures", str(EXAMPLE), "--as-of", "yesterday"], 64),
        (["figures", str(EXAMPLE), "--as-recorded-on", "2017-13-01"], 64),
        (["figures"], 64),
        (["figures", str(EXAMPLE), "--unheard-of"], 64),
    ],
)
def test_errors_have_their_code(arguments: list[str], code: int) -> None:
    assert cli.run(arguments) == code


def test_a_malformed_folder_is_refused_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text("claims:\n  - {id: x}\n")
    assert cli.run(["figures", str(tmp_path)]) == 65
    assert "a.yaml, line 2" in capsys.readouterr().err


def test_a_folder_is_entered_on_the_day_it_is_loaded() -> None:
    def clock() -> datetime:
        return datetime(2020, 5, 5, 12, tzinfo=UTC)

    assert ask(EXAMPLE, as_recorded_on="2020-05-05", clock=clock).counts["killed"]
    assert not ask(EXAMPLE, as_recorded_on="2020-05-04", clock=clock).counts["killed"]
    assert ask(EXAMPLE, clock=clock).as_of.isoformat() == "2020-05-05"
    with pytest.raises(UsageError):
        ask(EXAMPLE, as_of="2020-05", clock=clock)


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    for path in EXAMPLE.glob("*.yaml"):
        text = path.read_text()
        words = "words: at least 6 murdered"
        text = text.replace(words, 'words: "\\e[2Jhidden \\u202Ereversed [bold]plain"')
        (tmp_path / path.name).write_text(text)
    found = ask(tmp_path, source="S1")
    console = Console(record=True, width=200, force_terminal=False, highlight=False)
    with console.capture() as captured:
        print_figures(found, summary(found.victims, found.sameness), console)
    shown = captured.get()
    assert "hidden" in shown
    assert "[bold]plain" in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown


def test_eighty_columns_break_no_word_and_the_sources_words_come_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run(capsys, "--as-of", "2018-12-31")
    assert max(len(line) for line in shown.splitlines()) <= 80
    for whole in (
        "human-rights-watch",
        "authorities",
        "S1.9-relatives",
        "six in all",
        "2017-02-21",
    ):
        assert whole in shown, whole
    (line,) = [one for one in shown.splitlines() if "at least 6 murdered" in one and "!" not in one]
    assert line.index("at least 6 murdered") < line.index("6 or more") < line.index("network")
    assert "Killings reported to the teller" in shown.splitlines()


def test_where_there_is_nothing_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nothing had been said" in run(capsys, "--as-recorded-on", "2017-12-31")


def test_an_error_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["figures", str(tmp_path)]) == 65
    assert "What to do: Name the folder" in capsys.readouterr().err
    (tmp_path / "a.yaml").write_text("claims: [")
    assert cli.run(["figures", str(tmp_path)]) == 65
    assert "a.yaml, line" in (err := capsys.readouterr().err)
    assert "What to do: Nothing was loaded" in err
    assert cli.run(["figures", str(EXAMPLE), "--source", "S99"]) == 66
    assert "It has: S1, O1" in capsys.readouterr().err
