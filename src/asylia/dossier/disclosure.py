"""From a selection and the log's evidence to proven items, and to what is said of consent.

Upholds: every proof is checked before it leaves; a leaf is this recipient's alone.  Refuses an item
whose version is not in the log, or not under this checkpoint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from asylia.casework.contents import Submission
from asylia.crypto import merkle
from asylia.dossier.arrival import Arrived
from asylia.dossier.formats import ConsentLine, ConsentStatement, Disclosed, Leaf
from asylia.dossier.selection import Selected, Selection
from asylia.dossier.versions import Versions
from asylia.errors import RefusedError
from asylia.tlog import fields
from asylia.tlog.checkpoint import Checkpoint, parse_checkpoint
from asylia.tlog.leaf import version_commitment
from asylia.tlog.reader import LogReader
from asylia.values import Day, date_of

Cosign = Callable[[bytes], bytes]


@dataclass(frozen=True)
class ProvenLeaf:
    """One item's leaf for one recipient: the seed, the place in the log, the inclusion proof."""

    seed: bytes
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class LogEvidence:
    """A checkpoint with its signature lines, and what stands under it.

    Each item's leaf by the item's id; each arrival by the id of the report's source.
    """

    note: bytes
    leaves: Mapping[str, ProvenLeaf]
    arrivals: Mapping[str, Arrived] = field(default_factory=dict)

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says; who signed it is for the recipient's policy."""
        return parse_checkpoint(self.note)[0]


def gather(
    selection: Selection,
    versions: Versions,
    reader: LogReader,
    cosign: Cosign,
    reports: Mapping[str, Submission] = MappingProxyType({}),
) -> LogEvidence:
    """Fetch checkpoint and proofs; ``cosign`` takes the note and gives it with witnesses' lines.

    Raises ``RefusedError`` for a version that was not logged, or whose leaf nobody has entered as
    this recipient's (``versions.uses_for`` tells both, and what to do).
    """
    reader.checkpoint()
    taken = {use.index for use in versions.uses if use.recipient == selection.recipient}
    found = {}
    for item, version in selection.versions.items():
        leaf = versions.leaf_for(item, version, selection.recipient)
        if leaf is None or leaf.index not in taken:
            raise RefusedError(
                f"{item} is not in the log for this recipient yet",
                hint="Put the items' versions into the log, then build the bundle again.",
            )
        found[item] = leaf
    note = cosign(reader.note)  # may fetch a newer checkpoint: the proofs lead to that one
    leaves = {
        item: ProvenLeaf(leaf.seed, leaf.index, reader.inclusion(leaf.index).path)
        for item, leaf in found.items()
    }
    arrivals = {
        item: Arrived(one, reader.inclusion(one.arrival.leaf_index).path)
        for item, one in reports.items()
    }
    return LogEvidence(note, leaves, arrivals)


def disclose(selected: Selected, leaf: ProvenLeaf, checkpoint: Checkpoint) -> Disclosed:
    """The item's disclosed fields with their proofs; ``ForgedError`` if one does not hold."""
    grown = fields.tree(leaf.seed, selected.version)
    salt = fields.commitment_salt(leaf.seed)
    committed = merkle.leaf_hash(version_commitment(salt, grown.root))
    merkle.verify_inclusion(committed, leaf.index, checkpoint.size, leaf.path, checkpoint.root)
    return Disclosed(
        fields=tuple(grown.prove(name) for name in sorted(selected.disclosed)),
        leaf=Leaf(index=leaf.index, path=leaf.path, salt=salt),
        name=fields.name_in_bundle(leaf.seed),
    )


def consent_statement(selection: Selection, names: Mapping[str, str]) -> ConsentStatement:
    """On what basis each item and arrival leaves, and until when; ``names`` by item id."""
    lines = [
        ConsentLine(basis=one.basis, name=names[one.item], until=day_text(one.until))
        for one in selection.items
    ]
    lines += [
        ConsentLine(basis="consent", name=names[one.item], until=day_text(one.until))
        for one in selection.reports
    ]
    return ConsentStatement(
        items=tuple(sorted(lines, key=lambda line: line.name)),
        onward=selection.onward,
        purpose=selection.purpose,
        recipient=selection.name,
        until=day_text(selection.until),
    )


def day_text(day: Day | None) -> str | None:
    """``YYYY-MM-DD``."""
    return None if day is None else date_of(day).isoformat()
