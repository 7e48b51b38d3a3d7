"""Counting with partners: the whole road on real vaults, and each attack on it, named."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import msgspec
import numpy as np
import pytest
from tests.casework.world import PASSPHRASE
from tests.exchange.partner_make_vectors import FILE, Cast, cast, judged
from tests.exchange.partner_world import (
    LINKER,
    OTHER,
    TODAY,
    UNASKED,
    Round,
    consent,
    heard,
    listed,
    three,
)
from tests.opened import beside_code, opened_to_write

from asylia import wire
from asylia.casework.partnering import Answered, RoundOpened, Sent, enter, open_round
from asylia.casework.place import Place
from asylia.cli.partners_shown import Look, say, tell_look
from asylia.counts.histories import Histories
from asylia.counts.linking.link import Linked
from asylia.counts.linking.table import Records
from asylia.counts.partitions.posterior import Posterior
from asylia.counts.table import read_tables
from asylia.counts.words import N_, said
from asylia.crypto import age
from asylia.crypto.padding import unpad
from asylia.crypto.signing import SigningKey
from asylia.envelope.signed import SignedBytes
from asylia.errors import (
    AsyliaError,
    ForgedError,
    MalformedError,
    NotFoundError,
    RefusedError,
)
from asylia.exchange.partners import answers, formats, linker, sending, voice
from asylia.exchange.sealed_out import leave
from asylia.ledger.courier import TeamCourier
from asylia.record import contents as c
from asylia.record.consent import NotPermittedError, Permission, permission
from asylia.record.notices import notices
from asylia.record.reading import Entered, Record
from asylia.scratch import base
from asylia.values import Day
from asylia.vault.vault import Vault
from asylia.wire import frame

FIELDS = ["name", "born", "place"]


@dataclass(frozen=True)
class Played:
    """The round, what each step said, and what the linker's process opened to write."""

    at: Round
    card: Any
    looks: dict[str, Any]
    given: dict[str, Any]
    linked: Any
    opened: list[str]


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    # In memory: hundreds of commits are no test of the disk, and what is written is looked at here.
    with TemporaryDirectory(dir=base()) as folder, three(Path(folder)) as made:
        at = made.folder
        card = made.linker.said("card", "--out", at / "card")
        looks, given = {}, {}
        for name, one in made.teams.items():
            said = one.hand_over(name, at / "card", card["words"], at / f"{name}.age")
            looks[name], given[name] = said
        words = heard(at, given["A"]["words"], given["B"]["words"])
        with opened_to_write() as opened:
            linked = made.linker.said(*to_link(at, words, at / "answers"))
        yield Played(made, card, looks, given, linked, opened)


def to_link(at: Path, words: Path, out: Path, files: str = "AB") -> list[Any]:
    named = [at / f"{one}.age" for one in files]
    told = ["--distinct-in-list", "--out", out]
    return ["link", *named, "--words-file", words, *told]


def test_what_leaves_is_what_consent_covers_and_what_stays_is_told_before(played: Played) -> None:
    for name, look in played.looks.items():
        stays = [row["id"] for row in listed(name)[:UNASKED]]
        assert list(look["stays"]) == stays
        assert "no consent was given" in look["stays"][stays[0]][0]
        assert (look["fields"], look["tells"]) == (FIELDS, [OTHER.id])
        assert played.given[name]["records"] == look["records"] == len(listed(name)) - UNASKED


def test_what_a_look_says_lets_nobody_try_names(played: Played) -> None:
    # It is typed as an argument, and lies in a shell's history: who knows or guesses every name
    # and every id must not see that the guess is right.
    cells = {
        row["id"]: tuple(row[kind].strip() for kind in FIELDS) for row in listed("A")[UNASKED:]
    }
    for empty in (b"", bytes(32)):
        asked = sending.Asked(LINKER.id, "List A", TODAY, empty)
        granted = Permission("linkage", LINKER.id, (OTHER.id,), TODAY, (), None)
        guessed = sending.Chosen(asked, granted, {}, ("name", "born", "place"), cells)
        assert guessed.read.hex() != played.looks["A"]["read"]
        rows = [
            (LINKER.id, OTHER.id, "List A", *FIELDS),
            *sorted((k, *v) for k, v in cells.items()),
        ]
        flat = [frame("asylia/linkage-look/1", *(c.encode() for c in row)) for row in rows]
        assert sha256(b"".join(flat)).hexdigest() != played.looks["A"]["read"]


