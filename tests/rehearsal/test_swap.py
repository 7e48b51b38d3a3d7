"""A real desk does not open a vault where memory could be swapped to a disk in clear."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.casework.world import PASSPHRASE, Hands, World, team

from asylia.rehearsal.machine import look_at_swap

HEAD = "Filename\tType\tSize\tUsed\tPriority\n"
# The desk on a machine whose list of swaps is the file that its last argument names.
ELSEWHERE = """\
import functools, sys
from pathlib import Path
from asylia.desk import serve
from asylia.vault.process import unencrypted_swap
if __name__ in ("__main__", "__mp_main__"):
    made_up = Path(__file__).with_name("swaps")
    serve.unencrypted_swap = functools.partial(unencrypted_swap, made_up, made_up.parent)
if __name__ == "__main__":
    from asylia.cli import main
    main()
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with team(tmp_path_factory.mktemp("team"), Hands(), 1) as made:
        yield made


@pytest.mark.parametrize(
    ("line", "opens"), [("", True), ("/dev/sda9 partition 1024 0 -2\n", False)]
)
def test_the_desk_stays_locked_over_swap_in_clear(
    world: World, tmp_path: Path, line: str, opens: bool
) -> None:
    vault = world.desks[0].vault
    vault.close()
    (tmp_path / "swaps").write_text(HEAD + line)
    (tmp_path / "elsewhere.py").write_text(ELSEWHERE)
    command = [sys.executable, str(tmp_path / "elsewhere.py"), "desk", str(vault.folder)]
    with subprocess.Popen(
        [*command, "--relay", world.url, "--no-browser"], stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout
        said = desk.stdout.readline()
        try:
            link = re.search(r"http://(\S+:(\d+))/enter/(\S+)", said)
            assert link, said
            host, port, token = link.groups()
            headers = {"host": host, "origin": f"http://{host}"}
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60, trust_env=False
            ) as client:
                client.get(f"/enter/{token}")
                found = re.search(r'name="csrf" value="([^"]+)"', client.get("/unlock").text)
                assert found
                typed = {"csrf": found[1], "passphrase": PASSPHRASE}
                answer = client.post("/unlock", data=typed)
            assert (answer.headers.get("location") == "/inbox") is opens
            assert ("may write memory to its disk" in answer.text) is not opens
        finally:
            desk.terminate()


def test_swap_in_clear_is_a_finding() -> None:
    (finding,) = look_at_swap(plant=True).findings
    assert "swap" in finding.what
