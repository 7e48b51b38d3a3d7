"""What tests of formats share: the reference case, a round trip, every kind of item."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from asylia.crypto import random
from asylia.exchange.choosing import Asked, Chosen, choose
from asylia.exchange.going import Going
from asylia.exchange.report import Report
from asylia.exchange.taking import Found, take
from asylia.record import contents as c
from asylia.record.reading import Entered, Record
from asylia.values import Day

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "chechnya-2017"
TODAY = Day(20_000)
EMPTY = Record.of(())
Reading = Callable[[BinaryIO, Report], Iterator[Found]]


def reference_case() -> Record:
    return Record.from_folder(EXAMPLE, TODAY)


def record_of(*contents: c.Content) -> Record:
    return Record.of(Entered(one, TODAY) for one in contents)


def chosen(
    record: Record, *items: str, report: Report | None = None, renamed: bool = False
) -> Chosen:
    asked = Asked("publication", "public", items, TODAY, renamed)
    return choose(record, asked, report or Report(), random.system)


def whole(record: Record) -> tuple[Going, ...]:
    return chosen(record).items


def came_back(
    content: bytes, reading: Reading, record: Record = EMPTY
) -> tuple[dict[str, c.Content], Report]:
    """What a file brings into an empty record, by id, and the report."""
    report = Report()
    taken = take(reading(io.BytesIO(content), report), record, report)
    return {one.id: one for one in taken}, report


def told(report: Report) -> list[str]:
    return [*report.refused.told(), *report.lost.told()]
