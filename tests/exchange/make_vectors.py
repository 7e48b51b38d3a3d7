"""Makes ``spec/vectors/cells.json``: contents as cells, and cells that are refused, with why.

``cd tests && python -m exchange.make_vectors`` writes the file; a test makes it again and compares.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from asylia.errors import MalformedError
from asylia.exchange import cells
from asylia.record import contents as c

FILE = Path(__file__).resolve().parents[2] / "spec" / "vectors" / "cells.json"
GOOD: tuple[c.Content, ...] = (
    c.Claim(
        id="k1", source="s1", words="at least three", subject="e1", property="killed", event="e1",
        said_on="2020-01", count=c.Count(min=3), facts="2019-12", place="q1",
        tellers=(c.Teller(who="o1"), c.Teller(who="o2", as_given="the [old] | paper"),
                 c.Teller(who="", as_given="a caller ← of the line")),
        overlaps=(c.Overlap(other="k2", relation="part"),),
        parts=c.PartsTold(complete="not_stated", words="among them"),
    ),
    c.Claim(
        id="k3", source="s1", words="it was not so", tellers=(c.Teller(who=""),), subject="e1",
        property="account", value="it was not so", event="e1", said_on="2020-03",
        polarity="denies", recants=c.Recants(claim="k1", circumstances="after a week"),
    ),
    c.Claim(
        id="k4", source="s1", words="nobody can say", tellers=(c.Teller(who="o1"),), subject="e1",
        property="killed", event="e1", said_on="2020", count=c.Count(),
    ),
    c.Act(id="a1", event="e1", violation="killing", victim="g1", perpetrators=(
        c.Involved(kind="police", role="ordered", who="o1"), c.Involved(kind="relatives"),
    )),
    c.Place(
        id="q1", names=(c.Name(text="Nowhere | nowhere", language="en"),
                        c.Name(text="Нигде", language="ru")),
        precision="settlement", latitude=43_300_000, longitude=-45_700_001, radius=5000,
    ),
    c.Demand(id="m1", by=("o1", "o2"), to=("", "the council"), must_act="", what="x", event="e1"),
    c.Event(id="e1", name="An invented day", kind="raid", apart=True),
)  # fmt: skip
BAD: tuple[tuple[str, dict[str, str]], ...] = (
    ("claim", {"count": "three"}),
    ("claim", {"count.min": "3.5"}),
    ("claim", {"count": "not_stated", "count.min": "3"}),
    ("claim", {"tellers": "o1 ← (unclosed"}),
    ("claim", {"tellers": "two words"}),
    ("claim", {"overlaps": "part"}),
    ("act", {"perpetrators": "police ordered o1 o2"}),
    ("place", {"names": "Nowhere"}),
    ("place", {"latitude": "43,3"}),
    ("place", {"radius": "-1"}),
    ("event", {"apart": "true"}),
    ("site", {"aliases": "a [mill"}),
)


def vectors() -> list[dict[str, Any]]:
    good = [
        {
            "item": type(one).__name__.lower(),
            "cells": cells.to_cells(msgspec.to_builtins(one)),
            "expect": "ok",
            "content": msgspec.json.encode(one, order="sorted").decode(),
        }
        for one in GOOD
    ]
    return [
        *good,
        *({"item": item, "cells": told, "expect": why(item, told)} for item, told in BAD),
    ]


def why(item: str, told: dict[str, str]) -> str:
    try:
        cells.from_cells(cells.KINDS[item], told)
    except MalformedError as error:
        return error.message
    return "ok"


def made() -> str:
    return json.dumps({"vectors": vectors()}, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(made(), "utf-8")
