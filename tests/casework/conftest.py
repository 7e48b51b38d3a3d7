"""Fixtures: the small world of ``world.py``, for one device and for two."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.casework.world import Hands, World, team


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def world(tmp_path: Path, clock: Hands) -> Iterator[World]:
    """A team of two."""
    with team(tmp_path, clock, 2) as made:
        yield made


@pytest.fixture
def alone(tmp_path: Path, clock: Hands) -> Iterator[World]:
    """A team of one."""
    with team(tmp_path, clock, 1) as made:
        yield made
