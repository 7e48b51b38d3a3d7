"""QR codes of cards, invitations and shares, read back by a decoder that is not ours."""

import re
from pathlib import Path

import pytest
import segno
import zxingcpp
from PIL import Image
from rich.console import Console
from tests.ledger.make_joining_vectors import PREKEY, SIGNING

from asylia.cli import _codes
from asylia.ledger import joining, parts


@pytest.fixture(scope="module")
def card() -> bytes:
    return joining.make_card(SIGNING, PREKEY.recipient)


def read(picture: Image.Image) -> list[str]:
    # Of QR alone: among random modules a reader of every kind now and then sees a bar code too.
    qr = zxingcpp.BarcodeFormat.QRCode
    return [one.text for one in zxingcpp.read_barcodes(picture.convert("L"), formats=qr)]


def test_a_phone_reads_each_picture_of_a_card_as_a_line_that_can_be_pasted(
    card: bytes, tmp_path: Path
) -> None:
    lines = parts.split("CARD", card)
    files = _codes.write(lines, tmp_path / "codes", "card", "png")
    pasted = []
    for file in reversed(files):
        with Image.open(file) as picture:
            pasted += read(picture)
    assert sorted(pasted) == sorted(lines)
    assert parts.join("CARD", "\n".join(pasted)) == card


def test_the_codes_in_the_terminal_are_the_same(
    card: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = parts.split("CARD", card)[:2]
    _codes.show(lines, Console(highlight=False))
    shown = capsys.readouterr().out
    blocks = re.split(r"Code \d of \d:\n", shown)[1:]
    assert [read(drawn(block)) for block in blocks] == [[line] for line in lines]
    assert max(len(line) for line in shown.splitlines()) <= 100


def drawn(block: str) -> Image.Image:
    """The picture that a terminal shows: two modules a character, one above the other."""
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    plain = re.sub(r"\x1b\[[0-9;]*m", "", block)
    rows = [line for line in plain.splitlines() if line]
    width = max(map(len, rows))
    picture = Image.new("L", (width, 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, character in enumerate(row.ljust(width)):
            for half, light in enumerate(halves[character]):
                picture.putpixel((x, 2 * y + half), 255 * light)
    return picture.resize((4 * width, 8 * len(rows)), Image.Resampling.NEAREST)


def test_svg_pictures_hold_the_same_codes(card: bytes, tmp_path: Path) -> None:
    """Rows of modules, as an SVG path draws them, against the picture that was read above."""
    (line, *_) = parts.split("CARD", card)
    (file,) = _codes.write([line], tmp_path, "card", "svg")
    path = re.search(r' d="([^"]*)"', file.read_text())
    assert path is not None
    code = segno.make(line, mode="alphanumeric", error="l", boost_error=False, micro=False)
    dark = sum(map(sum, code.matrix))
    assert sum(int(run) for run in re.findall(r"h(\d+)", path[1])) == dark


def test_a_part_fits_a_code_that_a_screen_can_show(card: bytes) -> None:
    codes = [
        segno.make(line, mode="alphanumeric", error="l", boost_error=False)
        for line in parts.split("CARD", card)
    ]
    assert max(int(code.version) for code in codes) <= 16
