"""Reads the official vectors of the age format where they lie (C2SP/CCTV, age/testdata)."""

import zlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "age-vectors"


@dataclass(frozen=True)
class Vector:
    """One file: what must come of it, by which keys, and the age file itself."""

    name: str
    expect: str
    payload: str | None
    file_key: bytes
    identities: tuple[str, ...]
    content: bytes

    @property
    def hybrid(self) -> tuple[str, ...]:
        return tuple(i for i in self.identities if i.startswith("AGE-SECRET-KEY-PQ-1"))


def load() -> list[Vector]:
    names = sorted(FOLDER.iterdir()) if FOLDER.is_dir() else []
    return [_read(path) for path in names if path.name != "SOURCE.txt"]


def _read(path: Path) -> Vector:
    head, content = path.read_bytes().split(b"\n\n", 1)
    pairs = [line.split(": ", 1) for line in head.decode().splitlines()]
    fields = dict(pairs)
    if fields.get("compressed") == "zlib":
        content = zlib.decompress(content)
    return Vector(
        name=path.name,
        expect=fields["expect"],
        payload=fields.get("payload"),
        file_key=bytes.fromhex(fields["file key"]),
        identities=tuple(value for key, value in pairs if key == "identity"),
        content=content,
    )
