"""What stands around every page: menu, foot and banner, drawn once for as long as it is the same.

Upholds: a frame is drawn from ``Frame`` alone, so that two that are equal look alike, and nothing
older is ever shown; what differs from page to page goes into its gaps, escaped.  Refuses: anything
that a reporter or teller wrote.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from asylia.crypto import random
from asylia.desk.door import Door
from asylia.desk.panic import PanicForm
from asylia.desk.workspace import RelayState, Workspace

_KEPT = 64  # frames: sections, with what is unread and how it stands


@dataclass(frozen=True)
class Frame:
    """Everything that is shown around a page."""

    door: Door
    panic: PanicForm | None
    section: str
    unread: int
    state: RelayState
    own_name: str
    alarm: str = ""  # the gravest kind
    alarms: int = 0  # kinds

    @classmethod
    def of(
        cls, work: Workspace, door: Door, panic: PanicForm | None, section: str, *, banner: bool
    ) -> "Frame":
        """The frame as of now; ``banner``: whether the page tells of alarms on its top."""
        raised = work.alarms() if banner else ()
        return cls(
            door=door,
            panic=panic,
            section=section,
            unread=work.unread,
            state=work.relay_state(),
            own_name=work.own_name(),
            alarm=raised[0].kind if raised else "",
            alarms=len(raised),
        )


class Around(NamedTuple):
    """A frame cut where the page goes in: title, note and screen stand between two of these."""

    top: Markup
    side: Markup
    banner: Markup
    end: Markup


@dataclass(frozen=True)
class Gaps:
    """What a template writes where something goes in: words that nobody can guess."""

    title: str = field(default_factory=lambda: random.system(16).hex())
    here: str = field(default_factory=lambda: random.system(16).hex())
    note: str = field(default_factory=lambda: random.system(16).hex())
    screen: str = field(default_factory=lambda: random.system(16).hex())


class Frames:
    """Draws and keeps; ``draw`` makes a frame's whole text, with these gaps in it."""

    def __init__(self, draw: Callable[[Frame, Gaps], str]) -> None:
        gaps = Gaps()
        cut = re.compile(f"{gaps.title}|{gaps.note}|{gaps.screen}")

        def pieces(frame: Frame) -> tuple[Markup, tuple[Markup, ...], Markup, Markup]:
            top, side, banner, end = (Markup(one) for one in cut.split(draw(frame, gaps)))  # noqa: S704 - drawn by us
            return top, tuple(side.split(gaps.here)), banner, end

        self._pieces = lru_cache(maxsize=_KEPT)(pieces)

    def around(self, frame: Frame, here: str) -> Around:
        """The pieces of a frame for the page at this address."""
        top, side, banner, end = self._pieces(frame)
        return Around(top, escape(here).join(side), banner, end)
