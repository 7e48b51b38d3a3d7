"""What the makers of vectors share: where they lie, fixed bytes, one byte altered."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "spec" / "vectors"
Json = dict[str, Any]


def stored(name: str) -> Json:
    path = FOLDER / f"{name}.json"
    content: Json = json.loads(path.read_text()) if path.exists() else {}
    return content


def seed(number: int) -> bytes:
    return bytes((number + at) % 256 for at in range(32))


def flip(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
