"""A report's whole statement as it came, with what opens it and leads to its leaf in the log.

Upholds: what leaves is opened and proven here first, as the recipient's checker will do it; the
control beside it leaves as a hash and nothing else.  Refuses a report that this device does not
hold (any more), a leaf that is not under the checkpoint, words that hold somebody's pseudonym.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from asylia.casework.contents import SUBMISSION, Submission, decode_submission
from asylia.casework.documenting import source_id
from asylia.crypto import merkle
from asylia.dossier.formats import ArrivalProof, Leaf
from asylia.dossier.naming import names_one, pseudonyms
from asylia.dossier.selection import Selection
from asylia.envelope.statement import Statement, open_statement
from asylia.errors import AsyliaError, ForgedError, RefusedError
from asylia.record.consent import NotPermittedError
from asylia.record.reading import Record
from asylia.tlog.checkpoint import Checkpoint
from asylia.tlog.leaf import arrival_commitment
from asylia.wire import encode

FOLDER = "data/arrivals"
_HEAD = f"{SUBMISSION}\n".encode()
_NAME_BYTES = 5


@dataclass(frozen=True)
class Arrived:
    """A submission, and the inclusion proof of its leaf."""

    submission: Submission = field(repr=False)
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Shown:
    """A whole statement under its name in the bundle, and the files that carry it."""

    name: str
    statement: Statement = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)


def submissions(
    record: Record, selection: Selection, untrusted_contents: Iterable[bytes]
) -> dict[str, Submission]:
    """The submission of each selected report, by its source's id, among the ledger's contents.

    Where two devices took the same envelope in, the one whose leaf is earlier, on every device.
    """
    wanted = {one.item for one in selection.reports}
    found: dict[str, Submission] = {}
    for content in untrusted_contents if wanted else ():
        one = _submission(content)
        if one is None or (item := source_id(one.arrival.envelope_sha256)) not in wanted:
            continue
        earlier = found.setdefault(item, one)
        found[item] = min(earlier, one, key=lambda each: each.arrival.leaf_index)
    if gone := sorted(wanted - found.keys()):
        raise RefusedError(
            f"the report {gone[0]} is not held here", hint="It may have been forgotten."
        )
    _refuse_pseudonyms(record, found)
    return found


def show(arrived: Arrived, checkpoint: Checkpoint) -> Shown:
    """The statement with its proof; ``ForgedError`` unless it opens and is under the checkpoint."""
    submission, arrival = arrived.submission, arrived.submission.arrival
    leaf = merkle.leaf_hash(arrival_commitment(arrival.salt, submission.arrival_digest))
    index = arrival.leaf_index
    merkle.verify_inclusion(leaf, index, checkpoint.size, arrived.path, checkpoint.root)
    statement = open_statement(submission.statement_age, arrival.statement_file_key)
    if statement != submission.statement:
        raise ForgedError("a statement is not the one that was shown")
    proof = ArrivalProof(
        control_sha256=arrival.control_sha256,
        file_key=arrival.statement_file_key,
        leaf=Leaf(index=index, path=arrived.path, salt=arrival.salt),
    )
    name = submission.arrival_digest[:_NAME_BYTES].hex()
    files = {
        f"{FOLDER}/{name}/proof.json": encode(proof),
        f"{FOLDER}/{name}/statement.age": submission.statement_age,
        f"{FOLDER}/{name}/statement.json": encode(statement),
    }
    return Shown(name, statement, files)


def _submission(untrusted: bytes) -> Submission | None:
    if not untrusted.startswith(_HEAD):
        return None
    try:
        return decode_submission(untrusted)
    except AsyliaError:
        return None  # a damaged one is the projections' to name


def _refuse_pseudonyms(record: Record, found: Mapping[str, Submission]) -> None:
    names = pseudonyms(record) if found else frozenset()
    missing = [
        f"{item} names a person in its words"
        for item, one in found.items()
        if any(names_one(names, text) for text in _texts(one.statement))
    ]
    if missing:
        raise NotPermittedError(tuple(missing))


def _texts(statement: Statement) -> Iterable[str]:
    return (statement.text, *(one.text for one in statement.answers))
