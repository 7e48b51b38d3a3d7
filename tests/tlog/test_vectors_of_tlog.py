"""The published vectors of checkpoints and of the log come out as they say."""

import base64
import json
from collections import Counter

import pytest

from asylia.crypto import merkle
from asylia.errors import AsyliaError, ConflictError, ForgedError, MalformedError
from asylia.tlog import leaf as leaves
from asylia.tlog.addcheckpoint import parse_add_checkpoint
from asylia.tlog.checkpoint import Checkpoint
from asylia.tlog.policy import parse_policy, verify
from asylia.tlog.tiles import parse_path
from asylia.tlog.witness import cosign
from tlog import make_vectors as made

CHECKPOINT = json.loads((made.FOLDER / "checkpoint.json").read_text("utf-8"))
TLOG = json.loads((made.FOLDER / "tlog.json").read_text("utf-8"))
OUTCOMES = {MalformedError: "malformed", ForgedError: "forged", ConflictError: "conflict"}


def outcome(step):
    try:
        step()
    except AsyliaError as error:
        return OUTCOMES[type(error)]
    return "ok"


def named(rows):
    return pytest.mark.parametrize("row", rows, ids=lambda row: row.get("name") or row.get("path"))


@named(CHECKPOINT["policies"])
def test_a_policy_of_the_vectors(row):
    assert outcome(lambda: parse_policy(base64.b64decode(row["policy"]))) == row["expect"]


@named(CHECKPOINT["notes"])
def test_a_note_of_the_vectors(row):
    raw = next(p["policy"] for p in CHECKPOINT["policies"] if p["name"] == row["policy"])
    policy, note = parse_policy(base64.b64decode(raw)), base64.b64decode(row["note"])
    assert outcome(lambda: verify(note, policy)) == row["expect"]


@pytest.mark.parametrize("row", TLOG["leaves"], ids=lambda row: row["kind"])
def test_a_leaf_of_the_vectors(row):
    make = {"arrival": leaves.arrival_commitment, "version": leaves.version_commitment}[row["kind"]]
    assert make(bytes.fromhex(row["salt"]), bytes.fromhex(row["value"])).hex() == row["leaf"]


@named(TLOG["paths"])
def test_a_path_of_the_vectors(row):
    assert outcome(lambda: parse_path(row["path"])) == row["expect"]


@named(TLOG["requests"])
def test_a_request_of_the_vectors(row):
    body = bytes.fromhex(row["body"])
    assert outcome(lambda: parse_add_checkpoint(body)) == row["expect"]
    if row["expect"] == "ok":
        found = parse_add_checkpoint(body)
        assert (found.old, [one.hex() for one in found.proof]) == (row["old"], row["proof"])
        assert found.encode() == body


@named(TLOG["inclusion"])
def test_an_inclusion_proof_of_the_vectors(row):
    leaf = merkle.leaf_hash(bytes.fromhex(row["leaf"]))
    path = [bytes.fromhex(one) for one in row["path"]]
    root = bytes.fromhex(row["root"])
    step = lambda: merkle.verify_inclusion(leaf, row["index"], row["size"], path, root)  # noqa: E731
    assert outcome(step) == row["expect"]


@named(TLOG["growth"])
def test_a_witness_judges_growth_as_the_vectors_say(row):
    log = made.LOG
    old = Checkpoint(log.name, row["old_size"], bytes.fromhex(row["old_root"]))
    note = log.sign(Checkpoint(log.name, row["new_size"], bytes.fromhex(row["new_root"])))
    path = [bytes.fromhex(one) for one in row["path"]]
    step = lambda: cosign(note, log.public, old, path, made.FIRST, clock=made.clock)  # noqa: E731
    assert outcome(step) == row["expect"]


def test_the_vectors_are_those_that_the_script_makes():
    assert made.tlog_vectors() == TLOG
    fresh = made.checkpoint_vectors()
    for part in ("policies", "notes"):
        kept = [{k: v for k, v in row.items() if k != "note"} for row in CHECKPOINT[part]]
        assert [{k: v for k, v in row.items() if k != "note"} for row in fresh[part]] == kept


def test_the_vectors_expect_failure_of_each_kind():
    kinds = Counter(row["expect"] for row in CHECKPOINT["notes"] + TLOG["growth"])
    assert set(kinds) == {"ok", "malformed", "forged", "conflict"}
