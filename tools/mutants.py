"""Switches named checks off, one at a time, and demands that a test notices.

Each mutant of ``tests/mutants.toml`` is a replacement in one file of a copy of the source; the
tests that it names are run against the copy and must fail.  Before that they must pass against the
source as it is.  A replacement that no longer fits is an error: the list moves with the code.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
LIST = ROOT / "tests" / "mutants.toml"
AT_ONCE = 2
_FAILED = 1  # pytest: tests ran, and some failed


@dataclass(frozen=True)
class Mutant:
    """A check that is switched off, and the tests that must notice."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    def apply(self, source: Path) -> None:
        """Change the file in this copy; ``ValueError`` unless ``find`` stands in it once."""
        path = source / "asylia" / self.file
        text = path.read_text("utf-8")
        if text.count(self.find) != 1:
            raise ValueError(f"{self.name}: found {text.count(self.find)} times in {self.file}")
        path.write_text(text.replace(self.find, self.replace), "utf-8")


def load(path: Path = LIST) -> tuple[Mutant, ...]:
    """The mutants; names are different."""
    rows = tomllib.loads(path.read_text("utf-8"))["mutant"]
    found = tuple(Mutant(**{**row, "tests": tuple(row["tests"])}) for row in rows)
    if len({one.name for one in found}) != len(found):
        raise ValueError("two mutants bear one name")
    return found


def run_tests(source: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Pytest's exit code and its last line, with ``source`` in place of the installed package."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    return done.returncode, lines[-1] if lines else done.stderr.strip()[-200:]


def is_caught(mutant: Mutant) -> tuple[bool, str]:
    """Whether its tests fail with the check switched off; what pytest said."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
        mutant.apply(source)
        code, said = run_tests(source, mutant.tests)
    return code == _FAILED, said


def main() -> int:
    """Run them all, or those whose names hold a word given; 1 where one was not caught."""
    wanted = sys.argv[1:]
    mutants = [one for one in load() if not wanted or any(w in one.name for w in wanted)]
    if not mutants:  # pytest without tests would run them all
        print("no mutant's name holds that; they are listed in tests/mutants.toml")
        return 2
    tests = sorted({test for one in mutants for test in one.tests})
    code, said = run_tests(SOURCE, tests)
    print(f"as it is: {said}", flush=True)
    if code:
        return 1
    survived = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for mutant, (caught, said) in zip(mutants, pool.map(is_caught, mutants), strict=True):
            survived += not caught
            word = "caught  " if caught else "SURVIVED"
            print(f"{word} {mutant.name}: {said}", flush=True)
    print(f"{len(mutants) - survived} of {len(mutants)} checks switched off were caught")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
