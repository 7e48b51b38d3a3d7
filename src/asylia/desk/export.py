"""From a choice of purpose and recipient to a bundle on disk.

Upholds: what would leave is computed claim by claim from consent, and shown with the reason for
every claim that stays, before anything is built.  Refuses: to build without a policy file, since
nothing could be proven without the log's key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from asylia.casework.place import Place
from asylia.dossier.build import BuiltBundle, Exporter, build
from asylia.dossier.disclosure import gather
from asylia.dossier.selection import select
from asylia.dossier.stamp import Stamper, StampService
from asylia.dossier.versions import Versions, encoded, log_versions, uses_for
from asylia.errors import NotFoundError, RefusedError
from asylia.record.consent import NotPermittedError
from asylia.record.contents import Claim
from asylia.record.reading import Record
from asylia.tlog.checkpoint import NotePublic
from asylia.tlog.policy import Policy, parse_policy
from asylia.tlog.reader import LogReader
from asylia.values import Day, date_of

_LOG = "/v1/log/"


@dataclass(frozen=True)
class Export:
    """Where bundles go and what proves them: the policy, the stamp services."""

    folder: Path
    policy: Policy
    stampers: tuple[Stamper, ...] = ()

    @classmethod
    def read(cls, folder: Path, policy_file: Path, stamp_urls: Sequence[str]) -> "Export":
        """With the policy in a file; ``NotFoundError`` or ``MalformedError`` where it is none."""
        try:
            policy = parse_policy(policy_file.read_bytes())
        except OSError:
            raise NotFoundError("The policy file can't be read.") from None
        client = httpx.Client(trust_env=False, timeout=30)
        stampers = tuple(StampService(url, policy.stamp_roots, client) for url in stamp_urls)
        return cls(folder, policy, stampers)


@dataclass(frozen=True)
class Stays:
    """A claim that may not leave, and every reason."""

    claim: Claim = field(repr=False)
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What would leave for one purpose and one recipient, and what stays."""

    leaves: tuple[Claim, ...]
    stays: tuple[Stays, ...]


def preview(record: Record, purpose: str, recipient: str, on: Day) -> Preview:
    """Every claim, one by one, by consent."""
    leaves: list[Claim] = []
    stays: list[Stays] = []
    for claim in record.claims:
        try:
            select(record, purpose, recipient, [claim.id], on)
            leaves.append(claim)
        except NotPermittedError as error:
            stays.append(Stays(claim, error.missing))
    return Preview(tuple(leaves), tuple(stays))


def export(
    place: Place, settings: Export | None, purpose: str, recipient: str, items: Sequence[str]
) -> BuiltBundle:
    """Log what is not logged yet, gather the proofs, stamp, and write the bundle."""
    if settings is None:
        raise RefusedError(
            "No policy file was given, so a dossier could not be proven.",
            hint="Start the desk with --policy and --dossiers.",
        )
    selection = select(place.record(), purpose, recipient, items, place.today)
    versions = Versions.of(entry.content for entry in place.ledger.entries())
    uses, missing = uses_for(versions, selection.versions, recipient)
    if missing:
        fresh = {item: selection.versions[item] for item in missing}
        _enter(place, encoded(log_versions(fresh, place.courier.post_leaves)))
        versions = Versions.of(entry.content for entry in place.ledger.entries())
        uses, _ = uses_for(versions, selection.versions, recipient)
    _enter(place, encoded(uses))
    place.synchronise()
    reader = LogReader(lambda path: place.courier.get(_LOG + path), _log(settings.policy))
    evidence = gather(selection, versions.with_uses(uses), reader, lambda note: note)
    out = _free(settings.folder, date_of(place.today).isoformat())
    return build(selection, evidence, _exporter(place), settings.stampers, out, clock=place.clock)


def _enter(place: Place, contents: Sequence[bytes]) -> None:
    if contents:
        record = place.ledger.new_record(place.ledger.compartments()[0].id)
        for content in contents:
            place.append(record, content)


def _exporter(place: Place) -> Exporter:
    certificate = place.ledger.certificate()
    if certificate is None:
        raise RefusedError("This device may not sign what leaves.", hint="Ask an admin device.")
    return Exporter(place.ledger.signing_key(), certificate, place.ledger.root)


def _free(folder: Path, day: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 1
    while (out := folder / f"dossier-{day}-{number}").exists():
        number += 1
    return out


def _log(policy: Policy) -> NotePublic:
    return NotePublic(policy.log.origin, policy.log.key, policy.log.ml_dsa_44)
