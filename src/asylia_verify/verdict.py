"""What the check says: a verdict, what was checked, what was not, what to heed."""

import json
from dataclasses import dataclass, field
from typing import Final, Literal

VALID: Final = "valid"
UNKNOWN: Final = "whole, signer unknown"
WRONG: Final = "wrong"
EXIT: Final = {VALID: 0, WRONG: 1, UNKNOWN: 3}
_WORDS = {
    VALID: "VALID under your policy. Read also what was not checked, and what this does not show.",
    UNKNOWN: "WHOLE, SIGNER UNKNOWN. The bundle agrees with itself; anyone can make one that does."
    "\nGet the team's policy file another way than this bundle, and check again with --policy.",
    WRONG: "WRONG. Do not rely on this bundle.",
}
_SHOWS = {
    VALID: "What this shows: these words were in the team's record by the checkpoint, unaltered;"
    "\na device of the team made this bundle, for the purpose and recipient named above.",
    UNKNOWN: "What this shows: the files belong together. Whose they are is not known.",
}
_LIMITS = """What this does not show: that they are true, who wrote them, what else the record says,
that the consent it states was given.
The PDF was compared by its hash only; where it and the data differ, the data counts."""


@dataclass
class Verdict:
    """Grows line by line while the check goes on."""

    verdict: Literal["valid", "whole, signer unknown", "wrong"] = "wrong"
    checked: list[str] = field(default_factory=list)
    not_checked: list[str] = field(default_factory=list)
    heed: list[str] = field(default_factory=list)
    wrong: str | None = None

    @property
    def exit_code(self) -> int:
        """0 valid, 1 wrong, 3 whole but signer unknown."""
        return EXIT[self.verdict]

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps(self.__dict__, indent=2, sort_keys=True)

    def as_text(self) -> str:
        """For a person."""
        out = [_WORDS[self.verdict]]
        if self.wrong:
            out.append(f"First thing wrong: {self.wrong}.")
        for title, lines in (
            (
                "Checked, and held:" if self.verdict != WRONG else "Checked before that, and held:",
                self.checked,
            ),
            ("Not checked:", self.not_checked),
            ("Heed:", self.heed),
        ):
            if lines:
                out += ["", title, *(f"  - {line}" for line in lines)]
        if self.verdict != WRONG:
            out += ["", _SHOWS[self.verdict], _LIMITS]
        return "\n".join(out)
