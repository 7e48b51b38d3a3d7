"""A folder of public sources takes an import in whole, gives it back whole, and exports itself."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from asylia.cli import run
from asylia.errors import MalformedError
from asylia.exchange.yaml_out import files
from asylia.record import contents as c
from asylia.record.folder import contents_in
from asylia.record.reading import Record
from asylia.record.yamlfile import parse

from .odd import claims, grounds
from .world import EXAMPLE, TODAY

TABLES = EXAMPLE.parent / "tables"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE, tmp_path / "case")
    return tmp_path / "case"


def imported(case: Path, file: Path, *more: str, form: str = "csv") -> int:
    given = ("record", "import", str(file), "--format", form, "--case", str(case), "--json")
    return run([*given, *more])


def held(case: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in case.iterdir()}


MAPPING = ("--mapping", str(TABLES / "arrests.yaml"))


def test_a_table_comes_in_and_goes_out_again(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = held(case)
    assert imported(case, TABLES / "arrests.csv", *MAPPING, "--dry-run") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kinds"] == {"source": 1, "event": 1, "organisation": 1, "place": 2, "claim": 4}
    assert told["report"]["never_kept"] == {"Ethnicity": 2, "Phone": 1}
    assert held(case) == before

    assert imported(case, TABLES / "arrests.csv", *MAPPING) == 0
    name = json.loads(capsys.readouterr().out)["import"]
    record = Record.from_folder(case, TODAY)
    counts = {one.id: one.count for one in record.claims if one.source == "invented-table"}
    assert counts == {
        "invented-table.1-detained": c.Count(min=6, max=6),
        "invented-table.2-detained": c.Count(min=101),
        "invented-table.2-killed": c.Count(min=3, max=3, about=True),
        "invented-table.3-detained": c.Count(),
    }
    first = record.get("invented-table.1-detained", c.Claim)
    assert (first.facts, first.lineage) == ("2031-04-03", "invented-ngo")

    assert imported(case, TABLES / "arrests.csv", *MAPPING) == 0
    assert json.loads(capsys.readouterr().out)["import"] == ""
    assert run(["record", "undo", str(case), "0" * 16]) == 66
    assert run(["record", "undo", str(case), "../1-subjects"]) == 66
    assert run(["record", "undo", str(case), name]) == 0
    assert held(case) == before


def test_one_bad_row_keeps_everything_out(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = held(case)
    bad = tmp_path / "bad.csv"
    bad.write_text((TABLES / "arrests.csv").read_text() + "4;3.4;Otherton;SECRET;many;;;;\n")
    assert imported(case, bad, *MAPPING) == 65
    out = capsys.readouterr().out
    assert "line 5: a date can't be read" in out
    assert "SECRET" not in out
    assert held(case) == before


def test_an_import_that_others_lean_on_is_not_undone(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(case, TABLES / "arrests.csv", *MAPPING) == 0
    name = json.loads(capsys.readouterr().out)["import"]
    (case / "9.yaml").write_text(
        "organisations: [{id: o9, name: x, kind: unit, part_of: invented-ngo}]\n"
    )
    before = held(case)
    assert run(["record", "undo", str(case), name]) == 73
    assert held(case) == before


def test_a_case_goes_out_and_comes_into_an_empty_one(case: Path, tmp_path: Path) -> None:
    for form in ("csv", "xlsx", "ftm"):
        out = tmp_path / f"case.{form}"
        assert run(["record", "export", str(case), "--format", form, "--out", str(out)]) == 0
        assert run(["record", "export", str(case), "--format", form, "--out", str(out)]) == 73
        fresh = tmp_path / form
        fresh.mkdir()
        (fresh / "0.yaml").write_text("sources: []\n")
        assert imported(fresh, out, form=form) == 0
        assert Record.from_folder(fresh, TODAY).claims
        wanted = {one.content.id: one.content for one in Record.from_folder(case, TODAY).entered}
        got = {one.content.id: one.content for one in Record.from_folder(fresh, TODAY).entered}
        assert got == wanted


def test_what_is_asked_wrongly_changes_nothing(case: Path, tmp_path: Path) -> None:
    good = TABLES / "arrests.csv"
    before = held(case)
    for told, code in (
        (("--format", "csv"), 64),
        (("--format", "nothing", "--dry-run"), 64),
        (("--format", "csv", "--dry-run"), 65),
        (("--format", "csv", "--case", str(tmp_path / "nowhere"), "--dry-run"), 66),
        (("--format", "csv", "--encoding", "klingon", "--dry-run"), 64),
        (("--format", "ftm", *MAPPING, "--dry-run"), 64),
    ):
        assert run(["record", "import", str(good), *told]) == code, told
    assert run(["record", "import", str(tmp_path / "x"), "--format", "csv", "--dry-run"]) == 66
    out = str(tmp_path / "o")
    assert run(["record", "export", str(case), "--format", "doc", "--out", out]) == 64
    assert (
        run(["record", "export", str(case), "--format", "csv", "--out", out, "--item", "no"]) == 77
    )
    court = ("--purpose", "nonsense")
    assert run(["record", "export", str(case), "--format", "csv", "--out", out, *court]) == 77
    assert not (tmp_path / "o").exists()
    assert held(case) == before


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ground=grounds(), one=claims())
def test_whatever_is_written_as_yaml_is_read_as_it_was(
    ground: tuple[c.Content, ...], one: c.Claim
) -> None:
    contents = (*ground, one)
    if one.count and one.count.about and (one.count.min is None or one.count.min != one.count.max):
        with pytest.raises(MalformedError, match="about"):  # the one thing that YAML can't say
            files(contents, "x")
        return
    made = files(contents, "x")
    parsed = [parse(content, name) for name, content in made.items()]
    assert {found.id: found for found in contents_in(parsed)} == {o.id: o for o in contents}


def test_an_import_that_was_cut_off_is_told_and_taken_back(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As after kill -9: of several files, all but those that would have been written next."""
    before = held(case)
    named = [c.Organisation(id=f"o{n}", name="x" * 400, kind="ngo") for n in range(9000)]
    written = files(named, "imported-cut-1")
    assert len(written) > 1
    last = max(written)
    (case / last).write_bytes(written[last])
    out = str(tmp_path / "out.csv")
    assert run(["record", "export", str(case), "--format", "csv", "--out", out]) == 65
    assert "cut off" in capsys.readouterr().err
    assert imported(case, TABLES / "arrests.csv", *MAPPING) == 65
    assert run(["record", "undo", str(case), "cut-1"]) == 0
    assert held(case) == before
    assert imported(case, TABLES / "arrests.csv", *MAPPING) == 0
