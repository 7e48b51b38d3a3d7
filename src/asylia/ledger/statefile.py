"""What of a device's state can't be read off its epochs, as one message in the store.

Upholds: what ``save`` wrote, ``restore`` takes up, the same to the last number.  Refuses: anything
else than that message.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from asylia.ledger.chain import Chain
from asylia.wire import Message, Part, decode, encode

if TYPE_CHECKING:
    from asylia.ledger.state import State

_MOST = 1 << 26  # bytes


class _Author(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    author: bytes
    blob: bytes
    compartment: str
    day: Annotated[int, msgspec.Meta(ge=0)]
    epoch: int
    sequence: int
    tip: bool


class _Place(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    epoch: bytes
    place: int


class _Named(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    device: bytes
    prekey: str
    since: int


class _Said(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    acknowledged: dict[str, int]
    device: bytes
    offers: tuple[str, ...]


class _Stored(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/ledger-state/1"
    authors: tuple[_Author, ...]
    founded_on: int
    named: tuple[_Named, ...]
    places: tuple[_Place, ...]
    said: tuple[_Said, ...]


def written(state: "State") -> bytes:
    """The message."""
    places = tuple(
        _Place(epoch=one.blob_hash, place=one.place)
        for one in sorted(state.keys.values(), key=lambda one: one.blob_hash)
    )
    named = tuple(
        _Named(device=device, prekey=prekey, since=since)
        for device, (prekey, since) in sorted(state.named.items())
    )
    stored = _Stored(
        authors=_authors(state),
        founded_on=state.founded_on,
        named=named,
        places=places,
        said=_said(state),
    )
    return encode(stored)


def _authors(state: "State") -> tuple[_Author, ...]:
    return tuple(
        _Author(
            author=author,
            blob=chain.blob,
            compartment=compartment,
            day=chain.day,
            epoch=chain.epoch,
            sequence=chain.sequence,
            tip=author in state.chains.tips.get(compartment, ()),
        )
        for (compartment, author), chain in sorted(state.chains.items())
    )


def _said(state: "State") -> tuple[_Said, ...]:
    numbers: dict[bytes, dict[str, int]] = {}
    for (chain, device), number in state.acknowledged.items():
        numbers.setdefault(device, {})[chain] = number
    return tuple(
        _Said(
            acknowledged=numbers.get(device, {}),
            device=device,
            offers=state.offers.get(device, ()),
        )
        for device in sorted(numbers.keys() | state.offers.keys())
    )


def restore(state: "State", written_down: bytes) -> dict[bytes, int]:
    """Take it up; where epochs stand."""
    stored = decode(written_down, _Stored, limit=_MOST)
    for one in stored.authors:
        chain = Chain(one.sequence, one.blob, one.epoch, one.day)
        state.chains[one.compartment, one.author] = chain
        if one.tip:
            state.chains.tips.setdefault(one.compartment, set()).add(one.author)
    for said in stored.said:
        if said.offers:
            state.offers[said.device] = said.offers
        for name, number in said.acknowledged.items():
            state.acknowledged[name, said.device] = number
    state.named = {one.device: (one.prekey, one.since) for one in stored.named}
    state.founded_on = stored.founded_on
    return {place.epoch: place.place for place in stored.places}