def test_each_gets_its_own_ids_and_counts_by_list_and_no_more(
    played: Played, tmp_path: Path
) -> None:
    taken = {}
    for number, (name, one) in enumerate(played.at.teams.items(), 1):
        answer = played.at.folder / "answers" / f"answer-{number}.age"
        out, counts = tmp_path / f"{name}.csv", tmp_path / f"{name}-counts.csv"
        told = one.said("take-back", answer, "--out", out, "--histories", counts)
        assert (told["list"], told["lists"], told["left_out"]) == (
            f"List {name}", ["List A", "List B"], 0,
        )  # fmt: skip
        rows = list(csv.reader(out.open(encoding="utf-8")))
        assert sorted(row[0] for row in rows[1:]) == sorted(
            row["id"] for row in listed(name)[UNASKED:]
        )
        # Nobody stands twice in a list: no number is shared, and none tells of the other list.
        assert sorted(int(row[1]) for row in rows[1:]) == list(range(1, len(rows)))
        tables = read_tables(counts).tables
        sizes = {tuple(one.size(at) for at in range(2)) for one in tables.values()}
        assert sizes == {tuple(played.given[each]["records"] for each in "AB")}
        overlaps = {one.patterns[(True, True)] for one in tables.values()}
        low, high = told["persons"]["interval95"]
        both = sum(given["records"] for given in played.given.values())
        assert both - max(overlaps) <= high
        assert low <= told["persons"]["median"] <= high < both
        assert told["persons"]["minimum"] <= low
        taken[name] = counts.read_text()
        assert one.run("take-back", answer, "--out", out)[0] == 73
        assert one.said("take-back", answer)["list"] == f"List {name}"  # the same again is no other
    assert taken["A"] == taken["B"]


def test_no_name_and_nothing_made_of_one_touches_a_disk_or_leaves(played: Played) -> None:
    at = played.at.folder
    # A number stands for a file that was opened by its name before; the vault is sealed.
    kept = {one for one in beside_code(played.opened) if not one.isdigit()}
    answers = at / "answers"
    assert {Path(one).parent for one in kept} <= {answers, played.at.linker.vault}
    assert answers in {Path(one).parent for one in kept}
    with opened_to_write() as found:  # the hook would have seen it
        (at / "planted").write_text("Примеров")
    assert found == [str(at / "planted")]
    words = {part for row in [*listed("A"), *listed("B")] for part in row["name"].split()}
    words = {word for word in words if len(word) > 4}
    sent = [at / "A.age", at / "B.age", at / "card", *sorted(answers.iterdir())]
    everything = {path: path.read_bytes() for path in at.rglob("*") if path.is_file()}
    clear = {path for path, its in everything.items() if any(w.encode() in its for w in words)}
    # The members' own tables, and what was planted: the search finds names where they are.
    own = {one.folder / "list.csv" for one in played.at.teams.values()}
    assert clear == {*own, at / "planted"}
    assert not clear & {*sent}
    # Inside the seals: ids of one file, fields of linkage; an answer has no place for a name.
    assert set(formats.LinkageAnswer.__struct_fields__) == {
        "clusters", "file", "lists", "made_on", "own", "persons", "tables",
    }  # fmt: skip
    texts = [one for name in played.at.teams for one in played.at.teams[name].contents("identity")]
    texts += played.at.linker.contents("identity")
    assert not any(word.encode() in one for one in texts for word in words)


def test_the_team_knows_who_went_where_and_the_linker_what_was_opened(played: Played) -> None:
    heron = played.at.heron
    (sent,) = [one for one in heron.contents("identity") if one.startswith(Sent.LABEL.encode())]
    handed = [
        wire.decode(one, c.HandedOver)
        for one in heron.contents("casework")
        if one.startswith(c.HandedOver.LABEL.encode())
    ]
    assert {one.sha256 for one in handed} == {wire.decode(sent, Sent).file}
    assert {one.sha256.hex() for one in handed} == {played.given["A"]["sha256"]}
    assert {(one.purpose, one.recipient, one.onward) for one in handed} == {
        ("linkage", LINKER.id, (OTHER.id,))
    }
    (opened,) = played.at.linker.contents("identity")
    assert {one.hex() for one in wire.decode(opened, RoundOpened).files} == {
        one["sha256"] for one in played.given.values()
    }


