"""``asylia documented``: distinct persons that one can point at, from a folder of YAML files.

Upholds: asks ``record`` who is said to have suffered what, and ``counts`` how many persons that is
at least; each number opens to its persons, their records and claims; nothing is added that may
overlap.  Refuses: a day that is none, an unknown violation, what the folder's loader refuses.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from msgspec import structs
from rich.console import Console

from asylia.casework.deciders import Deciders
from asylia.cli._language import Language, speaks
from asylia.cli.documented_shown import Shown, print_documented
from asylia.cli.figures import day_typed
from asylia.counts.dimensions import Counted, count
from asylia.counts.tables import plain, plain_table
from asylia.counts.words import N_, spoken
from asylia.errors import NotFoundError
from asylia.languages import SOURCE
from asylia.record.reading import Record
from asylia.record.victims import Victims, victims
from asylia.values import Clock, date_of, day_of, system_clock

app = App(name="documented", help="How many distinct persons are documented, at least.")


@app.default
@speaks
def show(
    folder: Path,
    /,
    *,
    by: tuple[
        Literal["violation", "place", "month", "unit", "information", "reliability"], ...
    ] = (),
    violation: str = "",
    source: str | None = None,
    as_of: str | None = None,
    as_recorded_on: str | None = None,
    event: str | None = None,
    language: Language = "en",
    opened: Annotated[bool, Parameter(name="--open")] = False,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Count the distinct persons that the YAML files in FOLDER document, at least.

    A person is counted who has a pseudonym of their own. Where it is not known whether two
    pseudonyms are one person, the smaller number stands. Groups that are told as numbers are not
    counted; `asylia figures` shows them. An example:
    `asylia documented examples/documented --by unit --open`.

    Parameters
    ----------
    folder
        A folder of YAML files, as spec/record.md describes them.
    by
        Which tables to show; all, if not given.
    violation
        Only this kind of act, by its term, such as detention.
    source
        Only what this source says, by its id.
    as_of
        What had been said by this day, such as 2017-12-31. Today, if not given.
    as_recorded_on
        What had been entered by this day; a folder is entered on the day it is loaded.
    event
        Only this event, by its id, and what was judged to belong to it.
    language
        The language of what is shown, and of errors.
    opened
        Under each number its persons, by pseudonyms, and their claims.
    as_json
        Print one JSON object instead of tables; it has all tables, opened.

    """
    record, asked = ask(
        folder,
        violation=violation,
        source=source,
        as_of=as_of,
        as_recorded_on=as_recorded_on,
        event=event,
    )
    found = count(asked.rows, asked.sameness)
    if as_json:
        told = whole(asked, found, language) | {"sameness": decided(record, asked, found)}
        print(json.dumps({"documented": told}, ensure_ascii=False, indent=2))
        return
    tables = [table for table in found.tables if not by or table.by in by]
    shown = Shown(record, asked, found.whole, tables, opened, language)
    print_documented(shown, Console(highlight=False))


def ask(
    folder: Path,
    *,
    violation: str = "",
    source: str | None = None,
    as_of: str | None = None,
    as_recorded_on: str | None = None,
    event: str | None = None,
    clock: Clock = system_clock,
) -> tuple[Record, Victims]:
    """Load the folder today, and ask; ``UsageError`` for a day that is none."""
    today = day_of(clock())
    record = Record.from_folder(folder, today)
    found = victims(
        record,
        as_of=day_typed(as_of, "--as-of") if as_of is not None else today,
        as_recorded_on=None
        if as_recorded_on is None
        else day_typed(as_recorded_on, "--as-recorded-on"),
        source=source,
        event=event,
    )
    if violation:
        known = record.vocabulary("violations").terms
        if violation not in known:
            raise NotFoundError(
                "the record has no such violation",
                hint=_told_of(found),
            )
        found = structs.replace(
            found,
            rows=tuple(row for row in found.rows if row.act == violation),
            numbers=tuple(one for one in found.numbers if one.act == violation),
        )
    return record, found


def _told_of(found: Victims) -> str:
    acts = ", ".join(sorted({row.act for row in found.rows}))
    return spoken(N_("It has: %(acts)s."), acts=acts) if acts else N_("It has none.")


def whole(asked: Victims, found: Counted, language: str = SOURCE) -> dict[str, Any]:
    """What stands under ``documented`` in the JSON."""
    return {
        "as_of": asked.as_of.isoformat(),
        "as_recorded_on": asked.as_recorded_on.isoformat() if asked.as_recorded_on else None,
        "source": asked.source,
        "events": list(asked.events),
        "language": language,
        "all": plain(found.whole, language),
        "by": {table.by: plain_table(table, language) for table in found.tables},
        "told_as_numbers": [
            {"violation": one.act, "lineages": list(one.lineages), "claims": list(one.claims)}
            for one in asked.numbers
        ],
        "judgements_contradict": [list(one) for one in asked.contradictions],
        "graded_differently": list(asked.grades_apart),
    }


def decided(record: Record, asked: Victims, found: Counted) -> list[dict[str, Any]]:
    """Which pseudonyms were judged to be one person, or not, by which role and when."""
    recorded = asked.as_recorded_on
    known = record if recorded is None else record.recorded_by(day_of(recorded))
    keys = {key for person in found.whole.persons for key in person.keys}
    return [
        {
            "ids": list(one.ids),
            "verdict": one.verdict,
            "by": one.by,
            "on": date_of(one.on).isoformat(),
        }
        for one in Deciders(known).of(keys)
    ]
