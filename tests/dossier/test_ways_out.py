"""Every way out of the record is known, is tried without consent, and lets nothing out."""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.casework.world import Hands, team
from tests.casework.world import World as Team
from tests.desk import test_screens
from tests.desk.world import Browser
from tests.dossier import test_command as command
from tests.dossier.ways import imports, made_in, modules, reaching, writes
from tests.exchange.partner_world import LINKER, TODAY, agreed, heard, organisation

from asylia.cli import run
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.exchange.export import FORMATS
from asylia.exchange.partners.formats import make_card
from asylia.exchange.partners.voice import words_of
from asylia.record.contents import Claim, HandedOver
from asylia.record.leaving import HARMLESS, WAYS_OUT
from asylia.scratch import base


def test_whatever_writes_or_sends_is_named_in_the_register() -> None:
    found = {name for name, tree in modules().items() if writes(tree)}
    assert found == set(WAYS_OUT) | set(HARMLESS)
    assert not set(WAYS_OUT) & set(HARMLESS)


@pytest.mark.parametrize(
    "planted",
    [
        'Path("x").write_text(words)',
        'Path("x").open("w")',
        'open("x", mode="ab")',
        'os.open("x", os.O_CREAT | os.O_WRONLY)',
        "file.write(words)",
        "writer.writerow(row)",
        "archive.writestr(name, words)",
        "client.post(url, content=words)",
        "Response(words)",
        "StreamingResponse(words)",
        "write_whole(path, words)",
    ],
)
def test_a_way_out_that_nobody_named_would_be_found(planted: str) -> None:
    assert writes(ast.parse(planted))


@pytest.mark.parametrize(
    "harmless", ['Path("x").open("rb")', 'open("notes")', "record.find(x)", "print(words)"]
)
def test_what_reads_is_no_way_out(harmless: str) -> None:
    assert not writes(ast.parse(harmless))


def test_only_the_one_who_asks_can_say_what_may_leave() -> None:
    assert made_in("Permission", modules()) == {"asylia.record.consent"}
    assert made_in("Permitted", modules()) == {"asylia.record.consent"}
    assert made_in("Selection", modules()) == {"asylia.dossier.selection"}
    for way, asks in WAYS_OUT.items():
        assert "asylia.record.consent.permission" in imports(modules()[asks])
        assert way in modules()


def test_what_goes_out_is_entered_by_whoever_can_reach_a_way_out() -> None:
    callers = {name for name, tree in modules().items() if imports(tree) & set(WAYS_OUT)}
    # which announce before they write
    assert callers == {
        "asylia.dossier.build", "asylia.exchange.export", "asylia.exchange.partners.sending",
    }  # fmt: skip
    assert made_in("HandedOver", modules()) == {"asylia.record.leaving"}


def by_the_command_line(request: pytest.FixtureRequest) -> tuple[set[Path], set[Path]]:
    folder, authority = request.getfixturevalue("line"), request.getfixturevalue("authority")
    command.policy(folder, authority, "policy")
    before = files(folder)
    out, unread = folder / "bundle", "0" * 64
    assert command.look(folder, "c-one", "c-third") == 77
    assert command.build(folder, authority, out, unread, "c-one", "c-third") == 77
    assert command.build(folder, authority, out, unread, "c-one") == 77
    refused = files(folder) - before
    capsys = request.getfixturevalue("capsys")
    capsys.readouterr()
    assert command.look(folder, "c-one") == 0
    *_, read = capsys.readouterr().out.splitlines()
    assert command.build(folder, authority, out, read, "c-one") == 0
    return refused, files(folder) - before


def by_the_desk(request: pytest.FixtureRequest) -> tuple[set[Path], set[Path]]:
    browser: Browser = request.getfixturevalue("browser")
    record = browser.desk.workspace.record
    (claim,) = [one for one in record.all(Claim) if one.report]
    recipient = test_screens.inquiry(browser)
    folder = browser.desk.workspace.export.folder.parent  # type: ignore[union-attr]
    before = files(folder)
    told = {"recipient": recipient, "items": claim.id, "confirmed": "1", "read": "00" * 32}
    assert browser.post("/dossiers/build", purpose="court", **told).status_code == 403
    assert browser.post("/dossiers/build", purpose="inquiry", **told).status_code == 403
    assert not browser.desk.workspace.record.all(HandedOver)
    refused = files(folder) - before
    choice = {"purpose": "inquiry", "recipient": recipient}
    assert "Built and sealed" in test_screens.read_and_built(browser, claim.id, **choice)
    (handed,) = browser.desk.workspace.record.all(HandedOver)
    assert (handed.recipient, handed.items) == (recipient, (claim.id,))
    return refused, files(folder) - before


def by_a_file(request: pytest.FixtureRequest) -> tuple[set[Path], set[Path]]:
    folder: Path = request.getfixturevalue("line")
    before = files(folder)

    def export(form: str, *told: str, item: str = "c-one") -> int:
        named = folder / f"{request.node.name}.{form}"
        given = ("--format", form, "--out", str(named), "--item", item, *told)
        secret = ("--passphrase-file", str(folder / "passphrase"))
        return run(["record", "export", str(folder / "vault"), *given, *secret])

    def look(*told: str) -> str:
        given = ("--format", "csv", "--look", "--item", "c-one", *told)
        secret = ("--passphrase-file", str(folder / "passphrase"))
        capsys = request.getfixturevalue("capsys")
        capsys.readouterr()
        assert run(["record", "export", str(folder / "vault"), *given, *secret]) == 0
        said: str = capsys.readouterr().out
        assert "Меня держали восемь дней" in said
        return said.splitlines()[-1]

    asked = ("--purpose", "inquiry", "--recipient", command.INQUIRY)
    forms = FORMATS if request.node.name.endswith("record]") else ("csv",)
    for form in forms:
        assert export(form, "--purpose", "court", "--recipient", command.INQUIRY) == 77
    assert export("csv") == 64
    assert export("csv", "--purpose", "inquiry", "--recipient", "r-other") == 77
    assert export("csv", "--purpose", "publication", "--recipient", "public") == 77
    assert export("csv", *asked, item="c-third") == 77
    for form in forms:
        assert export(form, *asked) == 77  # nobody read it
    assert export("csv", *asked, "--read", "0" * 64) == 77
    assert export("csv", *asked, "--read", "x") == 64
    read = look(*asked)
    refused = files(folder) - before
    for form in forms:
        assert export(form, *asked, "--read", read) == 0
    assert export("csv", *asked, "--read", read) == 73
    return refused, files(folder) - before


