"""What the parts of the seizure check share: a played report, and the secrets that it had.

Upholds: whatever was typed or drawn during the play is a canary from then on.
"""

from dataclasses import dataclass, field
from pathlib import Path

from asylia.rehearsal import invented
from asylia.rehearsal.canaries import Canary, phrase_canaries
from asylia.rehearsal.play import Rehearsal
from asylia.rehearsal.seizure import Looked, Searcher
from asylia.rehearsal.team import Team, at_work
from asylia.rehearsal.watch import Watch
from asylia.rehearsal.world import World

PLANTED = invented.CANARIES[0]


@dataclass
class Stage:
    """One rehearsal after it was played, its relay and page still up."""

    rehearsal: Rehearsal
    team: Team
    watch: Watch
    outside: Path  # for what may not lie in the world's folder, since another user must reach it
    canaries: list[Canary] = field(default_factory=lambda: [*invented.CANARIES])
    not_covered: tuple[str, ...] = ()
    seen: tuple[Looked, ...] = ()  # what was looked into while it was played
    _searcher: Searcher | None = None

    @property
    def world(self) -> World:
        """Where it was played."""
        return self.rehearsal.world

    def searcher(self) -> Searcher:
        """One that looks for all that is known by now."""
        if self._searcher is None or self._searcher.canaries != tuple(self.canaries):
            self._searcher = Searcher(tuple(self.canaries))
        return self._searcher

    def know_phrase(self, name: str, words: tuple[str, ...]) -> None:
        """A phrase or a passphrase was drawn."""
        if words:
            self.canaries += phrase_canaries(name, words)

    def know_team(self, team: Team, whose: str) -> None:
        """A team was founded: its passphrases, and what opens its relay."""
        for name, passphrase in team.passphrases.items():
            self.know_phrase(f"{whose} passphrase of {name}", tuple(passphrase.split()))
        with at_work(self.rehearsal.world, team, "first") as place:
            self.canaries.append(Canary(f"{whose} secret at the relay", place.ledger.relay.secret))
        self.canaries.append(Canary(f"{whose} first secret at the relay", team.access))
