"""What an import or an export did, line by line: refused, lost, never kept.

Upholds: every refused row is named with its reason, whatever is lost is said, and what is never
kept is counted by the name of its column.  Bounded: a hostile file makes no endless report.
Refuses: to repeat what stood in a row; a column's name is shown, cut, with nothing unseen in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from asylia.errors import MalformedError
from asylia.visible import visible

MOST = 1000  # lines that are kept of one kind; the rest is counted
_LONGEST = 80


def shown(untrusted_name: str) -> str:
    """A column's name as a report shows it."""
    plain = " ".join(visible(untrusted_name).split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


@dataclass
class Lines:
    """Lines of one kind: the first of them, and how many there were."""

    kept: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0

    def add(self, where: str, what: str) -> None:
        """One more line."""
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append((where, what))

    def told(self) -> Iterator[str]:
        """The lines, and how many more there were."""
        yield from (f"{where}: {what}" for where, what in self.kept)
        if self.count > len(self.kept):
            yield f"and {self.count - len(self.kept)} more"


@dataclass
class Report:
    """Gathers while a file is read or made.  ``rows``: how many rows were looked at."""

    rows: int = 0
    found_there: list[str] = field(default_factory=list)  # ids of what the record holds as it is
    refused: Lines = field(default_factory=Lines)
    lost: Lines = field(default_factory=Lines)
    staying: Lines = field(default_factory=Lines)  # items that may not leave, and why
    never_kept: dict[str, int] = field(default_factory=dict)  # column -> values passed over

    @property
    def already(self) -> int:
        """How many contents the record holds as they are."""
        return len(self.found_there)

    def never(self, untrusted_column: str, values: int = 1) -> None:
        """Values of a column that no import keeps."""
        name = shown(untrusted_column)
        if name in self.never_kept or len(self.never_kept) < MOST:
            self.never_kept[name] = self.never_kept.get(name, 0) + values

    def check(self) -> None:
        """``MalformedError`` where any row was refused: nothing is imported then."""
        if self.refused.count:
            where, why = self.refused.kept[0]
            raise MalformedError(
                f"{self.refused.count} rows can't be imported, the first of them {where}: {why}",
                hint="Nothing was imported. Mend them, or look at all of them with --dry-run.",
            )

    def plain(self) -> dict[str, object]:
        """The same for JSON."""
        return {
            "rows": self.rows,
            "already": self.already,
            "refused": list(self.refused.told()),
            "lost": list(self.lost.told()),
            "staying": list(self.staying.told()),
            "never_kept": self.never_kept,
        }
