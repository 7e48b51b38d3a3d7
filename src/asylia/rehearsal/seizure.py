"""The seizure check: whether anything that was left betrays what was typed.

Upholds: every regular file below the given folders is read whole, its name too; what could not be
read is a finding, never passed over.  Refuses: to say "clean" when it read no file.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self, TypeVar

from asylia.errors import AsyliaError, UsageError
from asylia.rehearsal.canaries import Canary, Sighting, sightings


class BetrayedError(AsyliaError):
    """Something that was typed lies readable."""

    exit_code = 1


@dataclass(frozen=True)
class Finding:
    """One place that betrays, or could not be read; ``where``: a path or a process."""

    where: str
    what: str
    form: str


@dataclass(frozen=True)
class Looked:
    """One part of the check: how much of what was looked at, what was found, what was not seen."""

    part: str
    files: int = 0
    bytes_read: int = 0
    processes: int = 0
    findings: tuple[Finding, ...] = ()
    not_covered: tuple[str, ...] = ()

    def __add__(self, other: Self) -> "Looked":
        return Looked(
            self.part,
            self.files + other.files,
            self.bytes_read + other.bytes_read,
            self.processes + other.processes,
            (*self.findings, *other.findings),
            (*self.not_covered, *other.not_covered),
        )

    def plain(self) -> dict[str, object]:
        """As JSON has it; a finding names the canary, never its text."""
        counted = {"files": self.files, "bytes": self.bytes_read, "processes": self.processes}
        found = [{"where": f.where, "what": f.what, "form": f.form} for f in self.findings]
        return {"part": self.part, **counted, "findings": found, "not_covered": [*self.not_covered]}


@dataclass(frozen=True)
class Report:
    """All parts of one check."""

    parts: tuple[Looked, ...]
    canaries: int

    @property
    def whole(self) -> Looked:
        """The parts as one."""
        return sum(self.parts, Looked("whole"))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all parts."""
        return self.whole.findings

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        parts = [part.plain() for part in self.parts]
        return {**self.whole.plain(), "canaries": self.canaries, "parts": parts}


@dataclass
class Searcher:
    """Looks for canaries; a content that was looked through is not looked through again."""

    canaries: tuple[Canary, ...]
    _known: dict[bytes, tuple[Sighting, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.canaries:
            raise UsageError("the seizure check was given no canary to look for")

    def folders(self, part: str, folders: Sequence[Path], *, in_use: bool = False) -> Looked:
        """Look into each file below ``folders``; ``in_use``: a file may go meanwhile."""
        files = total = 0
        findings: list[Finding] = []
        for path in _files(folders):
            try:
                data = path.read_bytes()
            except OSError as error:
                if not (in_use and isinstance(error, FileNotFoundError)):
                    files += 1
                    why = os.strerror(error.errno or 0)
                    findings.append(Finding(str(path), "could not be read", why))
                continue
            files += 1
            total += len(data)
            findings += self.bytes(str(path), str(path).encode())
            findings += self.bytes(str(path), data)
        if not files:
            raise UsageError("the seizure check found no file to read")
        return Looked(part, files, total, findings=tuple(findings))

    def bytes(self, where: str, data: bytes) -> tuple[Finding, ...]:
        """What betrays in ``data``."""
        data = data.rstrip(b"\0")  # what a database set aside, and has not written to
        name = sha256(data).digest()
        if name not in self._known:
            self._known[name] = tuple(sightings(data, self.canaries))
        return tuple(Finding(where, s.canary, _where(s)) for s in self._known[name])


def search(folders: Sequence[Path], canaries: tuple[Canary, ...]) -> Looked:
    """Look for each canary in each file below ``folders``."""
    return Searcher(canaries).folders("files", folders)


class _Found(Protocol):
    @property
    def findings(self) -> tuple[Finding, ...]: ...


T = TypeVar("T", bound=_Found)


def require_clean(report: T) -> T:
    """Raise ``BetrayedError`` naming the first finding, or give the report back."""
    if report.findings:
        first = report.findings[0]
        raise BetrayedError(
            f"{first.what} ({first.form}): {first.where}; findings in all: {len(report.findings)}",
            hint="Nothing that was typed may lie readable. Find what left this.",
        )
    return report


def _where(sighting: Sighting) -> str:
    return f"{sighting.form}, byte {sighting.offset}"


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for parent, _, names in os.walk(folder, onerror=_unreadable):
            for name in sorted(names):
                path = Path(parent, name)
                if path.is_symlink() or not path.exists() or not stat.S_ISREG(path.stat().st_mode):
                    continue
                yield path


def _unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise UsageError(f"the folder {error.filename} can't be read") from None
