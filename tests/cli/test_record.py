"""Public sources go from files into the ledger, all or nothing, and only once."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from asylia import cli
from asylia.rehearsal.team import Team, at_work, found_team
from asylia.rehearsal.world import World, free_port


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def team(world: World) -> Team:
    return found_team(world, free_port())


def load(world: World, team: Team, folder: Path) -> int:
    words = world.folder / "words"
    words.write_text(team.passphrases["first"])
    options = ("--passphrase-file", str(words), "--json")
    return cli.run(["record", "load", str(world.vault("first")), str(folder), *options])


def test_a_folder_is_loaded_for_every_device_and_never_twice(
    world: World,
    team: Team,
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    example = root / "examples" / "chechnya-2017"
    broken = tmp_path / "broken"
    shutil.copytree(example, broken)
    (broken / "9.yaml").write_text("claims: [{id: x}]\n")
    assert load(world, team, broken) == 65
    with at_work(world, team, "first") as place:
        assert place.record().claims == ()

    assert load(world, team, example) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["waiting"] == 0
    with at_work(world, team, "second") as place:
        place.synchronise()
        claims = len(place.record().claims)
    assert claims > 90
    assert told["contents"] > claims

    assert load(world, team, example) == 73
    with at_work(world, team, "first") as place:
        assert len(place.record().claims) == claims
