"""The import contracts can fail: each is broken on purpose in a copy, and each says so."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# contract, as `.importlinter` names it -> a module and an import that it forbids
VIOLATIONS = {
    "values -> crypto": ("asylia/envelope/phrase.py", "import asylia.ledger.values"),
    "intake imports": ("asylia/intake/flow.py", "import asylia.tlog.leaf"),
    "relay imports": ("asylia/relay/app.py", "import asylia.crypto.kdf"),
    "counts imports": ("asylia/counts/sameness.py", "import asylia.crypto.kdf"),
    "counts is imported": ("asylia/record/rows.py", "import asylia.counts.sameness"),
    "nothing but cli": ("asylia/desk/app.py", "import asylia.relay.app"),
    "the ledger takes": ("asylia/ledger/sync.py", "import sqlite3"),
    "the inquiry's checker": ("asylia_verify/trees.py", "import asylia.crypto.merkle"),
    "crypto is the only": ("asylia/dossier/stamp.py", "import cryptography"),
    "bundles are written": ("asylia/desk/export.py", "import asylia.dossier.bag"),
    "files leave by": ("asylia/cli/record_export.py", "import asylia.exchange.out"),
    "lists leave by": ("asylia/cli/partners.py", "import asylia.exchange.sealed_out"),
    "only the ledger": ("asylia/casework/place.py", "import asylia.ledger.outbox"),
}


@pytest.fixture(scope="module")
def said(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy in which every contract is broken once."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(root / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / ".importlinter", copy)
    for module, line in VIOLATIONS.values():
        path = copy / "src" / module
        path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=copy,
        env={"PYTHONPATH": str(copy / "src"), "PATH": "", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_each_contract_notices_its_own_violation(contract: str, said: str, root: Path) -> None:
    names = [
        line.removeprefix("name = ")
        for line in (root / ".importlinter").read_text("utf-8").splitlines()
        if line.startswith("name = ")
    ]
    [name] = [one for one in names if one.startswith(contract)]
    assert f"{name} BROKEN" in said


def test_no_contract_is_without_its_violation(root: Path) -> None:
    text = (root / ".importlinter").read_text("utf-8")
    assert text.count("[importlinter:contract:") == len(VIOLATIONS)


def imported(source: str) -> set[str]:
    """The packages that a module's source imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def test_the_checker_is_standard_library_alone(root: Path) -> None:
    modules = sorted((root / "src" / "asylia_verify").glob("**/*.py"))
    assert len(modules) > 5
    for module in modules:
        foreign = imported(module.read_text("utf-8")) - sys.stdlib_module_names
        assert foreign <= {"asylia_verify"}, module
    assert imported("import httpx") - sys.stdlib_module_names
