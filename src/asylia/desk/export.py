"""From a choice of purpose and recipient to a bundle on disk.

Upholds: each bundle lies in a folder of its own below the one that the desk was started with.
Refuses: to build without a policy file, since nothing could be proven without the log's key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asylia import peers
from asylia.casework.place import Place
from asylia.dossier import export
from asylia.dossier.build import BuiltBundle
from asylia.dossier.formats import ConsentStatement
from asylia.dossier.stamp import Stamper, StampService
from asylia.dossier.witness import Witness, WitnessService
from asylia.errors import MalformedError, NotFoundError, RefusedError
from asylia.tlog.policy import Policy, parse_policy
from asylia.values import date_of
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