def test_a_withdrawal_stops_the_next_and_each_recipient_is_told_of_the_last(
    played: Played, tmp_path: Path
) -> None:
    stork, at = played.at.stork, played.at.folder
    who = listed("B")[UNASKED + 1]["id"]
    asked = [stork.folder / "list.csv", "--recipient", LINKER.id, "--list", "List B"]
    before = stork.said("hand-over", *asked, "--look")
    stork.append(c.Withdrawal(id="w-1", person=who, consents=(), on=TODAY, channel="by phone"))
    given = ["--card", at / "card", "--words-file", heard(at, played.card["words"])]
    out = tmp_path / "again.age"
    code, _, err = stork.run("hand-over", *asked, "--read", before["read"], *given, "--out", out)
    assert (code, out.exists()) == (77, False)
    assert "nobody has looked at this as it is now" in err
    assert "consent was withdrawn" in stork.said("hand-over", *asked, "--look")["stays"][who][0]
    told = stork.said("take-back", at / "answers" / "answer-2.age", "--out", tmp_path / "B.csv")
    assert told["left_out"] == 1
    assert f"\n{who}," not in (tmp_path / "B.csv").read_text()
    contents = [wire_content(one) for one in stork.contents("casework")]
    record = Record.of(Entered(one, TODAY) for one in contents)
    withdrawal = record.get("w-1", c.Withdrawal)
    drafts = notices(record, withdrawal, TODAY, lambda: "n")
    assert {one.recipient for one in drafts} == {LINKER.id, OTHER.id}
    (name,) = {
        name
        for one in record.all(c.HandedOver)
        for item, name in zip(one.items, one.names, strict=True)
        if item == who
    }
    for draft in drafts:
        assert name in draft.text
        assert played.given["B"]["sha256"] in draft.text
        assert who not in draft.text


def wire_content(raw: bytes) -> c.Content:
    found = c.decode_content(raw)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("attack", "code", "why"),
    [
        ("words of another card", 76, "not those of this card"),
        ("not looked at", 77, "nobody has looked"),
        ("another list's rows", 64, "no list of this name"),
        ("a linker that nobody wrote down", 77, "not written down"),
        ("over a file that is there", 73, "there already"),
    ],
)
def test_nothing_is_sealed(played: Played, attack: str, code: int, why: str) -> None:
    heron, at = played.at.heron, played.at.folder
    out = at / "A.age" if attack == "over a file that is there" else at / "refused.age"
    words = (
        played.card["words"][::-1] if attack == "words of another card" else played.card["words"]
    )
    read = "00" * 32 if attack == "not looked at" else played.looks["A"]["read"]
    recipient = "r-nobody" if attack == "a linker that nobody wrote down" else LINKER.id
    name = "List B" if attack == "another list's rows" else "List A"
    told = ["--recipient", recipient, "--list", name, "--read", read, "--card", at / "card"]
    before = (at / "A.age").read_bytes()
    found = heron.run(
        "hand-over",
        heron.folder / "list.csv",
        *told,
        "--words-file",
        heard(at, words),
        "--out",
        out,
    )
    assert found[0] == code
    assert why in found[2]
    assert (at / "A.age").read_bytes() == before
    assert not (at / "refused.age").exists()


@pytest.mark.parametrize(
    ("attack", "code", "why"),
    [
        ("altered on the way", 76, "not those of file 1"),
        ("huge", 65, "too long"),
        ("the same file twice", 77, "given twice"),
        ("replayed beside another", 77, "opened before, beside others"),
        ("one file", 65, "files of 2 to 12 lists"),
    ],
)
def test_nothing_is_linked(
    played: Played, tmp_path: Path, attack: str, code: int, why: str
) -> None:
    at, given = tmp_path, played.given
    for name in "AB":
        (at / f"{name}.age").write_bytes((played.at.folder / f"{name}.age").read_bytes())
    words = [given["A"]["words"], given["B"]["words"]]
    files = "AB"
    if attack == "altered on the way":
        whole = bytearray((at / "A.age").read_bytes())
        whole[-1] ^= 1
        (at / "A.age").write_bytes(whole)
    elif attack == "huge":
        with (at / "A.age").open("ab") as file:
            file.truncate(formats.MOST_BYTES + 1)
    elif attack == "the same file twice":
        files, words = "AA", [words[0]] * 2
    elif attack == "replayed beside another":
        other = b"age-encryption.org/v1\nanother"
        (at / "C.age").write_bytes(other)
        files, words = "AC", [words[0], [*voice.words_of(other)]]
    elif attack == "one file":
        files, words = "A", words[:1]
    found = played.at.linker.run(*to_link(at, heard(at, *words), at / "out", files))
    assert found[0] == code
    assert why in found[2]
    assert not (at / "out").exists()


