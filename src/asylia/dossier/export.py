"""The whole way from a request to a bundle, for desk, command line and demo: one function.

Upholds: which recipient has which leaf is in the team's ledger before a bundle shows it, so that no
other device gives it to somebody else; somebody has read every text that leaves; what goes out is
entered before a byte of it is written, and a withdrawal that comes in until then stops it; what the
recipient's own checker would refuse is not built.
Refuses a device that the root did not certify, and to go on while the relay does not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from asylia.casework.contents import Submission
from asylia.crypto import random
from asylia.dossier.arrival import submissions
from asylia.dossier.build import BuiltBundle, Exporter, build
from asylia.dossier.disclosure import gather
from asylia.dossier.estimate import Kept
from asylia.dossier.estimate_leaving import check_leaving
from asylia.dossier.exhibit import Carried, carried
from asylia.dossier.look import Look, check_read, look
from asylia.dossier.naming import pseudonyms
from asylia.dossier.selection import Selection, select
from asylia.dossier.stamp import Stamper
from asylia.dossier.versions import Version, Versions, VersionUse, encoded, log_versions, uses_for
from asylia.dossier.witness import Witness, check_enough, cosigned
from asylia.errors import RefusedError, UnavailableError
from asylia.ledger.ledger import Ledger
from asylia.ledger.sync import LedgerCourier
from asylia.record import leaving
from asylia.record.reading import Record
from asylia.tlog.checkpoint import NotePublic
from asylia.tlog.policy import Policy
from asylia.tlog.reader import LogReader
from asylia.values import Clock, RecordId, system_clock

_TRIES = 4
_LOG = "/v1/log/"


class ExportCourier(LedgerCourier, Protocol):
    """As much of ``ledger.courier.TeamCourier`` as an export takes."""

    def post_leaves(self, leaves: Sequence[bytes]) -> int:
        """Log leaves; the index of the first."""

    def get(self, path: str) -> bytes:
        """A resource of the log."""


@dataclass(frozen=True)
class Request:
    """What is to go to whom, for what: a term of ``purposes``, ids of a recipient and of items.

    An item is a claim, an exhibit, or a report's source for the whole of its statement.  Of the
    exhibits among ``records_only`` the bytes stay.  ``estimates``: what leaves beside the items.
    """

    purpose: str
    recipient: str
    items: tuple[str, ...]
    records_only: tuple[str, ...] = ()
    estimates: tuple[Kept, ...] = ()


def export(
    record: Record,
    request: Request,
    out: Path,
    *,
    ledger: Ledger,
    courier: ExportCourier,
    policy: Policy,
    read: bytes,
    witnesses: Sequence[Witness],
    stampers: Sequence[Stamper],
    clock: Clock = system_clock,
    randomness: random.Randomness = random.system,
) -> BuiltBundle:
    """Select by consent, log what is not logged yet, build; ``out`` is a new folder.

    ``policy`` is what the recipient has; ``read`` names what somebody read of it (``to_read``);
    ``witnesses`` cosign the log's checkpoint.  Raises ``NotPermittedError`` naming all that is
    missing, or any other of our errors; then no bundle was written.
    """
    exporter = _exporter(ledger, policy)
    known = max((entry.position for entry in ledger.entries()), default=0)
    selection, reports, held = _selected(record, request, ledger)
    check_read(look(selection, reports, request.estimates), read)
    counted = check_leaving(record, selection, request.estimates)
    check_enough(policy, witnesses)
    places = _places(record, selection)
    versions = _assigned(selection, places, ledger, courier, randomness)
    log = NotePublic(policy.log.origin, policy.log.key, policy.log.ml_dsa_44)
    reader = LogReader(lambda path: courier.get(_LOG + path), log)
    evidence = gather(
        selection, versions, reader, lambda _: cosigned(reader, policy, witnesses), reports
    )

    def announce(sha256: bytes, names: Mapping[str, str]) -> None:
        leaving.announce(record, selection.granted, "bundle", sha256, names, ledger, randomness)
        _sync(ledger, courier)
        now = leaving.caught_up(record, ledger, known)
        for granted in (selection.granted, *counted):
            leaving.check_still(now, granted)

    return build(
        selection, evidence, exporter, stampers, out, announce,
        held=held, estimates=request.estimates, clock=clock,
    )  # fmt: skip


def to_read(record: Record, request: Request, ledger: Ledger) -> Look:
    """Every text that would leave, for somebody to read before it does; raises as ``export``."""
    selection, reports, _ = _selected(record, request, ledger)
    check_leaving(record, selection, request.estimates)
    return look(selection, reports, request.estimates)


def _selected(
    record: Record, request: Request, ledger: Ledger
) -> tuple[Selection, dict[str, Submission], Carried]:
    today = ledger.today()  # never earlier than what was signed, so no clock set back revives
    selection = select(
        record, request.purpose, request.recipient, request.items, today, request.records_only
    )
    reports = submissions(record, selection, (entry.content for entry in ledger.entries()))
    entries = ((entry.author, entry.content) for entry in ledger.entries())
    return selection, reports, carried(selection.files, entries, pseudonyms(record))


def _exporter(ledger: Ledger, policy: Policy) -> Exporter:
    certificate = ledger.certificate()
    if certificate is None:
        raise RefusedError("this device may not sign a dossier", hint="An admin device can.")
    if policy.root_hash != ledger.root_hash:
        raise RefusedError("the policy is another team's: its root hash is not this team's")
    return Exporter(ledger.signing_key(), certificate, ledger.root)


def _places(record: Record, selection: Selection) -> dict[str, RecordId]:
    places = {one.item: record.entry(one.item).record for one in selection.items}
    found = {item: place for item, place in places.items() if place is not None}
    if len(found) < len(places):
        raise RefusedError("an item was read from a file and is not in the team's ledger yet")
    return found


def _assigned(
    selection: Selection,
    places: Mapping[str, RecordId],
    ledger: Ledger,
    courier: ExportCourier,
    randomness: random.Randomness,
) -> Versions:
    """Versions in which every item has a leaf of this recipient, known to the team."""
    _sync(ledger, courier)
    for _ in range(_TRIES):
        versions = Versions.of(entry.content for entry in ledger.entries())
        uses, missing = uses_for(versions, selection.versions, selection.recipient)
        if not uses and not missing:
            return versions
        entered: list[Version | VersionUse] = list(uses)
        wanted = {item: selection.versions[item] for item in missing}
        entered += log_versions(wanted, courier.post_leaves, randomness=randomness)
        for one, content in zip(entered, encoded(entered), strict=True):
            ledger.append(places[one.item], content)
        _sync(ledger, courier)
    raise UnavailableError(
        "another device is giving the same items to somebody else at this moment",
        hint="Nothing was exported; try again in a minute.",
    )


def _sync(ledger: Ledger, courier: ExportCourier) -> None:
    if ledger.sync(courier).waiting:
        raise UnavailableError(
            "the team's ledger is not up to date", hint="Nothing was exported; try again later."
        )
