"""Exhibits at the desk from the upload to the verdict: looked at, agreed to, chosen, built."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.casework.world import World
from tests.confined import files
from tests.desk.exhibited import CASE, MASKED, OTHER, PAGE, PERSON, PHOTO, Exhibited, exhibited
from tests.dossier.remake import resign

from asylia.dossier.build import Exporter
from asylia.record.consent import NotPermittedError, permission
from asylia.record.contents import Exhibit, HandedOver, Notice
from asylia_verify.check import Verdict, check_files
from asylia_verify.opening import open_bundle
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import read_policy


@dataclass
class Shown:
    """Three exhibits: a photograph of the case, its masked copy, a page of the public record."""

    desk: Exhibited
    photo: str
    masked: str
    page: str

    def id(self, address: str) -> str:
        return self.desk.exhibit(address).id

    @property
    def ids(self) -> tuple[str, str, str]:
        return self.id(self.photo), self.id(self.masked), self.id(self.page)


@pytest.fixture(scope="module")
def shown(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with exhibited(world, tmp_path_factory.mktemp("out")) as desk:
        yield three(desk, "", PHOTO, MASKED, files.PAGE.encode())


@pytest.fixture(scope="module")
def agreed(shown: Shown) -> Shown:
    """Somebody looked at all of them, and the case's person agreed to two."""
    for address in (shown.photo, shown.masked, shown.page):
        assert shown.desk.look(address) == 303
    photo, masked, _ = shown.ids
    assert shown.desk.agree(photo, masked) == 303
    return shown


def three(desk: Exhibited, name: str, photo: bytes, masked: bytes, page: bytes) -> Shown:
    told = {**CASE, "description": f"{CASE['description']}{name}"}
    at = desk.take_in(photo, **told)
    public = desk.take_in(page, **{**PAGE, "description": f"{PAGE['description']}{name}"})
    return Shown(desk, at, desk.mask(at, masked), public)


def staying(page: str, named: str = "") -> str:
    """What stays of the exhibits: the rows of those that are called so."""
    rows = re.findall(r"<tr>.*?</tr>", page.partition('<table class="staying">')[2], re.S)
    return " ".join(row for row in rows if f"{named}</a>" in row)


def ticks(page: str) -> set[str]:
    return set(re.findall(r'name="items" value="(\w+)"', page))


def test_nothing_leaves_before_somebody_looked_and_agreed_one_by_one(shown: Shown) -> None:
    desk, name = shown.desk, ", another"
    fresh = three(desk, name, PHOTO + b"1", MASKED + b"1", files.PAGE.encode() + b"1")
    photo, masked, page = fresh.ids
    offered = desk.offered()
    assert not {photo, masked, page} & ticks(offered)
    assert "checked" not in offered
    stays = staying(offered, name)
    assert stays.count("nobody has said whether it could identify") == 3
    assert f"“An invented photograph of a scar{name}”" in stays
    assert photo not in stays  # people read what it is, not an id
    form = desk.browser.get(fresh.photo).text
    assert 'name="others"' in form
    assert "checked" not in form
    for wrong in ({}, {"others": "named"}, {"others": "none", "person": OTHER, "role": "third"},
                  {"others": "named", "person": "Anna", "role": "third"},
                  {"others": "named", "person": OTHER, "role": "gay"}):  # fmt: skip
        assert desk.browser.post(f"{fresh.photo}/look", **wrong).status_code == 400
    assert "Nobody has looked yet" in desk.browser.get(fresh.photo).text
    for address in (fresh.photo, fresh.masked, fresh.page):
        assert desk.look(address) == 303
    offered = desk.offered()
    assert {photo, masked, page} & ticks(offered) == {page}  # the others wait for consent
    form = desk.browser.get(f"{desk.thread}/consent").text
    assert {photo, masked, page} & ticks(form) == {photo, masked}  # the page shows nobody
    assert "checked" not in form
    assert desk.agree(page) == 400
    assert desk.agree(masked) == 303
    offered = desk.offered()
    assert {photo, masked, page} & ticks(offered) == {masked, page}
    assert "no consent to this item" in staying(offered, name)
    assert desk.agree(photo, masked) == 303
    assert {photo, masked, page} <= ticks(desk.offered())


def test_a_file_goes_only_where_it_was_ticked_and_is_shown_before(agreed: Shown) -> None:
    desk, (photo, masked, page) = agreed.desk, agreed.ids
    read = desk.read(photo, masked, page, files=(masked,))
    assert re.findall(r'name="files" value="(\w+)"', read) == [masked]
    assert f'src="{agreed.masked}/content"' in read
    assert f'src="{agreed.photo}/content"' not in read
    assert read.count("record and log alone; the file stays") == 2
    assert "safe keeping" in read
    assert "The desk does not show this file" in desk.read(page, files=(page,))
    assert "Built and sealed" in desk.build(photo, masked, page, files=(masked,))
    bundle = open_bundle(desk.newest())
    assert MASKED in bundle.values()
    assert PHOTO not in bundle.values()
    assert not [one for one in bundle.values() if PERSON.encode() in one or b"Linden" in one]


