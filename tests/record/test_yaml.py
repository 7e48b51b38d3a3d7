"""Files that people write: strict, all or nothing, every error with its file and line."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asylia.errors import AsyliaError, MalformedError, NotFoundError, RefusedError
from asylia.record.folder import contents_of
from asylia.record.reading import Record
from asylia.record.yamlfile import DEPTH, LIMIT, parse

from .world import EXAMPLE, LOADED

GOOD = """
sources: [{id: s, kind: article, title: An invented article, language: en, said_on: 2020}]
events: [{id: e, name: An invented event, kind: incident}]
organisations: [{id: o, name: An invented NGO, kind: ngo}]
claims:
  - id: c
    source: s
    event: e
    subject: e
    tellers: [o, {unnamed: callers}]
    said_on: 2020-01
    property: killed
    count: {at_least: 3}
    words: at least three
"""


def folder(path: Path, text: str) -> Path:
    (path / "a.yaml").write_text(text)
    return path


def load(path: Path, text: str) -> Record:
    return Record.from_folder(folder(path, text), LOADED)


def test_the_good_file_loads(tmp_path: Path) -> None:
    record = load(tmp_path, GOOD)
    (claim,) = record.claims
    assert (claim.count.min, claim.count.max) == (3, None)
    assert claim.lineage == "o"
    assert record.sources[0].said_on == "2020"
    assert record.entry("c").entered_on == LOADED


@pytest.mark.parametrize(
    ("written", "low", "high", "about"),
    [
        ("{exactly: 3}", 3, 3, False),
        ("{more_than: 100}", 101, None, False),
        ("{at_most: 5}", None, 5, False),
        ("{about: 60}", 60, 60, True),
        ("{from: 3, to: 5}", 3, 5, False),
        ("not_stated", None, None, False),
    ],
)
def test_counts_as_people_write_them(
    tmp_path: Path, written: str, low: int | None, high: int | None, about: bool
) -> None:
    (claim,) = load(tmp_path, GOOD.replace("{at_least: 3}", written)).claims
    assert (claim.count.min, claim.count.max, claim.count.about) == (low, high, about)


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("kind: article", "kind: rumour", 2, "rumour is no term of source_kinds"),
        ("property: killed", "property: smitten", 12, "smitten is no term of properties"),
        ("said_on: 2020-01", "said_on: last week", 11, "EDTF"),
        ("said_on: 2020-01", "said_on: 2020-13", 11, "EDTF"),
        ("{at_least: 3}", "3", 13, "expected exactly, at_least"),
        ("{at_least: 3}", "{at_least: three}", 13, "expected exactly, at_least"),
        ("{at_least: 3}", "{at_least: 3, about: 4}", 13, "expected exactly, at_least"),
        ("{at_least: 3}", "{from: 5, to: 3}", 13, "max no smaller than min"),
        ("words: at least three", "words: ''", 14, "expected"),
        ("    words: at least three\n", "", 6, "expected the key words"),
        ("words: at least three", "verbs: at least three", 14, "expected one of these keys"),
        ("source: s", "source: t", 7, "expected the id of a source in this folder"),
        ("subject: e", "subject: s", 9, "expected the id of a event"),
        ("tellers: [o,", "tellers: [e,", 10, "expected the id of a organisation"),
        ("tellers: [o,", "tellers: [{nobody: x},", 10, "expected ids, or {unnamed"),
        ("tellers: [o, {unnamed: callers}]", "tellers: []", 10, "expected"),
        ("tellers: [o, {unnamed: callers}]", "tellers: o", 10, "expected ids, or {unnamed"),
        ("id: c\n", "id: e\n", 6, "expected an id that nothing else has"),
        ("id: c\n", "id: ../c\n", 6, "expected"),
        ("claims:", "gossip:", 5, "expected a list under one of"),
        ("claims:", "consents:", 5, "expected a list under one of"),
        ("count: {at_least: 3}", "value: many", 6, "expected a count"),
        ("at least three", "&x three", 14, "anchors"),
        ("at least three", "*x", 14, "anchors"),
        ("at least three", "!!python/name:os.system x", 14, "tags"),
        ("at least three", "!x y", 14, "tags"),
        ("words: at least three", "id: d", 14, "this key stands there already"),
        ("words: at least three", "<<: {a: b}", 14, "merge keys"),
        ("words: at least three", "? [words]\n    : x", 14, "a key is plain text"),
        ("words: at least three", "words: [at", 15, "not YAML"),
        ("words: at least three", "part_of: c\n    words: x", 14, "none is a part of itself"),
    ],
)
def test_each_wrong_thing_names_file_line_and_what_is_expected(
    tmp_path: Path, old: str, new: str, line: int, expected: str
) -> None:
    assert old in GOOD
    with pytest.raises(MalformedError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert f"a.yaml, line {line}: " in caught.value.message
    assert expected in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"a: 1\n---\nb: 2\n",
        b"x" * (LIMIT + 1),
        b"[" * (DEPTH + 2) + b"]" * (DEPTH + 2),
        b"a: \x00",
        b"- " * 200_000,
        b"%YAML 9.9\n---\na: 1",
    ],
    ids=["empty", "bytes", "two", "long", "deep", "nul", "many", "version"],
)
def test_hostile_files_are_refused(text: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(text, "a.yaml")


def test_a_billion_laughs_are_not_even_started() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    with pytest.raises(MalformedError, match="anchors"):
        parse("\n".join(lines).encode(), "a.yaml")


def test_plain_scalars_are_never_guessed() -> None:
    data = parse(b"a: [2017-04-01, no, 1e3, 0x10, 010, 1_000, ~, .5, 7, -7, true]", "a.yaml").data
    texts = ["2017-04-01", "no", "1e3", "0x10", "010", "1_000", "~", ".5"]
    assert data == {"a": [*texts, 7, "-7", True]}


@pytest.mark.parametrize("wrong", ["a: [", "claims: [{id: x}]", "claims: 1"])
def test_nothing_is_loaded_if_one_file_is_wrong(tmp_path: Path, wrong: str) -> None:
    folder(tmp_path, GOOD)
    (tmp_path / "b.yaml").write_text(wrong)
    with pytest.raises(MalformedError, match=r"b\.yaml"):
        contents_of(tmp_path)


def test_a_folder_that_is_none_or_empty(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        contents_of(tmp_path / "absent")
    with pytest.raises(MalformedError):
        contents_of(tmp_path)
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(MalformedError):
        contents_of(tmp_path)


def test_a_part_has_the_property_of_its_total(tmp_path: Path) -> None:
    part = GOOD + "  - {id: d, source: s, event: e, subject: e, tellers: [o], said_on: 2020, "
    tail = "part_of: c, count: {exactly: 1}, words: one of them"
    assert load(tmp_path, part + f"property: killed, {tail}}}\n").find("d")
    with pytest.raises(MalformedError, match="total of the same property"):
        load(tmp_path, part + f"property: detained, {tail}}}\n")


def test_the_order_of_files_and_keys_does_not_change_what_is_loaded(tmp_path: Path) -> None:
    for at, path in enumerate(sorted(EXAMPLE.glob("*.yaml"), reverse=True)):
        (tmp_path / f"{at}.yaml").write_bytes(path.read_bytes())
    shuffled = {one.id: one for one in contents_of(tmp_path)}
    assert shuffled == {one.id: one for one in contents_of(EXAMPLE)}


@given(st.binary(max_size=400))
def test_random_bytes_give_our_error_only(untrusted: bytes) -> None:
    with contextlib.suppress(AsyliaError):
        parse(untrusted, "a.yaml")


_SCALARS = st.one_of(
    st.sampled_from(["s", "e", "o", "killed", "2020", "not_stated", "", "&x", "!t", "{", "- -"]),
    st.text(max_size=8),
)


@given(st.sampled_from(GOOD.split()), _SCALARS)
def test_mutated_files_load_or_give_our_error(
    tmp_path_factory: pytest.TempPathFactory, old: str, new: str
) -> None:
    path = tmp_path_factory.mktemp("mutated")
    (path / "a.yaml").write_bytes(GOOD.replace(old, new).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(MalformedError, RefusedError):
        contents_of(path)
