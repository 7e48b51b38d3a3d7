"""Counting with partners, in the ledger: what was sealed to a linker, answered, opened for others.

Upholds: it lies in the compartment of identities, and holds no name: a linker's card, the secret
that opens the answer, hashes of files.  A round of files is entered before it is linked.  Refuses:
whoever is not in that compartment; a file that was opened in another round.
Format: ``spec/partners.md``.
"""

from collections.abc import Sequence
from typing import Annotated, ClassVar, TypeVar

from msgspec import Meta

from asylia import wire
from asylia.casework.place import Place
from asylia.envelope.shapes import Bytes32
from asylia.errors import MalformedError, RefusedError, UnavailableError
from asylia.record.forms import Id, SomeLine

COMPARTMENT = "identity"


class Sent(wire.Message, frozen=True, kw_only=True):
    """One list was sealed to a linker; ``reply``: the seed of the identity that opens the answer.

    Which id of the file is whose, the record's ``handed-over`` of that hash says.
    """

    LABEL: ClassVar[str] = "asylia/linkage-sent/1"
    card: Annotated[bytes, Meta(min_length=1)]
    file: Bytes32
    id: Id
    list: SomeLine
    recipient: Id
    reply: Bytes32


class Answered(wire.Message, frozen=True, kw_only=True):
    """An answer was read: from then on another one to the same file is refused."""

    LABEL: ClassVar[str] = "asylia/linkage-answered/1"
    answer: Bytes32
    file: Bytes32
    id: Id


class RoundOpened(wire.Message, frozen=True, kw_only=True):
    """These files were opened together, to be linked."""

    LABEL: ClassVar[str] = "asylia/linkage-opened/1"
    files: Annotated[tuple[Bytes32, ...], Meta(min_length=2, max_length=12)]
    id: Id


M = TypeVar("M", Sent, Answered, RoundOpened)


def check_member(place: Place) -> None:
    """``RefusedError`` where this device is not in the compartment of identities."""
    if all(one.id != COMPARTMENT for one in place.ledger.compartments()):
        raise RefusedError(
            "only who is in the compartment of identities counts with partners",
            hint="An admin can let a device in: asylia team compartment admit.",
        )


def enter(place: Place, content: Sent | Answered | RoundOpened) -> None:
    """Enter it, in a record of its own, and wait until the team's ledger has it."""
    check_member(place)
    place.append(place.ledger.new_record(COMPARTMENT), content)
    synchronise(place)


def synchronise(place: Place) -> None:
    """Take what is new and send what waits; ``UnavailableError`` where something still waits."""
    if place.synchronise().waiting:
        raise UnavailableError(
            "the team's ledger is not up to date", hint="Nothing was done; try again later."
        )


def entered(place: Place, kind: type[M]) -> tuple[M, ...]:
    """Everything of this kind that this device may read; what can't be read is passed over."""
    found = []
    for entry in place.ledger.entries():
        if entry.compartment == COMPARTMENT and entry.label == kind.LABEL:
            try:
                found.append(wire.decode(entry.content, kind))
            except MalformedError:
                continue
    return tuple(found)


def check_round(place: Place, files: Sequence[bytes]) -> None:
    """``RefusedError`` where one of these files, by their hashes, was opened beside others.

    Two rounds of one list tell by subtraction whom another list has.
    """
    synchronise(place)
    if len(set(files)) < len(files):
        raise RefusedError("the same file was given twice", hint="Give each file once.")
    rounds = [set(one.files) for one in entered(place, RoundOpened)]
    if any(one & set(files) and one != set(files) for one in rounds):
        raise RefusedError(
            "one of these files was opened before, beside others",
            hint="Two rounds with one list tell who is on another. Ask for a new file of each.",
        )


def open_round(place: Place, files: Sequence[bytes]) -> None:
    """Enter that these files are opened together; the same round may be opened again."""
    check_round(place, files)
    if all(set(one.files) != set(files) for one in entered(place, RoundOpened)):
        told = RoundOpened(files=tuple(sorted(files)), id=place.randomness(16).hex())
        enter(place, told)
        check_round(place, files)  # another process may have opened one beside others meanwhile
