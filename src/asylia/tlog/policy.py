"""Whom a verifier trusts: ``asylia/policy/1``, and what a checkpoint must show under it.

The policy comes to the verifier another way than what it judges.  Upholds: a checkpoint that is
returned was signed by the log and cosigned by at least ``threshold`` different witnesses.  Refuses:
a policy in which one key could count twice, or that asks for more witnesses than it names.

The C2SP tlog-policy text says the same of log and witnesses, without root hash and stamp roots; see
``docs/decisions/0042``.
"""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from asylia.errors import ForgedError, MalformedError
from asylia.tlog.checkpoint import (
    Checkpoint,
    NotePublic,
    parse_checkpoint,
    verify_log,
    verify_witness,
)
from asylia.tlog.note import check_name
from asylia.wire import Message, Part, decode, encode

Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
MLDSA44 = Annotated[bytes, msgspec.Meta(min_length=1312, max_length=1312)]
Pem = Annotated[str, msgspec.Meta(max_length=16384, pattern=r"\A-----BEGIN CERTIFICATE-----\n")]
MOST = 32


class LogParty(Part, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The log: its origin and keys.  With an ML-DSA-44 key named, both signatures must hold."""

    origin: str
    key: Bytes32
    ml_dsa_44: MLDSA44 | None = None


class WitnessParty(Part, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A witness: its name and keys, as for the log."""

    name: str
    key: Bytes32
    ml_dsa_44: MLDSA44 | None = None


class Policy(Message, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a recipient was given: the team's root hash, log, witnesses, stamp roots."""

    LABEL = "asylia/policy/1"

    root_hash: Bytes32
    log: LogParty
    witnesses: Annotated[tuple[WitnessParty, ...], msgspec.Meta(max_length=MOST)]
    threshold: Annotated[int, msgspec.Meta(ge=0, le=MOST)]
    stamp_roots: Annotated[tuple[Pem, ...], msgspec.Meta(max_length=MOST)]


@dataclass(frozen=True)
class VerifiedCheckpoint:
    """What a log said and who saw it: evidence that this policy held."""

    checkpoint: Checkpoint
    witnesses: tuple[str, ...]
    note: bytes


def parse_policy(untrusted: bytes) -> Policy:
    """Parse and check a policy; ``MalformedError`` on anything that is not sound."""
    return check_policy(decode(untrusted, Policy))


def encode_policy(policy: Policy) -> bytes:
    """The policy's bytes."""
    return encode(check_policy(policy))


def check_policy(policy: Policy) -> Policy:
    """The same policy, if no key or name counts twice and the threshold can be met."""
    for name in (policy.log.origin, *(witness.name for witness in policy.witnesses)):
        check_name(name)
    names = {witness.name for witness in policy.witnesses}
    keys = {policy.log.key, *(witness.key for witness in policy.witnesses)}
    if len(names) < len(policy.witnesses) or len(keys) < 1 + len(policy.witnesses):
        raise MalformedError("policy: a name or key stands twice")
    if policy.threshold > len(policy.witnesses):
        raise MalformedError("policy: asks for more witnesses than it names")
    return policy


def verify(untrusted_note: bytes, policy: Policy) -> VerifiedCheckpoint:
    """The checkpoint, if log and witnesses signed as the policy asks.

    Raises ``MalformedError`` for form, ``ForgedError`` for a signature that is missing or false.
    """
    checkpoint, note = parse_checkpoint(untrusted_note)
    log = policy.log
    verify_log(checkpoint, note, NotePublic(log.origin, log.key, log.ml_dsa_44))
    seen = tuple(
        witness.name
        for witness in policy.witnesses
        if verify_witness(
            checkpoint, note, NotePublic(witness.name, witness.key, witness.ml_dsa_44)
        )
    )
    if len(seen) < policy.threshold:
        raise ForgedError(
            f"checkpoint: cosigned by {len(seen)} witnesses; this policy asks for"
            f" {policy.threshold}",
            hint="Ask for a dossier with a checkpoint that more witnesses cosigned.",
        )
    return VerifiedCheckpoint(checkpoint, seen, untrusted_note)
