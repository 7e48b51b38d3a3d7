"""The whole way, as a newcomer runs it."""

import json
import subprocess
import sys
from pathlib import Path


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