def test_of_two_processes_that_open_one_file_at_once_neither_links(played: Played) -> None:
    files = [bytes([at]) * 32 for at in range(3)]
    team = played.at.linker
    with Vault.open(team.vault, PASSPHRASE) as vault, httpx.Client(trust_env=False) as client:
        ledger = vault.ledger()
        place = Place(vault, ledger, TeamCourier(team.url, team.secret, client))

        def slow(many: int) -> bytes:
            """While this one draws an id, the other opens the first file beside another."""
            place.randomness = os.urandom
            enter(place, RoundOpened(files=(files[0], files[2]), id="b" * 32))
            return os.urandom(many)

        place.randomness = slow
        with pytest.raises(RefusedError, match="opened before, beside others"):
            open_round(place, files[:2])


def test_an_answer_is_read_by_whom_it_is_for_and_only_one(played: Played, tmp_path: Path) -> None:
    at, heron = played.at.folder, played.at.heron
    code, _, err = heron.run("take-back", at / "answers" / "answer-2.age")
    assert (code, "opens to no list" in err) == (76, True)
    whole = bytearray((at / "answers" / "answer-1.age").read_bytes())
    whole[-1] ^= 1
    (tmp_path / "altered").write_bytes(whole)
    assert heron.run("take-back", tmp_path / "altered")[0] == 76
    (tmp_path / "cut").write_bytes(whole[:-40])
    assert heron.run("take-back", tmp_path / "cut")[0] == 76
    nowhere = tmp_path / "nowhere" / "out.csv"
    said = heron.run("take-back", at / "answers" / "answer-1.age", "--out", nowhere)
    assert (said[0], "folder to write into" in said[2]) == (66, True)
    heron.said("take-back", at / "answers" / "answer-1.age")
    assert any(one.startswith(Answered.LABEL.encode()) for one in heron.contents("identity"))


def english(said: str) -> set[str]:
    """English words in it; options, commands, paths, ids and columns are no language's."""
    left = re.sub(r"`[^`]*`|asylia [a-z ]+|\S*[/_-]\S*|\b(?:name|born|place|List)\b", " ", said)
    return set(re.findall(r"\b[A-Za-z]{3,}\b", left))


def test_it_speaks_the_language_asked_for(played: Played, tmp_path: Path) -> None:
    at, heron = played.at.folder, played.at.heron
    words = heard(tmp_path, played.card["words"][::-1])
    look = ["hand-over", heron.folder / "list.csv", "--recipient", LINKER.id, "--list", "List A"]
    seal = [*look, "--card", at / "card", "--words-file", words, "--out", tmp_path / "never"]
    tried: list[tuple[Any, list[Any], int]] = [
        (heron, [*look, "--look"], 0),
        (heron, ["take-back", at / "answers" / "answer-1.age"], 0),
        (heron, ["take-back", tmp_path / "none"], 66),
        (heron, [*seal, "--read", "00"], 76),
        (heron, [*look[:3], "r-nobody", *look[4:], "--look"], 77),
        (played.at.linker, to_link(at, words, tmp_path / "o"), 65),
        (played.at.linker, ["card", "--out", tmp_path / "card"], 0),
    ]
    for team, told, code in tried:
        found = team.run(*told, "--language", "ru", json=False)
        (tmp_path / "card").unlink(missing_ok=True)
        assert found[0] == code, (told, found)
        said = found[1] + found[2]
        if told[0] == "card":
            said = said.replace(" ".join(played.card["words"]), "")
        assert english(said) == set(), told
        assert re.search("[а-я]{4}", said)
    # Whoever asks for English gets English, so that the search finds it where it is.
    assert {"Records", "leave", "consent"} <= english(heron.run(*look, "--look", json=False)[1])
    whole = json.loads(heron.run(*look, "--look", "--language", "ru")[1])
    assert whole["language"] == "ru"
    assert whole["read"] == played.looks["A"]["read"]
    for reasons in whole["stays"].values():
        assert reasons
        assert not any(english(one) for one in reasons)


