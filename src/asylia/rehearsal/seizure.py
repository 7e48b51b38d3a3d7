"""The seizure check: whether anything left on the disk betrays what was typed.

Upholds: every regular file below the given folders is read whole, its name too; what could not be
read is a finding, never passed over.  Refuses: to say "clean" when it read no file.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asylia.errors import AsyliaError, UsageError
from asylia.rehearsal.canaries import Canary, Sighting, sightings


class BetrayedError(AsyliaError):
    """Something that was typed lies readable on the disk."""

    exit_code = 1


@dataclass(frozen=True)
class Finding:
    """One file that betrays, or could not be read."""

    path: Path
    what: str
    form: str


@dataclass(frozen=True)
class Report:
    """What was read and what was found."""

    files: int
    bytes_read: int
    canaries: int
    findings: tuple[Finding, ...]
    not_covered: tuple[str, ...] = ()

    def plain(self) -> dict[str, object]:
        """As JSON has it; a finding names the canary, never its text."""
        found = [{"file": str(f.path), "what": f.what, "form": f.form} for f in self.findings]
        counted = {"files": self.files, "bytes": self.bytes_read, "canaries": self.canaries}
        return {**counted, "findings": found, "not_covered": list(self.not_covered)}


def search(folders: tuple[Path, ...], canaries: tuple[Canary, ...]) -> Report:
    """Look for each canary in each file below ``folders``."""
    if not canaries:
        raise UsageError("the seizure check was given no canary to look for")
    files = total = 0
    findings: list[Finding] = []
    for path in _files(folders):
        files += 1
        try:
            data = path.read_bytes()
        except OSError as error:
            findings.append(Finding(path, "could not be read", os.strerror(error.errno or 0)))
            continue
        total += len(data)
        seen = [*sightings(str(path).encode(), canaries), *sightings(data, canaries)]
        findings += [Finding(path, s.canary, _where(s)) for s in seen]
    if not files:
        raise UsageError("the seizure check found no file to read")
    return Report(files, total, len(canaries), tuple(findings))


def require_clean(report: Report) -> Report:
    """Raise ``BetrayedError`` naming the first finding, or give the report back."""
    if report.findings:
        first = report.findings[0]
        raise BetrayedError(
            f"{first.what} ({first.form}) in {first.path}; findings in all: {len(report.findings)}",
            hint="Nothing that was typed may lie readable on a disk. Find what wrote this file.",
        )
    return report


def _where(sighting: Sighting) -> str:
    return f"{sighting.form}, byte {sighting.offset}"


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        for parent, _, names in os.walk(folder, onerror=_unreadable):
            for name in sorted(names):
                path = Path(parent, name)
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


def _unreadable(error: OSError) -> None:
    raise UsageError(f"the folder {error.filename} can't be read") from None
