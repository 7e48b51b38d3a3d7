"""The collector of cycles pauses for a page, and goes on behind it whatever happened."""

import gc
from collections.abc import Iterator

import pytest
from tests.ledger.world import make_world

from asylia.ledger import sync
from asylia.ledger.collecting import uncollected


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    was = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was else gc.disable)()


def test_it_is_off_inside_and_on_again_behind() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_where_a_page_fails() -> None:
    with pytest.raises(KeyError), uncollected():
        raise KeyError
    assert gc.isenabled()


def test_who_has_it_off_keeps_it_off() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_a_page_is_gone_through_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    seen = []

    class Watched(sync.Replay):
        def take(self, blobs: object) -> None:
            seen.append(gc.isenabled())
            super().take(blobs)  # type: ignore[arg-type]

    monkeypatch.setattr(sync, "Replay", Watched)
    world.devices[0].write("a word")
    world.sync(2)
    assert seen
    assert not any(seen)
    assert gc.isenabled()
