"""A stamp states what its signed token states, whatever the response says around it."""

import subprocess
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from tests.dossier.remake import resign
from tests.dossier.world import NOW

from asylia.tlog.checkpoint import parse_checkpoint, with_cosignatures
from asylia_verify.check import check_files
from asylia_verify.errors import WrongError

CHECKPOINT = "data/log/checkpoint.txt"


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def token_of(response: bytes) -> bytes:
    """The signed token in a granted response (RFC 3161, section 2.4.2)."""
    extra = response[1] & 0x7F if response[1] & 0x80 else 0
    status = 2 + extra
    return response[status + 2 + response[status + 1] :]


def with_status(response: bytes, text: str) -> bytes:
    """The same response; its status, which nobody signs, says this."""
    status = der(0x30, b"\x02\x01\x00", der(0x30, der(0x0C, text.encode())))
    return der(0x30, status, token_of(response))


def printed(digest: bytes, moment: datetime) -> str:
    """What openssl prints of a stamp over this digest at this time."""
    rows = (digest[:16], digest[16:])
    data = "".join(
        f"    00{n}0 - {row[:8].hex(' ')}-{row[8:].hex(' ')}   {'.' * 16}\n"
        for n, row in enumerate(rows)
    )
    said = f"\nStatus: Granted.\nHash Algorithm: sha256\nMessage data:\n{data}"
    return f"{said}Time stamp: {moment:%b %d %H:%M:%S %Y} GMT\n"


def stamp(authority, folder, data: bytes, digest: str) -> bytes:
    (folder / "data").write_bytes(data)
    query = ["openssl", "ts", "-query", "-data", "data", f"-{digest}", "-cert", "-out", "query"]
    subprocess.run(query, cwd=folder, check=True, capture_output=True)
    return authority.reply((folder / "query").read_bytes())


def cosigned_at(files, world, moment: datetime) -> bytes:
    lines = [x for x in files[CHECKPOINT].decode().splitlines(True) if "witness" not in x]
    note = "".join(lines).encode()
    cosignature = world.witness.cosign(parse_checkpoint(note)[0], int(moment.timestamp()))
    return with_cosignatures(note, cosignature)


def test_words_in_a_response_that_nobody_signed_are_not_taken_for_the_stamp(
    files, policy, openssl, world, authority, tmp_path
):
    then = NOW - timedelta(days=3)

    def dated_back(signed: bytes) -> bytes:
        real = stamp(authority, tmp_path, signed, "sha512")
        return with_status(real, printed(sha256(signed).digest(), then))

    changed = {**files, CHECKPOINT: cosigned_at(files, world, then)}
    made_on = then.date().isoformat()
    forged = resign(changed, world.exporter, [dated_back], made_on=made_on)
    verdict = check_files(forged, policy, NOW, openssl)
    assert verdict.wrong == "data/stamps/1.tsr: is not an RFC 3161 time stamp over SHA-256"


def test_a_status_in_words_hides_nothing_of_an_honest_stamp(openssl, authority, tmp_path):
    real = stamp(authority, tmp_path, b"words", "sha256")
    lied = printed(bytes(32), NOW - timedelta(days=3))
    assert openssl.read_stamp(with_status(real, lied)) == openssl.read_stamp(real)


def test_a_stamp_over_another_hash_is_none(openssl, authority, tmp_path):
    with pytest.raises(WrongError, match="over SHA-256"):
        openssl.read_stamp(stamp(authority, tmp_path, b"words", "sha512"))


def test_a_time_that_no_calendar_has_is_no_stamp(openssl, authority, tmp_path):
    real = stamp(authority, tmp_path, b"words", "sha256")
    at = real.index(b"\x18\x0f") + 2
    for moment in (b"20261231235960Z", b"00001231235959Z", b"20260230000000Z"):
        with pytest.raises(WrongError):
            openssl.read_stamp(real[:at] + moment + real[at + 15 :])
