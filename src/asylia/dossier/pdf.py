"""The dossier for reading: PDF by Typst, English beside Russian, tagged (PDF/UA-1).

Upholds: the same data and day give the same bytes; text comes as data, never as markup; fonts are
Typst's own; what it works on stays in memory.  Refuses nothing of the content: selection has done
that before.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

import typst
import yaml

from asylia.errors import AsyliaError

Pair = Mapping[str, str]


@cache
def words() -> Mapping[str, Any]:
    """Every word of ours in a dossier, ``words.yaml``."""
    parsed: Mapping[str, Any] = yaml.safe_load(
        files("asylia.dossier").joinpath("words.yaml").read_text("utf-8")
    )
    return parsed


DOSSIER, ESTIMATES_ALONE = "template.typ", "estimates_alone.typ"


def render(pages: Mapping[str, Any], made_on: date, body: str = DOSSIER) -> bytes:
    """The PDF; ``pages`` is what ``body`` reads, beside ``words.yaml``."""
    ours = words()
    data = {**ours, "estimates": (), **pages}
    parts = ("head.typ", "estimates.typ", body)
    ours_of = files("asylia.dossier")
    template = b"\n".join(ours_of.joinpath(name).read_bytes() for name in parts)
    try:
        made = typst.compile(
            template,
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            timestamp=datetime.combine(made_on, time(), UTC),
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        # Typst's own message can quote what was to be set.
        raise AsyliaError("the PDF could not be set") from None
    if not isinstance(made, bytes):
        raise AsyliaError("the PDF could not be set")
    return made


def method_note() -> bytes:
    """``data/method.txt``: the same words as in the PDF, English, then Russian."""
    out = []
    for language in ("en", "ru"):
        out.append(words()["headings"]["how_to_read"][language])
        out += [f"{p['heading'][language]}\n{p['text'][language]}" for p in words()["method"]]
        out += [words()["headings"]["how_to_check"][language], *words()["check"][language]]
        out.append(words()["command"])
    return ("\n\n".join(out) + "\n").encode()


def tongue(text: str) -> str:
    """For a reader that speaks the page: Russian where most letters are Cyrillic."""
    letters = [letter for letter in text if letter.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    return "ru" if cyrillic * 2 > len(letters) else "en"


def grouped(digest: bytes) -> list[str]:
    """A hash for reading aloud: groups of four hex digits, eight groups a row."""
    groups = re.findall("....", digest.hex())
    return [" ".join(groups[at : at + 8]) for at in range(0, len(groups), 8)]
