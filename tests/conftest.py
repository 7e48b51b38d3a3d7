"""What every test shares: how hard hypothesis tries, and where the public data lies."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from asylia.vault import process

_ROOT = Path(__file__).resolve().parent.parent

# Files that were measured to take longest: whoever got one last, all would wait for it.
_LONGEST = (
    "rehearsal/test_parts.py", "counts/test_linking_on_spark.py", "desk/test_own_browser.py",
    "desk/test_serve.py", "rehearsal/test_demo.py", "desk/test_entering.py",
    "counts/test_latent.py", "counts/test_linking.py", "desk/test_evidence.py",
    "counts/test_latent_calibration.py", "desk/test_browser.py", "desk/test_keeper.py",
)  # fmt: skip

# Two slow cores must not make a property fail, and CI must find tomorrow what it found today.
settings.register_profile(
    "asylia",
    deadline=None,
    max_examples=100,
    derandomize="CI" in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("asylia")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the rest stays as it was."""
    rank = {_ROOT / "tests" / file: at for at, file in enumerate(_LONGEST)}
    gone = [str(file) for file in rank if not file.is_file()]
    assert not gone, f"these files are not there to be run first: {gone}"
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


@pytest.fixture(scope="session", autouse=True)
def parsed_before_threads() -> None:
    """Have pytest parse what hypothesis loads late, before a test starts a server in a thread.

    Before Python 3.12, two threads that parse at once can fail with "AST constructor recursion
    depth mismatch".
    """
    st.randoms(use_true_random=False).validate()


@pytest.fixture(autouse=True)
def not_hardened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep pytest's own process as it is: a command run in it would take core files from it.

    No later test could give them back, and those that look for one would find nothing.
    """
    before = resource.getrlimit(resource.RLIMIT_CORE)
    for part in ("_no_core", "_not_dumpable"):
        monkeypatch.setattr(process, part, lambda: True)
    yield
    assert resource.getrlimit(resource.RLIMIT_CORE) == before, "this test hardened pytest itself"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return _ROOT


@pytest.fixture(scope="session")
def shared_data(root: Path) -> Path:
    """The public data beside the checkout; a test that needs it is skipped where it is not."""
    folder = root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder shared/data does not lie beside this checkout")
    return folder
