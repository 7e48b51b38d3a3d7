"""From a choice of purpose and recipient to a bundle on disk.

Upholds: what would leave is computed claim by claim from consent, and shown with the reason for
every claim that stays, before anything is built.  Refuses: to build without a policy file, since
nothing could be proven without the log's key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from asylia import peers
from asylia.casework.place import Place
from asylia.dossier import export
from asylia.dossier.build import BuiltBundle
from asylia.dossier.formats import ConsentStatement
from asylia.dossier.selection import select
from asylia.dossier.stamp import Stamper, StampService
from asylia.dossier.witness import Witness, WitnessService
from asylia.errors import MalformedError, NotFoundError, RefusedError
from asylia.record.concerns import is_report
from asylia.record.consent import NotPermittedError
from asylia.record.contents import Claim, Source
from asylia.record.reading import Record
from asylia.tlog.policy import Policy, parse_policy
from asylia.values import Day, date_of
from asylia.wire import decode


@dataclass(frozen=True)
class Export:
    """Where bundles go and what proves them: the policy, the stamp services, the witnesses."""

    folder: Path
    policy: Policy
    stampers: tuple[Stamper, ...] = ()
    witnesses: tuple[Witness, ...] = ()

    @classmethod
    def read(
        cls,
        folder: Path,
        policy_file: Path,
        stamp_urls: Sequence[str],
        witness_urls: Sequence[str] = (),
    ) -> "Export":
        """With the policy in a file; ``NotFoundError`` or ``MalformedError`` where it is none."""
        try:
            policy = parse_policy(policy_file.read_bytes())
        except OSError:
            raise NotFoundError("The policy file can't be read.") from None
        client = peers.client("stamps", timeout=30)
        stampers = tuple(StampService(url, policy.stamp_roots, client) for url in stamp_urls)
        asking = peers.client("witnesses", timeout=30)
        witnesses = tuple(WitnessService(url, asking) for url in witness_urls)
        return cls(folder, policy, stampers, witnesses)


@dataclass(frozen=True)
class Stays:
    """A claim that may not leave, and every reason."""

    claim: Claim = field(repr=False)
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What would leave for one purpose and one recipient, and what stays.

    ``reports``: sources of the reports whose whole statement could leave.
    """

    leaves: tuple[Claim, ...]
    stays: tuple[Stays, ...]
    reports: tuple[Source, ...] = ()


def preview(record: Record, purpose: str, recipient: str, on: Day) -> Preview:
    """Every claim, one by one, by consent; those from cases first."""
    leaves: list[Claim] = []
    stays: list[Stays] = []
    for claim in sorted(record.claims, key=lambda one: not one.report):
        try:
            select(record, purpose, recipient, [claim.id], on)
            leaves.append(claim)
        except NotPermittedError as error:
            stays.append(Stays(claim, error.missing))
    reports = (one for one in record.sources if is_report(one))
    whole = tuple(one for one in reports if _may(record, purpose, recipient, one.id, on))
    return Preview(tuple(leaves), tuple(stays), whole)


def _may(record: Record, purpose: str, recipient: str, item: str, on: Day) -> bool:
    try:
        select(record, purpose, recipient, [item], on)
    except NotPermittedError:
        return False
    return True


@dataclass(frozen=True)
class Earlier:
    """A dossier that was built here before, as its own consent statement tells it."""

    name: str
    said: ConsentStatement


def earlier(folder: Path) -> tuple[Earlier, ...]:
    """Those in the desk's folder, the newest first; what is no dossier is passed over."""
    found: list[Earlier] = []
    for path in sorted(folder.glob("dossier-*"), reverse=True):
        try:
            said = decode((path / "data" / "consent.json").read_bytes(), ConsentStatement)
        except (OSError, MalformedError):
            continue
        found.append(Earlier(path.name, said))
    return tuple(found)


def build(
    place: Place, settings: Export | None, request: export.Request, read: bytes
) -> BuiltBundle:
    """Build into a new folder below the one that the desk was started with.

    ``read``: what the worker read and let go, as ``dossier.look`` names it.
    """
    if settings is None:
        raise RefusedError(
            "No policy file was given, so a dossier could not be proven.",
            hint="Ask whoever sets the machines up to start this desk with one.",
        )
    built = export.export(
        place.record(),
        request,
        _free(settings.folder, date_of(place.today).isoformat()),
        ledger=place.ledger,
        courier=place.courier,
        policy=settings.policy,
        read=read,
        witnesses=settings.witnesses,
        stampers=settings.stampers,
        clock=place.clock,
        randomness=place.randomness,
    )
    place.project()
    return built


def _free(folder: Path, day: str) -> Path:
    number = 1
    while (out := folder / f"dossier-{day}-{number}").exists():
        number += 1
    return out
