"""What the check says: a verdict, what was checked, what was not, what to heed."""

import json
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from asylia_verify.words import ENGLISH, Line, line

VALID: Final = "valid"
UNKNOWN: Final = "whole, signer unknown"
WRONG: Final = "wrong"
EXIT: Final = {VALID: 0, WRONG: 1, UNKNOWN: 3}
_WORDS = {
    VALID: line(
        "VALID under your policy. Read also what was not checked, and what this does not show."
    ),
    UNKNOWN: line(
        "WHOLE, SIGNER UNKNOWN. The bundle agrees with itself; anyone can make one that does."
        "\nGet the team's policy file another way than this bundle, and check again with --policy."
    ),
    WRONG: line("WRONG. Do not rely on this bundle."),
}
_SHOWS = {
    VALID: line(
        "What this shows: these words were in the team's record by the checkpoint, unaltered;"
        "\na device of the team made this bundle, for the purpose and recipient named above."
    ),
    UNKNOWN: line("What this shows: the files belong together. Whose they are is not known."),
}
_LIMITS = line(
    "What this does not show: that they are true, who wrote them, what else the record says,"
    "\nthat the consent it states was given."
    "\nThe PDF was compared by its hash only; where it and the data differ, the data counts."
)
_IN_RUSSIAN = "По-русски: --language ru"  # for whoever reads no English, and so not the manual


@dataclass
class Verdict:
    """Grows line by line while the check goes on, in one language."""

    language: str = ENGLISH
    verdict: Literal["valid", "whole, signer unknown", "wrong"] = "wrong"
    checked: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    heed: list[str] = field(default_factory=list)
    wrong: str | None = None

    @property
    def exit_code(self) -> int:
        """0 valid, 1 wrong, 3 whole but signer unknown."""
        return EXIT[self.verdict]

    def held(self, told: Line) -> None:
        """Something was checked, and held."""
        self.checked.append(told.within(self.language))

    def left(self, told: Line) -> None:
        """Something was not checked."""
        self.not_checked.append(told.within(self.language))

    def warn(self, told: Line) -> None:
        """Something is to be heeded."""
        self.heed.append(told.within(self.language))

    def ended(self, where: Line) -> Self:
        """Something is wrong: the first thing, and the last that is told."""
        self.wrong = where.within(self.language)
        return self

    def as_json(self) -> str:
        """One JSON object; its sentences are in the language asked for."""
        told = {key: value for key, value in self.__dict__.items() if key != "language"}
        return json.dumps(told, indent=2, sort_keys=True)

    def as_text(self) -> str:
        """For a person."""
        out = [_WORDS[self.verdict].within(self.language)]
        if self.wrong:
            out.append(line("First thing wrong: %(what)s.", what=self.wrong).within(self.language))
        held = "Checked, and held:"
        if self.verdict == WRONG:
            held = "Checked before that, and held:"
        for title, lines in (
            (line(held), self.checked),
            (line("Not checked:"), self.not_checked),
            (line("Heed:"), self.heed),
        ):
            if lines:
                out += ["", title.within(self.language), *(f"  - {one}" for one in lines)]
        if self.verdict != WRONG:
            out += ["", *(one.within(self.language) for one in (_SHOWS[self.verdict], _LIMITS))]
        if self.language == ENGLISH:
            out += ["", _IN_RUSSIAN]
        return "\n".join(out)
