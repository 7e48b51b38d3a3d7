"""Plots of an estimate into a folder: each a file of its own, none overwritten.

Upholds: all plots are drawn before the first is written.  Refuses, before any work begins, a
folder that holds one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asylia.errors import ConflictError

if TYPE_CHECKING:
    from asylia.counts.linkages import Linkages
    from asylia.counts.strata import Strata
    from asylia.counts.verdict import Verdict


_NAMES = ("overlap", "posterior", "sensitivity", "trace")


def check_folder(folder: Path) -> None:
    """``ConflictError`` where a plot could not be written; said before a minute of work is lost."""
    if folder.exists() and not folder.is_dir():
        raise ConflictError("the folder for plots is a file", hint="Name another one.")
    if any((folder / f"{name}.svg").exists() for name in _NAMES):
        raise ConflictError(
            "the folder holds plots already", hint="Name another folder; nothing was overwritten."
        )


def write_plots(verdict: "Verdict", kept: list[Any], folder: Path, language: str) -> None:
    """Write ``overlap.svg`` and the others that the verdict bears."""
    from asylia.counts.plots import drawn  # noqa: PLC0415 - matplotlib, when it is needed

    traces = kept[-1].traces if kept else None
    plots = drawn(verdict, traces, language)
    _write(plots, folder)


def write_several(found: "Strata | Linkages", folder: Path | None, language: str) -> None:
    """The same of several tables; nothing where no folder is named."""
    if folder is None:
        return
    from asylia.counts.plots_several import drawn  # noqa: PLC0415 - matplotlib, when it is needed

    _write(drawn(found, language), folder)


def _write(plots: Mapping[str, bytes], folder: Path) -> None:
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, svg in plots.items():
        (folder / f"{name}.svg").write_bytes(svg)
