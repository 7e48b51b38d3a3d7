"""What an unlocked desk has in hand: the place of work, and how it stands with the relay.

Upholds: names in addresses are this session's own; nothing here outlives ``close``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from asylia.casework.arrival import Round, take_in
from asylia.casework.exhibits import read
from asylia.casework.files import Shown
from asylia.casework.place import Place
from asylia.casework.reading import Casework
from asylia.casework.review import Reviews
from asylia.casework.words import TrustList
from asylia.desk import comparing
from asylia.desk.drafts import Drafts
from asylia.desk.export import Export
from asylia.desk.figured import Kept
from asylia.desk.handles import Handles
from asylia.desk.in_hand import InHand
from asylia.errors import NotFoundError
from asylia.ledger.values import Finding, RereadReport
from asylia.record.contents import Exhibit
from asylia.record.reading import Record
from asylia.values import Day, DeviceId

if TYPE_CHECKING:
    from asylia.desk.estimating import Estimating
    from asylia.desk.reviewing import Reviewing
    from asylia.desk.weighing import Weighing
    from asylia.dossier.estimate import Kept as KeptEstimate


@dataclass(frozen=True)
class RelayState:
    """How it stands with the relay, for the foot of every page."""

    kind: Literal["never", "in_step", "waiting", "silent", "alarm"]
    waiting: int = 0

    @property
    def colour(self) -> str:
        """The dot's: good, warn, urgent, or none."""
        return {"in_step": "good", "waiting": "warn", "silent": "warn", "alarm": "urgent"}.get(
            self.kind, ""
        )


@dataclass
class Workspace:
    """Bundles the effects and this session's memory.

    ``is_shut_out``: whether this device may no longer stay open; asked at each round.
    """

    place: Place
    export: Export | None = None
    trust: TrustList | None = None
    is_shut_out: Callable[[], bool] = field(default=lambda: False, repr=False)
    handles: Handles = field(default_factory=Handles)
    in_hand: InHand | None = field(default=None, repr=False)
    estimating: "Estimating | None" = field(default=None, repr=False)
    kept: "dict[str, KeptEstimate]" = field(default_factory=dict, repr=False)
    reviewing: "Reviewing | None" = field(default=None, repr=False)
    weighing: "Weighing | None" = field(default=None, repr=False)
    _reviews: Reviews | None = field(default=None, repr=False)
    figured: Kept = field(default_factory=Kept, repr=False)
    _image: dict[str, Shown] = field(default_factory=dict, repr=False)
    _played: dict[str, bytes] = field(default_factory=dict, repr=False)
    _relay: RelayState = field(default_factory=lambda: RelayState("never"))
    _sent: set[str] = field(default_factory=set, repr=False)

    @property
    def casework(self) -> Casework:
        """The threads, as of now."""
        return self.place.casework()

    @property
    def record(self) -> Record:
        """The record, as of now."""
        return self.place.record()

    @property
    def reviews(self) -> Reviews:
        """Linkage reviews, read on from where they were."""
        self._reviews = self._reviews or Reviews(self.place)
        return self._reviews

    @property
    def drafts(self) -> Drafts:
        """What is still being typed, sealed in the vault."""
        return Drafts(self.place.vault)

    @property
    def today(self) -> Day:
        """The day by this device's clock."""
        return self.place.today

    @property
    def unread(self) -> int:
        """How many threads this device has not opened since something came."""
        return self.place.kept("unread", lambda: sum(row.unread for row in self.casework.inbox()))

    def own_name(self) -> str:
        """The pseudonym of whoever works here."""
        return self.place.kept(
            "own name", lambda: next((m.name for m in self.place.ledger.members() if m.own), "")
        )

    def names(self) -> dict[DeviceId, str]:
        """Devices and whose they are."""
        return {member.device: member.name for member in self.place.ledger.members()}

    def fetch(self) -> Round:
        """One round with the relay; what it did, or why not, is kept for the foot of the page."""
        try:
            done = take_in(self.place)
        except Exception:  # whatever it was, the foot of the page must not stay green
            self._relay = RelayState("silent")
            raise
        self._settled()
        return done

    def _settled(self) -> None:
        self._relay = RelayState("waiting" if self.place.ledger.waiting() else "in_step")
        gone = (record for one in self.place.ledger.forgotten() for record in one.records)
        self.drafts.sweep(gone, self.today)

    def synchronise(self) -> None:
        """Send what waits and take what is new of the line, without looking for reports."""
        try:
            self.place.synchronise()
        except Exception:
            self._relay = RelayState("silent")
            raise
        self._settled()

    def reread(self) -> RereadReport:
        """Give the relay back what it lacks, and go on with its line as it is now."""
        report = self.place.ledger.reread(self.place.courier)
        self.synchronise()
        return report

    def relay_state(self) -> RelayState:
        """How the last round went; an alarm that nobody settled comes before all else."""
        return RelayState("alarm") if self.standing() else self._relay

    def standing(self) -> tuple[Finding, ...]:
        """What was found wrong with the line and was not settled on this device."""
        return self.place.kept(
            "standing", lambda: comparing.standing(self.place.vault, self.place.findings())
        )

    def alarms(self) -> tuple[comparing.Alarm, ...]:
        """The same by kind, the gravest first."""
        return comparing.by_kind(self.standing())

    def draw_once(self) -> str:
        """A mark for one form as shown, so that a second press of its button does nothing."""
        return self.place.randomness(8).hex()

    def is_sent(self, untrusted_once: str) -> bool:
        """Whether the form with this mark was sent before; it counts as sent from now on."""
        before = untrusted_once in self._sent
        if untrusted_once:
            self._sent.add(untrusted_once)
        return before

    def was_sent(self, untrusted_once: str) -> bool:
        """Whether the form with this mark was sent; asking does not count as sending."""
        return untrusted_once in self._sent

    def keep_image(self, shown: Shown) -> str:
        """Keep one opened image in memory for the page that shows it; the one before is dropped."""
        handle = self.place.randomness(16).hex()
        self._image = {handle: shown}
        return handle

    def take_image(self, untrusted_handle: str) -> Shown:
        """The image kept under this handle, once."""
        if untrusted_handle not in self._image:
            raise NotFoundError("This image is closed.", hint="Open the file once more.")
        return self._image.pop(untrusted_handle)

    def played(self, exhibit: Exhibit) -> bytes:
        """The bytes of the exhibit that a page plays, checked once; the one before is dropped."""
        if exhibit.id not in self._played:
            self._played = {exhibit.id: read(self.place, exhibit)}
        return self._played[exhibit.id]

    def close(self) -> None:
        """Lock the vault; nothing can be read or written after."""
        self._played = {}
        self.in_hand = None
        if self.weighing is not None:
            self.weighing.close()
        self.weighing = None
        self.reviewing, self.estimating = None, None
        self.kept.clear()
        self.place.vault.close()
