"""Reading labels of pairs: a CSV of two ids, a verdict and, if wanted, how sure it is.

Upholds: every line becomes a label, or the file is refused and the line named; a message quotes no
cell but ids that could be shown (``labels.named``).  Refuses a file that is none, or is too large
to have been decided by people.
"""

import csv
from itertools import islice
from pathlib import Path

from asylia.counts.linking.labels import SURE, VERDICTS, Label
from asylia.counts.words import N_, Spoken, said, spoken, whole
from asylia.errors import MalformedError, NotFoundError

MOST_LABELS = 200_000
MOST_BYTES = 32 << 20
_NEEDED, _MORE = ("one", "other", "verdict"), ("sure",)


def read(path: Path) -> tuple[Label, ...]:
    """The labels of one file, in its order."""
    if not path.is_file():
        raise NotFoundError("the file of labels is not there", hint="Check its path.")
    if path.stat().st_size > MOST_BYTES:
        raise MalformedError(
            spoken(N_("the file of labels is over %(most)s MiB"), most=MOST_BYTES >> 20),
            hint="It takes two ids and a verdict a line, and nothing else.",
        )
    return parse(path.read_bytes())


def parse(untrusted: bytes) -> tuple[Label, ...]:
    """The same of what was read."""
    try:
        text = untrusted.decode("utf-8-sig")
        # Never more rows than can be labels, however many empty lines there are.
        rows = list(islice(csv.reader(text.splitlines(), strict=True), MOST_LABELS + 2))
    except (UnicodeDecodeError, csv.Error):
        raise MalformedError(
            "the file of labels is no table that can be read", hint="Save it as CSV in UTF-8."
        ) from None
    header = [name.strip().casefold() for name in rows[0]] if rows else []
    if not {*_NEEDED} <= {*header} <= {*_NEEDED, *_MORE} or len({*header}) != len(header):
        raise MalformedError(
            "the file of labels does not begin with the columns one, other and verdict",
            hint="Its first line is: one,other,verdict; a column sure may follow.",
        )
    if len(rows) - 1 > MOST_LABELS:
        raise MalformedError(
            spoken(N_("there are over %(most)s labels"), most=whole(MOST_LABELS)),
            hint="Leave out those that others imply.",
        )
    return tuple(
        _label(dict(zip(header, row, strict=False)), len(row) == len(header), line)
        for line, row in enumerate(rows[1:], 2)
        if row
    )


def _label(cells: dict[str, str], is_whole: bool, line: int) -> Label:
    if not is_whole:
        raise MalformedError(
            spoken(
                N_("line %(line)s of the labels has not as many cells as the first line"), line=line
            )
        )
    cells = {name: cell.strip() for name, cell in cells.items()}
    verdict = next((one for one in VERDICTS if one == cells["verdict"].casefold()), None)
    if verdict is None or not cells["one"] or not cells["other"]:
        raise MalformedError(
            spoken(N_("line %(line)s of the labels has no two ids and a verdict"), line=line),
            hint=spoken(N_("A verdict is one of: %(verdicts)s."), verdicts=", ".join(VERDICTS)),
        )
    try:
        return Label(cells["one"], cells["other"], verdict, _sure(cells.get("sure", "")))
    except MalformedError as error:
        why = error.message
        raise MalformedError(
            spoken(
                N_("line %(line)s of the labels: %(why)s"),
                line=line,
                why=why.said if isinstance(why, Spoken) else said(why),
            )
        ) from None


def _sure(text: str) -> float:
    if not text:
        return SURE
    try:
        return float(text)
    except ValueError:
        return 0.0  # which no label may be
