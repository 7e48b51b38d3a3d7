"""A made-up record: invented persons, invented words, and the reference case where it lies."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from asylia.record import contents as c
from asylia.record.figures import Figures, figures
from asylia.record.reading import Entered, Record
from asylia.values import Day, DeviceId, day_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "chechnya-2017"
LOADED = day_of(date(2026, 11, 22))
ALICE, BORIS = DeviceId(b"\xaa" * 32), DeviceId(b"\xbb" * 32)


def day(text: str) -> Day:
    return day_of(date.fromisoformat(text))


def reference_case() -> Record:
    return Record.from_folder(EXAMPLE, LOADED)


def said(record: Record, as_of: str, **asked: Any) -> Figures:
    return figures(record, as_of=day(as_of), **asked)


def record_of(contents: Iterable[c.Content], on: str = "2026-01-01") -> Record:
    return Record.of(Entered(content, day(on), ALICE) for content in contents)


def claim(claim_id: str, **fields: Any) -> c.Claim:
    """A plain claim: an invented witness says that three were killed."""
    plain: dict[str, Any] = {
        "id": claim_id,
        "source": "src",
        "words": f"words of {claim_id}",
        "tellers": (c.Teller(who="org"),),
        "subject": "ev",
        "property": "killed",
        "event": "ev",
        "said_on": "2020-01-01",
        "count": c.Count(min=3, max=3),
    }
    return c.Claim(**{**plain, **fields})


GROUND: tuple[c.Content, ...] = (
    c.Source(id="src", kind="article", title="An invented article", language="en", said_on="2020"),
    c.Event(id="ev", name="An invented event", kind="incident"),
    c.Event(id="apart", name="Another invented event", kind="incident", apart=True),
    c.Organisation(id="org", name="An invented NGO", kind="ngo"),
    c.Organisation(id="paper", name="An invented paper", kind="press"),
)


def judge(judgement_id: str, decision: c.Decision) -> c.Judgement:
    return c.Judgement(id=judgement_id, decision=decision, reason="looked at both", author="Heron")
