"""Intervals of days as bars beside each other, and ticks to read them by.

Upholds: the whole stretch in which something may have been is drawn, and apart from it the days
that it surely took; an end that is open reaches the edge and says so.  Refuses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from markupsafe import Markup

from asylia.errors import MalformedError
from asylia.record.edtf_dates import inner
from asylia.record.views.timeline import Moment
from asylia.values import Day, date_of, day_of

WIDTH = 400
_LEAST = 3.0
_MARGIN = 0.02
_HIGH = 'height="8" rx="1.5"'
_OPEN_LEFT = '<path class="open" d="M7 1 1 7l6 6"/>'
_OPEN_RIGHT = '<path class="open" d="m393 1 6 6-6 6"/>'


@dataclass(frozen=True)
class Bar:
    """From where to where it may have been, and where it surely was (none: ``sure_wide`` is 0)."""

    x: float
    wide: float
    sure_x: float
    sure_wide: float
    opens_left: bool
    opens_right: bool


@dataclass(frozen=True)
class Scale:
    """The days of a page, drawn over ``WIDTH`` units."""

    first: Day
    last: Day

    @classmethod
    def of(cls, moments: Sequence[Moment]) -> "Scale | None":
        """The days that these reach over, with a little room; None where none has a day."""
        days = [
            day for one in moments if one.dated for day in (one.first, one.last) if day is not None
        ]
        if not days:
            return None
        room = max(1, int((max(days) - min(days)) * _MARGIN))
        return cls(Day(min(days) - room), Day(max(days) + room))

    def at(self, day: int) -> float:
        """Where the beginning of a day lies."""
        return round((day - self.first) / (self.last + 1 - self.first) * WIDTH, 1)

    def bar(self, moment: Moment, edtf: str) -> Bar | None:
        """What is drawn of it; None if it has no day."""
        if not moment.dated:
            return None
        first = self.first if moment.first is None else moment.first
        last = self.last if moment.last is None else moment.last
        x, end = self.at(first), self.at(last + 1)
        sure_x, sure_end = self._surely(edtf)
        return Bar(
            x=x,
            wide=max(_LEAST, round(end - x, 1)),
            sure_x=sure_x,
            sure_wide=max(_LEAST, round(sure_end - sure_x, 1)) if sure_end > sure_x else 0,
            opens_left=moment.first is None,
            opens_right=moment.last is None,
        )

    @cached_property
    def grid(self) -> str:
        """Every tick as one path through a row that is 14 units high."""
        return "".join(f"M{x} 0v14" for x, _, _ in self.ticks)

    def drawn(self, bar: Bar | None) -> Markup:
        """A row of the page: its ticks and what may have been and surely was; nothing for none."""
        if bar is None:
            return Markup()
        may = f'<rect class="may" x="{bar.x}" y="3" width="{bar.wide}" {_HIGH}/>'
        sure = f'<rect class="sure" x="{bar.sure_x}" y="3" width="{bar.sure_wide}" {_HIGH}/>'
        return Markup(  # noqa: S704 - numbers of ours alone
            f'<svg class="bars" viewBox="0 0 {WIDTH} 14" aria-hidden="true">'
            f'<path class="tick" d="{self.grid}"/>{may}{sure if bar.sure_wide else ""}'
            f"{_OPEN_LEFT if bar.opens_left else ''}{_OPEN_RIGHT if bar.opens_right else ''}</svg>"
        )

    @cached_property
    def ticks(self) -> tuple[tuple[float, date, bool], ...]:
        """Beginnings of years, or of months where there are few: where, and if it is of a month."""
        start, end = date_of(self.first), date_of(self.last)
        months = (end.year - start.year) * 12 + end.month - start.month
        if months <= 24:
            step = max(1, -(-months // 8))
            found = [
                date(start.year + (start.month - 1 + n) // 12, (start.month - 1 + n) % 12 + 1, 1)
                for n in range(1, months + 1, step)
            ]
            return tuple((self.at(day_of(one)), one, True) for one in found)
        step = max(1, -(-(end.year - start.year) // 8))
        years = (date(year, 1, 1) for year in range(start.year + 1, end.year + 1, step))
        return tuple((self.at(day_of(one)), one, False) for one in years)

    def _surely(self, edtf: str) -> tuple[float, float]:
        try:
            found = inner(edtf)
        except MalformedError:
            return 0, 0
        if found is None or found.first is None or found.last is None:
            return 0, 0
        return self.at(found.first), self.at(found.last + 1)
