"""Handing over: the dossier as the team builds it, and as the recipient checks it.

Upholds: the recipient trusts a policy file that does not come with the dossier; the checker runs as
a process of its own.  The witness and the stamp authority are the rehearsal's: invented, but real,
and there for as long as they are asked.
"""

import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from asylia.casework.place import Place
from asylia.dossier.export import Request, export, to_read
from asylia.dossier.stamp import StampService
from asylia.dossier.witness import WitnessService
from asylia.errors import MalformedError
from asylia.rehearsal.stamp_authority import StampAuthority
from asylia.rehearsal.team import Team
from asylia.rehearsal.witness import Witness
from asylia.tlog.checkpoint import NotePublic
from asylia.tlog.policy import LogParty, Policy, WitnessParty, encode_policy


@dataclass(frozen=True)
class Outsiders:
    """Who vouches for a dossier besides the team: one witness, one stamp authority."""

    log: NotePublic
    witness: Witness
    authority: StampAuthority

    def policy(self, root_hash: bytes) -> Policy:
        """What a recipient of this team's dossiers trusts."""
        party = WitnessParty(name=self.witness.public.name, key=self.witness.public.ed25519)
        return Policy(
            root_hash=root_hash,
            log=LogParty(origin=self.log.name, key=self.log.ed25519),
            witnesses=(party,),
            threshold=1,
            stamp_roots=(self.authority.root_pem,),
        )

    @property
    def options(self) -> tuple[str, ...]:
        """For ``asylia desk`` and ``asylia dossier build``."""
        return ("--stamp", self.authority.url, "--witness", self.witness.url)


@contextmanager
def outsiders(team: Team, folder: Path) -> Iterator[Outsiders]:
    """Both of them, answering on loopback; what they keep lies in ``folder``."""
    log = NotePublic(team.log_origin, b64decode(team.log_key))
    with Witness(folder / "witness", log) as witness, StampAuthority(folder / "stamps") as stamps:
        yield Outsiders(log, witness, stamps)


def hand_over(place: Place, request: Request, folder: Path, asked: Outsiders) -> tuple[Path, str]:
    """Build the dossier in ``folder``, with the policy beside it; its path and the verdict."""
    policy = asked.policy(place.ledger.root_hash)
    record = place.record()
    with httpx.Client(trust_env=False) as client:
        built = export(
            record,
            request,
            folder / "bundle",
            ledger=place.ledger,
            courier=place.courier,
            policy=policy,
            read=to_read(record, request, place.ledger).read,
            witnesses=[WitnessService(asked.witness.url, client)],
            stampers=[StampService(asked.authority.url, policy.stamp_roots, client)],
        )
    (folder / "policy.json").write_bytes(encode_policy(policy))
    return built.path, verdict(built.path, folder / "policy.json")


def verdict(bundle: Path, policy: Path) -> str:
    """What ``asylia-verify`` says of a bundle under a policy."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "asylia_verify", str(bundle), "--policy", str(policy), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return str(json.loads(done.stdout)["verdict"])
    except (ValueError, KeyError):
        raise MalformedError("asylia-verify gave no verdict", hint=done.stderr.strip()) from None
