"""An estimate as a bundle carries it, of one table or of several; ``spec/estimate.md``.

Upholds: aggregates only; whole numbers only (a fraction is text, so that there is one encoding);
lists are named by their place in ``lists``; everything that follows from the table stands beside it
so that a reader can compare, and a checker must.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from asylia.dossier.formats import Bytes32, DayText, Line
from asylia.wire import Message, Part

MOST_LISTS = 24
MOST_PATTERNS = 2_000
MOST_TABLES, MOST_PATTERNS_IN_ALL = 100, 10_000
PLOTS: tuple[str, ...] = ("overlap", "posterior", "sensitivity", "trace")

Model = Literal["lcmcr", "graphs", "loglinear", "chao", "nhoi"]
Counted = Literal["published", "agreed", "record"]
Number = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Persons = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
InAll = Annotated[int, msgspec.Meta(ge=0, le=10**9 * MOST_TABLES)]
Place = Annotated[int, msgspec.Meta(ge=0, lt=MOST_LISTS)]
Fraction = Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?\Z")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=r"^[^\n\x00]*\Z")]
# No name that a spreadsheet would take for a formula: the table lies beside as CSV.
LIST_NAME = r"^[^\n\r\t\x00=+@|%＝＋－＠-][^\n\r\x00]*\Z"
ListName = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LIST_NAME)]
Bits = Annotated[str, msgspec.Meta(pattern=r"^[01]{1,24}\Z")]
Percent = Annotated[int, msgspec.Meta(ge=1, le=99)]


class Told(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One sentence in both languages."""

    en: Text
    ru: Text


class Refusal(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why there is no number, and what data would help."""

    helps: Told | None
    why: Told


class Interval(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From the lowest number to the highest."""

    high: Number
    low: Number


class PatternCount(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many persons stand in just the lists that have a 1 here."""

    count: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    lists: Bits


class Spoken(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one model says of one table: a number with its 95 % interval, or a refusal."""

    interval: Interval | None
    median: Number | None
    model: Model
    refused: Refusal | None


class ModelAnswer(Spoken, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one model says of the table itself; with what it assumes, and how its chains ran."""

    assumptions: Annotated[tuple[Told, ...], msgspec.Meta(max_length=16)]
    ess: Number | None
    rhat: Fraction | None


class OfList(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Answers that have to do with one list, by its place: without it, or of it."""

    answers: Annotated[tuple[Spoken, ...], msgspec.Meta(max_length=5)]
    list: Place


class Missed(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Answers as they would be if so many in a hundred links between lists had been missed."""

    answers: Annotated[tuple[Spoken, ...], msgspec.Meta(max_length=5)]
    percent: Percent


class CurvePoint(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``nhoi``, if what binds all lists made the unseen so many times as many."""

    factor: Fraction
    interval: Interval
    median: Number


class PlotFacts(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One plot beside the file: ``<name>.svg``."""

    name: Literal["overlap", "posterior", "sensitivity", "trace"]
    sha256: Bytes32
    size: Annotated[int, msgspec.Meta(ge=1, le=4 << 20)]


Lists = Annotated[tuple[ListName, ...], msgspec.Meta(min_length=1, max_length=MOST_LISTS)]
Patterns = Annotated[
    tuple[PatternCount, ...], msgspec.Meta(min_length=1, max_length=MOST_PATTERNS)
]  # fmt: skip
Sizes = Annotated[tuple[Persons, ...], msgspec.Meta(min_length=1, max_length=MOST_LISTS)]
Seed = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class EstimateFile(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole of what is said of one table of counts."""

    LABEL: ClassVar[str] = "asylia/estimate/1"
    as_of: DayText
    counted: Counted
    curve: Annotated[tuple[CurvePoint, ...], msgspec.Meta(max_length=32)]
    known: Annotated[tuple[OfList, ...], msgspec.Meta(max_length=MOST_LISTS)]
    left_out: Annotated[tuple[OfList, ...], msgspec.Meta(max_length=MOST_LISTS)]
    lists: Lists
    missed: Annotated[tuple[Missed, ...], msgspec.Meta(max_length=8)]
    models: Annotated[tuple[ModelAnswer, ...], msgspec.Meta(min_length=3, max_length=5)]
    observed: Persons
    patterns: Patterns
    plots: Annotated[tuple[PlotFacts, ...], msgspec.Meta(max_length=len(PLOTS))]
    recaptured: Persons
    refused: Refusal | None
    seed: Seed
    sizes: Sizes
    software: Line
    span: Interval | None
    title: Line


class Combined(Spoken, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one model says over all tables: its sum over strata, its mixture over linkages."""

    assumptions: Annotated[tuple[Told, ...], msgspec.Meta(max_length=16)]


class Alone(Spoken, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one model says of one table of several; with how its chains ran."""

    ess: Number | None
    rhat: Fraction | None


class OneOfSeveral(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One stratum or linkage: its table, and each model's answer to it."""

    answers: Annotated[tuple[Alone, ...], msgspec.Meta(min_length=3, max_length=5)]
    name: ListName
    observed: Persons
    patterns: Patterns
    recaptured: Persons
    sizes: Sizes


class Seen(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Persons in at least one list, by one table or another; of strata all three are the sum."""

    least: InAll
    middle: InAll
    most: InAll


class SeveralFile(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole of what is said of strata, or of linkages of the same records."""

    LABEL: ClassVar[str] = "asylia/estimate-several/1"
    as_of: DayText
    by: Literal["linkage", "stratum"]
    counted: Literal["published", "agreed"]
    lists: Lists
    models: Annotated[tuple[Combined, ...], msgspec.Meta(min_length=3, max_length=5)]
    plots: Annotated[tuple[PlotFacts, ...], msgspec.Meta(max_length=len(PLOTS) - 1)]
    refused: Refusal | None
    seed: Seed
    seen: Seen
    software: Line
    span: Interval | None
    tables: Annotated[
        tuple[OneOfSeveral, ...], msgspec.Meta(min_length=1, max_length=MOST_TABLES)
    ]  # fmt: skip
    title: Line