@pytest.fixture(scope="module")
def policy(agreed: Shown) -> object:
    return read_policy(agreed.desk.folder / "policy.json")


@pytest.fixture(scope="module")
def built(agreed: Shown) -> Path:
    desk = agreed.desk
    assert "3 exhibits with their logs, 3 files." in desk.build(files=agreed.ids)
    return desk.newest()


def checked(bundle: dict[str, bytes], policy: object) -> Verdict:
    return check_files(bundle, policy, datetime.now(UTC), OpenSSL())


def test_from_the_upload_to_a_verdict_with_bytes_custody_and_copies(
    shown: Shown, built: Path, policy: object
) -> None:
    verdict = checked(open_bundle(built), policy)
    assert (verdict.verdict, verdict.wrong) == ("valid", None)
    (line,) = [one for one in verdict.checked if one.startswith("exhibits: ")]
    assert line.startswith("exhibits: 3 with their bytes")
    assert ("custody: 4 events" in line, "copies: 1" in line) == (True, True)
    handed = shown.desk.browser.desk.workspace.record.all(HandedOver)[-1]
    assert set(handed.items) == set(shown.ids)


def named(bundle: dict[str, bytes], content: bytes) -> str:
    """Under what name an exhibit with these bytes lies in the bundle."""
    return next(one.split("/")[2] for one, its in bundle.items() if its == content)


@pytest.mark.parametrize("signed_anew", [False, True], ids=["by a stranger", "by the device"])
@pytest.mark.parametrize("what", ["bytes", "custody", "copy"])
def test_each_alteration_is_named_whoever_makes_it(
    shown: Shown, built: Path, policy: object, what: str, *, signed_anew: bool
) -> None:
    bundle = open_bundle(built)
    photo, masked = named(bundle, PHOTO), named(bundle, MASKED)
    where = {
        "bytes": f"data/exhibits/{photo}/content",
        "custody": f"data/items/{photo}.json",
        "copy": f"data/items/{masked}.json",
    }[what]
    altered = {
        "bytes": lambda its: its[:-1] + bytes([its[-1] ^ 1]),
        "custody": lambda its: its.replace(b"safe keeping", b"safe kee9ing"),
        "copy": _of_another,
    }[what](bundle[where])
    assert altered != bundle[where]
    forged = {**bundle, where: altered}
    ledger = shown.desk.browser.desk.workspace.place.ledger
    if signed_anew:
        certificate = ledger.certificate()
        assert certificate is not None
        forged = resign(forged, Exporter(ledger.signing_key(), certificate, ledger.root), [])
    verdict = checked(forged, policy)
    assert verdict.verdict == "wrong"
    assert verdict.wrong is not None
    assert verdict.wrong.startswith(f"{where}: ")
    control = {**bundle, where: bundle[where]}
    assert checked(control, policy).verdict == "valid"


def _of_another(item: bytes) -> bytes:
    """The copy's record with another original named in it."""
    head, _, body = item.partition(b"\n")
    told = json.loads(body)
    (field,) = [one for one in told["fields"] if one["name"] == "original_sha256"]
    field["value"] = "ab" * 32
    compact = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return head + b"\n" + compact.encode()


def mine(agreed: Shown) -> set[str]:
    """Which of the three may leave."""
    return ticks(agreed.desk.offered()) & set(agreed.ids)


def ways_out(shown: Shown, *items: str) -> list[str]:
    """Why each way out of the desk and the record refuses these; empty where it lets them go."""
    work = shown.desk.browser.desk.workspace
    page = shown.desk.build(*items)
    told = [] if "Built and sealed" in page else re.findall(r'role="alert">.*?</p>', page, re.S)
    file = shown.desk.browser.post("/files", **shown.desk.choice, form="csv").text
    stays = file.partition("stay")[2]
    told += [
        f"a file: {one}" for one in items if work.record.get(one, Exhibit).description in stays
    ]
    try:
        permission(work.record, "inquiry", shown.desk.recipient, items, work.today)
    except NotPermittedError as refused:
        told += refused.missing
    return told


