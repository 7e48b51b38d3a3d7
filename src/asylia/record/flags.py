"""What a reader of figures must be told: falls, parts that do not add up, open questions.

Upholds: a flag says what stands against what, with the claims; it settles nothing.
Kinds: ``spec/figures.md``.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from asylia.record.amounts import Amount, whole_of
from asylia.record.contents import Claim
from asylia.record.judged import Judged
from asylia.record.rows import Division, OverlapRow, Row, values_apart
from asylia.record.vocabulary import Vocabulary, vocabulary


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at before a number is used."""

    kind: str
    text: str
    claims: tuple[str, ...]


def series_flags(series: Mapping[str, Sequence[Row]]) -> Iterator[Flag]:
    """A cumulative series can't fall: a later maximum below an earlier minimum is flagged."""
    for name, rows in series.items():
        highest: Row | None = None
        for row in rows:
            if highest and row.amount.is_below(highest.amount):
                text = f"{name} falls from {_quoted(highest.words)} to {_quoted(row.words)}"
                claims = (*highest.claims, *row.claims)
                yield Flag(kind="series_falls", text=text, claims=claims)
            if highest is None or row.amount.low > highest.amount.low:
                highest = row
        yield from _revisions(name, rows)


def _revisions(name: str, rows: Sequence[Row]) -> Iterator[Flag]:
    """A teller who later gives another number for the same time."""
    latest: dict[tuple[str, str], Row] = {}
    for row in sorted((one for one in rows if one.facts), key=lambda one: one.known_from):
        before = latest.get((row.lineage, row.facts))
        if before and not row.about and not before.about and not row.amount.meets(before.amount):
            text = f"{name}: {row.lineage} gave {_quoted(before.words)} and, of the same time, "
            text += f"{_quoted(row.words)} later"
            yield Flag(kind="revised", text=text, claims=(*before.claims, *row.claims))
        latest[row.lineage, row.facts] = row


def part_flags(rows: Sequence[Row]) -> Iterator[Flag]:
    """Parts of a table that can't make up its total, unless the teller says they are not all."""
    for row in rows:
        yield from part_flags(row.parts)
        for table in row.tables:
            yield from _table_flags(row, table)


def _table_flags(row: Row, table: Division) -> Iterator[Flag]:
    parts = row.parts_in(table)
    total, made = row.amount, whole_of(part.amount for part in parts)
    too_many, too_few = total.is_below(made), made.is_below(total)
    if total.is_stated and (too_many or (too_few and table.complete != "no")):
        yield Flag(
            kind="parts_do_not_add_up",
            text=_parts_text(row, table, made),
            claims=(table.total, *(one for part in parts for one in part.claims)),
        )


def cell_flags(rows: Sequence[Row]) -> Iterator[Flag]:
    """One cell that two tables give differently, where one lineage tells of the same time."""
    totals: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.parts:
            alone = () if row.facts else row.claims
            key = (row.property, row.event, row.lineage, *row.cell, row.motive, *alone)
            totals.setdefault(key, []).append(row)
    for told in totals.values():
        yield from _cells_apart(told)


def _cells_apart(totals: Sequence[Row]) -> Iterator[Flag]:
    cells: dict[tuple[str, ...], dict[str, list[tuple[Row, Row]]]] = {}
    for total in totals:
        for part in total.parts:
            if not part.about and part.is_apart_from(total):
                tables = cells.setdefault(part.cell, {})
                tables.setdefault(part.part_of, []).append((total, part))
    for tables in cells.values():
        alone = [told[0] for told in tables.values() if len(told) == 1]  # of two, which is it?
        for (whole, one), (same, other) in combinations(alone, 2):
            if whole.amount.meets(same.amount) and not one.amount.meets(other.amount):
                words = " and ".join(dict.fromkeys((_quoted(whole.words), _quoted(same.words))))
                text = f"one cell, two numbers, in tables of {words}: "
                text += f"{_quoted(one.words)} and {_quoted(other.words)}"
                claims = (one.part_of, other.part_of, *one.claims, *other.claims)
                yield Flag(kind="cells_apart", text=text, claims=claims)


def row_flags(counts: Mapping[str, Sequence[Row]], properties: Vocabulary) -> Iterator[Flag]:
    """Values of one property that can't both be the number."""
    for name, rows in counts.items():
        apart = values_apart(rows)
        if apart:
            claims = dict.fromkeys(one for pair in apart for row in pair for one in row.claims)
            words = dict.fromkeys(_quoted(row.words) for pair in apart for row in pair)
            label = properties.label(name)
            text = f"{label}: tellers differ: {', '.join(words)}"
            yield Flag(kind="values_apart", text=text, claims=tuple(claims))


def open_questions(relations: Sequence[OverlapRow], claims: Sequence[Claim]) -> Iterator[Flag]:
    """Relations that a source leaves open and nobody has judged."""
    words = {claim.id: claim.words for claim in claims}
    for one in relations:
        if one.relation == "not_known" and one.by == "source":
            both = f"{_quoted(words[one.claim])} and {_quoted(words[one.other])}"
            text = (
                f"{both}: whether they tell of the same, of others, or one of a part of the other"
            )
            text += " is not known, nor judged"
            yield Flag(kind="open_question", text=text, claims=(one.claim, one.other))


def recantations(claims: Sequence[Claim]) -> Iterator[Flag]:
    """Claims that their teller went back on; both stand, and neither is believed for that."""
    words = {claim.id: claim.words for claim in claims}
    for one in claims:
        if one.recants and one.recants.claim in words:
            before, after = _quoted(words[one.recants.claim]), _quoted(one.words)
            text = f"{before} was gone back on: {after}; which of them holds is not judged by that"
            yield Flag(kind="recanted", text=text, claims=(one.recants.claim, one.id))


def contradictions(judged: Judged) -> Iterator[Flag]:
    """Judgements in force that contradict each other; ``claims`` holds the judgements' ids."""
    for judgements in judged.contradictions:
        text = "judgements contradict each other; neither is followed"
        yield Flag(kind="judgements_contradict", text=text, claims=judgements)


def outside_flags(outside: Mapping[str, Sequence[Claim]]) -> Iterator[Flag]:
    """Events that stay outside until a judgement says that they belong."""
    for event, claims in outside.items():
        text = f"{event} is another event; it stays outside until a judgement says otherwise"
        yield Flag(kind="outside", text=text, claims=tuple(claim.id for claim in claims))


def _parts_text(row: Row, table: Division, whole: Amount) -> str:
    low, high = whole.low, whole.most
    made = str(low) if low == high else f"at least {low}" if high is None else f"{low} to {high}"
    label = vocabulary("complete").label(table.complete)
    said = f"; the teller: {table.complete_words}" if table.complete_words else ""
    where = f", {table.locator}," if len(row.tables) > 1 and table.locator else ""
    told = f"the parts told of {_quoted(row.words)}{where} add up to {made}"
    return f"{told} (all parts told: {label}{said})"


def _quoted(words: str) -> str:
    return f"\u201c{words}\u201d"
