"""Writes *What opens what* of ``spec/ledger.md`` anew: ``python -m tests.ledger.make_closure``."""

import tempfile
from pathlib import Path

from tests.ledger.closure import Attacker
from tests.ledger.played import (
    GONE,
    GONE_REPLY,
    GONE_REPORT,
    LIVE,
    LIVE_REPLY,
    NEW_REPORT,
    OTHER,
    THIRD,
    Sets,
    play,
    without_rotation,
)

PAGE = Path(__file__).parents[2] / "spec" / "ledger.md"
BEGIN, END = "<!-- closure: begin -->\n", "<!-- closure: end -->\n"
COLUMNS = {
    "a live record": LIVE,
    "a forgotten record": GONE,
    "the forgotten report's envelope": GONE_REPORT,
    "a reply to it": GONE_REPLY,
    "a report not yet taken in": NEW_REPORT,
    "a reply to another report": LIVE_REPLY,
    "a record of another compartment": OTHER,
    "who works there": f'"name":"{THIRD}"',
}


def sets(played: Sets, still: Sets) -> dict[str, Attacker]:
    """Each set, as an attacker that holds it; ``still``: the same weeks without rotation."""
    return {
        "the relay's blobs alone": played.attacker(),
        "all current devices": played.attacker("current"),
        "all current devices, before the intake key's grace is over": played.attacker("in grace"),
        "all current devices, one of which has not acknowledged": played.attacker("unanswered"),
        "a current device that is in one compartment": played.attacker("third"),
        "a device that left the compartment before": played.attacker("dismissed"),
        "a removed device": played.attacker("removed"),
        "a suspended device": played.attacker("suspended"),
        "a backup of a current vault, from before": played.attacker("backup"),
        "one recovery share": played.attacker().take_shares(played.new_shares[:1]),
        "two shares from before the drill": played.attacker().take_shares(played.old_shares[:2]),
        "two shares of the drill": played.attacker().take_shares(played.new_shares[1:]),
        "one share of each": played.attacker().take_shares(
            [played.old_shares[0], played.new_shares[1]]
        ),
        "the reporter's phrase": played.attacker().take_phrase(played.reporter.phrase),
        "the intake key of that time": played.attacker().take(played.intake),
        "all current devices, had nothing rotated": still.attacker("current"),
    }


def table(opens: dict[str, dict[str, bool]]) -> str:
    """As Markdown."""
    head = ["who holds, beside every blob that the relay ever held", *COLUMNS]
    lines = [_row(head), _row(["---"] * len(head))]
    for name, cells in opens.items():
        lines.append(_row([name, *("opens" if cells[column] else "–" for column in COLUMNS)]))
    return "".join(lines)


def compute(played: Sets, still: Sets) -> dict[str, dict[str, bool]]:
    """Set → column → whether it opens."""
    return {
        name: {column: attacker.reads(words) for column, words in COLUMNS.items()}
        for name, attacker in sets(played, still).items()
    }


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def written(page: str) -> str:
    """What stands on the page between the marks."""
    return page.partition(BEGIN)[2].partition(END)[0]


def computed() -> str:
    """The table, from two plays."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        played = play(Path(one))
        with without_rotation():
            still = play(Path(other), short=True)
    return table(compute(played, still))


def main() -> None:
    """Play, compute, write."""
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.replace(written(page), computed()), "utf-8")


if __name__ == "__main__":
    main()
