"""An import, its undoing and its coming again: the record is as it was before, or as after it."""

import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asylia.errors import NotFoundError
from asylia.ledger.values import OpenEntry
from asylia.record import contents as c
from asylia.record.history import history
from asylia.record.leaning import Stays, undoable
from asylia.record.reading import IMPORTABLE, Entered, Record
from asylia.record.views import claims, sources
from asylia.record.views.filters import Filter
from asylia.record.views.shelf import Shelf
from asylia.values import Day, RecordId

from .views.world import entry, grown, rows
from .world import ALICE, BORIS, GROUND, claim, judge

FILE: tuple[c.Content, ...] = (
    c.Source(id="table", kind="compilation", title="An invented table", language="en",
             said_on="2031"),
    c.Event(id="raid", name="An invented raid", kind="raid"),
    c.Place(id="town", names=(c.Name(text="Exampleville", language="en"),), precision="settlement"),
    c.Site(id="mill", name="The invented mill", place="town"),
    c.Group(id="some", what="persons", description="some of them", within="raid"),
    c.Person(id="nn-1", pseudonym="nn-1"),
    c.Act(id="act", event="raid", violation="detention", victim="some", place="town"),
    c.Organisation(id="police", name="An invented police", kind="police"),
    claim("row-1", source="table", subject="act", event="raid", tellers=(c.Teller(who=""),)),
    claim("row-2", source="table", subject="raid", event="raid", part_of="row-1"),
    c.Translation(id="row-1-ru", of="row-1", language="ru", words="слова", by=""),
)  # fmt: skip
RISKS = c.Risks(explained="x", by="Heron", language="en", on=Day(20_000))
# What somebody else can have entered since, and what of the file it needs, itself and by way of it.
LEANERS: dict[str, tuple[c.Content, set[str]]] = {
    "a claim": (claim("own-1", subject="mill"), {"mill", "town"}),
    "a claim on an act": (claim("own-2", subject="act"), {"act", "raid", "some", "town"}),
    "a translation": (
        c.Translation(id="own-3", of="row-2", language="ru", words="слова", by="Heron"),
        {"row-2", "row-1", "table", "raid", "act", "some", "town"},
    ),
    "a judgement": (
        judge("own-4", c.Membership(member="raid", event="ev", verdict="belongs")), {"raid"}
    ),
    "a consent": (
        c.Consent(id="own-5", person="p", given_by="p", purpose="inquiry", recipient="i",
                  onward=(), items=("row-1",), risks=RISKS, given_on=Day(20_000),
                  expires_on=Day(20_100)),
        {"row-1", "table", "act", "raid", "some", "town"},
    ),
    "a part of a unit": (
        c.Organisation(id="own-6", name="A unit", kind="unit", part_of="police"), {"police"}
    ),
    "one who consents": (
        c.Refusal(id="own-7", person="nn-1", purpose="inquiry", recipient="i", items=(),
                  risks=RISKS, on=Day(20_000)),
        {"nn-1"},
    ),
}  # fmt: skip


@dataclass
class Log:
    """Entries as devices make them, a day each time unless it is said otherwise."""

    entries: list[OpenEntry] = field(default_factory=list)
    day: int = 20_000

    def add(self, *contents: c.Content, record: int = 0, author: bytes = ALICE) -> None:
        self.day += 1
        for one in contents:
            made = entry(len(self.entries), one, self.day, author)  # type: ignore[arg-type]
            where = RecordId(record.to_bytes(16, "big"))
            self.entries.append(replace_record(made, where))

    def imports(self, number: int, file: tuple[c.Content, ...] = FILE, found: tuple[str, ...] = (),
                author: bytes = ALICE) -> None:  # fmt: skip
        name = f"im-{number}"
        first = c.Imported(id=name, form="csv", sha256=bytes(32), contents=len(file))
        there = (c.FoundThere(id=f"ft-{number}", of=name, items=found),) if found else ()
        self.add(first, *file, *there, record=number, author=author)

    def undoes(self, number: int) -> set[str]:
        """Take an import back; what of it went."""
        going = undoable(self.record, f"im-{number}").items
        undo = c.ImportUndone(id=f"iu-{number}-{self.day}", of=f"im-{number}", items=going,
                              reason="another mapping", author="Heron")  # fmt: skip
        self.add(undo, record=number)
        return set(going)

    @property
    def record(self) -> Record:
        ordered = sorted(self.entries, key=lambda e: (e.entered_on, e.author, e.sequence))
        return Record.of(
            Entered(content, one.entered_on, one.author, one.record)
            for one in ordered
            if (content := c.decode_content(one.content)) is not None
        )


