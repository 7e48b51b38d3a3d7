"""The published vectors of ``spec/page.md`` hold, and the maker still makes them."""

import json
from typing import Any

import pytest

from asylia.errors import MalformedError
from asylia.intake import armor
from asylia.intake.rootfile import read_root, write_root

from .make_vectors import PATH, make

STORED: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def cases(key: str) -> Any:
    return pytest.mark.parametrize("case", STORED[key], ids=[each["name"] for each in STORED[key]])


def test_the_maker_makes_what_is_published() -> None:
    assert make() == STORED


@cases("armored")
def test_armored_texts(case: dict[str, Any]) -> None:
    if case["expect"] == "ok":
        assert armor.read_envelope(case["text"]).hex() == STORED["envelope"]
        return
    with pytest.raises(MalformedError):
        armor.read_envelope(case["text"])


@cases("roots")
def test_root_files(case: dict[str, Any]) -> None:
    untrusted = case["text"].encode()
    if case["expect"] == "ok":
        assert write_root(read_root(untrusted)).startswith(untrusted)
        return
    with pytest.raises(MalformedError):
        read_root(untrusted)
