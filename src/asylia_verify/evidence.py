"""What the log proves: the checkpoint's signers, and each disclosed field up to the checkpoint."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from asylia_verify import note, trees
from asylia_verify.errors import WrongError
from asylia_verify.openssl import OpenSSL
from asylia_verify.policy import Policy
from asylia_verify.statement import NAME, Statement
from asylia_verify.strict import frame, many, message, octets, record, whole

CHECKPOINT = "data/log/checkpoint.txt"
_ITEM = record(
    {
        "fields": many(trees.FIELD, 1, trees.SLOTS),
        "leaf": record(
            {"index": whole(0, 1 << 60), "path": many(octets(32), 0, 64), "salt": octets(32)}
        ),
        "name": NAME,
    }
)


def read_checkpoint(files: Mapping[str, bytes]) -> note.Checkpoint:
    """The checkpoint's text, parsed; nobody's signature checked."""
    try:
        return note.parse(files.get(CHECKPOINT, b""))
    except WrongError as error:
        raise WrongError(error.told, CHECKPOINT) from None


def check_checkpoint(
    checkpoint: note.Checkpoint, policy: Policy, openssl: OpenSSL
) -> list[datetime]:
    """When each of the policy's witnesses cosigned; at least as many as it asks for."""
    try:
        note.verify_log(checkpoint, policy.log, openssl)
        seen = [note.witness_time(checkpoint, witness, openssl) for witness in policy.witnesses]
    except WrongError as error:
        raise WrongError(error.told, CHECKPOINT) from None
    times = [moment for moment in seen if moment]
    if len(times) < policy.threshold:
        raise WrongError(
            "is cosigned by %(many)s of its witnesses, the policy asks for %(threshold)s",
            CHECKPOINT,
            many=len(times),
            threshold=policy.threshold,
        )
    return times


def check_items(
    files: Mapping[str, bytes], statement: Statement, checkpoint: note.Checkpoint
) -> dict[str, dict[str, str]]:
    """Every field of every item proven up to the checkpoint; their values, by item and name."""
    names = statement.said["items"]
    held = [n.split("/")[2].removesuffix(".json") for n in files if n.startswith("data/items/")]
    if names != sorted(set(names)) or names != sorted(held):
        raise WrongError("the statement names other items than are there", "data/items")
    places: dict[int, str] = {}
    proven: dict[str, dict[str, str]] = {}
    for name in names:
        file = f"data/items/{name}.json"
        item = message(files.get(file, b""), "asylia/disclosed/1", _ITEM, file)
        try:
            _check_item(name, item, checkpoint)
        except WrongError as error:
            raise WrongError(error.told, file) from None
        if places.setdefault(item["leaf"]["index"], name) != name:
            raise WrongError("shares its place in the log with another item", file)
        proven[name] = {field["name"]: field["value"] for field in item["fields"]}
    return proven


def _check_item(name: str, item: dict[str, Any], checkpoint: note.Checkpoint) -> None:
    fields, leaf = item["fields"], item["leaf"]
    field_names = [field["name"] for field in fields]
    if item["name"] != name or field_names != sorted(set(field_names)):
        raise WrongError("has another name than its file, or fields twice or out of order")
    roots = [trees.field_root(field) for field in fields]
    for field, root in zip(fields, roots, strict=True):
        if root != roots[0]:
            raise WrongError(
                "field %(name)s is not of the same version as the others", name=field["name"]
            )
    data = sha256(frame("asylia/version-leaf/1", leaf["salt"], roots[0])).digest()
    root = trees.verify_inclusion(data, leaf["index"], checkpoint.size, leaf["path"])
    if root != checkpoint.root:
        raise WrongError("its fields are not what the log's checkpoint committed to")
