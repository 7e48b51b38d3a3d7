"""Plots of an estimate into a folder: each a file of its own, none overwritten.

Upholds: all plots are drawn before the first is written.  Refuses: a name that is taken.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asylia.errors import ConflictError

if TYPE_CHECKING:
    from asylia.counts.linkages import Linkages
    from asylia.counts.strata import Strata
    from asylia.counts.verdict import Verdict


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
    paths = {folder / f"{name}.svg": svg for name, svg in plots.items()}
    if any(path.exists() for path in paths):
        raise ConflictError(
            "the folder holds plots already", hint="Name another folder; nothing was overwritten."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, svg in paths.items():
        path.write_bytes(svg)
