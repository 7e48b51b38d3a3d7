"""Linkage on Spark: the same answer as DuckDB's, nothing on a disk, nobody else let in."""

import csv
import json
import os
import socket
import struct
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from asylia import scratch
from asylia.cli import run
from asylia.counts.linking import model, reading, spark
from asylia.counts.linking.encoding import Encoded, encode
from asylia.counts.linking.link import link
from asylia.counts.linking.model import Scored
from asylia.errors import RefusedError, UnavailableError

INVENTED = Path(__file__).resolve().parents[2] / "examples" / "linkage" / "invented.csv"


@dataclass
class Seen:
    """What one run of the command on Spark gave, and what its Java process held at the end."""

    clusters: list[tuple[str, str]] = field(default_factory=list)
    scored: list[tuple[Encoded, Scored]] = field(default_factory=list)
    listening: list[str] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    java: int = 0
    said: str = ""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    pytest.importorskip("pyspark", reason="`make test` installs it, see requirements-spark.lock")
    seen = Seen()
    score, end = model.score, spark._end_java

    def watched(encoded: Encoded, backend: Any) -> Scored:
        seen.scored.append((encoded, score(encoded, backend)))
        return seen.scored[-1][1]

    def looked_at(context: Any) -> None:
        seen.java = context._gateway.proc.pid
        seen.listening, seen.written = _listening(seen.java), _written(seen.java)
        end(context)

    out = tmp_path_factory.mktemp("spark") / "clusters.csv"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(model, "score", watched)
        patched.setattr(spark, "_end_java", looked_at)
        patched.setattr("os.cpu_count", lambda: 1)  # one worker starts faster than two
        told = ["--backend", "spark", "--language", "ru", "--out", str(out)]
        with redirect_stdout(StringIO()) as said:
            assert run(["link", str(INVENTED), *told]) == 0
    seen.said = said.getvalue()
    with out.open(encoding="utf-8") as file:
        seen.clusters = [(row[0], row[1]) for row in csv.reader(file)][1:]
    return seen


def _listening(process: int) -> list[str]:
    """Addresses that a process listens on, IPv4 ones in IPv6 as IPv4."""
    mine = set()
    for one in Path(f"/proc/{process}/fd").iterdir():
        try:
            mine.add(str(one.readlink()))
        except FileNotFoundError:
            continue
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == "0A" and f"socket:[{parts[9]}]" in mine:
                raw = bytes.fromhex(parts[1].split(":")[0])
                words = b"".join(
                    struct.pack("=I", int.from_bytes(raw[at : at + 4], "big"))
                    for at in range(0, len(raw), 4)
                )
                kind = socket.AF_INET if len(words) == 4 else socket.AF_INET6
                found.append(socket.inet_ntop(kind, words).removeprefix("::ffff:"))
    return found


def _written(process: int) -> list[Path]:
    """Regular files that a process holds open to write."""
    found = []
    for one in Path(f"/proc/{process}/fd").iterdir():
        try:
            flags = Path(f"/proc/{process}/fdinfo/{one.name}").read_text().splitlines()[1].split()
            if int(flags[1], 8) & 3 and one.stat().st_mode & 0o100000:
                found.append(one.readlink())
        except FileNotFoundError:
            continue
    return [path for path in found if str(path).startswith("/") and path.is_file()]


def test_it_is_the_same_linkage(seen: Seen) -> None:
    encoded, theirs = seen.scored[0]
    ours = model.score(encoded)
    assert _weights(theirs).keys() == _weights(ours).keys()
    assert _apart(ours, theirs) < 1e-6
    assert seen.said.startswith("записей: 291")
    there = link(reading.read(INVENTED, {}))
    assert _groups(seen.clusters) == {frozenset(group) for group in there.partition().groups}
    table = reading.read(INVENTED, {})
    born = [*table.columns["born"][:-1], table.columns["born"][0]]
    other = encode(replace(table, columns={**table.columns, "born": born}))
    assert _apart(model.score(other), theirs) > 1e-6  # one changed cell shows


def _weights(scored: Scored) -> dict[tuple[int, int], float]:
    pairs = zip(scored.left.tolist(), scored.right.tolist(), strict=True)
    return dict(zip(pairs, scored.weights.tolist(), strict=True))


def _apart(one: Scored, other: Scored) -> float:
    a, b = _weights(one), _weights(other)
    return float(np.max([abs(a[pair] - b[pair]) for pair in a.keys() & b.keys()]))


def _groups(clusters: list[tuple[str, str]]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for record, cluster in clusters:
        found.setdefault(cluster, set()).add(record)
    return {frozenset(group) for group in found.values()}


def test_nobody_else_is_let_in_and_nothing_reaches_a_disk(seen: Seen) -> None:
    assert seen.listening
    assert set(seen.listening) == {"127.0.0.1"}
    assert all(scratch.in_memory(path.parent) or not path.exists() for path in seen.written)
    assert not Path(f"/proc/{seen.java}").exists()
    memory = scratch.base()
    assert memory is not None
    assert not list(memory.glob(f"{scratch.PREFIX}*/warehouse"))


def test_what_looks_at_a_process_finds_what_it_holds(tmp_path: Path) -> None:
    with socket.socket() as open_to_all, (tmp_path / "file").open("w"):
        open_to_all.bind(("0.0.0.0", 0))
        open_to_all.listen()
        assert "0.0.0.0" in _listening(os.getpid())
        assert tmp_path / "file" in _written(os.getpid())


def test_without_memory_or_java_it_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyspark")
    if not scratch.in_memory(tmp_path):
        with pytest.raises(RefusedError):
            spark.local(tmp_path)
    monkeypatch.setattr(scratch, "base", lambda: None)
    assert run(["link", str(INVENTED), "--backend", "spark", "--json"]) == RefusedError.exit_code
    assert json.loads(capsys.readouterr().out or "null") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError):
        spark.local()