def test_an_id_of_a_table_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Ids come out of a file that others may have written; a list's name from a partner."""
    steering = "p-1\x1b[2J\nRecords that stay: 0"
    tell_look(Look(1, FIELDS, {steering: ["why"]}, [steering], b"\1"), "en", json=False)
    line = said(N_("Its eight words: %(words)s"), words=steering)
    say({}, [line], line, "en", json=False)
    out = capsys.readouterr().out
    assert out.count("p-1\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}Records") == 4
    assert len(out.splitlines()) == 7
    assert "\x1b" not in out


@pytest.mark.parametrize("vector", json.loads(FILE.read_text())["vectors"], ids=lambda v: v["name"])
def test_the_vectors_hold(vector: dict[str, str]) -> None:
    assert judged(vector["kind"], bytes.fromhex(vector["input"])) == vector["expect"]


@pytest.fixture(scope="module")
def actors() -> Cast:
    return cast()


def test_a_list_as_it_should_be_opens(actors: Cast) -> None:
    opened = linker.open_list(actors.sealed(actors.records), actors.linker, actors.card, TODAY)
    assert opened.records == actors.records


@pytest.mark.parametrize(
    ("name", "error", "why", "spoilt"),
    [
        ("consents that have ended", RefusedError, "has ended",
         lambda one: {"made_on": Day(TODAY - 9), "until": Day(TODAY - 1)}),
        ("dated after today", RefusedError, "after today",
         lambda one: {"made_on": Day(TODAY + 2), "until": Day(TODAY + 9)}),
        ("for another card", ForgedError, "another card", lambda one: {"card": bytes(32)}),
        ("a field that linkage has not", MalformedError, "does not parse",
         lambda one: {"fields": ("clan",)}),
        ("no name", MalformedError, "fields are not those", lambda one: {"fields": ("born",)}),
        ("a short list", MalformedError, "fewer than 20", lambda one: {"rows": one.rows[:19]}),
        ("an id twice", MalformedError, "each once",
         lambda one: {"rows": (*one.rows, one.rows[-1])}),
        ("a pseudonym as id", MalformedError, "ids are not ids of a file",
         lambda one: {"rows": (*one.rows, ("zz-1", "x"))}),
        ("a cell too many", MalformedError, "one cell a field",
         lambda one: {"rows": (*one.rows[:-1], (*one.rows[-1], "motive"))}),
        ("an age that nobody has", MalformedError, "no number from 0",
         lambda one: {"fields": ("name", "age")}),
        ("a name that a terminal obeys", MalformedError, "can't stand in a table",
         lambda one: {"list": "List \x1b[2J"}),
        ("a name that a spreadsheet runs", MalformedError, "can't stand in a table",
         lambda one: {"list": "=HYPERLINK(A1)"}),
        ("a name of another column", MalformedError, "can't stand in a table",
         lambda one: {"list": "count"}),
    ],
)  # fmt: skip
def test_a_signed_list_is_refused_all_the_same(
    actors: Cast, name: str, error: type[AsyliaError], why: str,
    spoilt: Callable[[formats.LinkageRecords], dict[str, Any]],
) -> None:  # fmt: skip
    records = msgspec.structs.replace(actors.records, **spoilt(actors.records))
    with pytest.raises(error, match=why):
        linker.open_list(actors.sealed(records), actors.linker, actors.card, TODAY)


def test_a_list_by_a_key_that_no_root_certified_or_for_another_linker_is_refused(
    actors: Cast,
) -> None:
    stranger = replace(actors, device=actors.stranger)
    with pytest.raises(ForgedError, match="signature"):
        linker.open_list(stranger.sealed(actors.records), actors.linker, actors.card, TODAY)
    foreign = replace(actors, linker=age.Identity.from_seed(b"f" * 32))
    with pytest.raises(ForgedError):
        linker.open_list(foreign.sealed(actors.records), actors.linker, actors.card, TODAY)
    whole = actors.sealed(actors.records)
    for cut in (b"", whole[:-1], whole[:200]):
        with pytest.raises((ForgedError, MalformedError)):
            linker.open_list(cut, actors.linker, actors.card, TODAY)


