"""Folder and .zip: what is refused before a byte of it is used."""

import io
import os
import shutil
import stat
import tracemalloc
import zipfile

import pytest

from asylia_verify import opening
from asylia_verify.errors import UsageError, WrongError
from asylia_verify.opening import DIRECTORY_SIZE, open_bundle


def zipped(path, entries, **how):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content, **how)
    return path


def refused(path, words):
    with pytest.raises(WrongError, match=words):
        open_bundle(path)


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


BAG = ("bagit.txt", b"")


@pytest.mark.parametrize("top", ["", "Bundle of today/", "b/"])
def test_a_zip_gives_what_its_folder_gives(files, tmp_path, top):
    path = zipped(tmp_path / "b.zip", [(top + name, files[name]) for name in files])
    assert open_bundle(path) == files


def test_a_zip_with_folder_entries_is_read(tmp_path):
    path = zipped(tmp_path / "b.zip", [("b/", b""), ("b/bagit.txt", b""), ("b/data/", b"")])
    assert open_bundle(path) == {"bagit.txt": b""}


UNSAFE = ["../x", "data/../../x", "/etc/x", "data\\x", "C:x", "data//x", "data/./x", "data/.x"]
UNSAFE += [
    "data/X",
    "data/ü",
    "data/a b",
    "data/a\x7f",
    "a/b/c/d/e/f",
    "data/" + "a" * 65,
    "data/x\0y",
]


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path, name):
    path = zipped(tmp_path / "b.zip", [BAG, ("data/harmless", b"")])
    content = path.read_bytes()
    if len(name) <= len("data/harmless") and name.isascii():
        padded = name + "x" * (len("data/harmless") - len(name))
        path.write_bytes(content.replace(b"data/harmless", padded.encode()))
    else:
        zipped(path, [BAG, (name, b"")])
    with pytest.raises(WrongError) as caught:
        open_bundle(path)
    assert "\0" not in caught.value.sentence
    assert len(caught.value.sentence) < 300


def test_two_files_of_one_name_are_refused(tmp_path):
    path = tmp_path / "b.zip"
    with pytest.warns(UserWarning, match="Duplicate"):
        zipped(path, [BAG, ("data/x", b"1"), ("data/x", b"2")])
    refused(path, "two files")


def test_a_bomb_is_refused_by_what_it_says_and_by_what_it_gives(tmp_path, monkeypatch):
    path = zipped(tmp_path / "b.zip", [BAG, ("data/x", bytes(1 << 20))])
    monkeypatch.setattr(opening, "FILE_SIZE", 1 << 19)
    refused(path, "larger than a file")
    lying = path.read_bytes().replace((1 << 20).to_bytes(4, "little"), (9).to_bytes(4, "little"))
    path.write_bytes(lying)
    with pytest.raises(WrongError):
        open_bundle(path)


def test_a_zip_of_too_many_entries_is_refused_before_they_are_listed(tmp_path):
    count = DIRECTORY_SIZE // 47 + 1
    entry = b"PK\1\2" + bytes(24) + b"\1" + bytes(17) + b"a"
    listing = entry * count
    sizes = len(listing).to_bytes(4, "little") + bytes(4)
    path = tmp_path / "b.zip"
    path.write_bytes(listing + b"PK\5\6" + bytes(4) + b"\1\0\1\0" + sizes + bytes(2))
    tracemalloc.start()
    refused(path, "broken")
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < 4 << 20


def test_many_files_that_are_large_together_are_refused(tmp_path, monkeypatch):
    path = zipped(tmp_path / "b.zip", [BAG, *((f"data/{n}", bytes(1000)) for n in range(10))])
    monkeypatch.setattr(opening, "TOTAL_SIZE", 5000)
    refused(path, "more files, or more bytes")
    monkeypatch.setattr(opening, "FILES", 5)
    refused(path, "more files")


def test_a_link_in_a_zip_is_refused(tmp_path):
    path = tmp_path / "b.zip"
    link = zipfile.ZipInfo("data/x")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bagit.txt", b"")
        archive.writestr(link, b"/etc/hostname")
    refused(path, "link or a device")


def test_other_packings_and_encryption_are_refused(tmp_path):
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("bagit.txt", b"x" * 100)
    refused(path, "packed in a way")
    content = bytearray(zipped(path, [BAG]).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    refused(path, "encrypted|broken")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), os.urandom(500)])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    refused(path, "zip")


def test_every_cut_and_every_flip_of_a_zip_gives_our_error_only(tmp_path):
    whole = zipped(tmp_path / "b.zip", [BAG, ("data/x", b"some words" * 9)]).read_bytes()
    path = tmp_path / "c.zip"
    for at in range(len(whole)):
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
            path.write_bytes(broken)
            try:
                open_bundle(path)
            except WrongError:
                continue


def test_something_beside_the_bundle_in_a_zip_is_refused(tmp_path):
    refused(zipped(tmp_path / "b.zip", [("b/bagit.txt", b""), ("x", b"")]), "beside")
    refused(zipped(tmp_path / "b.zip", [("x", b"")]), "one bundle")
    refused(zipped(tmp_path / "b.zip", [("a/bagit.txt", b""), ("b/bagit.txt", b"")]), "one bundle")


def test_a_link_in_a_folder_is_refused(copy):
    (copy / "data/method.txt").unlink()
    (copy / "data/method.txt").symlink_to("/etc/hostname")
    refused(copy, "link or a device")


def test_a_linked_folder_and_a_pipe_are_refused(copy):
    os.mkfifo(copy / "data/pipe")
    refused(copy, "link or a device")
    (copy / "data/pipe").unlink()
    (copy / "data/elsewhere").symlink_to(copy / "data/items")
    refused(copy, "link or a device")


def test_an_empty_folder_is_refused(copy):
    (copy / "data/nothing").mkdir()
    refused(copy, "empty folder")


def test_a_large_file_is_refused_before_it_is_read_whole(copy):
    with (copy / "data/large").open("wb") as file:
        file.truncate(1 << 40)
    refused(copy, "larger than a file")


@pytest.mark.parametrize("name", ["data/A.json", "data/x y", ".hidden", "data/-x"])
def test_a_name_that_no_bundle_has_is_refused(copy, name):
    (copy / name).write_bytes(b"")
    refused(copy, "name that no file of a bundle has")


def test_folders_too_deep_are_refused(copy):
    deep = copy / "data/a/b/c/d"
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"")
    with pytest.raises(WrongError):
        open_bundle(copy)


def test_nothing_there_and_a_device_are_usage_errors(tmp_path):
    for path in (tmp_path / "nothing", tmp_path / "pipe"):
        if path.name == "pipe":
            os.mkfifo(path)
        with pytest.raises(UsageError):
            open_bundle(path)


def test_a_zip_in_memory_is_not_unpacked_anywhere(tmp_path, files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path = tmp_path / "b.zip"
    path.write_bytes(buffer.getvalue())
    open_bundle(path)
    assert list(tmp_path.iterdir()) == [path]
