"""Sources page by page, in the order of entry, and the claims that stand from one of them.

Upholds: a page costs what it shows, however many sources there are.  Refuses nothing: a page behind
the last is empty.
"""

from dataclasses import dataclass

from asylia.record.contents import Source
from asylia.record.views.projection import NEVER
from asylia.record.views.shelf import UNDONE, Shelf
from asylia.vault.projection import Connection

PAGE = 20
_IDS = (
    f"SELECT id FROM record_content c WHERE label = ? AND NOT {UNDONE} "  # noqa: S608 - ours
    "ORDER BY entered_on, author, compartment, sequence LIMIT ? OFFSET ?"
)
_CLAIMS = "FROM views_claim c INDEXED BY views_claim_{by} WHERE c.{by} = ? AND c.gone_on = ?"


@dataclass(frozen=True)
class Sources:
    """One page; ``total``: of sources as entered, one that was entered twice counted twice."""

    rows: tuple[Source, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages can be asked for."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Taken:
    """Ids of the first claims that stand, in the order of entry, and how many there are."""

    ids: tuple[str, ...]
    total: int


def page(connection: Connection, shelf: Shelf, number: int = 1) -> Sources:
    """One page of the sources."""
    total = connection.execute(
        f"SELECT count(*) FROM record_content c WHERE label = ? AND NOT {UNDONE}",  # noqa: S608
        (Source.LABEL,),
    ).fetchone()[0]
    asked = (Source.LABEL, PAGE, PAGE * (number - 1))
    ids = dict.fromkeys(one for (one,) in connection.execute(_IDS, asked))
    found = (shelf.find(one) for one in ids)
    return Sources(tuple(one for one in found if isinstance(one, Source)), total, number)


def taken_from(connection: Connection, source: str, most: int) -> Taken:
    """Of the claims from a source."""
    return _claims(connection, "source", source, most)


def told_of(connection: Connection, subject: str, most: int) -> Taken:
    """Of the claims about something; ``most``: -1 for all of them."""
    return _claims(connection, "subject", subject, most)


def _claims(connection: Connection, by: str, value: str, most: int) -> Taken:
    what = _CLAIMS.format(by=by)
    total = connection.execute(f"SELECT count(*) {what}", (value, NEVER)).fetchone()[0]
    rows = connection.execute(
        f"SELECT c.id {what} ORDER BY c.entered_on, c.author, c.compartment, c.sequence LIMIT ?",
        (value, NEVER, most),
    )
    return Taken(tuple(one for (one,) in rows), total)
