"""The custody log as a chain, pieces of a file, and what a file is by its bytes."""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from asylia.errors import ForgedError, MalformedError, NotFoundError
from asylia.record import contents as c
from asylia.record import pieces
from asylia.record.chain import chain, is_broken
from asylia.record.check import check
from asylia.record.concerns import concerned
from asylia.record.copies import holds, in_families
from asylia.record.mediatypes import kind_of
from asylia.values import Day

from .samples import DAY, SAMPLES
from .world import record_of

FILE = bytes(range(256)) * 5000  # more than two pieces
NAME = sha256(FILE).digest()
EXHIBIT = c.Exhibit(
    id="b1", kind="photograph", description="invented", media_type="image/png", size=len(FILE),
    sha256=NAME,
)  # fmt: skip


def event(number: int, action: str, by: str, to: str = "", **change: object) -> c.Custody:
    plain = c.Custody(
        id=f"v{number}", item="b1", action=action, by=by, to=to, on=Day(DAY + number),
        purpose="kept safe", sha256_before=NAME, sha256_after=NAME,
    )  # fmt: skip
    return structs.replace(plain, **change)


TAKEN = event(0, "taken_in", "a witness", "Heron", sha256_before=None)
GIVEN = event(1, "handed_over", "Heron", "Stork")


def wrong(*events: c.Custody) -> list[tuple[str, ...]]:
    return [one.wrong for one in chain(record_of([EXHIBIT, *events]), EXHIBIT)]


def test_a_log_from_hand_to_hand_holds() -> None:
    assert wrong(TAKEN, GIVEN, event(2, "analysed", "Stork")) == [(), (), ()]
    assert not is_broken(chain(record_of([EXHIBIT, TAKEN]), EXHIBIT))
    assert is_broken(chain(record_of([EXHIBIT]), EXHIBIT))


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (structs.replace(GIVEN, sha256_before=bytes(32)), "the hash before is not the one"),
        (structs.replace(GIVEN, sha256_after=bytes(32)), "changed or exchanged"),
        (structs.replace(GIVEN, sha256_before=None, sha256_after=None), "nobody checked"),
        (structs.replace(GIVEN, by="Crane"), "another than the one who had it last"),
        (event(-1, "copied", "Heron"), "does not begin with the intake"),
    ],
)
def test_each_break_is_named_at_its_event(broken: c.Custody, says: str) -> None:
    links = chain(record_of([EXHIBIT, TAKEN, broken]), EXHIBIT)
    (at,) = [one for one in links if one.event == broken]
    assert [says in why for why in at.wrong] == [True]
    assert is_broken(links)


def test_an_exchange_is_named_once_and_the_way_back_again() -> None:
    swapped = event(1, "handed_over", "Heron", "Stork", sha256_after=bytes(32))
    back = event(2, "returned", "Stork", "Heron", sha256_before=bytes(32))
    assert [len(one) for one in wrong(TAKEN, swapped, back)] == [0, 1, 0]


def test_what_a_log_cannot_say_is_refused() -> None:
    link = next(one for one in SAMPLES if isinstance(one, c.Derived))
    told = next(one for one in SAMPLES if isinstance(one, c.Credentials))
    for one in (
        structs.replace(link, original=link.exhibit),
        structs.replace(link, how="magic"),
        structs.replace(told, trust_list="", trust_list_sha256=None),
        structs.replace(told, trust_list_sha256=None),
    ):
        with pytest.raises(MalformedError):
            check(one)


ONE = (c.Concerned(person="p1", role="speaker"),)
COPIES = (
    structs.replace(EXHIBIT, persons=ONE),
    structs.replace(EXHIBIT, id="b2", sha256=bytes(32), persons=ONE),
    structs.replace(EXHIBIT, id="b3", sha256=bytes(32), persons=ONE),
    structs.replace(EXHIBIT, id="b4", sha256=bytes(32), persons=ONE),
    c.Derived(id="d2", exhibit="b2", original="b1", how="transcript", by="Heron"),
    c.Derived(id="d3", exhibit="b3", original="b1", how="redaction", by="Heron"),
)


def seen(exhibit: str, *persons: str) -> c.ExhibitLook:
    named = tuple(c.Concerned(person=one, role="third") for one in persons)
    return c.ExhibitLook(
        id=f"l-{exhibit}", exhibit=exhibit, others="named" if named else "none", by="Heron",
        on=Day(DAY), persons=named,
    )  # fmt: skip


def asked(*more: c.Content) -> dict[str, list[str]]:
    """Whose consent each of the family needs."""
    record = record_of([*COPIES, *more])
    return {
        one.id: [its.person for its in concerned(record, one) or ()]
        for one in record.all(c.Exhibit)
    }


@pytest.mark.parametrize("looked", ["b1", "b2", "b3"])
def test_whoever_was_seen_in_one_of_a_family_is_asked_for_all_of_it(looked: str) -> None:
    assert asked() == {key: ["p1"] for key in ("b1", "b2", "b3", "b4")}
    both = {key: ["p1", "p2"] for key in ("b1", "b2", "b3")}
    assert asked(seen(looked, "p2")) == {**both, "b4": ["p1"]}
    ring = c.Derived(id="d1", exhibit="b1", original="b3", how="conversion", by="Heron")
    assert asked(seen(looked, "p2"), ring) == {**both, "b4": ["p1"]}


