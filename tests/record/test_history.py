"""The whole history of a claim, with days and pseudonyms; nothing that came later hides it."""

from asylia.record import contents as c
from asylia.record.figures import figures
from asylia.record.history import history, recanted_by
from asylia.record.reading import Entered, Record

from .world import ALICE, BORIS, GROUND, claim, day, judge

STORY: tuple[tuple[str, c.Content], ...] = (
    ("2026-01-01", claim("k1")),
    ("2026-01-01", claim("k2")),
    ("2026-01-02", c.Translation(id="y", of="k1", language="ru", words="слова", by="Stork")),
    ("2026-01-03", judge("j", c.Choice(among=("k1", "k2"), chosen="k1"))),
    ("2026-01-04", c.Undo(id="uj", of="j", reason="hasty", author="Finch")),
    (
        "2026-01-05",
        claim("k3", recants=c.Recants(claim="k1", circumstances="a visit at night"), count=None,
              property="account", value="it was not so", polarity="denies"),
    ),
    ("2026-01-06", c.Masking(id="m", claim="k1", persons=("p",), fields={}, author="Heron")),
    (
        "2026-01-07",
        c.HandedOver(id="h", form="bundle", sha256=bytes(32), purpose="inquiry", recipient="r",
                     onward=(), items=("k1",), on=day("2026-01-07")),
    ),
    ("2026-01-08", c.Undo(id="u", of="k1", reason="mistyped", author="Heron")),
)  # fmt: skip


def world() -> Record:
    ground = [Entered(one, day("2025-01-01"), ALICE) for one in GROUND]
    return Record.of([*ground, *(Entered(one, day(on), BORIS) for on, one in STORY)])


def test_everything_that_happened_to_a_claim_in_order_with_who_and_why() -> None:
    told = [(one.what, one.content, one.author, one.reason) for one in history(world(), "k1")]
    assert told == [
        ("entered", "k1", "", ""),
        ("translated", "y", "Stork", ""),
        ("judged", "j", "Heron", "looked at both"),
        ("taken_back", "uj", "Finch", "hasty"),
        ("recanted", "k3", "", ""),
        ("masked", "m", "Heron", ""),
        ("handed_over", "h", "", ""),
        ("taken_back", "u", "Heron", "mistyped"),
    ]
    first, *_ = history(world(), "k1")
    assert (first.day, first.device) == (day("2026-01-01"), BORIS)


def test_as_recorded_on_a_day_is_its_beginning() -> None:
    whole = history(world(), "k1")
    for length, on in ((1, "2026-01-01"), (3, "2026-01-03"), (8, "2026-01-08")):
        assert history(world(), "k1", day(on)) == whole[:length]
    assert history(world(), "k1", day("2025-12-31")) == ()


def test_another_claim_has_another_history() -> None:
    assert [one.what for one in history(world(), "k2")] == ["entered", "judged", "taken_back"]
    assert [one.what for one in history(world(), "k3")] == ["entered", "recants"]
    assert history(world(), "nothing") == ()


def test_a_recantation_stands_beside_the_claim_and_removes_nothing() -> None:
    kept = [one for one in world().entered if one.content.id != "u"]
    record = Record.of(kept)
    assert {one.id for one in record.claims} == {"k1", "k2", "k3"}
    assert recanted_by(record, "k1") == ("k3",)
    assert recanted_by(record, "k2") == ()
    found = figures(record, as_of=day("2026-02-01"))
    assert {one for row in found.counts["killed"] for one in row.claims} == {"k1", "k2"}
    withdrawn = c.Undo(id="u3", of="k3", reason="never said", author="Heron")
    again = Record.of([*kept, Entered(withdrawn, day("2026-01-09"), ALICE)])
    assert recanted_by(again, "k1") == ()
