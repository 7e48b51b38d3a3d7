"""One order of unlocking, whatever was typed; what the duress passphrase leaves."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.vault.oracles import oracles
from tests.vault.shares import DURESS, OTHER, WRONG, Kept, Line, line
from tests.vault.world import COSTS, PASSPHRASE, make_vault

from asylia.errors import (
    AsyliaError,
    ConflictError,
    LockedError,
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from asylia.vault import files
from asylia.vault import header as slots
from asylia.vault.change import changing
from asylia.vault.files import HeaderFile, replace_header
from asylia.vault.header import Costs, Header
from asylia.vault.share import allow, is_stopped, share_id_of, stop
from asylia.vault.unlocking import unlock
from asylia.vault.vault import HEADER, Vault, read_header

WORDS = {"right": PASSPHRASE, "wrong": WRONG, "duress": DURESS}


@pytest.fixture
def away(tmp_path: Path) -> Line:
    """A vault with its share on, and its relay gone."""
    with line(tmp_path) as one:
        one.set_duress()
        one.share_on()
    return one


def answer(folder: Path, words: str, shares: Kept | None = None) -> tuple[type, str, str]:
    try:
        Vault.open(folder, words, shares=shares).close()
    except AsyliaError as error:
        return type(error), error.message, error.hint
    return Vault, "", ""


def set_duress(folder: Path, words: str = DURESS) -> None:
    with changing(folder, PASSPHRASE) as change:
        change.set_duress(words)


# -- duress


def test_duress_words_are_answered_as_wrong_ones_and_nothing_opens_after(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    set_duress(tmp_path)
    assert answer(tmp_path, PASSPHRASE)[0] is Vault
    before = read_header(tmp_path)
    wrong = answer(tmp_path, WRONG)
    names = sorted(path.name for path in tmp_path.iterdir())
    database = (tmp_path / "vault.db").read_bytes()
    assert read_header(tmp_path) == before
    assert answer(tmp_path, DURESS) == wrong
    for words in WORDS.values():
        assert answer(tmp_path, words) == wrong
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert (tmp_path / "vault.db").read_bytes() == database


def test_what_duress_leaves_looks_like_any_header(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    set_duress(tmp_path)
    before = read_header(tmp_path)
    answer(tmp_path, DURESS)
    after = read_header(tmp_path)
    assert (after.costs, after.share_id) == (before.costs, before.share_id)
    assert not {after.salt, *after.slots} & {before.salt, *before.slots}
    assert len({*after.slots}) == len(after.slots)  # random, each of them
    assert all(oracles(after, words) == [] for words in WORDS.values())


def test_duress_overwrites_the_same_file_and_no_older_copy_stays(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    set_duress(tmp_path)
    before = (tmp_path / HEADER).read_bytes()
    (tmp_path / "header.new").write_bytes(before)  # what a crash in a change leaves
    inode = (tmp_path / HEADER).stat().st_ino
    answer(tmp_path, DURESS)
    assert (tmp_path / HEADER).stat().st_ino == inode
    for path in tmp_path.iterdir():
        assert before[16:48] not in path.read_bytes()


def test_a_header_that_was_changed_meanwhile_is_destroyed_too(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    before = read_header(tmp_path)
    with HeaderFile(tmp_path) as file:
        replace_header(tmp_path, before, before.fresh())
        file.destroy(before.fresh().encode())
    newest = read_header(tmp_path)
    with HeaderFile(tmp_path) as file:
        replace_header(tmp_path, newest, before)
        file.write_back()  # its bytes were wiped: they are not brought back
    assert read_header(tmp_path) == before


def test_renewed_duress_words_work_and_the_old_ones_are_only_wrong(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    set_duress(tmp_path)
    set_duress(tmp_path, OTHER)
    assert answer(tmp_path, DURESS)[0] is LockedError
    assert answer(tmp_path, PASSPHRASE)[0] is Vault
    answer(tmp_path, OTHER)
    assert answer(tmp_path, PASSPHRASE)[0] is LockedError


def test_an_open_vault_elsewhere_does_not_bring_the_header_back(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    set_duress(tmp_path)
    with changing(tmp_path, PASSPHRASE) as change:
        assert answer(tmp_path, DURESS)[0] is LockedError
        destroyed = (tmp_path / HEADER).read_bytes()
        with pytest.raises(ConflictError):
            change.renew_passphrase(OTHER)
        change.vault.put_secret("still", b"open")
    assert (tmp_path / HEADER).read_bytes() == destroyed


def test_a_header_that_can_not_be_written_is_answered_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_vault(tmp_path).close()
    set_duress(tmp_path)
    before, wrong = (tmp_path / HEADER).read_bytes(), answer(tmp_path, WRONG)

    def fail(*_: Any) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(files, "_write_over", fail)
    assert answer(tmp_path, DURESS) == wrong
    assert answer(tmp_path, PASSPHRASE)[0] is Vault
    assert (tmp_path / HEADER).read_bytes() == before


# -- the same work, whatever was typed


class Work:
    """Counts what a run does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: dict[str, int] = {}
        self._patch = monkeypatch
        self._count(Costs, "stretch")
        self._count(slots, "open_slot")
        self._count(slots, "hkdf")
        self._count(files, "_write_over")
        self._count(os, "fsync")

    def _count(self, place: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(place, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            self.done[name] = self.done.get(name, 0) + 1
            return real(*arguments, **named)

        self._patch.setattr(place, name, counted)


@pytest.mark.parametrize("typed", WORDS)
@pytest.mark.parametrize("share", ["off", "here", "refused"])
def test_each_run_does_the_same_work(
    tmp_path: Path, typed: str, share: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with line(tmp_path) as one:
        one.set_duress()
        if share != "off":
            one.share_on()
        if share == "refused":
            stop(one.courier, one.device)
        folder = one.folder
        work = Work(monkeypatch)
        with suppress(AsyliaError):
            unlock(folder, WORDS[typed])
    trials = 16
    assert work.done == {
        "stretch": 1,
        "open_slot": trials,
        "hkdf": trials,
        "_write_over": 1,
        "fsync": 1,
    }


def test_a_header_that_stopped_at_the_first_slot_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    make_vault(tmp_path).close()
    found = unlock(tmp_path, PASSPHRASE)
    slot = slots.seal_passphrase(found.stretched, None, 0, found.master)
    (tmp_path / HEADER).write_bytes(found.header.with_slot(0, slot).encode())

    def first(self: Header, keys: list[bytes]) -> Iterator[bytes | None]:
        for key, slot in zip(keys, self.slots, strict=True):
            opened = slots._opened(key, slot)
            yield opened
            if opened is not None:
                return

    monkeypatch.setattr(Header, "_try", first)
    work, counts = Work(monkeypatch), []
    for words in (PASSPHRASE, WRONG):
        work.done.clear()
        answer(tmp_path, words)
        counts.append(work.done["open_slot"])
    assert counts == [9, 16]


# -- the remote share


def test_with_its_share_a_vault_opens_through_the_relay_that_it_names(tmp_path: Path) -> None:
    with line(tmp_path) as one:
        with Vault.open(one.folder, PASSPHRASE) as vault:
            vault.put_secret("kept", b"here")
        one.share_on()
        assert sorted({*one.files} - {"vault.db-journal"}) == ["header", "relay", "vault.db"]
        with Vault.open(one.folder, PASSPHRASE) as vault:
            assert vault.secret("kept") == b"here"
        assert answer(one.folder, WRONG)[0] is LockedError
        with changing(one.folder, PASSPHRASE) as change:
            change.switch_share_off(one.courier)
        assert sorted({*one.files} - {"vault.db-journal"}) == ["header", "vault.db"]
        with pytest.raises(NotFoundError):
            one.courier.share_state(share_id_of(one.device))
    Vault.open(one.folder, PASSPHRASE).close()


def test_no_passphrase_can_be_tried_without_the_relay(away: Line) -> None:
    header = read_header(away.folder)
    assert oracles(header, PASSPHRASE) == []
    assert oracles(header, WRONG) == []
    assert oracles(header, DURESS) == ["duress slot"]  # as the spec says: it opens nothing
    silent = answer(away.folder, PASSPHRASE)
    assert silent[0] is UnavailableError
    assert answer(away.folder, WRONG) == silent
    assert answer(away.folder, DURESS) == silent


def test_an_ordinary_slot_beside_the_shared_one_would_be_found(tmp_path: Path) -> None:
    """The negative control: as if switching on had kept the old slot."""
    with line(tmp_path) as one:
        before = read_header(one.folder)
        one.share_on()
    after = read_header(one.folder)
    at = next(at for at in range(8) if before.find(before.stretch(PASSPHRASE.encode()), None))
    for at in range(8):
        kept = after.with_slot(at, before.slots[at])
        if oracles(kept, PASSPHRASE):
            assert oracles(kept, PASSPHRASE) == ["ordinary slot"]
            return
    pytest.fail("the oracle test sees nothing")


def test_duress_works_with_the_share_on_and_its_relay_away(away: Line) -> None:
    before = read_header(away.folder)
    answer(away.folder, DURESS)
    after = read_header(away.folder)
    assert after.share_id == before.share_id
    assert not {after.salt, *after.slots} & {before.salt, *before.slots}


def test_duress_with_the_relay_there_is_answered_as_a_wrong_passphrase(tmp_path: Path) -> None:
    with line(tmp_path) as one:
        one.set_duress()
        one.share_on()
        wrong = answer(one.folder, WRONG)
        assert answer(one.folder, DURESS) == wrong
        assert wrong[0] is LockedError
        assert answer(one.folder, PASSPHRASE) == wrong


def test_a_colleague_shuts_a_device_out_and_allows_tries(tmp_path: Path) -> None:
    with line(tmp_path) as one:
        with pytest.raises(NotFoundError):
            stop(one.courier, one.device)
        one.share_on()
        for _ in range(10):
            assert answer(one.folder, WRONG)[0] is LockedError
        spent = answer(one.folder, PASSPHRASE)
        assert spent[0] is RefusedError
        assert answer(one.folder, WRONG) == spent
        assert not is_stopped(one.courier, one.device)
        allow(one.courier, one.device)
        assert answer(one.folder, PASSPHRASE)[0] is Vault
        stop(one.courier, one.device)
        assert is_stopped(one.courier, one.device)
        assert answer(one.folder, PASSPHRASE) == spent
        with pytest.raises(RefusedError):
            allow(one.courier, one.device)


def test_a_share_that_is_not_this_devices_looks_like_a_wrong_passphrase(away: Line) -> None:
    assert answer(away.folder, PASSPHRASE, Kept(bytes(32))) == answer(
        away.folder, WRONG, Kept(bytes(32))
    )
    assert answer(away.folder, PASSPHRASE, Kept(bytes(32)))[0] is LockedError


@pytest.mark.parametrize("content", [b"", b"ftp://x\n", b"\xff\n", b"http://" + b"x" * 4096])
def test_a_damaged_address_is_told_and_never_asked(away: Line, content: bytes) -> None:
    (away.folder / "relay").write_bytes(content)
    assert answer(away.folder, PASSPHRASE)[0] is MalformedError
    (away.folder / "relay").unlink()
    assert answer(away.folder, PASSPHRASE)[0] is NotFoundError


def test_the_relay_learns_nothing_of_the_device_nor_the_disk_of_the_share(tmp_path: Path) -> None:
    with line(tmp_path) as one:
        one.share_on()
        share_id = share_id_of(one.device)
        assert read_header(one.folder).share_id == share_id
        Vault.open(one.folder, PASSPHRASE).close()
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("relay.sqlite*"))
        assert share_id in kept
        assert one.device not in kept
        assert not any(one.device in content for content in one.files.values())


def test_the_bytes_of_a_header_that_was_replaced_are_written_over(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    with (tmp_path / HEADER).open("rb") as old:
        before = old.read()
        with changing(tmp_path, PASSPHRASE) as change:
            change.renew_passphrase(OTHER)
        old.seek(0)
        left = old.read()
    assert len(left) == len(before)
    assert before[16:48] not in left
    assert not any(before[at : at + 48] in left for at in range(128, 512, 48))


def test_a_passphrase_drawn_anew_opens_and_the_old_one_no_more(tmp_path: Path) -> None:
    with line(tmp_path) as one:
        one.set_duress()
        with changing(one.folder, PASSPHRASE) as change:
            change.renew_passphrase(OTHER)
        assert answer(one.folder, PASSPHRASE)[0] is LockedError
        assert answer(one.folder, OTHER)[0] is Vault
        one.share_on(OTHER)
        with changing(one.folder, OTHER) as change:
            with pytest.raises(ConflictError):
                change.switch_share_on(one.courier, one.url)
            with pytest.raises(ConflictError):
                change.renew_passphrase(PASSPHRASE)
            change.renew_passphrase(PASSPHRASE, one.courier)
        assert answer(one.folder, OTHER)[0] is LockedError
        assert answer(one.folder, PASSPHRASE)[0] is Vault
        assert oracles(read_header(one.folder), PASSPHRASE) == []
        answer(one.folder, DURESS)  # the duress slot came through all of it
        assert answer(one.folder, PASSPHRASE)[0] is LockedError


def test_a_vault_of_an_older_make_gets_its_places_with_a_new_passphrase(tmp_path: Path) -> None:
    make_vault(tmp_path).close()
    header = read_header(tmp_path)
    stretched = header.stretch(PASSPHRASE.encode())
    found = header.find(stretched, None)
    assert found
    at = slots.Places.of(found.master).duress
    old = header.fresh()
    old = Header(header.salt, COSTS, old.slots).with_slot(
        at, slots.seal_passphrase(stretched, None, at, found.master)
    )
    (tmp_path / HEADER).write_bytes(old.encode())
    with pytest.raises(ConflictError):
        set_duress(tmp_path)
    with changing(tmp_path, PASSPHRASE) as change:
        change.renew_passphrase(OTHER)
        change.set_duress(DURESS)
    assert answer(tmp_path, OTHER)[0] is Vault
