"""Fixtures: a team of two, and of one."""

import pytest
from tests.ledger.world import World, make_world


@pytest.fixture
def world() -> World:
    return make_world(2)


@pytest.fixture
def alone() -> World:
    return make_world(1)
