"""People with cards and shares: epochs made by hand, and devices that come to a world."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.ledger.world import Device, World, memory_store

from asylia.ledger import composing, entering, inviting, joining, sealing
from asylia.ledger.change import Addition, Change
from asylia.ledger.composing import View
from asylia.ledger.epoch import Seen
from asylia.ledger.keys import DeviceKeys
from asylia.ledger.prekeys import keep_prekeys
from asylia.values import RecordId


@dataclass
class Newcomer:
    """A device with a card and nothing else."""

    device: Device

    @classmethod
    def make(cls, world: World, name: str = "Willow") -> "Newcomer":
        keys, store = DeviceKeys.generate(), memory_store()
        with store.transaction():
            keep_prekeys(store, keys)
        return cls(Device(name, keys, store, world.clock))

    @property
    def card(self) -> bytes:
        return entering.show_card(self.device.store, self.device.keys)

    def open(self, sealed: bytes, world: World) -> joining.Opened:
        return entering.open_invitation(self.device.store, sealed, world.devices[0].ledger.today())

    def words(self, opened: joining.Opened) -> str:
        return " ".join(entering.words(self.device.store, opened))


def invited(world: World, newcomer: Newcomer, by: int = 0) -> bytes:
    admin = world.devices[by]
    return inviting.invite(admin.ledger, admin.store, world.line, newcomer.card)


def post(world: World, changes: Sequence[Change], *, by: int = 0, meet: bool = True) -> None:
    """One device composes, all the world's devices sign, the blobs go into the line.

    Without ``meet``, nobody reads them yet, so that the next one makes a sibling.
    """
    maker = world.devices[by]
    state = maker.state
    count, line = maker.store.line_end()
    view = View(
        state=state,
        device=maker.keys.device,
        day=maker.ledger.today(),
        seen=Seen(count=count, line=line),
        offers={},
        record_keys=lambda name: {
            RecordId(row.record): row.key for row in maker.store.records(name) if row.key
        },
        signing=maker.keys.signing,
    )
    composed = composing.compose(view, changes)
    assert composed.team is not None
    signers = [device.keys.signing for device in world.devices]
    for page in (*composed.pages, *composed.told):
        world.line.put_ledger(page)
    team = composed.team
    world.line.put_ledger(sealing.seal_epoch(sealing.sign_epoch(team, signers), team.recipients))
    for epoch in composed.compartments:
        signed = sealing.sign_epoch(epoch, signers)
        world.line.put_ledger(sealing.seal_epoch(signed, epoch.recipients(team)))
    if meet:
        world.sync(2)


def addition(card: joining.Card, name: str, *compartments: str) -> Addition:
    return Addition(card.signing, card.prekey, name, None, compartments)


def admitted(world: World, newcomer: Newcomer, *compartments: str, name: str = "Willow") -> Device:
    """The whole way in, by file, words and two signatures."""
    opened = newcomer.open(invited(world, newcomer), world)
    admin = world.devices[0]
    card = inviting.recognise(admin.ledger, admin.store, newcomer.words(opened))
    entering.enter(newcomer.device.store, opened, world.line)
    post(world, [addition(card, name, *compartments)])
    newcomer.device.restart()
    newcomer.device.sync(world.line)
    return newcomer.device
