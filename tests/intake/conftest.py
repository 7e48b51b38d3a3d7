"""The made-up team's servers, started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .world import World, running


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Relay and page, running."""
    folder: Path = tmp_path_factory.mktemp("intake")
    with running(folder) as started:
        yield started
