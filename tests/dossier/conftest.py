import pytest
from tests.dossier.world import World, stamps_in


@pytest.fixture
def world():
    return World()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    with stamps_in(tmp_path_factory.mktemp("tsa")) as running:
        yield running
