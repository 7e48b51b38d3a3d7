"""The whole way, as a newcomer runs it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from asylia.rehearsal.handover import verdict


def asylia(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "asylia", *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def test_one_report_goes_from_the_page_to_a_checked_dossier(root: Path, tmp_path: Path) -> None:
    record = root / "examples" / "chechnya-2017"
    done = asylia("demo", str(record), "--once", "--folder", str(tmp_path / "w"), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert shown["report_opened"] is True
    assert shown["reply_read"] is True
    assert shown["verdict"] == "valid"
    assert Path(shown["bundle"], "bagit.txt").is_file()
    assert list(shown["figures"]) == ["2017-04-05", "2017-12-31", "2018-12-31"]
    early = shown["figures"]["2017-04-05"]
    assert [(row["lineage"], row["min"], row["max"]) for row in early["killed"]] == [
        ("novaya-gazeta", 3, 3),
        ("network", 3, None),
    ]
    assert {row["min"] for row in early["detained"]} == {101}


def test_a_missing_public_record_is_said_plainly(tmp_path: Path) -> None:
    done = asylia("demo", str(tmp_path / "nowhere"), "--once", cwd=tmp_path)
    assert done.returncode == 66
    assert "Traceback" not in done.stderr


@contextmanager
def staying(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demo that stays open, and what it printed."""
    record = folder / "record"
    record.mkdir()
    (record / "one.yaml").write_text("events: [{id: e, name: An invented day, kind: raid}]\n")
    command = [sys.executable, "-m", "asylia", "demo", str(record), "--folder", str(folder / "w")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as demo:
        assert demo.stdout
        told: list[str] = []
        while not told or "stay open" not in told[-1]:
            line = demo.stdout.readline()
            assert line, told
            told.append(line)
        try:
            yield demo, told
        finally:
            demo.kill()


def processes_of(folder: Path) -> set[int]:
    """Every process that was started in this world, by the folder for its temporary files."""
    found = set()
    for one in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TMPDIR={folder}".encode() in one.read_bytes():
                found.add(int(one.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_whatever_ends_the_demo_ends_relay_page_and_desk(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with staying(tmp_path) as (demo, _):
        held = processes_of(tmp_path / "w")
        assert len(held) >= 3
        os.kill(demo.pid, ending)
        demo.wait(60)
        deadline = time.monotonic() + 30
        while (left := processes_of(tmp_path / "w")) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not left


def test_the_demos_own_desk_builds_a_valid_dossier_with_a_stamp(tmp_path: Path) -> None:
    with staying(tmp_path) as (_, told):
        printed = "".join(told)
        link = re.search(r"http://(desk-[\w.:]+)(/enter/\S+)", printed)
        words = re.search(r"passphrase:\s+(.+)", printed)
        assert link
        assert words
        built = build_at_desk(link[1], link[2], words[1].strip())
    assert "Built and sealed" in built
    handed = tmp_path / "w" / "handed-over"
    (bundle,) = (handed / "desk").iterdir()
    assert list(bundle.glob("data/stamps/*.tsr"))
    assert verdict(bundle, handed / "policy.json") == "valid"


def build_at_desk(host: str, enter: str, passphrase: str) -> str:
    """What a worker does there: unlock, choose, tick all that may leave, read, confirm, build."""
    name, _, port = host.partition(":")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        client.headers.update({"host": f"{name}:{port}", "origin": f"http://{name}:{port}"})
        client.get(enter)

        def send(address: str, **fields: str | list[str]) -> str:
            page = client.get("/unlock" if address == "/unlock" else "/dossiers").text
            csrf = re.search(r'name="csrf" value="([^"]+)"', page)
            assert csrf
            return client.post(address, data={"csrf": csrf[1], **fields}).text

        send("/unlock", passphrase=passphrase)
        send("/fetch", back="/dossiers")
        page = client.get("/dossiers").text
        recipient = re.search(r'<option value="(\w{32})"', page)
        assert recipient
        choice = {"purpose": "inquiry", "recipient": recipient[1]}
        items = re.findall(r'name="items" value="([^"]+)"', send("/dossiers", **choice))
        look = send("/dossiers/look", items=items, **choice)
        found = dict(re.findall(r'name="(read|once)" value="(\w+)"', look))
        return send("/dossiers/build", items=items, confirmed="1", **found, **choice)
