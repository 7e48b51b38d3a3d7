"""What two admins sign: ``asylia/proposal/1``, ``spec/ledger.md``.

Upholds: the second admin's device checks each epoch as if it stood in the line, its own signature
the only thing missing, and shows in words what it changes; an opened proposal goes when nothing
can come of it, for it holds keys.  Refuses: to sign what is stale or would be refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from asylia.envelope.shapes import Bytes16, Bytes32, CompartmentId, DayNumber
from asylia.envelope.signed import SignedBytes
from asylia.errors import MalformedError, Sentence
from asylia.ledger.control import Reason
from asylia.ledger.differences import compartment_changes, in_words, team_changes
from asylia.ledger.epoch import CompartmentEpoch, TeamEpoch, body_hash, decode_epoch
from asylia.ledger.state import State
from asylia.wire import Message, Part, decode

VALID = 14  # days
MOST_TOLD = 16  # dismissals; with more, a proposal would be longer than a blob may be
_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Blob = Annotated[bytes, Meta(min_length=1, max_length=1 << 16)]


class Forgets(Part, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why records of a compartment are forgotten, and whom notice is owed."""

    compartment: CompartmentId
    owed: Annotated[tuple[_Name, ...], Meta(max_length=256)]
    reason: Reason
    records: Annotated[tuple[Bytes16, ...], Meta(min_length=1, max_length=4096)]


class ProposalNotice(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Epochs as signed bytes, the team's first, and what is written once they are posted."""

    LABEL: ClassVar[str] = "asylia/proposal/1"
    bundle: Annotated[bytes, Meta(max_length=1 << 18)] | None
    day: DayNumber
    epochs: Annotated[tuple[bytes, ...], Meta(min_length=1, max_length=64)]
    forgetting: Annotated[tuple[Forgets, ...], Meta(max_length=64)]
    forgotten_by: Bytes32 | None
    told: Annotated[tuple[_Blob, ...], Meta(max_length=MOST_TOLD)]  # dismissals


Epoch = tuple[SignedBytes, TeamEpoch | CompartmentEpoch]


def epochs_of(notice: ProposalNotice) -> tuple[Epoch, ...]:
    """Its epochs; ``MalformedError`` where they are none, or the team's does not come first."""
    found: list[Epoch] = []
    for signed in map(SignedBytes.parse, notice.epochs):
        epoch = decode_epoch(signed.body)
        if isinstance(epoch, TeamEpoch) and found:
            raise MalformedError("a proposal holds two team epochs, or one behind others")
        found.append((signed, epoch))
    return tuple(found)


def parse_notice(untrusted: bytes) -> ProposalNotice | None:
    """A proposal; None where it is another kind of notice.  ``MalformedError``."""
    if not untrusted.startswith(ProposalNotice.LABEL.encode() + b"\n"):
        return None
    notice = decode(untrusted, ProposalNotice)
    epochs_of(notice)
    return notice


def signers(notice: ProposalNotice) -> set[bytes]:
    """Whose signatures are on every epoch; nothing is checked here."""
    named = [{one.key for one in signed.signatures} for signed, _ in epochs_of(notice)]
    return set.intersection(*named)


def is_stale(notice: ProposalNotice, state: State, today: int) -> bool:
    """Whether an epoch follows one of its parents by now, or it is older than 14 days."""
    if today > notice.day + VALID or state.clashes:
        return True
    epochs = epochs_of(notice)
    named = {one.compartment for _, one in epochs if isinstance(one, CompartmentEpoch)}
    if named & state.absences.keys():
        return True
    new = {body_hash(signed.body) for signed, one in epochs if isinstance(one, TeamEpoch)}
    return not all(follows(one, state, new) for _, one in epochs)


def follows(epoch: TeamEpoch | CompartmentEpoch, state: State, new: set[bytes]) -> bool:
    """Whether it comes right after the newest epochs; ``new``: team epochs that come with it."""
    if isinstance(epoch, TeamEpoch):
        return set(epoch.previous) == set(state.newest(""))
    known = set(state.newest(epoch.compartment))
    stands = epoch.team in (new or {newest_team(state)})
    return stands and set(epoch.previous) == known


def newest_team(state: State) -> bytes:
    """The body hash of the newest team epoch."""
    return next((name for name, blob in state.bodies.items() if blob == state.team_hash), b"")


def words(
    epochs: Sequence[TeamEpoch | CompartmentEpoch], state: State, reasons: Mapping[str, str]
) -> tuple[Sentence, ...]:
    """What these epochs change against the newest ones, one sentence each."""
    return tuple(_sentences(epochs, state, reasons))


def _sentences(
    epochs: Sequence[TeamEpoch | CompartmentEpoch], state: State, reasons: Mapping[str, str]
) -> Iterator[Sentence]:
    team = state.team
    if team is None:
        return
    opened = {one.compartment: one for one in epochs if isinstance(one, CompartmentEpoch)}
    labels = {name: one.labels["en"] for name, one in {**state.compartments, **opened}.items()}
    for epoch in epochs:
        if isinstance(epoch, TeamEpoch):
            for change in team_changes(team, epoch):
                yield in_words(change, epoch, labels)
            if epoch.relay.secret != team.relay.secret:
                yield Sentence("The secret that opens the relay is replaced.")
            team = epoch
            continue
        before = state.compartments.get(epoch.compartment)
        for change in compartment_changes(before, epoch, team):
            yield in_words(change, team, labels, reasons.get(epoch.compartment, ""))
        if before is not None and epoch.labels != before.labels:
            label = labels[epoch.compartment]
            form = "%(where)s is called %(other)s from now on."
            yield Sentence(form, where=before.labels["en"], other=label)
        if before is not None and epoch.reply_seed != before.reply_seed:
            form = "%(where)s gets new keys for reports and replies."
            yield Sentence(form, where=labels[epoch.compartment])
