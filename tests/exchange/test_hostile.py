# ruff: noqa: E501 - tables of cases, one a line
"""Malformed, hostile and enormous files, in each format: an error of ours, and nothing comes in."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from asylia.errors import AsyliaError
from asylia.exchange import table, xlsx_out
from asylia.exchange.imports import FORMATS, Options, read_import
from asylia.exchange.report import Report

from .world import EMPTY

HEADER = b'"item","id","name","kind"\r\n'
GOOD = HEADER + b'"organisation","o1","An invented NGO","ngo"\r\n'
ROW = ("organisation", "o1", "An invented NGO", "ngo")


def refused(tmp_path: Path, form: str, content: bytes, **options: str) -> str:
    """The error's words, or the first row that was refused."""
    path = tmp_path / "given"
    path.write_bytes(content)
    report = Report()
    try:
        read_import(path, form, Options(**options), EMPTY, report)  # type: ignore[arg-type]
        report.check()
    except AsyliaError as error:
        return f"{error.message} | {error.hint}"
    return ""


def xlsx(rows: list[tuple[str, ...]] | None = None, **parts: bytes | None) -> bytes:
    """A workbook of ours with parts put in place of its own (None: taken out)."""
    made = xlsx_out.encoded(rows or [("item", "id", "name", "kind"), ROW], Report())
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


SHEET = "xl__worksheets__sheet1_dot_xml"
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(rows: str) -> dict[str, bytes]:
    return {SHEET: f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>".encode()}


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9))
    + b"]><x>&j;</x>"
)


def test_the_good_ones_come_in(tmp_path: Path) -> None:
    assert refused(tmp_path, "csv", GOOD) == ""
    assert refused(tmp_path, "xlsx", xlsx()) == ""