def test_an_answer_numbers_own_ids_alone_and_lacks_whom_the_linker_left_out(actors: Cast) -> None:
    first = linker.open_list(actors.sealed(actors.records), actors.linker, actors.card, TODAY)
    rows = tuple((f"{at:032x}", "Invented", "") for at in range(100, 121))
    told = msgspec.structs.replace(actors.records, list="List B", rows=rows)
    second = linker.open_list(actors.sealed(told), actors.linker, actors.card, TODAY)
    out = actors.records.rows[0][0]
    with pytest.raises(NotFoundError, match="in none of these files"):
        linker.linked([first, second], without=["f" * 32])
    ids = [row[0] for one in (first, second) for row in one.records.rows if row[0] != out]
    # The 20 that stay of the first list and the 21 of the second, 19 of them the same persons.
    clusters = [*range(20), *range(1, 20), 20, 21]
    partitions = np.array([clusters] * 4, np.int32)
    drawn = Posterior(
        np.full(9, 22.0), np.full(9, 22.0), partitions, np.zeros(0, int), 1.0, 9, None
    )
    found = Linked(tuple(ids), tuple(clusters), 1, drawn)
    table = Records(ids, {"name": ["A"] * 41}, ["List A"] * 20 + ["List B"] * 21)
    signing = SigningKey(b"s" * 32, "pair")
    made = linker.answers([first, second], table, found, signing, TODAY)
    reply = age.Identity.from_seed(b"a" * 32)
    for one, many in zip(made, (20, 21), strict=True):
        signed = SignedBytes.parse(unpad(age.decrypt(one.sealed, [reply])))
        signing.public.verify(formats.ANSWER_USE, signed.body, signatures=signed.signatures)
        answer = formats.parse_answer(signed.body)
        assert [number for _, number in answer.clusters] == list(range(1, many + 1))
        assert out not in dict(answer.clusters)
        assert dict(answer.tables[0]) == {"11": 19, "10": 1, "01": 2}
    with pytest.raises(RefusedError, match="is not told"):
        linker.answers([first, second], table, replace(found, plausible=None), signing, TODAY)
    # Nor is a list linked of which too few stay, though it came with enough.
    with pytest.raises(MalformedError, match="fewer than 20"):
        linker.linked([first, second], without=[row[0] for row in actors.records.rows[:2]])


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ({"lists": ("List A", "=HYPERLINK(A1)")}, "can't stand in a table"),
        ({"lists": ("List A", "List\u202eB")}, "can't stand in a table"),
        ({"clusters": tuple((f"{at:032x}", 7 + at) for at in range(21))}, "not counted up"),
        ({"clusters": tuple((f"{at:032x}", 21 - at) for at in range(21))}, "not counted up"),
        ({"persons": formats.PersonsTold(high=40, low=39, median=38, minimum=36)}, "own interval"),
        ({"clusters": (("0" * 32, 1),)}, "than it has records"),
        ({"tables": ((("01", 18),),)}, "than it has records"),
    ],
)
def test_an_answer_whose_numbers_can_not_be_is_refused(spoilt: dict[str, Any], why: str) -> None:
    whole = next(v for v in json.loads(FILE.read_text())["vectors"] if v["kind"] == "answer")
    answer = formats.parse_answer(bytes.fromhex(whole["input"]))
    with pytest.raises(MalformedError, match=why):
        formats.parse_answer(wire.encode(msgspec.structs.replace(answer, **spoilt)))


def test_counts_that_say_it_of_each_person_of_a_list_are_refused() -> None:
    within = Histories(("A", "B"), {(True, True): 30, (False, True): 9})
    one_out = Histories(("A", "B"), {(True, True): 29, (True, False): 1, (False, True): 9})
    with pytest.raises(RefusedError, match="wholly within the others"):
        linker.check_betrays_nobody([within, within])
    linker.check_betrays_nobody([within, one_out])
    linker.check_betrays_nobody([Histories(("A", "B"), {(True, False): 30, (False, True): 29})])


