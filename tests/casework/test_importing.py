"""An import is there whole or not at all: killed half-way, on a full disk, from two desks."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.casework.world import COSTS, PASSPHRASE, Hands, World

from asylia import wire
from asylia.casework.importing import (
    Whom,
    enter_import,
    say_whom,
    to_take_back,
    undo_import,
)
from asylia.casework.place import Place
from asylia.errors import NotFoundError, SystemRefusedError, UsageError
from asylia.ledger.courier import TeamCourier
from asylia.ledger.founding import Founder, found
from asylia.record import contents as c
from asylia.record.concerns import concerned
from asylia.record.leaning import standing
from asylia.record.looking import waiting
from asylia.record.reading import IMPORTABLE
from asylia.vault.vault import Vault

CLOCK = Hands()


def file(count: int, words: str = "words") -> tuple[c.Content, ...]:
    source = c.Source(id="table", kind="compilation", title="x", language="en", said_on="2031")
    event = c.Event(id="raid", name="An invented raid", kind="raid")
    claims = (
        c.Claim(id=f"row-{n}", source="table", words=f"{words} {n}", tellers=(c.Teller(who=""),),
                subject="raid", property="account", value="x", event="raid", said_on="2031")
        for n in range(count)
    )  # fmt: skip
    return (source, event, *claims)


def imported(name: str, contents: tuple[c.Content, ...]) -> c.Imported:
    return c.Imported(id=name, form="csv", sha256=bytes(32), contents=len(contents))


@contextmanager
def opened(folder: Path) -> Iterator[Place]:
    """A device that no relay answers: what it enters waits in its vault."""
    vault = Vault.open(folder, PASSPHRASE)
    courier = TeamCourier("http://127.0.0.1:9", bytes(32), httpx.Client())
    try:
        yield Place(vault, vault.ledger(clock=CLOCK), courier, CLOCK)
    finally:
        vault.close()


def made(folder: Path) -> Path:
    vault = Vault.create(folder, PASSPHRASE, costs=COSTS)
    founders = [Founder(vault.keys(), "Linden")]
    found(founders, relay_url="http://127.0.0.1:9", clock=CLOCK).enter(vault.store, vault.keys())
    vault.close()
    return folder


def held(folder: Path) -> int:
    with opened(folder) as place:
        return sum(len(place.record().standing(kind)) for kind in IMPORTABLE)


@pytest.mark.parametrize(("at", "stands"), [(7, 0), (None, 22)])
def test_killed_half_way_nothing_came_in_and_it_comes_in_anew(
    tmp_path: Path, at: int | None, stands: int
) -> None:
    folder, contents = made(tmp_path / "vault"), file(20)
    child = os.fork()
    if child == 0:
        with opened(folder) as place:
            append = place.append

            def dying(record: bytes, content: bytes | wire.Message) -> None:
                dying.left -= 1  # type: ignore[attr-defined]
                if dying.left == 0:  # type: ignore[attr-defined]
                    os.kill(os.getpid(), signal.SIGKILL)
                append(record, content)  # type: ignore[arg-type]

            dying.left = at or -1  # type: ignore[attr-defined]
            place.append = dying  # type: ignore[method-assign, assignment]
            enter_import(place, imported("im", contents), contents)
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert held(folder) == stands
    with opened(folder) as place:
        assert len(place.record().all(c.Imported)) == bool(stands)
        enter_import(place, imported("again", contents), contents)
        assert len(place.record().claims) == 20


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_on_a_full_disk_nothing_comes_in_and_it_is_said(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], check=True)
    try:
        folder, large = made(disk / "vault"), file(400, "word " * 3_000)
        with opened(folder) as place:
            with pytest.raises(SystemRefusedError, match="full"):
                enter_import(place, imported("im", large), large)
            assert place.record().everything == ()
            enter_import(place, imported("small", file(5)), file(5))
            assert len(place.record().claims) == 5
        assert held(folder) == 7
    finally:
        subprocess.run(["umount", disk], check=True)


def test_two_desks_import_one_file_at_once_and_each_takes_back_its_own(world: World) -> None:
    first, second = world.desks
    contents = file(3)
    for name, desk in (("one", first), ("two", second)):
        enter_import(desk, imported(name, contents), contents)
    for desk in (first, second, first):
        desk.synchronise()
    assert first.record().entered != ()
    for desk in (first, second):
        assert len(desk.record().claims) == 3
        assert desk.record().clashes == ()
    undone = undo_import(first, "one", "twice", "Linden")
    assert (undone.count, len(undone.staying)) == (0, 5)
    for desk in (first, second):
        desk.synchronise()
        assert len(desk.record().claims) == 3
    assert undo_import(second, "two", "another mapping", "Rowan").count == 5
    for desk in (second, first):
        desk.synchronise()
        assert (desk.record().claims, desk.record().all(c.Event)) == ((), ())
        assert to_take_back(desk.record(), "one").items == ()
        with pytest.raises(UsageError):
            undo_import(desk, "two", "again", "Linden")
    enter_import(first, imported("three", contents), contents)
    assert len(first.record().claims) == 3


def test_of_an_interview_in_a_file_somebody_says_who_speaks(tmp_path: Path) -> None:
    told = c.Source(id="talk", kind="interview", title="x", language="en", said_on="2031")
    claim = msgspec.structs.replace(file(1)[2], id="own", source="talk")
    contents, apart = (told, *file(0)[1:], claim), msgspec.structs.replace(claim, id="apart")
    with opened(made(tmp_path / "vault")) as place:
        enter_import(place, imported("im", contents), contents)
        place.append(place.ledger.new_record(place.ledger.home()), apart)
        assert [one.id for one in waiting(place.record(), "im").claims] == ["own"]
        whom = Whom((c.Concerned(person="KT-204", role="speaker"),), "none")
        for items, error in ((("own", "apart"), UsageError), (("own", "gone"), NotFoundError)):
            with pytest.raises(error):
                say_whom(place, items, whom, "Linden")
        assert place.record().all(c.ItemLook) == ()
        assert say_whom(place, ("own", "own"), whom, "Linden") == 1
        record = place.record()
        assert waiting(record, "im").claims == ()
        assert [one.person for one in concerned(record, claim) or ()] == ["KT-204"]
        assert [one.pseudonym for one in record.all(c.Person)] == ["KT-204"]
        assert len(standing(record, "im")) == 3  # who speaks was not brought by the file
