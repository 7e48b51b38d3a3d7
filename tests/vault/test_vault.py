"""A vault: what opens it, what does not, and what stays of a failure."""

import os
import stat
from pathlib import Path

import pytest
from tests.vault.world import LABEL, PASSPHRASE, Words, make_team_vault, make_vault

from asylia.errors import (
    ConflictError,
    ForgedError,
    LockedError,
    MalformedError,
    NotFoundError,
    UnavailableError,
    UsageError,
)
from asylia.vault.vault import DATABASE, HEADER, Vault, read_header, write_whole


def test_what_was_kept_is_there_after_reopening(tmp_path: Path) -> None:
    with make_vault(tmp_path / "v") as vault:
        keys = vault.keys()
        vault.put_secret("token", b"kept")
    with Vault.open(tmp_path / "v", "  Amber basin cedar DELTA ember  fjord\n") as again:
        assert again.keys() == keys
        assert again.secret("token") == b"kept"
        assert again.secret("other") is None


def test_a_wrong_passphrase_is_locked_and_changes_nothing(tmp_path: Path) -> None:
    make_vault(tmp_path / "v").close()
    before = {path.name: path.read_bytes() for path in (tmp_path / "v").iterdir()}
    with pytest.raises(LockedError):
        Vault.open(tmp_path / "v", "amber basin cedar delta ember fable")
    assert {path.name: path.read_bytes() for path in (tmp_path / "v").iterdir()} == before


def test_a_damaged_header_is_malformed(tmp_path: Path) -> None:
    make_vault(tmp_path / "v").close()
    path = tmp_path / "v" / HEADER
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(MalformedError):
        Vault.open(tmp_path / "v", PASSPHRASE)


@pytest.mark.parametrize("place", [0, 20, 4096, 40_000])
def test_an_altered_database_is_forged(tmp_path: Path, place: int) -> None:
    make_team_vault(tmp_path / "v")[0].close()
    path = tmp_path / "v" / DATABASE
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(ForgedError):
        Vault.open(tmp_path / "v", PASSPHRASE)


def test_the_database_of_another_vault_is_forged(tmp_path: Path) -> None:
    for name in "ab":
        make_vault(tmp_path / name).close()
    (tmp_path / "b" / DATABASE).replace(tmp_path / "a" / DATABASE)
    with pytest.raises(ForgedError):
        Vault.open(tmp_path / "a", PASSPHRASE)
    with pytest.raises(NotFoundError):
        Vault.open(tmp_path / "b", PASSPHRASE)


def test_a_vault_is_open_in_one_program_at_a_time(tmp_path: Path) -> None:
    with make_vault(tmp_path / "v"), pytest.raises(ConflictError):
        Vault.open(tmp_path / "v", PASSPHRASE)
    Vault.open(tmp_path / "v", PASSPHRASE).close()


def test_nothing_is_created_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"")
    with pytest.raises(ConflictError):
        make_vault(tmp_path)
    with pytest.raises(NotFoundError):
        read_header(tmp_path)


def test_a_vault_of_no_team_has_no_ledger(tmp_path: Path) -> None:
    with make_vault(tmp_path / "v") as vault, pytest.raises(NotFoundError):
        vault.ledger()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_may_read_the_folder_or_its_files(tmp_path: Path) -> None:
    make_vault(tmp_path / "v").close()
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "v").rglob("*")}
    assert stat.S_IMODE((tmp_path / "v").stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}


def test_the_settings_that_the_spec_names_are_on(tmp_path: Path) -> None:
    with make_vault(tmp_path / "v") as vault:
        settings = {
            "journal_mode": "truncate",
            "synchronous": 3,
            "secure_delete": 1,
            "temp_store": 2,
            "locking_mode": "exclusive",
            "cipher_page_size": "4096",
            "cipher_hmac_algorithm": "HMAC_SHA512",
        }
        found = {
            name: vault.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings
        }
    assert found == settings


def half_done(vault: Vault) -> None:
    with vault.store.transaction():
        vault.put_secret("half", b"1")
        with vault.store.transaction():
            vault.put_secret("inner", b"1")
        raise OSError("power")


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    with make_vault(tmp_path / "v") as vault:
        with pytest.raises(OSError, match="power"):
            half_done(vault)
        assert vault.secret("half") is None
        assert vault.secret("inner") is None
        with vault.store.transaction():
            vault.put_secret("whole", b"1")
        assert vault.secret("whole") == b"1"


def test_a_small_file_is_written_whole_or_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def fail(_: int) -> None:
        raise OSError("power")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UnavailableError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_rebuilding_gives_the_same_rows(tmp_path: Path) -> None:
    vault, ledger, record = make_team_vault(tmp_path / "v")
    with vault:
        with vault.store.transaction():
            for number in range(1100):
                ledger.append(record, LABEL + f"word{number}".encode())
        ledger.append(record, b"asylia/unknown/1\nskipped")
        assert vault.project([Words()], ledger) == 1101
        before = vault.dump([Words()])
        assert before.count("\n") == 2 * 1100
        assert vault.rebuild([Words()], ledger) == 1101
        assert vault.dump([Words()]) == before
        vault.connection.execute("UPDATE word SET text = 'changed by hand' WHERE sequence = 3")
        assert vault.dump([Words()]) != before
        vault.rebuild([Words()], ledger)
        assert vault.dump([Words()]) == before


def test_projecting_goes_on_where_it_was(tmp_path: Path) -> None:
    vault, ledger, record = make_team_vault(tmp_path / "v")
    with vault:
        ledger.append(record, LABEL + b"a")
        assert vault.project([Words()], ledger) == 1
        assert vault.project([Words()], ledger) == 0
        ledger.append(record, LABEL + b"b")
        assert vault.project([Words()], ledger) == 1


class Failing(Words):
    """Fails at its third entry."""

    def apply(self, connection, entry):  # type: ignore[no-untyped-def]
        super().apply(connection, entry)
        if entry.sequence == 2:
            raise OSError("power")


def test_a_projection_that_fails_leaves_nothing_of_its_batch(tmp_path: Path) -> None:
    vault, ledger, record = make_team_vault(tmp_path / "v")
    with vault:
        for text in (b"a", b"b", b"c"):
            ledger.append(record, LABEL + text)
        with pytest.raises(OSError, match="power"):
            vault.project([Failing()], ledger)
        assert vault.dump([Words()]) == ""
        assert vault.project([Words()], ledger) == 3
        assert vault.dump([Words()]).count("\n") == 6


class Changed(Words):
    """The same in a later version, with another column."""

    schema = Words.schema.replace("text TEXT", "text TEXT, upper TEXT")

    def apply(self, connection, entry):  # type: ignore[no-untyped-def]
        text = entry.content.removeprefix(LABEL).decode()
        row = (entry.author, entry.sequence, text, text.upper())
        connection.execute("INSERT INTO word VALUES (?, ?, ?, ?)", row)


def test_a_projection_with_another_schema_is_grown_anew(tmp_path: Path) -> None:
    vault, ledger, record = make_team_vault(tmp_path / "v")
    with vault:
        ledger.append(record, LABEL + b"a")
        vault.project([Words()], ledger)
        assert vault.project([Changed()], ledger) == 1
        assert "'A'" in vault.dump([Changed()])


class Greedy(Words):
    """Names a table of the store's."""

    name = "greedy"
    schema = "CREATE TABLE outbox (x);"


def test_a_projection_keeps_to_its_own_tables(tmp_path: Path) -> None:
    vault, ledger, _ = make_team_vault(tmp_path / "v")
    with vault, pytest.raises(UsageError):
        vault.project([Greedy()], ledger)
