"""An import into a folder of public sources: new files beside the old ones, and their undoing.

Upholds: the folder is read as it will be before anything of it is changed; all files come, or none;
nothing is written over.  Refuses an undo after which the folder would not hold together.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from asylia.errors import ConflictError, MalformedError, NotFoundError
from asylia.exchange.yaml_out import files
from asylia.record.contents import Content, OwnTerm
from asylia.record.folder import FILES, TERMS, check_whole, contents_in
from asylia.record.forms import ID_PATTERN
from asylia.record.termfile import own_terms
from asylia.record.yamlfile import YamlFile, parse, read
from asylia.vault.vault import write_whole

_PREFIX = "imported-"


def put(folder: Path, contents: Sequence[Content], import_id: str) -> tuple[str, ...]:
    """Write the contents as files of the folder; their names.  Nothing is written on an error."""
    new = files(contents, f"{_PREFIX}{import_id}")
    old = sorted(folder.glob("*.yaml"))
    check_whole(old)
    if len(old) + len(new) > FILES:
        raise MalformedError(f"the folder would have more than {FILES} files", hint="Import less.")
    whole = contents_in([*_read(old), *_parsed(new)], _terms(folder))
    held = {one.id: one for one in whole}
    changed = [one.id for one in contents if held.get(one.id) != one]
    if changed:
        raise MalformedError(
            f"{changed[0]}: can't be written as YAML without a change",
            hint="Nothing was imported. Mend its texts, or import it into a vault.",
        )
    for name in new:
        if (folder / name).exists():
            raise ConflictError("this import is in the folder already")
    written: list[Path] = []
    try:
        for name, content in reversed(new.items()):  # the first last: without it, it was cut off
            written.append(folder / name)
            write_whole(folder / name, content)
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    return tuple(new)


def undo(folder: Path, import_id: str) -> int:
    """Remove an import's files; how many.  ``ConflictError`` where the rest leans on them."""
    own = list(_own(folder, import_id))
    if not own:
        raise NotFoundError("the folder has no such import", hint="`imported-ID-001.yaml` has it.")
    rest = [path for path in sorted(folder.glob("*.yaml")) if path not in own]
    try:
        contents_in(_read(rest), _terms(folder))
    except MalformedError as error:
        raise ConflictError(
            f"the rest of the folder leans on it: {error.message}",
            hint="Nothing was undone. Take out what points to the import first.",
        ) from None
    for path in own:  # the first first: what is left after a power cut can be taken back again
        path.unlink()
    return len(own)


def _own(folder: Path, import_id: str) -> Iterator[Path]:
    if re.fullmatch(ID_PATTERN.removesuffix(r"\Z"), import_id):
        for path in sorted(folder.glob(f"{_PREFIX}{import_id}-*.yaml")):
            if re.fullmatch(rf"{_PREFIX}{re.escape(import_id)}-[0-9]{{3}}\.yaml", path.name):
                yield path


def _read(paths: Sequence[Path]) -> list[YamlFile]:
    return [read(path) for path in paths]


def _parsed(new: Mapping[str, bytes]) -> list[YamlFile]:
    return [parse(content, name) for name, content in new.items()]


def _terms(folder: Path) -> tuple[OwnTerm, ...]:
    return own_terms(folder / TERMS) if (folder / TERMS).is_dir() else ()
