"""What ``asylia partners`` says, in the language asked for: what was done, what comes next, a look.

Upholds: each sentence is one marked sentence of ``counts``; why a record stays is told as the
record tells it.  Refuses: nothing; no cell of a record is shown, only ids and kinds of columns.
"""

import json as json_text
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from asylia.cli._language import within
from asylia.counts.words import N_, Said, said, whole

if TYPE_CHECKING:
    from asylia.exchange.partners.sending import Chosen

_SHOWN = 20


def say(
    told: Mapping[str, Any], lines: Sequence[Said], following: Said, language: str, *, json: bool
) -> None:
    """One JSON object, or these lines and what comes next."""
    if json:
        _print_whole(told, language)
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line.within(language), markup=False)
    after = said(N_("Next: %(what)s"), what=following)
    console.print(after.within(language), style="dim", markup=False)


def tell_look(chosen: "Chosen", language: str, *, json: bool) -> None:
    """Who would leave, whom the linker tells, who stays and why; last what ``--read`` takes."""
    stays = {
        one: [within(why, language) for why in reasons] for one, reasons in chosen.staying.items()
    }
    if json:
        told = {
            "records": len(chosen.cells), "fields": list(chosen.fields), "stays": stays,
            "tells": list(chosen.granted.onward), "read": chosen.read.hex(),
        }  # fmt: skip
        _print_whole(told, language)
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in _seen(chosen):
        console.print(line.within(language), markup=False)
    for one, reasons in list(stays.items())[:_SHOWN]:
        console.print(f"  {one}: {'; '.join(reasons)}", markup=False)
    if len(stays) > _SHOWN:
        more = said(N_("… all of them with --json")).within(language)
        console.print(f"  {more}", style="dim", markup=False)
    print(chosen.read.hex())


def _seen(chosen: "Chosen") -> tuple[Said, ...]:
    return (
        said(
            N_("Records that would leave: %(many)s. Of each: %(fields)s"),
            many=whole(len(chosen.cells)), fields=", ".join(chosen.fields),
        ),
        said(N_("The linker tells: %(whom)s"), whom=", ".join(chosen.granted.onward)),
        said(N_("Records that stay: %(many)s"), many=whole(len(chosen.staying))),
    )  # fmt: skip


def _print_whole(told: Mapping[str, Any], language: str) -> None:
    print(json_text.dumps({**told, "language": language}, ensure_ascii=False))
