"""Randomness has one source in ``src/asylia``, and so has the time of day.

Read from the syntax trees: only ``crypto/random.py`` reaches the operating system's randomness,
only ``values.system_clock`` reads the wall clock (durations by ``monotonic`` and ``perf_counter``
are free), and no SQL asks the database for either.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

RANDOM_HOME, CLOCK_HOME = "crypto/random.py", ("values.py", "system_clock")
RANDOM_MODULES = {"random", "secrets", "uuid"}
RANDOM_NAMES = {
    ("os", "urandom"),
    ("os", "getrandom"),
    ("ssl", "RAND_bytes"),
    ("ssl", "RAND_pseudo_bytes"),
}
CLOCK_NAMES = {
    ("time", name)
    for name in ("time", "time_ns", "clock_gettime", "clock_gettime_ns", "gmtime", "localtime")
} | {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}
SQL = re.compile(
    r"\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\(\s*'now'|\brandom(blob)?\s*\(|\bgen_random_uuid\b"
    r"|\bnow\s*\(\s*\)|/dev/u?random",
    re.IGNORECASE,
)


def breaches(source: str, where: str) -> Iterator[str]:
    """What a module does that only another may do, as ``line: what``."""
    for node, function in _walk(ast.parse(source), ""):
        clock_allowed = (where, function) == CLOCK_HOME
        for kind, name in _reached(node):
            if kind == "clock" and clock_allowed:
                continue
            if kind == "randomness" and where == RANDOM_HOME:
                continue
            yield f"{where}:{getattr(node, 'lineno', 0)}: {kind} by {name}"


def _walk(tree: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    for child in ast.iter_child_nodes(tree):
        inside = child.name if isinstance(child, ast.FunctionDef) and not function else function
        yield child, inside
        yield from _walk(child, inside)


def _reached(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.split(".")[0] in RANDOM_MODULES:
                yield "randomness", alias.name
    elif isinstance(node, ast.ImportFrom) and not node.level:
        for alias in node.names:
            yield from _named(node.module or "", alias.name)
    elif isinstance(node, ast.Attribute):
        owner = node.value
        # ``datetime.datetime.now`` and ``datetime.now`` end alike.
        last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        yield from _named(last, node.attr, attribute=True)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = SQL.search(node.value)
        if found:
            yield "randomness or clock", found.group()


def _named(module: str, name: str, *, attribute: bool = False) -> Iterator[tuple[str, str]]:
    if not attribute and module.split(".", maxsplit=1)[0] in RANDOM_MODULES:
        yield "randomness", f"{module}.{name}"
    if (module, name) in RANDOM_NAMES:
        yield "randomness", f"{module}.{name}"
    if name == "generate_key" or (name == "generate" and module.endswith("PrivateKey")):
        yield "randomness", f"{module}.{name}"
    if (module, name) in CLOCK_NAMES:
        yield "clock", f"{module}.{name}"


def test_no_module_draws_randomness_or_reads_the_clock_by_itself(root: Path) -> None:
    package = root / "src" / "asylia"
    found = [
        breach
        for path in sorted(package.rglob("*.py"))
        for breach in breaches(path.read_text(), path.relative_to(package).as_posix())
    ]
    assert found == []


def test_no_schema_asks_the_database_for_either(root: Path) -> None:
    found = [
        f"{path.name}: {match.group()}"
        for path in sorted((root / "src" / "asylia").rglob("*.sql"))
        for match in SQL.finditer(re.sub(r"--[^\n]*", "", path.read_text()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "import secrets",
        "import random",
        "import random as r",
        "from random import choice",
        "from secrets import token_bytes as t",
        "import uuid",
        "from uuid import uuid4",
        "import os\nos.urandom(3)",
        "from os import urandom",
        "import ssl\nssl.RAND_bytes(3)",
        "Ed25519PrivateKey.generate()",
        "ChaCha20Poly1305.generate_key()",
        "open('/dev/urandom')",
        "import time\ntime.time()",
        "import time\nf = time.time",
        "from time import time",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.now()",
        "import datetime\ndatetime.date.today()",
        "from datetime import date\ndef f():\n    return date.today()",
        "db.execute('insert into t values (CURRENT_DATE)')",
        "db.execute(\"select date('now')\")",
        "db.execute('select randomblob(16)')",
    ],
)
def test_each_way_around_is_noticed(source: str) -> None:
    assert list(breaches(source, "relay/app.py"))


@pytest.mark.parametrize(
    ("source", "where"),
    [
        ("from asylia.crypto import random\nrandom.system(3)", "relay/app.py"),
        ("from asylia.crypto.random import Randomness, system", "relay/app.py"),
        ("import time\ntime.monotonic(); time.perf_counter(); time.sleep(1)", "relay/app.py"),
        ("from datetime import datetime\ndatetime.fromisoformat('2018-01-01')", "relay/app.py"),
        ("Identity.generate(randomness)", "relay/app.py"),
        ("import secrets", RANDOM_HOME),
        ("def system_clock():\n    return datetime.now(UTC)", "values.py"),
    ],
)
def test_what_is_allowed_passes(source: str, where: str) -> None:
    assert list(breaches(source, where)) == []


def test_even_the_homes_have_only_their_own() -> None:
    assert list(breaches("def day():\n    return date.today()", "values.py"))
    assert list(breaches("time.time()", RANDOM_HOME))
    assert list(breaches("import secrets", "values.py"))
