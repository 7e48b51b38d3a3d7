"""Weeks of a team's life in random order: all converge, nothing is lost, what is gone is gone."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from tests.ledger.campaign import ATTACKS, NAME, Campaign
from tests.ledger.world import Device

from asylia.ledger import joining

MOST = 6  # devices
EXAMPLES = int(os.environ.get("CAMPAIGNS", "4"))
STEPS = 60
_some = st.integers(min_value=0, max_value=10**6)


class TeamsLife(RuleBasedStateMachine):
    """Each rule is what people, machines or a hostile relay do; the end checks everything.

    What can't be done is passed over, never left undrawn: keys are drawn anew each time, and with
    them who makes what, but the story must be told the same way twice.
    """

    campaign: Campaign

    @initialize(third=st.booleans())
    def begin(self, third: bool) -> None:
        self.memory, joining._MEMORY_KIB = joining._MEMORY_KIB, 64  # the vectors hold true costs
        self.campaign = Campaign.begin(third)
        self.offline: set[str] = set()
        self.suspended: list[Device] = []

    def pick(self, number: int) -> "object":
        devices = [d for d in self.campaign.devices if d.name not in self.offline]
        devices = devices or self.campaign.devices
        return devices[number % len(devices)]

    @rule(who=_some, which=_some, anew=st.booleans())
    def write(self, who: int, which: int, anew: bool) -> None:
        inside = [d for d in self.campaign.inside if d.name not in self.offline]
        device = (inside or self.campaign.inside)[who % len(inside or self.campaign.inside)]
        if not device.ledger.compartments():
            return  # it has not read yet that it was let in, or reads that it was not
        known = [
            record
            for record, _ in self.campaign.written.values()
            if record not in self.campaign.asked_to_forget and device.store.record(record)
        ]
        record = None if anew or not known else known[which % len(known)]
        self.campaign.write(device, record)

    @rule(who=_some)
    def sync(self, who: int) -> None:
        self.campaign.sync(self.pick(who))

    @rule(who=_some)
    def go_offline(self, who: int) -> None:
        self.offline.add(self.pick(who).name)

    @rule()
    def all_come_online(self) -> None:
        self.offline.clear()
        self.campaign.sync_all()

    @rule(hours=st.integers(min_value=1, max_value=72))
    def time_passes(self, hours: int) -> None:
        self.campaign.world.clock.move(hours=hours)

    @rule()
    def a_week_passes(self) -> None:
        self.campaign.world.clock.move(days=8)
        self.campaign.sync_all()

    @rule(who=_some, hours=st.integers(min_value=-30, max_value=30))
    def a_clock_drifts(self, who: int, hours: int) -> None:
        self.pick(who).clock.hours = hours

    @rule(who=_some, at=st.integers(min_value=0, max_value=40))
    def power_cut(self, who: int, at: int) -> None:
        self.campaign.crash(self.pick(who), at)

    @rule(admin=st.booleans())
    def add(self, admin: bool) -> None:
        if len(self.campaign.devices) < MOST:
            self.campaign.add(admin=admin)

    @rule(who=_some, comes_back=st.sampled_from(["no", "inside", "to the team alone", "later"]))
    def suspend(self, who: int, comes_back: str) -> None:
        device = self._one_to_lose(who)
        if device is not None:
            self.campaign.suspend(device)
            if comes_back == "later":
                self.suspended.append(device)
            elif comes_back != "no":
                self.campaign.come_back(device, (NAME,) if comes_back == "inside" else ())

    @rule(inside=st.booleans())
    def one_comes_back(self, inside: bool) -> None:
        if self.suspended and len(self.campaign.devices) < MOST:
            self.campaign.come_back(self.suspended.pop(), (NAME,) if inside else ())

    @rule(who=_some)
    def dismiss(self, who: int) -> None:
        device = self._one_to_lose(who)
        if device is not None and device in self.campaign.inside:
            self.campaign.dismiss(device)

    @rule(who=_some)
    def admit(self, who: int) -> None:
        outside = [d for d in self.campaign.devices if d not in self.campaign.inside]
        if outside:
            self.campaign.admit(outside[who % len(outside)])

    @rule(who=_some)
    def remove(self, who: int) -> None:
        device = self._one_to_lose(who)
        if device is not None:
            self.campaign.remove(device)

    @rule(sure=st.integers(min_value=0, max_value=3))
    def lose_every_device(self, sure: int) -> None:
        if sure == 0 and len(self.campaign.written) > 4:
            self.campaign.recover()
            self.suspended.clear()
            self.offline.clear()

    def _one_to_lose(self, who: int) -> "object":
        admins = self.campaign.admins
        may = [d for d in self.campaign.devices if d not in admins[:2]]
        return may[who % len(may)] if may else None

    @rule(which=_some)
    def forget(self, which: int) -> None:
        records = sorted({record for record, _ in self.campaign.written.values()})
        records = [one for one in records if one not in self.campaign.asked_to_forget]
        if records:
            self.campaign.forget(records[which % len(records)])

    @rule(kind=st.sampled_from(sorted(ATTACKS)), who=_some)
    def attack(self, kind: str, who: int) -> None:
        self.campaign.sync_all(2)
        inside = self.campaign.inside
        victim = inside[who % len(inside)]
        others = [d for d in inside if d is not victim]
        if others:
            self.offline.clear()
            self.campaign.attack(kind, victim, others[who % len(others)])

    def teardown(self) -> None:
        if hasattr(self, "campaign"):
            joining._MEMORY_KIB = self.memory
            self.campaign.check()


TestTeamsLife = TeamsLife.TestCase
TestTeamsLife.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    # Keys differ from run to run, and with them who makes what: a shorter story is another one.
    phases=(Phase.generate,),
    database=None,
    suppress_health_check=list(HealthCheck),
)
