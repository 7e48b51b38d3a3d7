"""What the process list shows of a process is seen: arguments, environment, title, threads."""

import subprocess
import sys

import pytest

from asylia.rehearsal.canaries import Canary
from asylia.rehearsal.seizure import Searcher
from asylia.rehearsal.watch import Watch

SECRET = "canary-quokka"
SEARCHER = Searcher((Canary("secret", SECRET),))
WAIT = "print('x', flush=True); sys.stdin.read()"
NAMED = f"import ctypes, sys; ctypes.CDLL(None).prctl(15, b'{SECRET}', 0, 0, 0); {WAIT}"
THREAD = (
    "import ctypes, sys, threading, time; threading.Thread(daemon=True, target=lambda: ("
    f"ctypes.CDLL(None).prctl(15, b'{SECRET}', 0, 0, 0), time.sleep(60))).start(); "
    f"time.sleep(0.2); {WAIT}"
)


def found(code: str, *arguments: str, environment: dict[str, str] | None = None) -> set[str]:
    """Where the secret is seen while a process waits."""
    watch = Watch()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        watch.add(process.pid)
        watch.look()
    looked = watch.search(SEARCHER)
    assert looked.processes == 1
    return {finding.where.partition(" of ")[0] for finding in looked.findings}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("code", "arguments", "environment", "where"),
    [
        (f"import sys; {WAIT}", (), None, set()),
        (f"import sys; {WAIT}", (SECRET,), None, {"cmdline"}),
        (f"import sys; {WAIT}", (), {"KEY": SECRET}, {"environ"}),
    ],
)
def test_what_a_process_shows_is_seen(
    code: str, arguments: tuple[str, ...], environment: dict[str, str] | None, where: set[str]
) -> None:
    assert found(code, *arguments, environment=environment) == where


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("code", "title"), [(NAMED, "comm"), (THREAD, "a thread's title")])
def test_a_title_is_seen(code: str, title: str) -> None:
    # The code is an argument and holds the secret as well: both are seen.
    assert title in found(code)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_one_that_began_during_the_watch_is_seen_while_it_lives() -> None:
    with Watch() as watch:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(1)", SECRET], check=True)
    assert watch.search(SEARCHER).findings
