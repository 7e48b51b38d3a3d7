"""The policy: whom the recipient trusts, told to the checker from outside the bundle.

``asylia/policy/1`` in ``spec/bundle.md``: the team's root hash, the log, its witnesses and how many
of them must have cosigned, and the roots of stamp authorities.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asylia_verify.errors import UsageError, WrongError
from asylia_verify.strict import many, message, octets, record, text, whole

_LIMIT = 1 << 20
_NAME = text(r"[^\s+]{1,255}", 255)
_MOST = 32
_KEY, _LASTING_KEY = octets(32), octets(1312)
_PEM = text(r"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n?", 16384)
_POLICY = record(
    {
        "log": record({"key": _KEY, "origin": _NAME}, ml_dsa_44=_LASTING_KEY),
        "root_hash": octets(32),
        "stamp_roots": many(_PEM, 0, _MOST),
        "threshold": whole(0, _MOST),
        "witnesses": many(record({"key": _KEY, "name": _NAME}, ml_dsa_44=_LASTING_KEY), 0, _MOST),
    }
)


@dataclass(frozen=True)
class Party:
    """A log or a witness: its name and public keys."""

    name: str
    ed25519: bytes
    ml_dsa_44: bytes | None


@dataclass(frozen=True)
class Policy:
    """What a bundle is held against."""

    root_hash: bytes
    log: Party
    witnesses: tuple[Party, ...]
    threshold: int
    stamp_roots: tuple[str, ...]


def read_policy(path: Path) -> Policy:
    """Read a policy file; ``UsageError`` where it is none."""
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError:
        raise UsageError("the policy file can't be read") from None
    try:
        parsed = message(content.rstrip(b"\n"), "asylia/policy/1", _POLICY, "policy")
    except WrongError as error:
        raise UsageError("the policy file %(why)s", why=error.told) from None
    policy = _policy(parsed)
    names = {witness.name for witness in policy.witnesses}
    keys = {witness.ed25519 for witness in policy.witnesses} | {policy.log.ed25519}
    if len(names) != len(policy.witnesses) or len(keys) != len(policy.witnesses) + 1:
        raise UsageError("the policy file names one witness twice, or the log as a witness")
    if policy.threshold > len(policy.witnesses):
        raise UsageError("the policy file asks for more witnesses than it names")
    return policy


def _policy(parsed: dict[str, Any]) -> Policy:
    log = parsed["log"]
    return Policy(
        root_hash=parsed["root_hash"],
        log=Party(log["origin"], log["key"], log.get("ml_dsa_44")),
        witnesses=tuple(
            Party(one["name"], one["key"], one.get("ml_dsa_44")) for one in parsed["witnesses"]
        ),
        threshold=parsed["threshold"],
        stamp_roots=tuple(parsed["stamp_roots"]),
    )
