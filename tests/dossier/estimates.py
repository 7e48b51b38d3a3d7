"""Two estimates of invented tables as they were made once, and a bundle with them."""

import json
from base64 import b64decode
from pathlib import Path

from tests.dossier.world import clock, service, unheard

from asylia.dossier.build import build
from asylia.dossier.estimate import Kept

VECTORS = Path(__file__).parents[2] / "spec" / "vectors" / "estimate.json"


def kept():
    """As the vectors have them: one that the lists bear, one that is refused."""
    shown = json.loads(VECTORS.read_text("utf-8"))["files"]
    files = {name: b64decode(content) for name, content in shown.items()}
    return tuple(
        Kept(
            files[f"data/estimates/{number}/estimate.json"],
            {"overlap": files[f"data/estimates/{number}/overlap.svg"]},
        )
        for number in (1, 2)
    )


def bundle(world, authority, out, *items):
    selection = world.select(*items)
    return build(
        selection, world.evidence(selection), world.exporter, [service(authority)], out, unheard,
        estimates=kept(), clock=clock,
    )  # fmt: skip
