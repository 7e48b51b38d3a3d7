"""What every command that lets something leave is told: for what, to whom, which items."""

from dataclasses import dataclass, replace
from pathlib import Path

from cyclopts import Parameter

from asylia.casework.place import owners, projections
from asylia.dossier.estimate import read_folder
from asylia.dossier.export import Request
from asylia.errors import UsageError
from asylia.ledger.courier import TeamCourier
from asylia.record.reading import Record
from asylia.vault.vault import Vault

Many = list[str] | None  # given once for each


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to leave.

    Parameters
    ----------
    purpose
        What it is for, as in the consents: `inquiry`, `court`, `un_procedure` and others.
    recipient
        The id of the recipient, as written down in the record.
    item
        The id of a claim, of an exhibit with its file, or of a report's source: the whole of its
        statement, where everybody whom it concerns consented to all of it. Give it once for each;
        `asylia dossier list` shows them.
    record_only
        The id of an exhibit of which the file stays with the team: its record and custody log
        leave alone. Give it once for each, in place of `--item`.
    estimate
        A folder that `asylia estimate --keep` wrote: the estimate leaves beside the items, with the
        table that it rests on. Give it once for each.

    """

    purpose: str
    recipient: str
    item: Many = None
    record_only: Many = None
    estimate: list[Path] | None = None

    @property
    def request(self) -> Request:
        """As the dossier takes it."""
        bare = tuple(self.record_only or ())
        items = tuple(dict.fromkeys((*(self.item or ()), *bare)))
        if not items:
            raise UsageError(
                "nothing was named that could leave",
                hint="Name each with --item or --record-only: `asylia dossier list` shows the ids.",
            )
        estimates = tuple(read_folder(folder) for folder in self.estimate or ())
        return Request(self.purpose, self.recipient, items, bare, estimates)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Proven:
    """What proves a bundle to its recipient.

    Parameters
    ----------
    policy
        The policy file that the recipient has, as `asylia dossier policy` wrote it.
    stamp
        The address of an RFC 3161 stamp service whose root the policy names; may be given again.
    witness
        The address of a witness that the policy names; may be given again.

    """

    policy: Path
    stamp: Many = None
    witness: Many = None


def up_to_date(vault: Vault, courier: TeamCourier) -> Record:
    """The record with everything that colleagues have entered."""
    ledger = vault.ledger()
    ledger.sync(courier)
    vault.project(projections(), ledger)
    return replace(Record.from_database(vault.connection), owners=owners(ledger))
