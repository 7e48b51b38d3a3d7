"""A file that a person names: bounded, a file, and never waited for where it is a document."""

import os
import threading
from pathlib import Path

import pytest

from asylia.errors import MalformedError, NotFoundError
from asylia.given import read_given, read_given_text
from asylia.record.reading import Record
from asylia.values import Day


def test_it_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("слова")
    assert read_given_text(tmp_path / "words", what="it") == "слова"
    assert read_given(tmp_path / "words", what="it", most=10) == "слова".encode()


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused_before_it_is_opened(device: str) -> None:
    with pytest.raises(MalformedError, match="it is no file"):
        read_given(Path(device), what="it")


def test_what_is_too_long_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"\xff" * 11)
    with pytest.raises(MalformedError, match="too long"):
        read_given(tmp_path / "long", what="it", most=10)
    with pytest.raises(MalformedError, match="no text"):
        read_given_text(tmp_path / "long", what="it")
    with pytest.raises(MalformedError, match="no file"):
        read_given(tmp_path, what="it")
    with pytest.raises(NotFoundError, match="can't be read"):
        read_given(tmp_path / "nothing", what="it")


def test_a_pipe_is_read_as_secrets_come_by_them(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"six words",))
    writer.start()
    assert read_given_text(pipe, what="it") == "six words"
    writer.join()


@pytest.mark.timeout(20)
def test_a_pipe_among_the_files_of_a_record_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "claims.yaml")
    with pytest.raises(MalformedError, match=r"claims\.yaml"):
        Record.from_folder(tmp_path, Day(1))
