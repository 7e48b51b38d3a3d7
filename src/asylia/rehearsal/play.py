"""The rehearsal, step by step: one report goes from the public page to a checked dossier.

Upholds: every step runs the real part (page over HTTP, relay, two devices' vaults, log, stamp,
checker) and fails the rehearsal if what came out is not what went in.  Refuses: to be run on a
team's own folders; it makes its own.
"""

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event as Signal
from typing import Any

from asylia.casework.arrival import take_in
from asylia.casework.documenting import (
    Said,
    Terms,
    Words,
    draw_pseudonym,
    open_case,
    record_claim,
    record_consent,
    record_recipient,
)
from asylia.casework.place import Place
from asylia.casework.reply import send_waiting, write_reply
from asylia.dossier.export import Request
from asylia.errors import AsyliaError
from asylia.record.contents import Count, Event
from asylia.record.figures import figures
from asylia.record.folder import contents_of
from asylia.rehearsal import invented
from asylia.rehearsal.browser import PlainBrowser
from asylia.rehearsal.desk import running_desk
from asylia.rehearsal.handover import Outsiders, hand_over, outsiders
from asylia.rehearsal.team import Team, at_work, found_team
from asylia.rehearsal.world import ASYLIA, World, free_port
from asylia.values import ThreadId, day_of

AS_OF = (date(2017, 4, 5), date(2017, 12, 31), date(2018, 12, 31))
PURPOSE = "inquiry"
EVENT = Event(id="rehearsal", name="Rehearsal (invented)", kind="incident", apart=True)
_SHOWN = ("words", "min", "max", "perpetrator", "event", "lineage", "overlap", "claims")
Tell = Callable[[str], None]


class RehearsalError(AsyliaError):
    """A step did not give what it must."""

    exit_code = 1


@dataclass
class Result:
    """What the rehearsal showed; ``plain`` is the demo's last line."""

    report_opened: bool = False
    reply_read: bool = False
    figures: dict[str, Any] = field(default_factory=dict)
    bundle: str = ""
    verdict: str = ""
    seconds: float = 0.0

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return dict(vars(self))


