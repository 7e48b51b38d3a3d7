import pytest
from tests.dossier.world import World, service, stamps_in

from asylia_verify.opening import open_bundle
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy


@pytest.fixture(scope="session")
def world():
    return World()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    with stamps_in(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture(scope="session")
def other_authority(tmp_path_factory):
    with stamps_in(tmp_path_factory.mktemp("tsa"), "Another authority") as running:
        yield running


@pytest.fixture(scope="session")
def folder(world, authority, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "bundle"
    world.build(authority, out)
    return out


@pytest.fixture(scope="session")
def files(folder):
    return open_bundle(folder)


@pytest.fixture(scope="session")
def policy_path(world, authority, tmp_path_factory):
    path = tmp_path_factory.mktemp("policy") / "policy"
    path.write_bytes(world.policy(authority))
    return path


@pytest.fixture(scope="session")
def policy(policy_path):
    return read_policy(policy_path)


@pytest.fixture(scope="session")
def openssl():
    return OpenSSL()


@pytest.fixture(scope="session")
def stampers(authority):
    return [service(authority)]
