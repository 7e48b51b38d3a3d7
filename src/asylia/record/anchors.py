"""Words found in the text of a source, and where they stand: what a claim is anchored to.

Upholds: what is quoted is the source's own letters, whatever was typed to find them: the beginning
and the end with ``…`` between, straight quotation marks for curly ones, the number of a paragraph
in front.  Refuses: words that are not there, and words that stand there more than once unless the
paragraph tells which are meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asylia.errors import UsageError

_GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
_NUMBERED = re.compile(r"(\d{1,4}):\s*(.+)", re.DOTALL)
_ALIKE = ('"“”„«»', "'‘’‚`", "-‐‑–—−")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a text: its number from 1, where it begins, its words."""

    number: int
    start: int
    text: str


@dataclass(frozen=True)
class Anchor:
    """Words of a text from ``start`` to ``end``, and the paragraphs they begin and end in."""

    words: str
    start: int
    first: int
    last: int

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.start + len(self.words)

    @property
    def locator(self) -> str:
        """As a claim gives it; characters are counted from 1 through the whole text."""
        one = self.first == self.last
        where = f"paragraph {self.first}" if one else f"paragraphs {self.first}-{self.last}"
        return f"{where}, characters {self.start + 1}-{self.end}"


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs: parted by empty lines where there are any, else by ends of lines."""
    parting = r"\n[ \t]*\n\s*" if re.search(r"\n[ \t]*\n", text.strip()) else r"\s*\n\s*"
    out: list[Paragraph] = []
    start = len(text) - len(text.lstrip())
    whole = text.rstrip()
    for gap in [*re.finditer(parting, whole), None]:
        if gap is not None and gap.start() < start:
            continue
        end = gap.start() if gap else len(whole)
        if whole[start:end].strip():
            out.append(Paragraph(len(out) + 1, start, whole[start:end]))
        start = gap.end() if gap else end
    return tuple(out)


def anchor(text: str, typed: str) -> Anchor:
    """The one place that is meant; ``UsageError`` where there is none, or more than one."""
    asked = typed.strip()
    if not asked:
        raise UsageError("Quote the words: they are needed.", hint="Nothing was saved.")
    known = paragraphs(text)
    found = [_anchor(known, text, *at) for at in _find(text, asked)]
    numbered = _NUMBERED.fullmatch(asked)
    if not found and numbered:
        found = [
            _anchor(known, text, *at)
            for one in known
            if one.number == int(numbered[1])
            for at in _within(text, one, numbered[2])
        ]
    if not found:
        raise UsageError(
            "These words are not in the text of the source.",
            hint="Nothing was saved. A claim quotes letter for letter: select the words.",
        )
    if len(found) > 1:
        raise UsageError(
            "These words stand in the text more than once.",
            hint="Nothing was saved. Write more of them, or the paragraph in front: 5: the words.",
        )
    return found[0]


def between(text: str, typed: str) -> str:
    """From the beginning to the end that were typed with ``…`` between; empty if not one place."""
    if not _GAP.search(typed):
        return ""
    found = _find(text, typed.strip())
    return text[slice(*found[0])] if len(found) == 1 else ""


def find_again(text: str, words: str, locator: str) -> tuple[int, int] | None:
    """Where a claim's words stand, by its locator if it still fits, else their first place."""
    told = re.search(r"characters (\d+)-(\d+)$", locator)
    if told and text[int(told[1]) - 1 : int(told[2])] == words:
        return int(told[1]) - 1, int(told[2])
    at = text.find(words)
    return (at, at + len(words)) if words and at >= 0 else None


def _within(text: str, one: Paragraph, typed: str) -> Iterator[tuple[int, int]]:
    """Places that begin in that paragraph; they may end in a later one."""
    for start, end in _find(text[one.start :], typed):
        if start < len(one.text):
            yield one.start + start, one.start + end


def _find(text: str, typed: str) -> list[tuple[int, int]]:
    """As typed, upper or lower case; only where that is nowhere, with ``…`` as a gap."""
    whole = _places(_pattern(typed), text)
    parts = _GAP.split(typed, maxsplit=1)
    if whole or len(parts) != 2 or not all(parts):
        return whole
    # A second start inside a span that was found is not another one: it has the same end.
    return _places(f"{_pattern(parts[0])}[\\s\\S]*?{_pattern(parts[1])}", text)


def _places(pattern: str, text: str) -> list[tuple[int, int]]:
    return [one.span() for one in re.finditer(pattern, text, re.IGNORECASE)]


def _pattern(typed: str) -> str:
    words = [_letters(word) for word in typed.split()]
    return r"\s+".join(words)


def _letters(word: str) -> str:
    out = ""
    for letter in word:
        alike = next((group for group in _ALIKE if letter in group), letter)
        out += f"[{re.escape(alike)}]" if len(alike) > 1 else re.escape(letter)
    return out


def _anchor(known: tuple[Paragraph, ...], text: str, start: int, end: int) -> Anchor:
    first, last = (
        max((one.number for one in known if one.start <= at), default=1) for at in (start, end - 1)
    )
    return Anchor(text[start:end], start, first, last)
