"""Reads all code for what writes files or sends bytes, and for who can reach it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
PARTS = (  # that see the record
    "record", "casework", "dossier", "exchange", "publish", "desk", "cli", "counts",
    "confined",
)  # fmt: skip
ENTRIES = ("asylia.cli.", "asylia.desk.routes.")
# What every screen imports: it holds the settings of an export and starts none.
_HUBS = ("asylia.desk.screen", "asylia.desk.workspace", "asylia.desk.app", "asylia.desk.serve")
_CALLS = frozenset({
    "write", "write_bytes", "write_text", "write_whole", "writelines", "writestr", "writerow",
    "writerows", "save", "savefig", "copyfile", "copytree", "copy2", "mkstemp",
    "NamedTemporaryFile", "post", "put", "patch", "stream", "sendall", "sendmail",
    "Response", "FileResponse", "StreamingResponse", "PlainTextResponse", "JSONResponse",
    "HTMLResponse",
})  # fmt: skip
_FLAGS = ("O_CREAT", "O_WRONLY", "O_RDWR")


@cache
def modules(src: Path = SRC) -> dict[str, ast.Module]:
    """Every module of the parts that see the record."""
    return {
        name_of(path, src): ast.parse(path.read_text("utf-8"))
        for part in PARTS
        for path in sorted((src / "asylia" / part).rglob("*.py"))
    }


def name_of(path: Path, src: Path = SRC) -> str:
    return ".".join(path.relative_to(src).with_suffix("").parts).removesuffix(".__init__")


def writes(tree: ast.Module) -> bool:
    """Whether a module writes a file, sends bytes, or answers with them."""
    return any(_is_way_out(call) for call in ast.walk(tree) if isinstance(call, ast.Call))


def _is_way_out(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "open":
        return any(_is_mode(word) for word in _texts(call)) or any(
            flag in ast.dump(call) for flag in _FLAGS
        )
    return name in _CALLS and not _is_ours(call)


def _is_ours(call: ast.Call) -> bool:
    """A function of ours of that name, which is a module of its own and is looked at there."""
    owner = getattr(getattr(call.func, "value", None), "id", "")
    return owner in {"bag", "_codes", "wire"}


def _is_mode(word: str) -> bool:
    return len(word) <= 3 and set(word) <= set("rwxabt+") and bool(set(word) & set("wxa+"))


def _texts(call: ast.Call) -> Iterator[str]:
    for one in (*call.args, *(word.value for word in call.keywords)):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def imports(tree: ast.Module) -> set[str]:
    """The modules that a module imports, `from a import b` as `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def reaching(ways_out: set[str], known: dict[str, ast.Module]) -> set[str]:
    """The modules of commands and of the desk's forms from which a way out can be reached.

    No command is called in a private module: what imports one is reached itself.
    """
    reach = set(ways_out)
    while grown := {
        name
        for name, tree in known.items()
        if name not in reach and name not in _HUBS and imports(tree) & reach
    }:
        reach |= grown
    return {name for name in reach if name.startswith(ENTRIES) and "._" not in name}


def made_in(kind: str, known: dict[str, ast.Module]) -> set[str]:
    """The modules in which an object of this kind is made."""
    return {
        name
        for name, tree in known.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == kind
    }
