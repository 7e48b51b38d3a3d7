"""Exhibits and interviews over a real vault: taken in whole or not at all, quoted, forgotten."""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256

import pytest
from tests.casework.world import Hands, World, team
from tests.confined import files

from asylia.casework import exhibits, interviewing, quoting, words
from asylia.casework.arrival import take_in as fetch
from asylia.casework.documenting import Said, open_case
from asylia.casework.exhibits import Handled, Intake
from asylia.casework.forgetting import forget, look
from asylia.casework.place import Place
from asylia.casework.quoting import Told
from asylia.errors import ForgedError, MalformedError, NotFoundError, UsageError
from asylia.record import contents as c
from asylia.record import pieces
from asylia.record.chain import chain, is_broken
from asylia.record.consent import NotPermittedError, permission
from asylia.values import Day

ONE = c.Count(min=3)
PAGE = Intake(
    kind="web_page", description="An invented article", given_by="Linden", taken_by="Linden",
    purpose="as a source", address=files.ADDRESS, saved_on=Day(20_777), tool="an archiver",
)  # fmt: skip
SAID = Said(event="purge", property="killed", subject="purge", count=ONE, could_identify="none")
HELD = interviewing.Held(
    on=Day(20_779), manner="in_person", mode="first_account", language="en", about="the night",
    present=(c.Present(who="Linden", role="interviewer"),),
    words="I was at home. Four men came. I went with them.",
    breaks=(c.Break(after="I was at home.", minutes=5),),
)  # fmt: skip


@pytest.fixture(scope="module")
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, clock: Hands) -> Iterator[World]:
    with team(tmp_path_factory.mktemp("team"), clock, 1) as made:
        desk = made.desks[0]
        event = c.Event(id="purge", name="An invented purge", kind="purge")
        desk.append(desk.ledger.new_record("casework"), event)
        yield made


@pytest.fixture
def desk(world: World) -> Place:
    return world.desks[0]


def case(world: World, pseudonym: str) -> bytes:
    """A thread of a fresh reporter, taken on as a case."""
    desk = world.desks[0]
    known = {row.thread for row in desk.casework().inbox()}
    world.reporter().send()
    fetch(desk)
    (thread,) = {row.thread for row in desk.casework().inbox()} - known
    open_case(desk, thread, pseudonym)
    return thread


def rows(desk: Place) -> int:
    desk.project()
    found = desk.vault.connection.execute("SELECT count(*) FROM piece").fetchone()
    return int(found[0])


def exhibit(desk: Place, name: str) -> c.Exhibit:
    return desk.record().get(name, c.Exhibit)


def test_a_saved_page_is_kept_as_it_came_read_and_quoted(desk: Place) -> None:
    content = files.wacz()
    name = exhibits.take_in(desk, content, PAGE)
    one = exhibit(desk, name)
    assert (one.media_type, one.sha256) == ("application/wacz", sha256(content).digest())
    assert exhibits.read(desk, one) == content
    (link,) = chain(desk.record(), one)
    assert (link.event.to, link.event.sha256_after, link.wrong) == ("Linden", one.sha256, ())
    pages = words.read_words(desk, one, ())
    text = exhibit(desk, pages.exhibit)
    assert (pages.broken, pages.other_day) == (0, "")
    assert [made.how for made, _ in exhibits.derived(desk.record(), one)] == ["page_text"]
    assert exhibits.original_of(desk.record(), text) == one
    told = Told(as_given="the paper", said_on="2026-11-20", language="en")
    passage = quoting.of_exhibit(desk, text, told)
    name_of_claim = quoting.quote(desk, passage, "At least three men", SAID, told)
    claim = desk.record().get(name_of_claim, c.Claim)
    assert desk.record().get(claim.source, c.Source).exhibit == name
    at = words.text_of(desk, text).index("At least three men") + 1
    assert claim.locator == f"text {text.sha256.hex()[:16]}, characters {at}-{at + 17}"
    with pytest.raises(UsageError, match="not in the text"):
        quoting.quote(desk, passage, "at least four men", SAID, told)
    assert not is_broken(chain(desk.record(), one))
    assert exhibits.read(desk, one) == content