def test_what_was_refused_of_a_copy_or_an_original_stays_in_whatever_holds_it() -> None:
    record = record_of(list(COPIES))
    # Of each, what it holds: its copies; a transcript all that the original says, a redaction not.
    assert holds(record, "b1") == {"b1", "b2", "b3"}
    assert holds(record, "b2") == {"b1", "b2", "b3"}
    assert holds(record, "b3") == {"b3"}
    assert holds(record, "b4") == {"b4"}


def test_an_original_stands_before_its_copies_and_a_ring_is_told_whole() -> None:
    record = record_of(list(COPIES))
    order = [(one.id, made.how if made else "") for one, made in
             in_families(record, record.all(c.Exhibit)[::-1])]  # fmt: skip
    assert order == [("b4", ""), ("b1", ""), ("b2", "transcript"), ("b3", "redaction")]
    ring = c.Derived(id="d1", exhibit="b1", original="b3", how="conversion", by="Heron")
    whole = record_of([*COPIES, ring])
    assert {one.id for one, _ in in_families(whole, whole.all(c.Exhibit))} == set(asked())


@pytest.fixture
def vault() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(pieces.PieceProjection.schema)
    yield connection
    connection.close()


def enter(vault: sqlite3.Connection, *contents: bytes, author: bytes = b"a") -> None:
    projection = pieces.PieceProjection()
    for number, content in enumerate(contents):
        entry = SimpleNamespace(content=content, author=author, compartment="home", sequence=number)
        projection.apply(vault, entry)


def test_pieces_make_the_file_again_whoever_wrote_them_twice(vault: sqlite3.Connection) -> None:
    cut = list(pieces.cut(FILE))
    assert len(cut) == 3
    enter(vault, cut[2], cut[0])
    assert not pieces.are_here(vault, NAME, len(FILE))
    with pytest.raises(NotFoundError, match="missing"):
        pieces.join(vault, NAME, len(FILE))
    enter(vault, *cut, author=b"b")
    assert pieces.join(vault, NAME, len(FILE)) == FILE
    assert pieces.are_here(vault, NAME, len(FILE))
    assert not pieces.are_here(vault, bytes(32), len(FILE))


def test_other_bytes_are_never_given_for_an_exhibit(vault: sqlite3.Connection) -> None:
    cut = list(pieces.cut(FILE))
    _, number, some = pieces.decode(cut[1])
    forged = pieces.wire.frame(pieces.LABEL, NAME, number.to_bytes(4, "big"), some[:-1] + b"x")
    extra = pieces.wire.frame(pieces.LABEL, NAME, (3).to_bytes(4, "big"), b"more")
    enter(vault, cut[0], forged, cut[2])
    with pytest.raises(ForgedError, match="not the bytes"):
        pieces.join(vault, NAME, len(FILE))
    for more in ((*cut, extra), (*cut, forged), (forged, extra)):  # the last beside the one before
        if len(more) > 2:
            vault.execute("DELETE FROM piece")
        enter(vault, *more, author=b"a" if len(more) > 2 else b"0")
        assert pieces.join(vault, NAME, len(FILE)) == FILE
    with pytest.raises(NotFoundError, match="not here"):
        pieces.join(vault, bytes(32), 5)


@given(st.binary(max_size=80))
def test_what_is_no_piece_gives_our_error_and_is_passed_over(tail: bytes) -> None:
    untrusted = f"{pieces.LABEL}\n".encode() + tail
    with pytest.raises(MalformedError):
        pieces.decode(untrusted)
    connection = sqlite3.connect(":memory:")
    connection.executescript(pieces.PieceProjection.schema)
    enter(connection, untrusted, b"asylia/other/1\n{}")
    assert connection.execute("SELECT count(*) FROM piece").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize(
    ("content", "media_type", "reads"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", "ocr"),
        (b"%PDF-1.7", "application/pdf", "pdf"),
        (b"<!DOCTYPE html><p>", "text/html", "html"),
        (b"\xef\xbb\xbf  <HTML>", "text/html", "html"),
        (b"WARC/1.1\r\n", "application/warc", "warc"),
        (b"PK\x03\x04....datapackage.json", "application/wacz", "wacz"),
        (b"PK\x03\x04....run.exe", "application/octet-stream", ""),
        ("Слова".encode(), "text/plain", "text"),
        ("\u202eСлова".encode(), "text/plain", "text"),
        (b"words\x00", "application/octet-stream", ""),
        (b"MZ\x90\x00", "application/octet-stream", ""),
        (b"", "application/octet-stream", ""),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, media_type: str, reads: str) -> None:
    assert (kind_of(content).media_type, kind_of(content).reads) == (media_type, reads)


@pytest.mark.parametrize(
    "where", ["the SHELTER in an invented town", "шелтер, убежище 3", "Safe house"]
)
def test_where_it_changed_hands_is_never_a_shelter(where: str) -> None:
    check(event(2, "handed_over", "Heron", "Stork", place="the office, room 4"))
    with pytest.raises(MalformedError, match="no shelter and no route"):
        check(event(2, "handed_over", "Heron", "Stork", place=where))
