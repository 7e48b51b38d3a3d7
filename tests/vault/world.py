"""Vaults at low cost, and a projection with everything that a projection may bring."""

from pathlib import Path
from typing import Any

from asylia.ledger.founding import Founder, found
from asylia.ledger.ledger import Ledger
from asylia.ledger.values import OpenEntry
from asylia.values import RecordId
from asylia.vault.header import Costs
from asylia.vault.vault import Vault

COSTS = Costs(memory=64, passes=1, lanes=1)
PASSPHRASE = "amber basin cedar delta ember fjord"
LABEL = b"asylia/word/1\n"


class Words:
    """A table, a search over it, a view and a trigger; one row a content."""

    name = "words"
    schema = """
    CREATE TABLE word (author BLOB, sequence INTEGER, text TEXT, PRIMARY KEY (author, sequence));
    CREATE INDEX word_text ON word (text);
    CREATE VIRTUAL TABLE word_search USING fts5 (text);
    CREATE VIEW word_count AS SELECT count(*) AS n FROM word;
    CREATE TRIGGER word_gone AFTER DELETE ON word BEGIN
      DELETE FROM word_search WHERE text = old.text;
    END;
    """

    def apply(self, connection: Any, entry: OpenEntry) -> None:
        if entry.content.startswith(LABEL):
            text = entry.content.removeprefix(LABEL).decode()
            row = (entry.author, entry.sequence, text)
            connection.execute("INSERT INTO word VALUES (?, ?, ?)", row)
            connection.execute("INSERT INTO word_search VALUES (?)", (text,))


def make_vault(folder: Path, passphrase: str = PASSPHRASE) -> Vault:
    return Vault.create(folder, passphrase, costs=COSTS)


def make_team_vault(folder: Path) -> tuple[Vault, Ledger, RecordId]:
    vault = make_vault(folder)
    founding = found([Founder(vault.keys(), "Linden")], relay_url="http://127.0.0.1:1")
    founding.enter(vault.store, vault.keys())
    ledger = vault.ledger()
    return vault, ledger, ledger.new_record("casework")