def test_a_refusal_of_a_copy_keeps_its_original_in_and_a_new_consent_lets_it_go(
    agreed: Shown,
) -> None:
    desk, (photo, masked, page) = agreed.desk, agreed.ids
    told = {"risks": "Who sees it.", "explained_in": "en", **desk.choice}
    form = desk.browser.get(f"{desk.thread}/refusal").text
    assert {photo, masked} <= ticks(form)
    assert desk.browser.post(f"{desk.thread}/refusal", items=page, **told).status_code == 400
    answer = desk.browser.post(f"{desk.thread}/refusal", items=photo, **told)
    assert answer.status_code == 303
    assert mine(agreed) == {masked, page}  # less is shown in it than was refused
    assert "this was refused" in staying(desk.offered(), CASE["description"])
    assert desk.agree(photo, masked) == 303
    desk.browser.post(f"{desk.thread}/refusal", items=masked, **told)
    assert mine(agreed) == {page}  # what is in the copy is in the original
    assert desk.agree(photo, masked) == 303
    assert mine(agreed) == {photo, masked, page}


def test_a_withdrawal_stops_every_export_at_once_and_each_recipient_has_a_notice(
    agreed: Shown, built: Path
) -> None:
    desk, (photo, masked, page) = agreed.desk, agreed.ids
    work = desk.browser.desk.workspace
    assert ways_out(agreed, photo) == []
    names = {item: name for one in work.record.all(HandedOver)
             for item, name in zip(one.items, one.names, strict=True)}  # fmt: skip
    before = set((desk.folder / "out").iterdir())
    for form in re.findall(
        r'action="(/agreements/\w+/withdraw)"', desk.browser.get("/agreements").text
    ):
        assert desk.browser.post(form).status_code == 400  # how they said it
        assert desk.browser.post(form, channel="by voice").status_code == 303
        assert desk.browser.post(form, channel="by voice").status_code == 400
    told = " ".join(ways_out(agreed, photo))
    assert told.count("consent was withdrawn") >= 2
    assert f"a file: {photo}" in told
    assert set((desk.folder / "out").iterdir()) == before
    assert mine(agreed) == {page}
    assert ways_out(agreed, page) == []  # the control: what concerns nobody goes on
    texts = "\n".join(one.text for one in work.record.all(Notice))
    assert (names[photo] in texts, names[masked] in texts) == (True, True)
    assert names[page] not in texts
    assert PERSON not in texts
    assert names[photo] in desk.browser.get("/agreements").text


def test_whoever_is_seen_in_one_of_a_family_is_asked_for_all_of_it(agreed: Shown) -> None:
    desk, (photo, masked, _) = agreed.desk, agreed.ids
    assert desk.agree(photo, masked) == 303
    work = desk.browser.desk.workspace

    def missing() -> str:
        try:
            permission(work.record, "inquiry", desk.recipient, [masked], work.today)
        except NotPermittedError as refused:
            return " ".join(refused.missing)
        return ""

    assert OTHER not in missing()
    assert desk.look(agreed.photo, OTHER) == 303
    assert f"{OTHER}, for {masked}: no consent" in missing()
    assert f"<b>{OTHER}</b>" in desk.browser.get(agreed.photo).text
    assert OTHER in desk.browser.get(agreed.masked).text


def test_the_log_is_entered_and_each_break_is_told_in_words_with_its_line(agreed: Shown) -> None:
    browser, at = agreed.desk.browser, f"{agreed.page}/custody"
    whole = browser.get(at).text
    assert ("Now with" in whole, "does not hold" in whole) == (True, False)
    gone = {"action": "handed_over", "on": "2026-11-22", "by": "Linden", "to": "Rowan",
            "place": "Примерск", "purpose": "examination"}  # fmt: skip
    for wrong, says in (
        ({"to": ""}, "Say who has it now"), ({"on": "soon"}, "2026-12-31"),
        ({"on": "2026-12-30"}, "still to come"), ({"before": "no"}, "64 digits"),
    ):  # fmt: skip
        answer = browser.post(at, **{**gone, **wrong})
        assert (answer.status_code, says in answer.text) == (400, True)
        assert 'value="examination"' in answer.text  # what was typed is kept
    assert browser.post(at, **gone).status_code == 303
    again = browser.post(at, **gone, once="x")
    assert again.status_code == 303
    page = browser.get(at).text
    assert "Line 3, 22 November 2026" in page
    assert "it was given by another than the one who had it last" in page
    browser.post("/language", language="ru", back=at)
    try:
        russian = browser.get(at).text
    finally:
        browser.post("/language", language="en", back=at)
    assert "Строка 3, 22 ноября 2026" in russian
    assert "передал не тот, у кого это было последним" in russian


TABLE = b"Heron archive,Stork diary,Finch list,count\n0,0,1,20\n0,1,0,30\n1,0,0,40\n1,1,0,6\n"
PARTS = b"stratum," + b"\n".join(
    [TABLE.splitlines()[0], *(b"north," + row for row in TABLE.splitlines()[1:]),
     *("Юг,".encode() + row for row in TABLE.splitlines()[1:])]
)  # fmt: skip


