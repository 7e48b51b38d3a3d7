"""An estimate into a folder that a dossier takes, or as a PDF by itself.

Upholds: what is missing or taken is said before a minute is spent on models; the folder holds just
what a bundle would; nothing is overwritten, and nothing is half there.  Refuses less than all
models, and what no bundle could carry.
"""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from asylia.errors import ConflictError, UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asylia.counts.histories import Histories
    from asylia.counts.linkages import Linkages
    from asylia.counts.strata import Strata
    from asylia.counts.verdict import Verdict
    from asylia.dossier.estimate import About, Kept

_LONGEST = 500
_MOST_SEED = 1 << 53  # what every reader of JSON keeps whole


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What is kept of an estimate.

    Parameters
    ----------
    keep
        A new folder for what `asylia dossier build --estimate` takes: the estimate, the table or
        tables it rests on, its plots in both languages.
    pdf
        A new PDF file with the pages that a dossier would have on it.
    title
        Of whom the lists are, as the pages are to say it, in both languages if need be.
    as_of
        The day until which the lists count, as 2026-11-29.
    counted
        Why those counted may be: all lists are `published`, or everybody `agreed` to be counted for
        whom it goes to.

    """

    keep: Path | None = None
    pdf: Path | None = None
    title: str = ""
    as_of: Annotated[str, Parameter(name="--as-of")] = ""
    counted: Literal["published", "agreed"] | None = None

    @property
    def asked(self) -> bool:
        """Whether anything is to be kept."""
        return self.keep is not None or self.pdf is not None

    def check(self, *, every_model: bool, seed: int) -> None:
        """``UsageError`` or ``ConflictError`` for what could be known before the models run."""
        if not self.asked:
            return
        if not every_model:
            raise UsageError(
                "what is kept stands on all models side by side", hint="Leave out --model."
            )
        if seed >= _MOST_SEED:
            raise UsageError(
                "the seed is too large to be kept", hint="Use a whole number below 2**53."
            )
        title = self.title.strip()
        if not title or len(title) > _LONGEST or not title.isprintable() or not self.counted:
            raise UsageError(
                "what is kept says of whom it is, and why they may be counted",
                hint="Give --title, on one line, and --counted published or --counted agreed.",
            )
        if not _is_day(self.as_of):
            raise UsageError(
                "what is kept says of which day it is", hint="Give --as-of 2026-11-29."
            )
        for path in (self.keep, self.pdf):
            if path is not None and (path.exists() or path.is_symlink()):
                raise ConflictError(
                    "there is something at that place already",
                    hint="Name another; nothing was overwritten.",
                )


def check_tables(tables: "Mapping[str, Histories]") -> None:
    """``RefusedError`` for tables that no bundle could carry, whatever the models say."""
    from asylia.counts.verdict import MODELS  # noqa: PLC0415 - arrays, when they are needed
    from asylia.dossier.estimate import check_to_keep  # noqa: PLC0415

    check_to_keep(tables, len(MODELS))


def write_kept(verdict: "Verdict", kept: list[Any], seed: int, asked: Keeping) -> None:
    """The folder, the PDF, or both, of one table."""
    from asylia.dossier.estimate_made import keep  # noqa: PLC0415 - arrays, when they are needed

    _write(keep(verdict, kept[-1].traces if kept else None, seed, _about(asked)), asked)


def write_several_kept(found: "Strata | Linkages", seed: int, asked: Keeping) -> None:
    """The same of strata or linkages."""
    from asylia.dossier.several_made import keep  # noqa: PLC0415 - arrays, when they are needed

    _write(keep(found, seed, _about(asked)), asked)


def _about(asked: Keeping) -> "About":
    from asylia.dossier.estimate import About  # noqa: PLC0415

    return About(asked.title.strip(), asked.as_of, asked.counted or "agreed")


def _write(made: "Kept", asked: Keeping) -> None:
    pages = _pages(made) if asked.pdf is not None else b""
    if asked.keep is not None:
        _write_folder(made.folder(), asked.keep)
    if asked.pdf is not None:
        _write_file(pages, asked.pdf)


def _pages(made: "Kept") -> bytes:
    from asylia.dossier.pdf import ESTIMATES_ALONE, render, words  # noqa: PLC0415
    from asylia.dossier.several_pages import shown_estimates  # noqa: PLC0415

    title = words()["headings"]["estimate_alone"]
    data = {
        "title": f"{title['en']} · {title['ru']}",
        "footer": made.said.as_of,
        "estimates": shown_estimates([made]),
    }
    return render(data, date.fromisoformat(made.said.as_of), ESTIMATES_ALONE)


def _write_folder(files: dict[str, bytes], out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".estimate-", dir=out.parent))
    except OSError:
        raise _unwritable() from None
    try:
        for name, content in files.items():
            (beside / name).write_bytes(content)
        beside.rename(out)
    except OSError:
        raise _unwritable() from None
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(beside)


def _write_file(content: bytes, out: Path) -> None:
    try:
        with out.open("xb") as file:
            file.write(content)
    except OSError:
        raise _unwritable() from None


def _unwritable() -> UnavailableError:
    return UnavailableError("the estimate could not be written", hint="Is there room, and a right?")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
