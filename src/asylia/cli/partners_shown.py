"""What ``asylia partners`` says, in the language asked for: what was done, what comes next, a look.

Upholds: each sentence is one marked sentence of ``counts``; why a record stays is told as the
record tells it; an id or a name from a table or a partner does not steer the terminal.  Refuses:
nothing; no cell of a record is shown, only ids and kinds of columns.
"""

import json as json_text
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from asylia.cli._language import within
from asylia.cli.figures_shown import safe_text
from asylia.counts.words import N_, Said, said, whole

_SHOWN = 20


@dataclass(frozen=True)
class Look:
    """What would leave, of how many records; who stays, why; whom the linker tells."""

    records: int
    fields: Sequence[str]
    staying: Mapping[str, Sequence[str]]
    tells: Sequence[str]
    read: bytes


def say(
    told: Mapping[str, Any], lines: Sequence[Said], following: Said, language: str, *, json: bool
) -> None:
    """One JSON object, or these lines and what comes next."""
    if json:
        _print_whole(told, language)
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(safe_text(line.within(language)))
    after = said(N_("Next: %(what)s"), what=following)
    console.print(safe_text(after.within(language), "dim"))


def tell_look(look: Look, language: str, *, json: bool) -> None:
    """Who would leave, whom the linker tells, who stays and why; last what ``--read`` takes."""
    stays = {
        one: [within(why, language) for why in reasons] for one, reasons in look.staying.items()
    }
    if json:
        told = {
            "records": look.records, "fields": list(look.fields), "stays": stays,
            "tells": list(look.tells), "read": look.read.hex(),
        }  # fmt: skip
        _print_whole(told, language)
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in _seen(look):
        console.print(safe_text(line.within(language)))
    for one, reasons in list(stays.items())[:_SHOWN]:
        console.print(safe_text(f"  {one}: {'; '.join(reasons)}"))
    if len(stays) > _SHOWN:
        more = said(N_("… all of them with --json")).within(language)
        console.print(f"  {more}", style="dim", markup=False)
    print(look.read.hex())


def _seen(look: Look) -> tuple[Said, ...]:
    return (
        said(
            N_("Records that would leave: %(many)s. Of each: %(fields)s"),
            many=whole(look.records), fields=", ".join(look.fields),
        ),
        said(N_("The linker tells: %(whom)s"), whom=", ".join(look.tells)),
        said(N_("Records that stay: %(many)s"), many=whole(len(look.staying))),
    )  # fmt: skip


def _print_whole(told: Mapping[str, Any], language: str) -> None:
    print(json_text.dumps({**told, "language": language}, ensure_ascii=False))