def by_a_file_at_the_desk(request: pytest.FixtureRequest) -> tuple[set[Path], set[Path]]:
    browser: Browser = request.getfixturevalue("browser")
    recipient = test_screens.inquiry(browser)
    folder = browser.desk.workspace.export.folder.parent  # type: ignore[union-attr]
    before, told = files(folder), len(browser.desk.workspace.record.all(HandedOver))
    asked = {"recipient": recipient, "form": "csv", "purpose": "inquiry"}
    for wrong in (
        {}, {"read": "00" * 32}, {"read": "x"}, {"purpose": "no"},
        {"form": "doc"}, {"confirmed": "", "read": "00" * 32},
    ):  # fmt: skip
        sent = {**asked, "confirmed": "1", **wrong}
        assert browser.post("/files/write", **sent).status_code in (400, 403)
    refused = files(folder) - before
    # What concerns nobody may go anywhere; what a person said goes nowhere without consent.
    court = {**asked, "purpose": "court"}
    assert "Written" in browser.post("/files/write", **court, confirmed="1").text
    (public,) = files(folder) - before - {folder / "out"}
    assert "They had my phone" not in public.read_text()
    told += 1
    assert "no consent to the purpose court" in browser.post("/files", **court).text
    page = browser.post("/files", **asked).text
    assert "They had my phone" in page
    read = re.search(r'name="read" value="(\w+)"', page)
    assert read
    assert len(browser.desk.workspace.record.all(HandedOver)) == told
    page = browser.post("/files/write", **asked, confirmed="1", read=read[1]).text
    assert "Written" in page
    assert len(browser.desk.workspace.record.all(HandedOver)) == told + 1
    return refused, files(folder) - before


def by_a_sealed_list(request: pytest.FixtureRequest) -> tuple[set[Path], set[Path]]:
    with TemporaryDirectory(dir=base()) as named, ExitStack() as stack:
        folder = Path(named)
        made = organisation(folder, "A", stack)
        linker = Identity.from_seed(bytes(32))
        card = make_card(SigningKey(bytes(32), "pair"), linker.recipient, TODAY)
        (folder / "card").write_bytes(card)
        heard(folder, [*words_of(card)])
        before = files(folder)
        asked = [made.folder / "list.csv", "--recipient", LINKER.id, "--list", "List A"]
        given = ["--card", folder / "card", "--words-file", folder / "heard"]
        given += ["--out", folder / "A.age"]
        assert made.run("hand-over", *asked, "--look")[0] == 77
        assert made.run("hand-over", *asked, "--read", "0" * 64, *given)[0] == 77
        assert made.run("hand-over", *asked)[0] == 64
        assert not any(HandedOver.LABEL.encode() in one for one in made.contents("casework"))
        made.append(*agreed("A"))
        assert made.run("hand-over", *asked, *given)[0] == 77  # nobody looked
        refused = files(folder) - before
        read = made.said("hand-over", *asked, "--look")["read"]
        assert made.run("hand-over", *asked, "--read", read, *given)[0] == 0
        assert any(HandedOver.LABEL.encode() in one for one in made.contents("casework"))
        return refused, files(folder) - before


TRIED: dict[str, Callable[[pytest.FixtureRequest], tuple[set[Path], set[Path]]]] = {
    "asylia.cli.dossier": by_the_command_line,
    "asylia.cli.partners": by_a_sealed_list,
    "asylia.cli.record": by_a_file,
    "asylia.cli.record_export": by_a_file,
    "asylia.desk.routes.dossiers": by_the_desk,
    "asylia.desk.routes.files": by_a_file_at_the_desk,
}


def test_each_command_and_form_that_reaches_a_way_out_is_tried() -> None:
    assert reaching(set(WAYS_OUT), modules()) == set(TRIED)


@pytest.mark.parametrize("entry", sorted(TRIED))
def test_nothing_leaves_without_consent_and_something_does_with_it(
    entry: str, request: pytest.FixtureRequest
) -> None:
    refused, granted = TRIED[entry](request)
    assert refused == set()
    left = {".csv", ".age", ".signed"}
    assert any(path.suffix in left for path in granted)


def test_a_command_that_reaches_a_way_out_by_another_module_would_be_found() -> None:
    planted = {
        **modules(),
        "asylia.casework.sly": ast.parse("from asylia.dossier import bag"),
        "asylia.cli.sly": ast.parse("from asylia.casework.sly import out"),
    }
    assert reaching(set(WAYS_OUT), planted) - set(TRIED) == {"asylia.cli.sly"}


def files(folder: Path) -> set[Path]:
    kept = re.compile(r"/(vault|relay|policy|out)$|/(vault|relay)/")
    return {path for path in folder.rglob("*") if not kept.search(str(path))}


line = command.desk
reported, browser = test_screens.reported, test_screens.browser


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with team(tmp_path_factory.mktemp("team"), Hands(), 1) as made:
        yield made
