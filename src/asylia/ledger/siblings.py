"""Two newest epochs of one chain, as a device knows them: what their merge has to say, and by whom.

Upholds: the same answer for the device that makes the merge and those that check it.  Refuses:
siblings whose common ancestor is not known.
"""

from collections.abc import Iterable

from asylia.errors import NotFoundError
from asylia.ledger.epoch import TeamEpoch
from asylia.ledger.merging import (
    CompartmentSide,
    MergedCompartment,
    MergedTeam,
    TeamSide,
    merge_compartment,
    merge_team,
)
from asylia.ledger.signers import admins, by_fingerprint
from asylia.ledger.state import State


def team_merge(
    state: State, one: bytes, other: bytes
) -> tuple[MergedTeam, dict[bytes, tuple[str, ...]]]:
    """The merge of two team epochs; and the prekeys that each device may have in it."""
    tree = state.team_tree
    ancestor = _known(tree.ancestor(one, other))
    sides = [_side(state, head, ancestor) for head in (one, other)]
    merged = merge_team(sides[0], sides[1], tree.epochs[ancestor])
    prekeys: dict[bytes, tuple[str, ...]] = {}
    for side in sides:
        for name, device in by_fingerprint(side.epoch).items():
            if device.prekey is not None:
                prekeys[name] = (*prekeys.get(name, ()), device.prekey)
    for name, known in prekeys.items():
        prekeys[name] = (*known, *(key for key in state.offers.get(name, ()) if key not in known))
    return merged, prekeys


def _side(state: State, head: bytes, ancestor: bytes) -> TeamSide:
    tree = state.team_tree
    signers: set[bytes] = set()
    for one in tree.branch(head, ancestor):
        parents = [tree.epochs[name] for name in tree.epochs[one].previous if name in tree.epochs]
        may = {name for parent in parents for name in admins(parent)}
        signers |= may.intersection(state.signers[one])
    return TeamSide(head, tree.epochs[head], frozenset(signers))


def compartment_merge(
    state: State, name: str, one: bytes, other: bytes, team: TeamEpoch, day: int
) -> MergedCompartment:
    """The merge of two epochs of a compartment, on a day, under a team epoch."""
    tree = state.trees[name]
    ancestor = _known(tree.ancestor(one, other))
    first, second = (
        CompartmentSide(head, tree.epochs[head], _forgotten(state, name, head, ancestor))
        for head in (one, other)
    )
    return merge_compartment(first, second, tree.epochs[ancestor], team, day)


def _forgotten(state: State, name: str, head: bytes, ancestor: bytes) -> frozenset[bytes]:
    tree = state.trees[name]
    led: Iterable[bytes] = tree.branch(head, ancestor)
    return frozenset(record for one in led for record in tree.epochs[one].forgotten)


def _known(ancestor: bytes | None) -> bytes:
    if ancestor is None:
        raise NotFoundError("two epochs clash that have nothing in common here")
    return ancestor
