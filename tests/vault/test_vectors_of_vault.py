"""Every vector of the header gives what it says."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.vault.make_vectors import FILE, vectors
from tests.vault.oracles import oracles

from asylia.errors import MalformedError
from asylia.values import DeviceId
from asylia.vault.header import Header, Places
from asylia.vault.passphrase import normal
from asylia.vault.share import share_id_of, token_of
from asylia.vault.vault import DATABASE, HEADER, Vault, _database_key

VECTORS: dict[str, Any] = json.loads(FILE.read_text())


SHARE = bytes.fromhex(VECTORS["share"])


def found(vector: dict[str, str], share: bytes | None) -> str | None:
    """The master key that a header gives up."""
    header = Header.parse(bytes.fromhex(vector["header"]))
    one = header.find(header.stretch(normal(vector["passphrase"])), share)
    return one and one.master.hex()


@pytest.mark.parametrize("vector", VECTORS["headers"], ids=lambda vector: vector["name"])
def test_a_header_opens_or_not_as_its_vector_says(vector: dict[str, str], tmp_path: Path) -> None:
    content, passphrase = bytes.fromhex(vector["header"]), vector["passphrase"]
    match vector["expect"]:
        case "ok":
            assert found(vector, None) == VECTORS["master_key"]
            assert found(vector, SHARE) is None
        case "ok with the share":
            assert found(vector, SHARE) == VECTORS["master_key"]
            assert found(vector, None) is None
            assert found(vector, bytes(32)) is None
        case "oracle":
            assert oracles(Header.parse(content), passphrase) == ["ordinary slot"]
        case "duress":
            header = Header.parse(content)
            assert header.is_duress(header.stretch(normal(passphrase)))
            assert found(vector, None) is None
        case "malformed":
            (tmp_path / HEADER).write_bytes(content)
            (tmp_path / DATABASE).write_bytes(b"")
            with pytest.raises(MalformedError):
                Vault.open(tmp_path, passphrase)
            assert (tmp_path / DATABASE).read_bytes() == b""
        case "locked":
            assert found(vector, None) is None
            assert found(vector, SHARE) is None


def test_share_id_token_and_places_are_as_their_vector_says() -> None:
    stretched = bytes.fromhex(VECTORS["stretched"])
    assert share_id_of(DeviceId(bytes.fromhex(VECTORS["device"]))).hex() == VECTORS["share_id"]
    assert token_of(stretched).hex() == VECTORS["token"]
    places = Places.of(bytes.fromhex(VECTORS["master_key"]))
    assert list(places.passphrase) == VECTORS["places"]["passphrase"]
    assert places.duress == VECTORS["places"]["duress"]


def test_the_database_key_is_as_its_vector_says() -> None:
    master = bytes.fromhex(VECTORS["master_key"])
    assert _database_key(master).hex() == VECTORS["database_key"]


def test_the_vectors_are_made_anew_byte_by_byte() -> None:
    assert vectors() == VECTORS
