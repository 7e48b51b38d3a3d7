"""The list of ``make mutants`` moves with the code: each check that it names is there to be off."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tools.mutants import Mutant, load

MUTANTS = load()
_SOURCE = Path("src") / "asylia"


def test_there_are_as_many_as_were_promised_and_none_twice() -> None:
    assert len(MUTANTS) >= 25
    assert len({(one.file, one.find, one.replace) for one in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_each_fits_its_file_and_changes_what_it_says(mutant: Mutant, root: Path) -> None:
    text = (root / _SOURCE / mutant.file).read_text("utf-8")
    assert text.count(mutant.find) == 1
    changed = ast.parse(text.replace(mutant.find, mutant.replace))
    assert ast.dump(changed) != ast.dump(ast.parse(text))


def test_each_names_tests_that_are_there(root: Path) -> None:
    named = sorted({test for one in MUTANTS for test in one.tests})
    assert all(one.tests for one in MUTANTS)
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *named]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_one_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "asylia" / "one.py"
    file.parent.mkdir()
    for content, fits in (("a = 1\n", True), ("b = 1\n", False), ("a = 1\na = 1\n", False)):
        file.write_text(content)
        mutant = Mutant("name", "one.py", "a = 1", "a = 2", ())
        if fits:
            mutant.apply(tmp_path)
            assert file.read_text() == "a = 2\n"
            continue
        with pytest.raises(ValueError, match="found"):
            mutant.apply(tmp_path)