BAD_TABLES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("csv", b"", "expected a header"),
    "empty line": ("csv", b"\r\n\r\n", "expected a header"),
    "not ours": ("csv", b"a,b\r\n1,2\r\n", "needs a mapping"),
    "header twice": ("csv", b'"item","id","id"\r\n', "one column twice"),
    "unclosed quote": ("csv", HEADER + b'"organisation","o1\r\n', "line"),
    "stray quote": ("csv", HEADER + b'"organisation"x,"o1","x","ngo"\r\n', "quote"),
    "too many cells": ("csv", HEADER + b'"organisation","o1","x","ngo","more"\r\n', "more cells"),
    "unknown kind": ("csv", HEADER + b'"person","p1","x","ngo"\r\n', "item: expected one of"),
    "unknown term": ("csv", HEADER + b'"organisation","o1","x","zoo"\r\n', "no term"),
    "bad id": ("csv", HEADER + b'"organisation","../x","x","ngo"\r\n', "id: expected"),
    "same id twice": ("csv", GOOD + b'"organisation","o1","Other","ngo"\r\n', "nothing else has"),
    "points to nothing": (
        "csv", b'"item","id","name","kind","place"\r\n"event","e1","x","raid","q9"\r\n', "place: expected"
    ),
    "NUL": ("csv", GOOD + b"\x00\r\n", "control characters"),
    "cp1251": ("csv", HEADER + '"organisation","o1","Выдуманный центр","ngo"\r\n'.encode("cp1251"),
               "--encoding cp1251"),
    "koi8-r": ("csv", HEADER + '"organisation","o1","выдуманный центр","ngo"\r\n'.encode("koi8-r"),
               "--encoding"),
    "UTF-16 without mark": ("csv", GOOD.decode().encode("utf-16-le"), "utf-16-le"),
    "half a letter": ("csv", GOOD + "я".encode()[:1], "is not utf-8"),
    "a line without end": ("csv", HEADER + b"x" * (1 << 21), "longer than"),
    "a cell without end": ("csv", HEADER + b'"organisation","' + b"x\r\n" * 60_000, "is a quote"),
    "no zip": ("xlsx", b"PK not at all", "no XLSX"),
    "a zip of nothing": ("xlsx", b"PK\x05\x06" + bytes(18), "no XLSX"),
    "cut off": ("xlsx", xlsx()[:-200], "no XLSX"),
    "entity bomb": ("xlsx", xlsx(**{SHEET: BOMB}), "document type or entity"),
    "entity bomb in styles": ("xlsx", xlsx(xl__styles_dot_xml=BOMB), "document type or entity"),
    "no sheet": ("xlsx", xlsx(**{SHEET: None}), "no such sheet"),
    "broken XML": ("xlsx", xlsx(**{SHEET: b"<worksheet><sheetData>"}), "not well-formed"),
    "deep XML": ("xlsx", xlsx(**{SHEET: b"<a>" * 5000 + b"</a>" * 5000}), "levels"),
    "too many cells in a row": ("xlsx", xlsx(**sheet("<row>" + "<c/>" * 17_000 + "</row>")), "more rows or cells"),
    "a cell without end in a workbook": ("xlsx", xlsx(**sheet("<row><c t=\"str\"><v>" + "x" * 200_000 + "</v></c></row>")), "a cell longer"),
    "macros": ("xlsx", xlsx(xl__vbaProject_dot_bin=b"x"), "macros"),
    "a formula": (
        "xlsx", xlsx(**sheet(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>item</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>id</t></is></c></row>'
            '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
        )), "a formula where a value is expected"
    ),
    "zip bomb in a part": ("xlsx", xlsx(xl__theme__x_dot_xml=b"<x>" + b" " * (5 << 20) + b"</x>"), "larger than"),
    "zip bomb of parts": ("xlsx", xlsx(**{f"x{n}": b"" for n in range(600)}), "parts"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_bad_table_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    form, content, expected = BAD_TABLES[name]
    assert expected in refused(tmp_path, form, content)


BAD_FTM = {
    "no JSON": b"hello\n",
    "a number": b"1\n",
    "no statement": b'{"a": 1}\n',
    "deep": b"[" * 100_000,
    "properties of no list": b'{"id":"x","schema":"Person","properties":{"name":"x"}}\n',
    "an id that is none": b'{"id":5,"schema":"Person","properties":{}}\n',
    "a claim without words": b'{"canonical_id":"k","schema":"Note","prop":"notes","value":"item: claim","dataset":"s"}\n',
    "a field that is broken": b'{"canonical_id":"k","schema":"Note","prop":"notes","value":"item: claim","dataset":"s"}\n'
    b'{"canonical_id":"k","schema":"Note","prop":"notes","value":"tellers: [","dataset":"s"}\n',
    "not UTF-8": b'{"id":"\xff","schema":"Person","properties":{}}\n',
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FTM)
def test_bad_statements_are_refused_with_the_line(name: str, tmp_path: Path) -> None:
    assert "line 1" in refused(tmp_path, "ftm", BAD_FTM[name])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 99, b"<a/>", b"{}", b"\xff\xfe", bytes(range(256))]
)
def test_rubbish_is_never_a_fault_of_ours_and_brings_nothing(
    form: str, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    report = Report()
    taken = None
    with suppress(AsyliaError):  # and nothing else
        taken = read_import(path, form, Options(), EMPTY, report)
    assert taken is None or taken.contents == ()


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("utf-32", None), ("cp1251", "cp1251"),
     ("cp1251", "windows-1251"), ("koi8-r", "koi8-r"), ("cp866", "CP866"), ("utf-16-le", "utf-16-le")],
)  # fmt: skip
def test_each_encoding_is_read(encoding: str, said: str | None, tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(
        (HEADER.decode() + '"organisation","o1","Выдуманный центр","ngo"\r\n').encode(encoding)
    )
    report = Report()
    (one,) = read_import(path, "csv", Options(said), EMPTY, report).contents
    assert one.name == "Выдуманный центр"  # type: ignore[union-attr]


LARGE = """
import sys
from pathlib import Path
from asylia.errors import AsyliaError
from asylia.exchange import ftm_in
from asylia.exchange.imports import Options, read_import
from asylia.exchange.report import Report
from asylia.record.reading import Record
form, path = sys.argv[1:3]
ftm_in.MOST = 16 << 20  # as high as it needs to be to show
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
before = peak()
report = Report()
try:
    read_import(Path(path), form, Options(), Record.of(()), report)
    report.check()
    said = "nothing"
except AsyliaError as error:
    said = error.message
print((peak() - before) // 1024, said)
"""


def large(form: str, path: Path) -> tuple[int, str]:
    """MiB that reading took at most, and what came of it."""
    done = subprocess.run(
        [sys.executable, "-c", LARGE, form, str(path)], capture_output=True, text=True, check=True
    )
    took, _, said = done.stdout.strip().partition(" ")
    return int(took), said


def repeated(path: Path, head: bytes, row: Callable[[int], bytes], count: int) -> None:
    with path.open("wb") as file:
        file.write(head)
        file.writelines(map(row, range(count)))


CLAIM = (
    b'"item","id","source","words","tellers","subject","property","event","said_on","value"\r\n'
    b'"source","s1","","","","","","","2020",""\r\n"event","e1","","","","","","","",""\r\n'
)
LONG = b"x" * 18_000


def claim_row(number: int) -> bytes:
    return b'"claim","k%d","s1","%s","()","e1","account","e1","2020","x"\r\n' % (number, LONG)


def test_a_large_csv_takes_the_memory_of_a_row(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    repeated(path, CLAIM, claim_row, 800)
    size = path.stat().st_size >> 20
    took, said = large("csv", path)
    assert "can't be imported" in said  # a source and an event without a kind
    assert took > size // 2  # the claims are kept, to check what they point to: it would be seen
    repeated(path, CLAIM, lambda n: claim_row(n).replace(b"account", b"no_such"), 2000)
    size = path.stat().st_size >> 20
    took, said = large("csv", path)
    assert "2002 rows can't be imported" in said
    assert took < size // 5


def test_a_large_file_of_statements_and_a_workbook_stop_at_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        part.writelines([b" " * (1 << 20)] * 40)
    took, said = large("xlsx", path)
    assert "larger than 32 MiB" in said
    assert took < 20
    value = b"x" * (1 << 19)
    line = (
        b'{"canonical_id":"e%d","schema":"Note","prop":"notes","value":"'
        + value
        + b'","dataset":"s"}\n'
    )
    repeated(path, b"", lambda n: line % n, 40)
    took, said = large("ftm", path)
    assert "more than 16 MiB of statements" in said
    assert took < 40


def test_what_a_workbook_has_beside_the_sheet_is_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["item", "id", "name", "kind"], ["organisation", "o1", "A", "ngo"]):
        sheet.append(row)
    sheet["A2"].comment = Comment("SECRET", "SECRET")
    book.create_sheet("Second")["A1"] = "SECRET"
    book.save(tmp_path / "t.xlsx")
    report = Report()
    (one,) = read_import(tmp_path / "t.xlsx", "xlsx", Options(), EMPTY, report).contents
    assert list(report.lost.told()) == [
        "the workbook: remarks beside cells are not read",
        "the workbook: the sheet “Second” is not read",
    ]
    assert "SECRET" not in str(report.plain()) + str(one)


def test_a_cell_in_a_column_without_a_name_is_refused() -> None:
    report = Report()
    given = [("line 2", ["x", "", "z"]), ("line 3", ["x", "SECRET", "z"])]
    _, rows = table.named(["a", "", "b"], iter(given), report)
    assert [row.cells for row in rows] == [{"a": "x", "b": "z"}]
    assert list(report.refused.told()) == ["line 3: a cell in a column that has no name"]
