"""Every vector of the header gives what it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.vault.make_vectors import FILE, vectors

from asylia.errors import LockedError, MalformedError
from asylia.vault.header import Header
from asylia.vault.passphrase import normal
from asylia.vault.vault import DATABASE, HEADER, Vault, _database_key

VECTORS: dict[str, Any] = json.loads(FILE.read_text())
ERRORS = {"locked": LockedError, "malformed": MalformedError}


@pytest.mark.parametrize("vector", VECTORS["headers"], ids=lambda vector: vector["name"])
def test_a_header_opens_or_not_as_its_vector_says(vector: dict[str, str], tmp_path: Path) -> None:
    content, passphrase = bytes.fromhex(vector["header"]), vector["passphrase"]
    if vector["expect"] == "ok":
        assert Header.parse(content).open(normal(passphrase)).hex() == VECTORS["master_key"]
        return
    (tmp_path / HEADER).write_bytes(content)
    (tmp_path / DATABASE).write_bytes(b"")
    with pytest.raises(ERRORS[vector["expect"]]):
        Vault.open(tmp_path, passphrase)
    assert (tmp_path / DATABASE).read_bytes() == b""


def test_the_database_key_is_as_its_vector_says() -> None:
    master = bytes.fromhex(VECTORS["master_key"])
    assert _database_key(master).hex() == VECTORS["database_key"]


def test_the_vectors_are_made_anew_byte_by_byte() -> None:
    assert vectors() == VECTORS
