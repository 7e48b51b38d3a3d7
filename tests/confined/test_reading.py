"""Text and credentials out of files: what is there, and every way in which it is not."""

import io
import zipfile
from collections.abc import Callable

import pytest
from pypdf import PdfWriter
from tests.confined import files

from asylia.confined import pages
from asylia.confined.failing import FailedError
from asylia.confined.pages import Budget
from asylia.confined.run import run
from asylia.errors import AsyliaError, MalformedError, NotFoundError, UnavailableError

QUOTED = files.QUOTE


def pdf(password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def text_pdf() -> bytes:
    body = b"BT /F1 12 Tf 10 50 Td (Three men were taken) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(body), body),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\n" % table
        + (b"startxref\n%d\n%%%%EOF" % len(out))
    )


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("html", files.PAGE.encode()),
        ("warc", files.warc()),
        ("warc", files.warc(gzipped=False)),
        ("wacz", files.wacz()),
    ],
)
def test_a_saved_page_gives_its_words_and_no_scripts(kind: str, content: bytes) -> None:
    found = run("page", content, {"kind": kind, "address": files.ADDRESS if kind != "html" else ""})
    assert QUOTED in found["text"].splitlines()
    assert "\u041d\u0435 \u043c\u0435\u043d\u0435\u0435" in found["text"]
    assert "planted by a script" not in found["text"]
    assert found["broken"] == 0
    assert (found["checked"] > 0, found["on"]) == ((kind != "html"), found["on"])
    assert found["on"] == ("2026-11-20" if kind != "html" else "")


def test_an_old_page_is_read_in_its_own_letters() -> None:
    page = '<meta charset="windows-1251"><p>\u043f\u0440\u0438\u0432\u0435\u0442'
    assert run("page", page.encode("cp1251"), {"kind": "html"})["text"].startswith("\u043f")


def test_digests_that_do_not_hold_are_counted() -> None:
    raw = files.warc(gzipped=False).replace(b"At least", b"At most_")
    assert run("page", raw, {"kind": "warc", "address": files.ADDRESS})["broken"] > 0
    found = run("page", files.wacz(claimed=b"other"), {"kind": "wacz", "address": ""})
    assert found["broken"] == 1
    assert QUOTED in found["text"]  # the first page that its own list names


def test_a_pdf_gives_the_text_of_its_pages_by_number() -> None:
    assert run("page", text_pdf(), {"kind": "pdf"})["text"] == "[1]\nThree men were taken"


def unpacked(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", bytes(size))
    return out.getvalue()


def lying_zip() -> bytes:
    """It says that its one member is small."""
    size = (300 << 20).to_bytes(4, "little")
    return unpacked(300 << 20).replace(size, (300).to_bytes(4, "little"))


# Made when they are tried: every worker reads this module.
HOSTILE: dict[str, tuple[str, Callable[[], bytes], type[AsyliaError]]] = {
    "a page that swells": ("warc", lambda: files.bomb(40 << 20), MalformedError),
    "a zip that swells": ("wacz", lambda: unpacked(300 << 20), MalformedError),
    "a zip that lies": ("wacz", lying_zip, MalformedError),
    "a zip cut off": ("wacz", lambda: files.wacz()[:-30], MalformedError),
    "a warc cut off": ("warc", lambda: files.warc()[:-60], MalformedError),
    "a warc without a page": (
        "warc",
        lambda: files.warc(address="https://x.example"),
        NotFoundError,
    ),
    "no warc": ("warc", lambda: b"\x1f\x8bnothing", MalformedError),
    "no pdf": ("pdf", lambda: b"%PDF-1.7 nothing", MalformedError),
    "a pdf of nothing": ("pdf", pdf, NotFoundError),
    "a pdf under a password": ("pdf", lambda: pdf("secret"), MalformedError),
    "a page of nothing": ("html", lambda: b"<html><script>x</script>", NotFoundError),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_of_our_sentences(name: str) -> None:
    kind, made, error = HOSTILE[name]
    address = files.ADDRESS if kind in {"warc", "wacz"} else ""
    with pytest.raises(error) as raised:
        run("page", made(), {"kind": kind, "address": address})
    assert raised.value.hint or error is NotFoundError


def test_a_stream_is_counted_as_it_comes_out() -> None:
    assert Budget(10).read(io.BytesIO(bytes(10))) == bytes(10)
    spent = Budget(10)
    spent.read(io.BytesIO(bytes(6)))
    for budget, most in ((Budget(10), None), (Budget(100), 10), (spent, None)):
        with pytest.raises(FailedError, match="too_large"):
            budget.read(io.BytesIO(bytes(11)), most)


@pytest.mark.parametrize("gzipped", [True, False])
def test_a_record_that_is_cut_off_is_no_page(gzipped: bool) -> None:
    whole, asked = files.warc(gzipped=gzipped), {"kind": "warc", "address": files.ADDRESS}
    assert QUOTED in pages.read(whole, asked)["text"]
    with pytest.raises(FailedError, match="malformed"):
        pages.read(whole[:-60], asked)


def test_a_page_ten_thousand_deep_is_read_all_the_same() -> None:
    page = b"<div>" * 10_000 + b"words"
    assert run("page", page, {"kind": "html"})["text"] == "words"


def test_credentials_are_verified_against_the_list_that_is_given() -> None:
    root, photo = files.authority()[0], files.signed()
    kind = {"media_type": "image/png"}
    alone, trusted = run("credentials", photo, kind), run("credentials", photo, kind, beside=root)
    assert (alone["state"], trusted["state"]) == ("valid", "trusted")
    assert (trusted["signed_by"], trusted["made_with"]) == ("Camera, Invented", "invented camera 1")
    assert "signingCredential.untrusted" in alone["failures"]


def test_credentials_of_other_bytes_do_not_hold() -> None:
    root, photo = files.authority()[0], bytearray(files.signed())
    photo[photo.index(b"IDAT") + 6] ^= 1
    found = run("credentials", bytes(photo), {"media_type": "image/png"}, beside=root)
    assert found["state"] == "invalid"
    assert "assertion.dataHash.mismatch" in found["failures"]


def test_no_credentials_are_said_to_be_none_and_a_damaged_file_is_said_to_be_one() -> None:
    kind = {"media_type": "image/png"}
    assert run("credentials", files.png(), kind)["state"] == "none"
    with pytest.raises(MalformedError):
        run("credentials", files.signed()[:-40], kind)


def test_a_machine_reads_two_languages_off_an_image() -> None:
    image = files.words_as_image(
        "Four men in uniform", "\u0427\u0435\u0442\u0432\u0435\u0440\u043e"
    )
    found = run("ocr", image, {"languages": ["ru", "en"]})
    text = found["text"]
    assert found["by"].startswith("tesseract ")
    assert "Four men in uniform" in text
    assert "\u0427\u0435\u0442\u0432\u0435\u0440\u043e" in text


def test_an_image_of_nothing_or_cut_off_gives_no_text_but_an_error() -> None:
    with pytest.raises(NotFoundError):
        run("ocr", files.png(200), {"languages": ["en"]})
    with pytest.raises(MalformedError):
        run("ocr", files.words_as_image("Four")[:500], {"languages": ["en"]})


def test_without_tesseract_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from asylia.confined import run as running  # noqa: PLC0415

    monkeypatch.setitem(running._ENVIRONMENT, "PATH", "/nowhere")
    with pytest.raises(UnavailableError) as raised:
        run("ocr", files.png(), {"languages": ["en"]})
    assert "apt-get install tesseract-ocr tesseract-ocr-rus" in raised.value.hint
