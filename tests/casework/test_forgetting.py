"""Forgetting a case that two desks took in at the same time: every record of it goes."""

import httpx
from tests.casework.world import World
from tests.record.views.world import claim

from asylia.casework import forgetting
from asylia.casework.arrival import take_in
from asylia.casework.documenting import Said, Words, open_case, record_claim
from asylia.casework.place import Place, projections
from asylia.ledger.change import Forgetting
from asylia.ledger.courier import TeamCourier
from asylia.record import contents as c
from asylia.record.contents import Claim, Count, Event, Source
from asylia.record.views.claims import page
from asylia.record.views.filters import Filter
from asylia.record.views.projection import ViewsProjection


class Behind(TeamCourier):
    """A relay that this desk can't hear the line of."""

    def ledger_page(self, start: int) -> tuple[bytes, ...]:
        return ()


def documented(desk: Place) -> bytes:
    """The one thread of a desk, as a case with a claim."""
    (row,) = desk.casework().inbox()
    desk.append(desk.ledger.new_record("casework"), Event(id="purge", name="One", kind="purge"))
    open_case(desk, row.thread, "LK-417")
    words = Words(desk.casework().thread(row.thread).newest, "four men in uniform took me")
    count = Count(min=1, max=1)
    said = Said(event="purge", property="detained", count=count, could_identify="none")
    record_claim(desk, row.thread, words, said)
    return row.thread


def test_a_thread_that_two_desks_took_in_at_once_is_forgotten_whole(world: World) -> None:
    world.reporter().send()
    # Everybody calls the thread by the record of the first; the other's source names its own.
    one, other = sorted(world.desks, key=lambda desk: desk.ledger.device)
    one.synchronise()
    other.synchronise()
    real = other.courier
    other.courier = Behind(world.url, world.founding.relay.secret, httpx.Client())
    take_in(one)
    take_in(other)
    thread = documented(other)
    other.courier = real
    for desk in (other, one, other):
        take_in(desk)
    assert len(one.casework().records_of(thread)) == 2
    for desk in (one, other):
        found = forgetting.look(desk, thread)
        sources = {
            entry.record for entry in desk.record().entered if isinstance(entry.content, Source)
        }
        going = set(found.records["casework"])
        assert going >= {*desk.casework().records_of(thread), *sources}
        assert (found.messages, found.claims, found.shared) == (1, 1, 0)
    done = forgetting.forget(one, thread, "withdrawal", (), asked_again=True)
    one.synchronise()
    other.synchronise()
    other.ledger.sign(done.id)
    for desk in (other, one) * 4:
        desk.synchronise()
    for desk in (one, other):
        assert desk.casework().inbox() == ()
        assert desk.record().all(Claim) == ()
        assert [entry.final for entry in desk.ledger.forgotten()] == [True]
    assert b"four men" not in b"".join(content(desk) for desk in (one, other))


def content(desk: Place) -> bytes:
    return b"".join(entry.content for entry in desk.ledger.entries())


def test_what_is_forgotten_is_in_no_index(alone: World) -> None:
    (desk,) = alone.desks
    kept, going = (desk.ledger.new_record("casework") for _ in range(2))
    desk.append(kept, claim("k1", "a lantern in the yard"))
    desk.append(going, claim("k2", "a marmoset in the yard"))
    desk.append(going, c.Act(id="a2", event="e1", violation="torture", victim="g1"))
    desk.synchronise()
    connection = desk.vault.connection

    def words() -> str:
        """Everything that the index holds, its own pages too."""
        tables = ("views_text", "views_search_data", "views_claim", "views_moment")
        rows = [row for name in tables for row in connection.execute(f"SELECT * FROM {name}")]
        return repr(rows)

    assert "marmoset" in words()
    desk.ledger.propose([Forgetting("casework", (going,), "withdrawal", ())])
    desk.synchronise()
    assert "marmoset" not in words()
    assert "lantern" in words()
    assert page(connection, Filter(text="yard")).ids == ("k1",)
    grown = desk.vault.dump((ViewsProjection(),))
    desk.vault.rebuild(projections(), desk.ledger)
    assert desk.vault.dump((ViewsProjection(),)) == grown
    connection.execute("INSERT INTO views_search (views_search) VALUES ('integrity-check')")