def replace_record(made: OpenEntry, where: RecordId) -> OpenEntry:
    values = {name: getattr(made, name) for name in made.__struct_fields__}
    return OpenEntry(**{**values, "record": where})


def ground() -> Log:
    log = Log()
    log.add(*GROUND, claim("k-old"), record=99)
    return log


def seen(record: Record) -> dict[str, object]:
    """Everything of a record that somebody can be shown, choose from or count."""
    return {
        **{kind.__name__: record.standing(kind) for kind in IMPORTABLE},
        "claims": record.claims,
        "held": {one.id for one in FILE if record.held(one.id)},
    }


def test_imported_and_taken_back_the_record_is_as_before() -> None:
    log = ground()
    before = seen(log.record)
    log.imports(1)
    assert seen(log.record) != before
    gone_out = c.HandedOver(id="ho", form="file", sha256=bytes(32), purpose="publication",
                            recipient="public", onward=(), items=("row-1",),
                            on=Day(20_000))  # fmt: skip
    log.add(gone_out, record=7)  # it says what was done, and keeps nothing here
    after = seen(log.record)
    assert after != before
    assert log.undoes(1) == {one.id for one in FILE}
    assert seen(log.record) == before
    assert isinstance(log.record.find("act"), c.Act)  # still readable, where something names it
    assert [one.what for one in history(log.record, "row-1")] == [
        "entered", "translated", "handed_over", "taken_back", "taken_back"
    ]  # fmt: skip
    log.imports(2)
    assert seen(log.record) == after
    assert [one.what for one in history(log.record, "row-1")].count("entered") == 2
    assert seen(log.record.recorded_by(Day(log.day - 1))) == before
    assert seen(log.record.recorded_by(Day(log.day - 2))) == after
    assert log.undoes(2) == {one.id for one in FILE}
    assert seen(log.record) == before
    assert undoable(log.record, "im-1").items == undoable(log.record, "im-2").items == ()


@pytest.mark.parametrize("name", LEANERS)
def test_what_somebody_else_leans_on_stays_with_the_reason_and_goes_when_nobody_does(
    name: str,
) -> None:
    leaner, needed = LEANERS[name]
    log = ground()
    log.imports(1)
    log.add(leaner, record=7)
    found = undoable(log.record, "im-1")
    assert {one.item for one in found.staying} == needed
    assert {one.because for one in found.staying} - needed == {leaner.id}
    assert log.undoes(1) == {one.id for one in FILE} - needed
    assert {one for one in (c.id for c in FILE) if log.record.held(one)} == needed
    if not isinstance(leaner, c.Claim):
        return
    log.add(c.Undo(id="u", of=leaner.id, reason="mistyped", author="Heron"), record=7)
    assert log.undoes(1) == needed


def test_what_another_import_found_there_stays_until_that_one_is_taken_back() -> None:
    log = ground()
    log.imports(1)
    log.imports(2, (claim("other-1", source="table", subject="mill", event="raid"),), ("police",))
    found = undoable(log.record, "im-1")
    reasons = {one.item: one.because for one in found.staying}
    assert reasons["police"] == "im-2"
    assert {"police", "table", "mill", "raid", "town"} == set(reasons)
    assert log.undoes(2) == {"other-1"}
    assert log.undoes(1) == {one.id for one in FILE}