@dataclass
class Rehearsal:
    """A world, its team, and the reporter's phrase: what the steps pass on."""

    world: World
    public_record: Path | None
    tell: Tell
    relay_port: int = field(default_factory=free_port)
    page_port: int = field(default_factory=free_port)
    postgres_file: Path | None = None
    phrase: tuple[str, ...] = field(default=(), repr=False)
    outside: Outsiders | None = None
    result: Result = field(default_factory=Result)

    def run(self) -> Team:
        """Every step; relay, page, witness and stamp authority are still up afterwards."""
        began = time.monotonic()
        team, thread = self.correspond()
        self.outside = self.world.hold(outsiders(team, self.world.folder / "outside"))
        with at_work(self.world, team, "second") as place:
            claim, recipient = self._document(place, thread)
            self._hand_over(place, Request(PURPOSE, recipient, (claim,)), self.outside)
        self.result.seconds = round(time.monotonic() - began, 1)
        return team

    def correspond(self) -> tuple[Team, ThreadId]:
        """The first half: a team, its relay and page, a report, an answer, and its reader."""
        team = found_team(self.world, self.relay_port, self.postgres_file)
        self.tell("A team of two devices is founded; its relay is up.")
        self.open_page(team)
        self.tell("The public page is up.")
        self.write()
        with at_work(self.world, team, "first") as place:
            thread = self._answer(place)
        self.read()
        return team, thread

    def open_page(
        self, team: Team, *, program: Sequence[str] = ASYLIA, within: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the public page."""
        serve = ("intake", "serve", "--relay", team.relay_url, "--root", str(team.root))
        listen = ("--port", str(self.page_port))
        return self.world.start(
            *serve, *listen, port=self.page_port, program=program, within=within
        )

    @property
    def page_url(self) -> str:
        """Where the public page answers."""
        return f"http://127.0.0.1:{self.page_port}"

    def write(self) -> None:
        """The reporter writes, as a browser without scripts would."""
        browser = PlainBrowser(self.page_url)
        typed = {
            "text": invented.REPORT,
            "urgency": "now",
            "on_behalf": "myself",
            "contact": "yes",
            "how": invented.SAFE_HOW,
            "when": invented.SAFE_WHEN,
        }
        file = (invented.FILE_NAME, invented.FILE, "text/plain")
        page = browser.send(browser.get("/ru/write").form("/ru/write"), typed, file=file)
        self.phrase = page.texts("li")
        browser.close()
        self._require(len(self.phrase) == 9, "the page did not show nine words")
        self.tell("A report is sealed and sent; the reporter holds nine words.")

    def _answer(self, place: Place) -> ThreadId:
        """A worker takes the report in, reads it and replies."""
        done = take_in(place)
        self._require(len(done.taken) == 1, "the report did not arrive")
        thread = done.taken[0]
        read = place.casework().thread(thread)
        self._require(read.first.statement.text == invented.REPORT, "the report came out changed")
        self.result.report_opened = True
        write_reply(place, thread, invented.REPLY)
        self._require(send_waiting(place) == 1, "the reply was not left at the relay")
        self.tell("A worker has read the report and answered.")
        return thread

    def read(self) -> None:
        """The reporter comes back with the phrase."""
        browser = PlainBrowser(self.page_url)
        form = browser.get("/ru/return").form("/ru/return")
        replies = browser.send(form, {"words": " ".join(self.phrase)}).texts("article")
        browser.close()
        self._require(invented.REPLY in replies, "the reply was not there for the reporter")
        self.result.reply_read = True
        self.tell("The reporter came back and has read the answer.")

    def _document(self, place: Place, thread: ThreadId) -> tuple[str, str]:
        """On the other device: a claim with consent, the public record, figures.

        Gives the ids of the claim and of the recipient.
        """
        take_in(place)
        known = place.casework().thread(thread)
        self._load_public_record(place)
        open_case(place, thread, draw_pseudonym(place))
        words = Words(known.first.arrival.envelope_sha256, invented.QUOTED)
        said = Said(
            event=EVENT.id,
            property="detained",
            count=Count(min=1, max=1),
            perpetrator="state_authorities",
            could_identify="none",
        )
        claim = record_claim(place, thread, words, said)
        recipient = record_recipient(place, "Invented Commission of Inquiry")
        terms = Terms(
            purpose=PURPOSE,
            recipient=recipient,
            onward=(),
            items=(claim,),
            risks_explained="Kept by a body outside; its staff will read these words.",
            explained_by="worker-second",
            explained_in="en",
            expires_on=type(place.today)(place.today + 180),
            forget_after_days=30,
        )
        record_consent(place, thread, terms)
        place.synchronise()
        self.tell("A claim stands in the record, with consent for one purpose and one recipient.")
        if self.public_record is not None:
            self.result.figures = {day.isoformat(): self._figures(place, day) for day in AS_OF}
            days = ", ".join(self.result.figures)
            self.tell(f"Figures of the reference case are drawn as of {days}.")
        return claim, recipient

    def _hand_over(self, place: Place, request: Request, asked: Outsiders) -> None:
        folder = self.world.folder / "handed-over"
        folder.mkdir()
        bundle, verdict = hand_over(place, request, folder, asked)
        self.result.bundle, self.result.verdict = str(bundle), verdict
        self._require(verdict == "valid", f"the dossier was judged “{verdict}”")
        self.tell("A dossier is built, stamped, and judged valid by asylia-verify.")

    def _load_public_record(self, place: Place) -> None:
        record = place.ledger.new_record("casework")
        place.append(record, EVENT)
        if self.public_record is not None:
            for content in contents_of(self.public_record):
                place.append(record, content)
            self.tell("The public record of the reference case is loaded.")

    def _figures(self, place: Place, day: date) -> dict[str, Any]:
        drawn = figures(place.record(), as_of=day_of(day)).plain()
        counted = {
            name: [{key: row[key] for key in _SHOWN} for row in rows]
            for name, rows in drawn.items()
            if isinstance(rows, list | tuple)
            and rows
            and isinstance(rows[0], dict)
            and "min" in rows[0]
        }
        others = {name: drawn[name] for name in ("sites", "statements", "demands", "responses")}
        return {**counted, **others}

    def stay_open(self, team: Team) -> None:
        """Keep page and desk open, with their addresses, until Ctrl-C."""
        handed = self.world.folder / "handed-over"
        options = ["--policy", str(handed / "policy.json"), "--dossiers", str(handed / "desk")]
        options += self.outside.options if self.outside else ()
        with running_desk(self.world, team, *options) as link:
            self.tell(f"The public page, without scripts too: {self.page_url}/")
            self.tell(f"The desk, a link that works once:      {link}")
            self.tell(f"Its passphrase:                        {team.passphrases['first']}")
            self.tell("Both stay open until Ctrl-C.")
            with suppress(KeyboardInterrupt):
                Signal().wait()

    def _require(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise RehearsalError(otherwise, hint="This is a fault in Asylia: report it.")