def test_a_list_of_one_person_many_times_and_one_within_two_others_are_refused() -> None:
    # Twenty records of one: who holds the list would learn whether the other has that one.
    alone = Histories(("A", "B"), {(True, False): 30, (False, True): 1})
    with pytest.raises(RefusedError, match="fewer than 20 persons"):
        linker.check_betrays_nobody([alone])
    # Of each of A's persons B or C has it, though neither has all.
    both = {(True, True, False): 15, (True, False, True): 15}
    others = {(False, True, False): 9, (False, False, True): 9}
    with pytest.raises(RefusedError, match="wholly within the others"):
        linker.check_betrays_nobody([Histories(("A", "B", "C"), both | others)])
    one_out = Histories(("A", "B", "C"), both | others | {(True, False, False): 1})
    linker.check_betrays_nobody([one_out])


def test_whose_an_id_is_is_said_once() -> None:
    handed = c.HandedOver(
        id="h1", form="file", sha256=b"f" * 32, purpose="linkage", recipient=LINKER.id, onward=(),
        items=("p1", "p2"), names=("1" * 32, "2" * 32), on=TODAY,
    )  # fmt: skip
    assert answers.whose(record(handed), b"f" * 32) == {"1" * 32: "p1", "2" * 32: "p2"}
    for forged in ({"items": ("p1", "p3")}, {"names": ("1" * 32,)}):
        by_hand = msgspec.structs.replace(handed, id="h2", **forged)
        with pytest.raises(ForgedError, match="in two ways"):
            answers.whose(record(handed, by_hand), b"f" * 32)


def record(*more: c.Content, tells: tuple[str, ...] = (OTHER.id,)) -> Record:
    people = [c.Person(id=f"p{at}", pseudonym=f"p{at}") for at in range(25)]
    knows = msgspec.structs.replace(LINKER, tells=tells)
    event = c.Event(id="e1", name="A night", kind="raid")
    whole: tuple[c.Content, ...] = (knows, OTHER, event, *people, *more)
    return Record.of(Entered(one, TODAY) for one in whole)


def table(many: int = 25) -> Records:
    return Records([f"p{at}" for at in range(many)], {"name": ["Aslan"] * many, "age": [""] * many})


def test_a_person_leaves_for_linkage_alone_and_nothing_else_does() -> None:
    agreed = [consent(f"p{at}", onward=(OTHER.id,)) for at in range(25)]
    known = record(*agreed)
    asked = sending.Asked(LINKER.id, "List A", TODAY, b"k" * 32)
    chosen = sending.choose(known, asked, table())
    assert chosen.fields == ("name",)  # an empty column leaves nothing
    assert all(not one.fields for one in chosen.granted.items)  # of the record itself: nothing
    with pytest.raises(NotPermittedError, match="no item of the record that can leave"):
        permission(known, "linkage", LINKER.id, ["e1"], TODAY)
    inquiry = [consent(f"p{at}", purpose="inquiry") for at in range(25)]
    with pytest.raises(NotPermittedError, match="no item of the record that can leave"):
        permission(record(*inquiry), "inquiry", LINKER.id, ["p1"], TODAY)
    with pytest.raises(NotPermittedError, match="no consent to the purpose linkage"):
        sending.choose(record(*inquiry), asked, table())


def test_consent_covers_whom_the_linker_tells_and_a_short_list_stays() -> None:
    asked = sending.Asked(LINKER.id, "List A", TODAY, b"k" * 32)
    silent = [consent(f"p{at}", onward=()) for at in range(25)]
    with pytest.raises(NotPermittedError, match="whom r-linker will tell"):
        sending.choose(record(*silent), asked, table())
    with pytest.raises(RefusedError, match="nobody is written down whom this linker tells"):
        sending.choose(record(*silent, tells=()), asked, table())
    few = [consent(f"p{at}") for at in range(19)]
    with pytest.raises(MalformedError, match="fewer than 20"):
        sending.choose(record(*few), asked, table())
    with pytest.raises(MalformedError, match="can't stand"):
        sending.choose(record(), replace(asked, name="count"), table())


def test_only_what_is_sealed_is_written(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        leave(tmp_path / "clear", b"Aslan")
    leave(tmp_path / "sealed", b"age-encryption.org/v1\n")
    assert Counter(path.name for path in tmp_path.iterdir()) == {"sealed": 1}
