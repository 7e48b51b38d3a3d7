"""Every sentence of ours that the desk can show, gathered from templates and code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

SRC = Path(__file__).parents[2] / "src" / "asylia"
PARTS = ("casework", "desk")
# What the ledger says to those who sign, and why it refuses.
_SPEAKING = ("differences", "proposals", "making", "rehearsing")
LEDGER = [SRC / "ledger" / f"{name}.py" for name in _SPEAKING]
# What the record says to those who type and choose.
_TYPING = (
    "typed_dates", "wordbook", "views/asked", "typed_counts", "anchors", "naming", "pieces",
)  # fmt: skip
RECORD = [
    *(SRC / "record" / f"{name}.py" for name in _TYPING),
    SRC / "confined" / "run.py",
    SRC / "scratch.py",
    SRC / "vault" / "rows.py",
    # Why a table can't be reviewed.
    *(SRC / "counts" / "linking" / f"{name}.py" for name in ("table", "weighing")),
]
# Why something may not leave, or somebody not stand in.
REASONS = [
    *(
        SRC / "record" / f"{name}.py"
        for name in (
            "asking",
            "at_stake",
            "chain",
            "check",
            "consent",
            "folder",
            "grounds",
            "masks",
            "proxies",
            "references",
            "scope",
            "yamlfile",
        )
    ),
    SRC / "casework" / "interviewing.py",
    *(SRC / "dossier" / f"{name}.py" for name in ("selection", "estimate", "estimate_leaving")),
    # Why a row of a file stays out, where it stands, what can't be read.
    *(
        SRC / "exchange" / f"{name}.py"
        for name in (
            "cells",
            "csv_io",
            "esf_in",
            "esf_tree",
            "esf_words",
            "ftm_in",
            "hard_xml",
            "json_items",
            "kobo",
            "mapped",
            "table",
            "taking",
            "text",
            "uwazi",
            "xlsx_in",
        )
    ),
    SRC / "dossier" / "exhibit.py",
    SRC / "given.py",
]
# Why a dossier is not built.
DOSSIER = [
    *(SRC / "dossier" / f"{name}.py" for name in ("export", "look", "witness")),
    SRC / "record" / "leaving.py",
]
_PLAIN = {"translate": 0, "gettext": 0, "needed": 1, "whole": 1}

Message = str | tuple[str, str]


@cache
def messages() -> frozenset[Message]:
    """Singular sentences, and pairs of singular and plural."""
    found: set[Message] = set()
    for _, _, message, _, _ in extract_from_dir(
        str(SRC / "desk" / "templates"),
        [("**.html", "jinja2")],
        keywords={"_": None, "ngettext": (1, 2)},
    ):
        found.add(message[:2] if isinstance(message, tuple) else message)
    for path in LEDGER:
        tree = ast.parse(path.read_text("utf-8"))
        found |= set(_in_code(tree)) | _sentences(tree)
    for path in (*RECORD, *DOSSIER):
        found |= set(_in_code(ast.parse(path.read_text("utf-8"))))
    for path in REASONS:
        found |= _called(ast.parse(path.read_text("utf-8")), "Sentence")
        found |= set(_in_code(ast.parse(path.read_text("utf-8"))))
    for part in PARTS:
        for path in sorted((SRC / part).rglob("*.py")):
            found |= set(_in_code(ast.parse(path.read_text("utf-8"))))
    return frozenset(found)


def _in_code(tree: ast.AST) -> Iterator[Message]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", "")).removeprefix("_")
        if name == "plural" and len(call.args) == 3 and isinstance(call.args[0], ast.Constant):
            yield call.args[0].value, call.args[1].value
        elif name in _PLAIN:
            yield from _constants(call.args[_PLAIN[name] : _PLAIN[name] + 1])
        elif name.endswith("Error") or name == "Refusal":
            hints = [word.value for word in call.keywords if word.arg == "hint"]
            yield from _constants([*call.args[:1], *hints])


def _called(tree: ast.Module, name: str) -> set[Message]:
    """The first argument of each call of that name."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        text
        for call in calls
        if getattr(call.func, "id", "") == name
        for text in _constants(call.args[:1])
    }


def _sentences(tree: ast.Module) -> set[Message]:
    """Forms of sentences, wherever they stand, and the module's tables of texts."""
    forms: set[Message] = set()
    pairs: set[Message] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Sentence":
            forms |= set(_constants(node.args[:1]))
            many = _constants([word.value for word in node.keywords if word.arg == "many"])
            pairs |= set(zip(_constants(node.args[:1]), many, strict=False))
        elif isinstance(node, ast.Constant) and "%(" in str(node.value):
            forms.add(str(node.value))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict | ast.Constant):
            found = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            forms |= set(_constants(found))
    return (forms - {text for pair in pairs for text in pair}) | pairs


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value
