"""Tables of counts: read whole or refused with the reason; the same from arrays and frames."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from asylia.counts import needs
from asylia.counts.frames import from_arrays, from_table
from asylia.counts.table import MOST_BYTES, MOST_LISTS, parse, parse_tables, read
from asylia.errors import MalformedError, NotFoundError

GOOD = b"A,B,C,count\n1,0,0,12\n0,1,1,5\n1,1,1,0\n"


def test_a_table_is_read_and_nothings_are_left_out() -> None:
    found = parse(GOOD)
    assert found.lists == ("A", "B", "C")
    assert found.patterns == {(True, False, False): 12, (False, True, True): 5}
    assert parse(b"\xef\xbb\xbfcount,A,B,C\r\n12,1,0,0\r\n5,0,1,1\r\n") == found


@pytest.mark.parametrize(
    ("untrusted", "reason"),
    [
        (b"A,B,C,count\n1,0,0,-3\n", "below nothing"),
        (b"A,B,C,count\n1,0,0,1.5\n", "no whole number"),
        (b"A,B,C,count\n1,0,0,1e3\n", "no whole number"),
        ("A,B,C,count\n1,0,0,٣\n".encode(), "no whole number"),
        (b"A,B,C,count\n1,0,0,\n", "no whole number"),
        (b"A,B,C,count\n1,0,,4\n", "something else than 0 or 1"),
        (b"A,B,C,count\n1,2,0,4\n", "something else than 0 or 1"),
        (b"A,B,C,count\n1,0,4\n", "another number of columns"),
        (b"A,B,C,count\n1,0,0,4\n1,0,0,5\n", "line 3 stands there twice"),
        (b"A,B,C,count\n0,0,0,4\n", "of no list"),
        (b"A,B,C,count\n1,0,0,0\n", "counts nobody"),
        (b"A,B,C,count\n1,0,0,999999999999\n", "more than 1,000,000,000"),
        (b"A,B,C\n1,0,0\n", "no column count"),
        (b"A;B;C;count\n1;0;0;4\n", "parted by semicolons"),
        (b"A\tB\tcount\n1\t0\t4\n", "parted by semicolons"),
        (b"A,A,C,count\n1,0,0,4\n", "a column twice"),
        (b"count\n4\n", "no list"),
        (b" ,B,C,count\n1,0,0,4\n", "no name"),
        ("A\u202e,B,C,count\n1,0,0,4\n".encode(), "can't be shown"),
        (b"A,B,C,count\n1,0,0,\xff\n", "UTF-8"),
        (b'A,B,C,count\n"1,0,0,4\n', "no CSV"),
        (b"", "no column count"),
        (b"A" * (MOST_BYTES + 1), "more than 16 MiB"),
        (",".join([*(f"l{n}" for n in range(25)), "count"]).encode(), "more than 24 lists"),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_its_reason(untrusted: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        parse(untrusted)


def test_a_column_linkage_makes_several_tables_of_one_file() -> None:
    rows = b"A,linkage,B,C,count\n1,loose,0,0,12\n1,tight,0,0,14\n0,loose,1,1,5\n"
    found = parse_tables(rows).tables
    assert list(found) == ["loose", "tight"]
    assert found["loose"] == parse(GOOD)
    assert found["tight"].patterns == {(True, False, False): 14}
    assert parse_tables(GOOD).tables == {"": parse(GOOD)}
    with pytest.raises(MalformedError, match="several tables"):
        parse(rows)
    for wrong, reason in (
        (rows + b"1,tight,0,0,3\n", "line 5 stands there twice"),
        (rows + b"1, ,0,0,3\n", "linkage of line 5 has no name"),
        (b"A,B,C,linkage,count\n1,0,0,loose,0\n", "counts nobody"),
        (b"A,linkage,count\n" + b"".join(b"1,%d,3\n" % at for at in range(1001)), "1,000"),
    ):
        with pytest.raises(MalformedError, match=reason):
            parse_tables(wrong)


def test_a_column_stratum_makes_parts_of_the_population() -> None:
    rows = b"A,stratum,B,C,count\n1,north,0,0,12\n1,south,0,0,14\n0,north,1,1,5\n"
    found = parse_tables(rows)
    assert found.by == "stratum"
    assert list(found.tables) == ["north", "south"]
    assert parse_tables(GOOD).by == ""
    with pytest.raises(MalformedError, match="a column stratum, so that it holds several"):
        parse(rows)
    with pytest.raises(MalformedError, match="a column linkage and a column stratum"):
        parse_tables(b"A,linkage,stratum,count\n1,x,y,3\n")


def test_a_file_longer_than_a_table_can_be_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "huge.csv").write_bytes(b"1" * (MOST_BYTES + 2))
    with pytest.raises(MalformedError, match="too long"):
        read(tmp_path / "huge.csv")
    with pytest.raises(NotFoundError):
        read(tmp_path / "none.csv")


def test_arrays_polars_and_arrow_give_the_same_histories() -> None:
    found = parse(GOOD)
    rows, counts = np.array([[1, 0, 0], [0, 1, 1]]), np.array([12, 5])
    assert from_arrays(rows, counts, lists="ABC") == found
    assert from_arrays(np.repeat(rows, counts, axis=0), lists="ABC") == found
    frame = pl.DataFrame({"A": [1, 0], "B": [False, True], "C": [0, 1], "count": [12, 5]})
    assert from_table(frame) == found
    assert from_table(pa.table({"A": [1, 0], "B": [0, 1], "C": [0, 1], "count": [12, 5]})) == found
    assert from_table(frame.drop("count")).observed == 2


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([[1, 0], [2, 0]], None),
        ([[1.0, np.nan]], None),
        ([["1", "0"]], None),
        ([[0, 0]], None),
        ([1, 0], None),
        (np.ones((1, MOST_LISTS + 1)), None),
        ([[1, 0]], [-1]),
        ([[1, 0]], [1.5]),
        ([[1, 0]], [np.inf]),
        ([[1, 0]], [0]),
        ([[1, 0]], [1, 2]),
    ],
)
def test_arrays_that_are_wrong_are_refused(rows: object, counts: object) -> None:
    with pytest.raises(MalformedError):
        from_arrays(rows, counts)


def test_a_million_rows_are_one_pass() -> None:
    rows = np.random.default_rng(1).random((1_000_000, 4)) < 0.5
    seen = rows[rows.any(axis=1)]
    assert from_arrays(seen).observed == len(seen)


def test_importing_counts_brings_in_no_arrays_no_web_and_no_keys() -> None:
    code = "import sys, asylia.counts, asylia.counts.summary; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "scipy", "numba", "matplotlib", "polars", "cryptography", "starlette"}
    assert not heavy & set(done.stdout.split())
    assert "asylia.counts.estimate" in done.stdout.split()


def test_an_analysts_notebook_brings_in_neither_keys_nor_web_nor_the_rest_of_asylia() -> None:
    """Everything that a notebook imports, the compiler too; beside it what does bring them in."""
    notebook = "verdict, frames, strata_told, linkages_told, robust, missed, latent.fitting"
    wanted = "; ".join(f"import asylia.counts.{name}" for name in notebook.split(", "))
    assert not _unwanted(wanted)
    assert {"cryptography", "asylia.crypto"} <= _unwanted("import asylia.crypto.age")
    assert "starlette" in _unwanted("import starlette.applications")


def _unwanted(code: str) -> set[str]:
    """What of keys, web and Asylia beyond counting is loaded after this code."""
    code += "; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    others = {"cryptography", "starlette", "uvicorn", "granian", "h11", "sqlcipher3", "jinja2"}
    allowed = {"asylia.counts", "asylia.errors", "asylia.languages", "asylia.given"}
    ours = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("asylia.")}
    return (others & loaded) | (ours - allowed)


def test_a_missing_package_is_named_with_what_to_install() -> None:
    needs.need()
    with pytest.raises(needs.MissingExtraError, match="no_such_package") as caught:
        needs.need("no_such_package")
    assert "asylia[counting]" in caught.value.hint
    assert caught.value.exit_code == 66


@pytest.mark.parametrize(
    ("name", "lists", "persons", "in_several"),
    [
        ("netherlands-2010-15", "I K O P R Z", 8_234, 432),
        ("new-orleans", "A B C D E F G H", 185, 13),
        ("uk-2013-six-lists", "LA NG PF GO GP NCA", 2_744, 252),
    ],
)
def test_tables_among_the_examples_hold_what_was_published(
    root: Path, name: str, lists: str, persons: int, in_several: int
) -> None:
    table = read(root / "examples" / "tables" / f"{name}.csv")
    assert " ".join(table.lists) == lists
    assert (table.observed, table.recaptured) == (persons, in_several)


def test_the_two_rows_of_the_netherlands_that_are_one_pattern_are_added(root: Path) -> None:
    """As in the published version with five lists, in which I and O are one."""
    table = read(root / "examples" / "tables" / "netherlands-2010-15.csv").pooled(5)
    assert table.lists[-1] == "I + O"
    both = {"K": 1, "P": 81, "R": 3, "Z": 75}
    for at, name in enumerate(table.lists[:4]):
        pattern = tuple(place in (at, 4) for place in range(5))
        assert table.patterns[pattern] == both[name]
