"""The vectors of cells: what is written down is what comes out, and what is wrong stays wrong."""

import json

import msgspec
import pytest

from asylia.exchange import cells

from .make_vectors import BAD, FILE, made

VECTORS = json.loads(FILE.read_text("utf-8"))["vectors"]


def test_the_vectors_are_as_they_are_made() -> None:
    assert FILE.read_text("utf-8") == made()


@pytest.mark.parametrize("vector", [one for one in VECTORS if one["expect"] == "ok"])
def test_cells_become_the_content(vector: dict[str, str]) -> None:
    kind = cells.KINDS[vector["item"]]
    values = cells.from_cells(kind, vector["cells"])  # type: ignore[arg-type]
    assert msgspec.convert(values, kind) == msgspec.json.decode(vector["content"], type=kind)


def test_what_is_wrong_is_refused_by_the_cell_s_name() -> None:
    refused = [one for one in VECTORS if one["expect"] != "ok"]
    assert len(refused) == len(BAD)
    for one in refused:
        name = next(iter(one["cells"]))
        assert one["expect"].startswith(name.partition(".")[0])
