"""No file of a vault ever holds a word in clear, nor one that was deleted."""

import base64
import sqlite3
from pathlib import Path

import sqlcipher3
from tests.vault.world import LABEL, PASSPHRASE, Words, make_team_vault

from asylia.ledger.founding import Founder, found
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.ledger import Ledger
from asylia.vault import projecting
from asylia.vault.database import SETTINGS
from asylia.vault.store import SqlStore

CANARY = "canary-Zelimkhan-Baryshny-4711"


def found_in(folder: Path, word: str = CANARY) -> list[str]:
    plain = word.encode()
    forms = [plain, word.encode("utf-16-le"), plain.hex().encode()]
    forms += [base64.b64encode(plain[at:])[:-4] for at in range(3) if len(plain) > 12]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if any(one in path.read_bytes() for one in forms)]


def test_no_word_lies_in_clear_in_any_file(tmp_path: Path) -> None:
    vault, ledger, record = make_team_vault(tmp_path)
    ledger.append(record, LABEL + CANARY.encode())
    vault.project([Words()], ledger)
    vault.put_secret("word", CANARY.encode())
    with vault.store.transaction():  # the journal is there now
        vault.connection.execute("UPDATE word SET text = 'other'")
        assert found_in(tmp_path) == []
        assert (tmp_path / "vault.db-journal").stat().st_size > 0
    assert found_in(tmp_path) == []
    vault.close()
    assert found_in(tmp_path) == []
    for secret in (PASSPHRASE, "Linden", "casework", "http://127.0.0.1"):
        assert found_in(tmp_path, secret) == []


def test_without_sqlcipher_the_search_would_find_it(tmp_path: Path) -> None:
    """The negative control: the same store over plain SQLite."""
    connection = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    SqlStore(connection).put_value("word", CANARY.encode())
    connection.close()
    assert found_in(tmp_path) == ["plain.db"]


def deleted_word_stays(folder: Path, *, secure: bool) -> bool:
    """Whether a deleted word stays in the pages, seen by running the vault's code without a key."""
    connection = sqlcipher3.connect(str(folder / "plain.db"), isolation_level=None)
    connection.executescript(SETTINGS)
    store, keys = SqlStore(connection), DeviceKeys.generate()
    found([Founder(keys, "Linden")], relay_url="http://127.0.0.1:1").enter(store, keys)
    ledger = Ledger(store, keys)
    record = ledger.new_record("casework")
    for text in (*(f"filler {number} words" for number in range(50)), CANARY):
        ledger.append(record, LABEL + text.encode())
    projecting.project(store, [Words()], ledger)
    assert found_in(folder) or found_in(folder, "zelimkhan")
    if not secure:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute(
            "INSERT INTO word_search (word_search, rank) VALUES ('secure-delete', 0)"
        )
    connection.execute("DELETE FROM word WHERE text = ?", (CANARY,))
    connection.execute("DELETE FROM entry WHERE content = ?", (LABEL + CANARY.encode(),))
    connection.close()
    # FTS5's tokenizer folds to lower case and cuts at hyphens.
    return bool(found_in(folder) or found_in(folder, "zelimkhan"))


def test_a_deleted_word_is_gone_from_pages_and_search_index(tmp_path: Path) -> None:
    assert not deleted_word_stays(tmp_path, secure=True)


def test_without_secure_delete_it_would_stay(tmp_path: Path) -> None:
    assert deleted_word_stays(tmp_path, secure=False)