def test_nothing_half_is_kept(desk: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    before, known = rows(desk), len(desk.record().entered)
    future = Intake(**{**PAGE.__dict__, "saved_on": Day(desk.today + 1)})
    for content, intake in (
        (b"", PAGE),
        (bytes(pieces.MOST + 1), PAGE),
        (b"words", future),
        (b"words", Intake(**{**PAGE.__dict__, "kind": "gossip"})),
        (b"words", Intake(**{**PAGE.__dict__, "address": "x" * 2001})),
    ):
        with pytest.raises((UsageError, MalformedError)):
            exhibits.take_in(desk, content, intake)
    made = exhibits.Custody
    monkeypatch.setattr(pieces, "SIZE", 2)
    count = desk.ledger.waiting()
    real = desk.ledger.append

    def full(record: bytes, content: bytes) -> None:
        if content.startswith(made.LABEL.encode()):
            raise sqlite3.OperationalError("the disk is full")
        real(record, content)

    monkeypatch.setattr(desk.ledger, "append", full)
    with pytest.raises(sqlite3.OperationalError):
        exhibits.take_in(desk, b"words", PAGE)
    monkeypatch.undo()
    assert desk.ledger.waiting() == count
    assert (rows(desk), len(desk.record().entered)) == (before, known)


def test_a_changed_byte_is_named_and_never_shown(desk: Place) -> None:
    one = exhibit(desk, exhibits.take_in(desk, b"The true words.", PAGE))
    desk.project()
    desk.vault.connection.execute(
        "UPDATE piece SET content = ? WHERE exhibit = ?", (b"The same size!!", one.sha256)
    )
    for use in (exhibits.read, words.text_of):
        with pytest.raises(ForgedError, match="not the bytes"):
            use(desk, one)


def test_other_bytes_under_its_hash_take_nothing_away(desk: Place) -> None:
    """One member could else make an exhibit unreadable for all."""
    content = bytes(pieces.SIZE) + b"The true words."
    one = exhibit(desk, exhibits.take_in(desk, content, PAGE))
    desk.project()
    desk.vault.connection.execute(  # as another device's entries would lie here, first in order
        "INSERT INTO piece SELECT exhibit, number, x'00', compartment, 9, x'00' FROM piece "
        "WHERE exhibit = ?",
        (one.sha256,),
    )
    assert exhibits.read(desk, one) == content
    desk.vault.connection.execute("DELETE FROM piece WHERE author = x'00'")
    desk.vault.connection.execute(
        "UPDATE piece SET content = x'00' WHERE exhibit = ?", (one.sha256,)
    )
    with pytest.raises(ForgedError, match="not the bytes"):
        exhibits.read(desk, one)


def test_a_file_kept_elsewhere_is_known_by_its_hash_alone(desk: Place) -> None:
    digest = sha256(b"a film of many gigabytes").digest()
    one = exhibit(desk, exhibits.register(desk, digest, 9 << 30, "video/mp4", PAGE))
    with pytest.raises(NotFoundError, match="kept elsewhere"):
        exhibits.read(desk, one)
    gone = Handled("handed_over", "Linden", "Rowan", desk.today, "the safe", "kept", "", digest,
                   bytes(32))  # fmt: skip
    exhibits.handle(desk, one, gone)
    *_, last = chain(desk.record(), one)
    assert [str(why)[:14] for why in last.wrong] == ["the hash after"]
    late = Handled("copied", "Rowan", "", Day(desk.today + 1), "", "x", "", digest, digest)
    with pytest.raises(UsageError, match="still to come"):
        exhibits.handle(desk, one, late)


def test_a_photograph_keeps_the_credentials_that_it_came_with(desk: Place) -> None:
    shot = Intake(kind="photograph", description="x", given_by="a", taken_by="b", purpose="c")
    one = exhibit(desk, exhibits.take_in(desk, files.signed(), shot))
    trust = words.TrustList("an invented list", files.authority()[0])
    words.check_credentials(desk, one, None)
    words.check_credentials(desk, one, trust)
    alone, trusted = desk.record().all(c.Credentials)
    assert (alone.state, alone.trust_list) == ("valid", "")
    assert (trusted.state, trusted.trust_list) == ("trusted", "an invented list")
    assert trusted.trust_list_sha256 == sha256(trust.pem).digest()
    assert exhibits.read(desk, one) == files.signed()  # none was added


def test_an_interview_is_entered_with_its_account_and_quoted_by_consent_alone(
    world: World, desk: Place
) -> None:
    thread = case(world, "IN-001")
    with pytest.raises(interviewing.NotAskedError, match="support was not offered"):
        interviewing.enter(desk, thread, HELD)
    interviewing.offer_support(desk, thread, ("medical",), "declined", "Linden")
    name = interviewing.enter(desk, thread, HELD)
    record = desk.record()
    account = quoting.account_of(record, record.get(name, c.Interview))
    assert account is not None
    assert account.words == HELD.words
    passage = quoting.of_account(desk, account)
    said = Said(event="purge", property="detained", count=c.Count(min=1, max=1),
                could_identify="none")  # fmt: skip
    claim = quoting.quote(desk, passage, "I went with them.", said, Told())
    found = desk.record().get(claim, c.Claim)
    assert (found.lineage, found.locator) == ("IN-001", "account, characters 31-47")
    inquiry = c.Recipient(id="inq", name="An invented inquiry")
    desk.append(desk.ledger.new_record("casework"), inquiry)
    with pytest.raises(NotPermittedError, match="consent"):
        permission(desk.record(), "inquiry", "inq", [claim], desk.today)
    with pytest.raises(NotPermittedError, match="no item of the record that can leave"):
        permission(desk.record(), "inquiry", "inq", [account.id], desk.today)


def test_the_guard_holds_and_reads_no_account(world: World, desk: Place) -> None:
    thread = case(world, "IN-002")
    interviewing.offer_support(desk, thread, ("none_to_give",), "later", "Linden")
    interviewing.told_elsewhere(desk, thread, "2025", "another team", "the night", "Linden")
    count = len(desk.record().all(c.Interview))
    for held, why in (
        (HELD, "no reason is written"),
        ({"repeat_because": "asked to", "flags": ("minor",)}, "needs a specialist"),
        ({"repeat_because": "asked to", "flags": ("minor",), "specialist": "Rowan",
          "present": (*HELD.present, c.Present(who="Rowan", role="specialist"))}, "and training"),
    ):  # fmt: skip
        asked = held if isinstance(held, interviewing.Held) else changed(**held)
        with pytest.raises(interviewing.NotAskedError, match=why):
            interviewing.enter(desk, thread, asked)
    for wrong in ({"breaks": (c.Break(after="not said", minutes=5),)}, {"on": Day(desk.today + 1)}):
        with pytest.raises(UsageError):
            interviewing.enter(desk, thread, changed(repeat_because="asked to", **wrong))
    assert len(desk.record().all(c.Interview)) == count
    interviewing.enter(desk, thread, changed(repeat_because="asked to"))
    assert not interviewing.register(desk).all(c.Account)
    assert len(interviewing.before(desk, "IN-002").earlier) == 2
    interviewing.first_account_only(desk, thread, "a court asks", "Linden", holds=True)
    with pytest.raises(interviewing.NotAskedError, match="there is one"):
        interviewing.enter(desk, thread, changed(repeat_because="asked to"))


def changed(**change: object) -> interviewing.Held:
    return interviewing.Held(**{**HELD.__dict__, **change})


def test_a_case_is_forgotten_with_its_exhibits_and_accounts(world: World, desk: Place) -> None:
    thread = case(world, "IN-003")
    row = desk.casework().row(thread)
    interviewing.offer_support(desk, thread, ("legal",), "accepted", "Linden")
    interviewing.enter(desk, thread, HELD)
    speaker = (c.Concerned(person="IN-003", role="speaker"),)
    letter = Intake(kind="medical_document", description="A letter", given_by="IN-003",
                    taken_by="Linden", purpose="kept", report=row.record.hex(),
                    persons=speaker)  # fmt: skip
    before = rows(desk)
    one = exhibit(desk, exhibits.take_in(desk, "Выписка.".encode(), letter))
    copy = exhibits.derive(desk, one, b"A copy.", exhibits.Made("redaction", "Linden"))
    assert rows(desk) == before + 2
    assert look(desk, thread).shared == 0
    forget(desk, thread, "error", (), asked_again=True)
    desk.synchronise()
    assert rows(desk) == before
    record = desk.record()
    assert (record.find(one.id), record.find(copy)) == (None, None)
    assert not [x for x in record.all(c.Account) if x.person == "IN-003"]
    assert interviewing.before(desk, "IN-003").earlier == ()
