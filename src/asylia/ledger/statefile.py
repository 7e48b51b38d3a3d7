"""How a ``State`` is written down, but for what can be read off the epochs.

Upholds: one encoding for one state, so that a sync that changes nothing writes the same.  Refuses:
deciding anything.
"""

from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple

import msgspec

from asylia.ledger.absence import Absence
from asylia.ledger.chain import Chain
from asylia.wire import Message, Part, decode, encode

if TYPE_CHECKING:
    from asylia.ledger.state import State


class Gone(NamedTuple):
    """A device that left the team, by its newest leave.

    ``number``: of the last team epoch that it can have read; ``acknowledged``: of the newest one
    that it had acknowledged by then.
    """

    number: int
    acknowledged: int


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


class _Absent(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    blob_hash: bytes
    by: bytes
    compartment: str
    device: bytes
    number: int
    place: int
    team: int


class _Gone(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    acknowledged: int
    device: bytes
    number: int


class _Said(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    acknowledged: dict[str, int]
    device: bytes
    offers: tuple[str, ...]


class _Stored(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    LABEL: ClassVar[str] = "asylia/ledger-state/1"
    absences: tuple[_Absent, ...]
    authors: tuple[_Author, ...]
    founded_on: int
    gone: tuple[_Gone, ...]
    named: tuple[_Named, ...]
    places: tuple[_Place, ...]
    said: tuple[_Said, ...]


def write(state: "State") -> bytes:
    """What can't be read off the epochs."""
    return encode(
        _Stored(
            absences=tuple(
                _Absent(compartment=name, **one._asdict())
                for name, one in sorted(state.absences.items())
            ),
            authors=_authors(state),
            founded_on=state.founded_on,
            gone=tuple(
                _Gone(device=device, number=one.number, acknowledged=one.acknowledged)
                for device, one in sorted(state.gone.items())
            ),
            named=tuple(
                _Named(device=device, prekey=prekey, since=since)
                for device, (prekey, since) in sorted(state.named.items())
            ),
            places=tuple(
                _Place(epoch=one.blob_hash, place=one.place)
                for one in sorted(state.keys.values(), key=lambda one: one.blob_hash)
            ),
            said=_said(state),
        )
    )


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


def read(state: "State", written: bytes) -> dict[bytes, int]:
    """Take it up; where epochs stand."""
    stored = decode(written, _Stored, limit=1 << 26)
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
    state.gone = {one.device: Gone(one.number, one.acknowledged) for one in stored.gone}
    state.absences = {
        one.compartment: Absence(one.device, one.number, one.by, one.place, one.blob_hash, one.team)
        for one in stored.absences
    }
    state.founded_on = stored.founded_on
    return {place.epoch: place.place for place in stored.places}