def estimated(desk: Exhibited, table: bytes | None = TABLE) -> None:
    """An estimate as the form begins it, done; this table is refused, so no model runs."""
    desk.browser.post("/estimates/drop")
    name = "counts.csv" if table is not None else ""
    answer = desk.browser.client.post(
        "/estimates/begin",
        data={"csrf": desk.browser.desk.door.csrf, "models": "all", "seed": "1"},
        files={"file": (name, table or b"", "text/csv")},
        headers=desk.browser.origin,
    )
    assert answer.status_code == 303
    held = desk.browser.desk.workspace.estimating
    assert held is not None
    until = time.monotonic() + 60
    while held.runs:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_estimate_leaves_beside_an_item_once_its_table_was_looked_at(agreed: Shown) -> None:
    desk, page = agreed.desk, a_page(agreed.desk, b"one")
    about = {"title": "Held in Exampleville", "as_of": "2026-11-01", "counted": "agreed"}
    assert desk.browser.post("/estimates/keep", **about).status_code == 404
    estimated(desk)
    for less in (
        {"title": ""},
        {"as_of": "1.11.2026"},
        {"counted": "record"},
        {"title": "x" * 501},
    ):
        assert desk.browser.post("/estimates/keep", **{**about, **less}).status_code == 400
    assert 'name="estimates"' not in desk.offered()
    assert desk.browser.post("/estimates/keep", **about).status_code == 303
    estimated(desk, PARTS)
    about["title"] = "Held in two districts"
    assert desk.browser.post("/estimates/keep", **about).status_code == 303
    offered = desk.offered()
    handle, parts = re.findall(r'name="estimates" value="(\w+)"', offered)
    assert "checked" not in offered
    choice = {**desk.choice, "items": [page], "estimates": [handle, parts]}
    shown = desk.browser.post("/dossiers/look", **choice).text
    assert "Heron archive + Stork diary" in shown
    assert shown.count("few: could it point at somebody?") == 3
    for said in ("estimate, with its tables", ">north</th>", ">Юг</th>"):
        assert said in shown
    assert "I looked at each table" in shown
    told = dict(re.findall(r'name="(read|once)" value="(\w+)"', shown))
    other = {**choice, "estimates": []}
    gone = desk.browser.post("/dossiers/build", **other, **told, confirmed="1")
    assert gone.status_code == 403  # what was read had the estimate in it
    told = dict(re.findall(r'name="(read|once)" value="(\w+)"', shown_again(desk, choice)))
    built = desk.browser.post("/dossiers/build", **choice, **told, confirmed="1").text
    assert "Built and sealed" in built
    bundle = open_bundle(desk.newest())
    assert bundle["data/estimates/1/counts.csv"].startswith(b'"Heron archive","Stork diary"')
    verdict = check_files(bundle, None, datetime.now(UTC), OpenSSL())
    assert verdict.wrong is None
    assert any(one.startswith("estimate 1 (“Held in Exampleville”") for one in verdict.checked)
    assert bundle["data/several/1/counts.csv"].startswith(b'stratum,"Heron archive","Stork diary"')
    several = "estimate 1 of several tables (“Held in two districts”; as of 2026-11-01): 2 strata"
    assert any(one.startswith(several) for one in verdict.checked)
    russian = {"language": "ru", "back": "/estimates"}
    desk.browser.post("/language", **russian)
    assert "Наготове для досье" in desk.browser.get("/estimates").text
    desk.browser.post("/language", language="en", back="/estimates")
    desk.browser.post("/estimates/let-go", estimate=parts)
    desk.browser.post("/estimates/let-go", estimate=handle)
    assert desk.browser.post("/dossiers/look", **choice).status_code == 404


def a_page(desk: Exhibited, content: bytes) -> str:
    """A page of the public record that shows nobody: an item for the estimate to lie beside."""
    public = desk.take_in(files.PAGE.encode() + content, **PAGE)
    assert desk.look(public) == 303
    return desk.exhibit(public).id


def shown_again(desk: Exhibited, choice: dict[str, object]) -> str:
    return desk.browser.post("/dossiers/look", **choice).text


def test_whoever_is_counted_from_the_record_is_asked_about(agreed: Shown) -> None:
    """Nobody here is documented by several lists: the claims that count are asked one by one."""
    desk, page = agreed.desk, a_page(agreed.desk, b"another")
    estimated(desk)
    work = desk.browser.desk.workspace
    work.estimating.claims = ("c-nobody-asked",)
    form = desk.browser.get("/estimates").text
    assert 'name="counted"' not in form
    assert desk.browser.post("/estimates/keep", title="From the record").status_code == 303
    (handle,) = work.kept
    assert work.kept[handle].said.counted == "record"
    answer = desk.browser.post("/dossiers/look", **desk.choice, items=[page], estimates=[handle])
    assert answer.status_code == 403
    assert "This may not leave" in answer.text
    work.kept.clear()