def test_two_desks_that_import_one_file_at_once_each_take_back_their_own() -> None:
    log = ground()
    log.imports(1)
    log.day -= 1  # on the same day, before either heard of the other
    log.imports(2, author=BORIS)
    assert log.record.clashes == ()
    both = seen(log.record)
    found = undoable(log.record, "im-1")
    assert set(found.staying) == {Stays(one.id, "im-2", is_there_anyway=True) for one in FILE}
    assert log.undoes(1) == {one.id for one in FILE}
    assert seen(log.record) == both
    assert undoable(log.record, "im-2").staying == ()
    log.undoes(2)
    assert seen(log.record) == seen(ground().record)


def test_another_wording_under_the_id_of_one_taken_back_is_a_clash() -> None:
    log = ground()
    log.imports(1)
    log.undoes(1)
    log.imports(2, tuple(one for one in FILE if one.id != "row-1"))
    log.add(claim("row-1", words="other words", subject="act", event="raid"), record=2)
    assert log.record.clashes == ("row-1",)
    assert log.record.get("row-1", c.Claim).words == "other words"


def test_only_what_a_file_can_bring_goes_and_only_out_of_the_imports_own_record() -> None:
    log = ground()
    log.imports(1)
    withdrawal = c.Withdrawal(id="w", person="nn-1", consents=(), on=Day(20_000), channel="letter")
    log.add(withdrawal, claim("k-other"), record=1)
    log.add(claim("k-apart"), record=7)
    undo = c.ImportUndone(id="iu", of="im-1", items=("w", "k-apart", "k-old"), reason="x",
                          author="Heron")  # fmt: skip
    log.add(undo, record=1)
    assert log.record.find("w") == withdrawal
    assert log.record.all(c.Withdrawal) == (withdrawal,)
    assert {"k-apart", "k-old"} <= {one.id for one in log.record.claims}
    with pytest.raises(NotFoundError):
        undoable(log.record, "raid")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), st.integers(1, 3)),
        st.tuples(st.just("undo"), st.integers(1, 3)),
        st.tuples(st.just("lean"), st.sampled_from(sorted(LEANERS))),
        st.tuples(st.just("alone"), st.sampled_from(["row-1", "row-2", "own-1", "own-2"])),
        st.tuples(st.just("same day"), st.none()),
    ),
    max_size=9,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 99))
def test_tables_and_record_agree_whatever_was_taken_back_and_in_whichever_order_it_came(
    steps: list[tuple[str, object]], seed: int
) -> None:
    log, done = ground(), set[int]()
    for at, (what, which) in enumerate(steps):
        if what == "import" and isinstance(which, int) and which not in done:
            file = FILE if which < 3 else (replace_words(FILE[8]), *FILE[:3])
            log.imports(which, file, author=BORIS if which == 2 else ALICE)
            done.add(which)
        elif what == "undo" and isinstance(which, int) and which in done:
            log.undoes(which)
        elif what == "lean" and isinstance(which, str):
            log.add(LEANERS[which][0], record=7)
        elif what == "alone" and isinstance(which, str):
            log.add(c.Undo(id=f"u{at}", of=which, reason="x", author="Heron"), record=7)
        elif what == "same day":
            log.day -= 1
    connection = grown(log.entries)
    mixed = list(log.entries)
    random.Random(seed).shuffle(mixed)
    assert rows(grown(mixed)) == rows(connection)
    record, shelf = log.record, Shelf(connection)
    for kind in IMPORTABLE:
        assert set(shelf.standing(kind)) == set(record.standing(kind)), kind
    for one in record.entered:
        assert shelf.entry(one.content.id) == one
    assert set(sources.page(connection, shelf).rows) == set(record.sources)
    for day in (None, *range(20_001, log.day + 1)):
        listed = claims.page(connection, Filter(as_recorded_on=day)).ids
        then = record.recorded_by(None if day is None else Day(day))
        assert sorted(listed) == sorted(one.id for one in then.claims)
        asked = Filter(text="Exampleville", as_recorded_on=day)
        named = {one.id for one in claims.names(connection, asked)}
        assert named == {one.id for one in then.standing(c.Place)}


def replace_words(one: c.Content) -> c.Content:
    assert isinstance(one, c.Claim)
    values = {name: getattr(one, name) for name in one.__struct_fields__}
    return c.Claim(**{**values, "words": "other words"})
