"""Estimates of invented tables as they were made once, and a bundle with them."""

import json
from base64 import b64decode
from pathlib import Path

from tests.dossier.world import clock, service, unheard

from asylia.dossier.build import build
from asylia.dossier.estimate import Kept

VECTORS = Path(__file__).parents[2] / "spec" / "vectors"


def kept():
    """As the vectors have them: one that the lists bear, one that is refused."""
    return held("estimate", "data/estimates", "estimate.json", "overlap", 2)


def several():
    """The same of several tables: over linkages, over strata, and refused over strata."""
    return held("several", "data/several", "several.json", "sensitivity", 3)


def held(vectors, folder, file, plot, many):
    shown = json.loads((VECTORS / f"{vectors}.json").read_text("utf-8"))["files"]
    files = {name: b64decode(content) for name, content in shown.items()}
    return tuple(
        Kept(files[f"{folder}/{number}/{file}"], {plot: files[f"{folder}/{number}/{plot}.svg"]})
        for number in range(1, many + 1)
    )


def bundle(world, authority, out, *items, of=None):
    selection = world.select(*items)
    return build(
        selection, world.evidence(selection), world.exporter, [service(authority)], out, unheard,
        estimates=kept() if of is None else of, clock=clock,
    )  # fmt: skip
