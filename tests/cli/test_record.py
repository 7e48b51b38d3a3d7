"""Public sources go from files into the ledger, all or nothing, and only once."""

import json
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from asylia import cli
from asylia.record import contents as c
from asylia.rehearsal.team import Team, at_work, found_team
from asylia.rehearsal.world import World, free_port
from asylia.values import Day

HANDED: tuple[c.Content, ...] = (
    c.Person(id="p-wren", pseudonym="Wren"),
    c.Recipient(id="r-one", name="Выдуманная комиссия", language="ru"),
    c.Exhibit(
        id="b-one", kind="photograph", description="an invented photograph", media_type="image/png",
        size=1, sha256=bytes(32), persons=(c.Concerned(person="p-wren", role="subject"),),
    ),
    c.HandedOver(
        id="h-one", form="bundle", sha256=bytes(32), purpose="inquiry", recipient="r-one",
        onward=(), items=("b-one",), names=("0a0a",), on=Day(20_000),
    ),
    c.Withdrawal(id="w-one", person="p-wren", consents=(), on=Day(20_001), channel="a letter"),
)  # fmt: skip
UNNAMED = (c.Teller(who=""),)


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


def record(world: World, team: Team, *told: str) -> int:
    words = world.folder / "words"
    words.write_text(team.passphrases["first"])
    name, *rest = told
    vault = str(world.vault("first"))
    return cli.run(["record", name, vault, *rest, "--passphrase-file", str(words), "--json"])


def test_own_terms_go_to_every_device_and_are_retired_there(
    world: World, team: Team, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(root / "examples" / "own-terms")
    assert record(world, team, "terms", folder) == 0
    assert json.loads(capsys.readouterr().out) == {"terms": 4, "new": 4, "waiting": 0}
    assert record(world, team, "terms", folder) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 0
    retiring = ("retire", "organisations", "ombuds_office", "--reason", "public_body says it")
    assert record(world, team, *retiring) == 0
    assert record(world, team, *retiring) == 64
    with at_work(world, team, "second") as place:
        place.synchronise()
        known = place.words()["organisations"]
        assert "lawyers_chamber" in known.offered
        assert "ombuds_office" not in known.offered
        assert "ombuds_office" in known


def test_own_terms_that_mean_something_else_are_refused(
    world: World, team: Team, root: Path, tmp_path: Path
) -> None:
    file = root / "examples" / "own-terms" / "organisations.yaml"
    assert record(world, team, "terms", str(file.parent)) == 0
    changed = file.read_text().replace("chamber of lawyers", "something else")
    (tmp_path / "organisations.yaml").write_text(changed)
    assert record(world, team, "terms", str(tmp_path)) == 73
    assert record(world, team, "terms", str(tmp_path / "nowhere")) == 66


def test_notices_are_written_once_and_say_to_whom(
    world: World, team: Team, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with at_work(world, team, "first") as place:
        where = place.ledger.new_record(place.ledger.compartments()[0].id)
        for content in HANDED:
            place.append(where, content)
    out = tmp_path / "notices"
    assert record(world, team, "notices", "--out", str(out)) == 0
    (told,) = json.loads(capsys.readouterr().out)["notices"]
    assert (told["recipient"], told["language"]) == ("Выдуманная комиссия", "ru")
    (file,) = out.iterdir()
    assert "отозвано" in file.read_text("utf-8")
    assert "Wren" not in file.read_text("utf-8")
    assert record(world, team, "notices", "--out", str(out)) == 73


def test_an_import_goes_to_every_device_and_is_taken_back_whole(
    world: World, team: Team, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = world.folder / "words"
    words.write_text(team.passphrases["first"])
    secret = ("--passphrase-file", str(words), "--json")
    vault, tables = str(world.vault("first")), root / "examples" / "tables"
    mapped = ("--mapping", str(tables / "arrests.yaml"), "--case", vault, *secret)
    given = ("record", "import", str(tables / "arrests.csv"), "--format", "csv", *mapped)
    bad = tmp_path / "bad.csv"
    bad.write_text((tables / "arrests.csv").read_text() + "4;never;Otherton;x;;;;;\n")
    assert cli.run([*given[:2], str(bad), *given[3:]]) == 65
    assert cli.run([*given, "--dry-run"]) == 0
    with at_work(world, team, "first") as place:
        assert not place.record().all(c.Imported)
        assert place.record().find("invented-table") is None
    capsys.readouterr()

    assert cli.run([*given]) == 0
    name = json.loads(capsys.readouterr().out)["import"]
    with at_work(world, team, "second") as place:
        place.synchronise()
        record = place.record()
        (imported,) = record.all(c.Imported)
        assert (imported.id, imported.contents, imported.never_kept) == (name, 9, 3)
        assert len([one for one in record.claims if one.source == "invented-table"]) == 4

    out = tmp_path / "out.csv"
    export = ("record", "export", vault, "--format", "csv", "--out", str(out), *secret)
    public = (
        "--purpose",
        "publication",
        "--recipient",
        "public",
        "--item",
        "invented-table.2-killed",
    )
    assert cli.run([*export, *public]) == 0
    assert "invented-arrests" in out.read_text("utf-8")
    with at_work(world, team, "second") as place:
        place.synchronise()
        (handed,) = [one for one in place.record().all(c.HandedOver) if one.form == "file"]
        assert handed.sha256 == sha256(out.read_bytes()).digest()
        assert "invented-table.2-killed" in handed.items

    with at_work(world, team, "second") as place:  # somebody else leans on the event
        one = place.record().get("invented-table.2-killed", c.Claim)
        own = replace(one, id="own-claim", source="elsewhere", place="", tellers=UNNAMED)
        place.append(place.ledger.new_record(place.ledger.home()), own)
        place.synchronise()
    assert cli.run(["record", "undo", vault, "invented-table", *secret]) == 66
    capsys.readouterr()
    assert cli.run(["record", "undo", vault, name, "--reason", "read again", *secret]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["undone"], told["report"]["staying"]) == (
        8, ["invented-arrests: own-claim leans on it"]
    )  # fmt: skip
    assert cli.run(["record", "undo", vault, name, *secret]) == 64
    with at_work(world, team, "second") as place:
        place.synchronise()
        record = place.record()
        assert not [one for one in record.claims if one.source == "invented-table"]
        assert record.find("invented-table.2-killed") is not None
    again = ("--out", str(tmp_path / "again.csv"))
    assert cli.run([*export[:5], *again, *secret, *public]) == 77
    assert cli.run([*given]) == 0  # the same file, under the same ids
    with at_work(world, team, "second") as place:
        place.synchronise()
        assert len([one for one in place.record().claims if one.source == "invented-table"]) == 4
    assert cli.run([*export[:5], *again, *secret, *public]) == 0
