"""The words of dates, English and Russian, as tokens; and one point in time out of such tokens.

Upholds: a point has a year; a season is spring, summer or autumn, for a winter lies in two years.
Refuses (``ValueError``): a word that it does not know, numbers that more than one reading allows.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

_MONTHS = (
    ("jan(uary)?", "янв(ар[ьяюе]|арём)?"), ("feb(ruary)?", "фев(рал[ьяюе]|ралём)?"),
    ("mar(ch)?", "март[ауе]?|мар"), ("apr(il)?", "апр(ел[ьяюе]|елем)?"), ("may", "ма[йяюе]|маем"),
    ("june?", "июн[ьяюе]|июнем"), ("july?", "июл[ьяюе]|июлем"), ("aug(ust)?", "авг(уст[ауе]?)?"),
    ("sept?(ember)?", "сен(тябр[ьяюе]|тябрём)?"), ("oct(ober)?", "окт(ябр[ьяюе]|ябрём)?"),
    ("nov(ember)?", "ноя(бр[ьяюе]|брём)?"), ("dec(ember)?", "дек(абр[ьяюе]|абрём)?"),
)  # fmt: skip
_WORDS: tuple[tuple[str, str], ...] = (
    *((f"M{at:02}", f"{en}|{ru}") for at, (en, ru) in enumerate(_MONTHS, 1)),
    ("S21", "spring|весн(а|ы|у|ой|е)"),
    ("S22", "summer|лет(о|а|у|ом|е)"),
    ("S23", "autumn|fall|осен(ь|и|ью)"),
    ("NIGHT", "night|ночь|ночью"),
    ("BETWEEN", "between|между"),
    ("AND", "and|и"),
    ("FROM", "from|с|со"),
    ("TO", "to|till|по"),
    ("UNTIL", "until|by|к"),
    ("SINCE", "since|начиная"),
    ("BEFORE", "before|до|перед"),
    ("AFTER", "after|после"),
    ("START", "early|beginning|start|начал[оае]|начале"),
    ("MIDDLE", "mid|middle|середин[аыеу]"),
    ("END", "late|end|кон(ец|ца|це)"),
    ("UNSURE", r"perhaps|maybe|possibly|probably|возможно|вероятно|\?"),
    ("ABOUT", "about|around|circa|approximately|около|примерно|приблизительно|~"),
    ("DASH", "[-–—]"),
    ("", "in|on|at|the|of|year|в|во|на|г|год|года|году|годом|числа|[,.]"),
)
_PIECES = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\d{1,2}\.\d{1,2}\.\d{4}|\d+|[^\W\d_]+|[^\w\s]")
_DAY = r"(\d{1,2})(?:st|nd|rd|th|го)?"


@dataclass(frozen=True)
class Point:
    """A year, perhaps a month or season (21 to 23), perhaps a day, and a mark of doubt."""

    year: int
    month: int = 0
    day: int = 0
    mark: str = ""

    @property
    def edtf(self) -> str:
        """As EDTF."""
        parts = [f"{self.year:04}", *(f"{one:02}" for one in (self.month, self.day) if one)]
        return "-".join(parts) + self.mark

    def marked(self, mark: str) -> "Point":
        """The same, in doubt."""
        return replace(self, mark=mark)

    @property
    def day_before(self) -> str:
        """The last day before it begins."""
        return (self._first() - timedelta(days=1)).isoformat()

    @property
    def day_after(self) -> str:
        """The first day after it is over."""
        return (self._last() + timedelta(days=1)).isoformat()

    def with_eve(self) -> str:
        """The night before this day belongs to two days."""
        if not self.day:
            raise ValueError
        return f"[{self.day_before}..{self.edtf}]"

    def third(self, first: int, last: int) -> str:
        """One of these days of the month."""
        if not 1 <= self.month <= 12 or self.day:
            raise ValueError
        last = min(last, monthrange(self.year, self.month)[1])
        return f"[{self.edtf}-{first:02}..{self.edtf}-{last:02}]"

    def _first(self) -> date:
        if self.month > 12:
            return date(self.year, (self.month - 20) * 3, 1)
        return date(self.year, self.month or 1, self.day or 1)

    def _last(self) -> date:
        if self.day:
            return self._first()
        month = (self.month - 20) * 3 + 2 if self.month > 12 else self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])


def tokens(text: str) -> str:
    """What was typed, its words as tokens; a word that is not known is UNKNOWN."""
    pieces = _PIECES.findall(re.sub(r"(\d)(st|nd|rd|th|-?го)\b", r"\1", text.casefold()))
    return " ".join(token for piece in pieces if (token := _token(piece)))


def _token(piece: str) -> str:
    if piece[0].isdigit():
        return piece
    for token, pattern in _WORDS:
        if re.fullmatch(pattern, piece):
            return token
    return "UNKNOWN"


def point(said: str, other: Point | None = None) -> Point:
    """One point; what it leaves out, ``other`` gives: "20 and 25 February 2017"."""
    if iso := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", said):
        return _checked(Point(int(iso[1]), int(iso[2]), int(iso[3] or 0)))
    if dotted := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", said):
        return _checked(Point(int(dotted[3]), int(dotted[2]), int(dotted[1])))
    numbers = [int(word) for word in said.split() if word.isdigit()]
    named = [int(word[1:]) for word in said.split() if re.fullmatch(r"[MS]\d\d", word)]
    years = [number for number in numbers if number >= 1000]
    days = [number for number in numbers if number < 1000]
    known = len(numbers) + len(named) == len(said.split())
    if not known or max(map(len, (years, days, named))) > 1 or not (numbers or named):
        raise ValueError
    year = years[0] if years else other.year if other else 0
    month = named[0] if named else other.month if other and not years else 0
    return _checked(Point(year, month, days[0] if days else 0))


def _checked(found: Point) -> Point:
    if not 1 <= found.year <= 9999 or (found.day and not 1 <= found.month <= 12):
        raise ValueError
    if found.month <= 12:
        date(found.year, found.month or 1, found.day or 1)
    return found
