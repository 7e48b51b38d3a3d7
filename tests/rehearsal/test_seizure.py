"""The seizure check finds what it must, in every form, and says nothing of what is not there."""

import base64
import bz2
import gzip
import io
import lzma
import os
import sys
import zipfile
import zlib
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from asylia.errors import UsageError
from asylia.rehearsal import canaries
from asylia.rehearsal.canaries import Canary, phrase_canaries
from asylia.rehearsal.seizure import BetrayedError, Searcher, require_clean, search

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = "Невидимкин из Придуманска"
CANARY = (Canary("name", TEXT),)


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data * 3)
    return out.getvalue()


def raw(text: str) -> bytes:
    return text.encode()


FORMS = {
    "utf-8": raw(TEXT),
    "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "hex": raw(TEXT).hex().encode(),
    "hex upper": raw(TEXT).hex().upper().encode(),
    "form": quote_plus(TEXT).encode(),
    "json": TEXT.encode("ascii", "backslashreplace"),
    **{f"base64 {n}": base64.b64encode(bytes(n) + raw(TEXT) + b"?" * n) for n in range(4)},
    **{f"base64url {n}": base64.urlsafe_b64encode(b"\xff" * n + raw(TEXT)) for n in range(4)},
    "zlib": zlib.compress(raw(TEXT) * 3),
    "gzip": gzip.compress(raw(TEXT) * 3),
    "bzip2": bz2.compress(raw(TEXT)),
    "xz": lzma.compress(raw(TEXT)),
    "zip": zipped(raw(TEXT)),
    "zstd": zstd.compress(raw(TEXT) * 3),
    "zstd of several frames": zstd.compress(os.urandom(99)) + zstd.compress(raw(TEXT) * 3),
    "gzip of base64": gzip.compress(base64.b64encode(b"x" + raw(TEXT))),
    "zlib cut off": zlib.compress(os.urandom(5000) + raw(TEXT) + os.urandom(5000))[:-40],
}


@pytest.mark.parametrize("form", FORMS)
def test_a_canary_is_found_in_every_form(form: str, tmp_path: Path) -> None:
    (tmp_path / "left").write_bytes(os.urandom(3001) + FORMS[form] + os.urandom(999))
    report = search((tmp_path,), CANARY)
    assert report.findings, form
    with pytest.raises(BetrayedError):
        require_clean(report)


SECRET = bytes(range(200, 232))


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        SECRET.hex().encode(),
        base64.b64encode(SECRET),
        base64.urlsafe_b64encode(b"x" + SECRET),
    ],
)
def test_a_secret_that_is_bytes_is_found_too(form: bytes, tmp_path: Path) -> None:
    (tmp_path / "left").write_bytes(os.urandom(301) + form + os.urandom(99))
    assert search((tmp_path,), (Canary("secret", SECRET),)).findings


def test_a_canary_in_a_file_name_is_found(tmp_path: Path) -> None:
    (tmp_path / TEXT).write_bytes(b"")
    assert search((tmp_path,), CANARY).findings


AMONG = {"words": b"x", "print": b"(", "zeros": bytes(5000), "noise": b"\xff\x00", "breaks": b"\n"}
HIDDEN = ("Invented", "two words", TEXT, "a/b+c-d_e", SECRET, bytes(70) + SECRET, bytes(3) + SECRET)


@pytest.mark.parametrize("around", AMONG)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_canary_is_found_where_it_lies_whatever_stands_around_it(
    hidden: str | bytes, around: str
) -> None:
    canary = Canary("hidden", hidden)
    for form, needle in canaries._forms(hidden):
        data = os.urandom(99) + AMONG[around] + needle + AMONG[around] + os.urandom(99)
        seen = {one.offset for one in canaries.sightings(data, (canary,))}
        assert data.find(needle) in seen, form
        middle = len(needle) // 2
        other = needle[:middle] + b"\x07" + needle[middle + 1 :]
        assert not [*canaries.sightings(data.replace(needle, other), (canary,))], form


def test_noise_is_clean(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(os.urandom(1 << 20))
    assert require_clean(search((tmp_path,), CANARY)).files == 1


def test_neighbouring_words_of_a_phrase_are_canaries(tmp_path: Path) -> None:
    words = phrase_canaries("phrase", ("abandon", "ability", "able"))
    (tmp_path / "one").write_bytes(b"... ability able ...")
    assert [f.what for f in search((tmp_path,), words).findings] == ["phrase, words 2 and 3"]


def test_what_was_searched_once_betrays_again(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(raw(TEXT) + bytes(4096))
    found = Searcher(CANARY).folders("files", [tmp_path]).findings
    assert {Path(one.where).name for one in found} == {"one", "two"}


def test_a_file_that_can_not_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"x")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert search((tmp_path,), CANARY).findings == ()
    if os.getuid() != 0:
        (tmp_path / "other").chmod(0)
        assert search((tmp_path,), CANARY).findings


def test_nothing_read_is_not_clean(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        search((tmp_path,), CANARY)
    with pytest.raises(UsageError):
        search((tmp_path,), ())
    with pytest.raises(UsageError):
        Canary("short", "abc")
