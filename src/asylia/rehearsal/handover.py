"""Handing over: the dossier as the team builds it, and as the recipient checks it.

Upholds: the recipient trusts a policy file that does not come with the dossier; the checker runs as
a process of its own.  The witness and the stamp authority are the rehearsal's: invented, but real.
"""

import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import httpx

from asylia.casework.place import Place
from asylia.dossier.export import Request, export
from asylia.dossier.stamp import StampService
from asylia.errors import MalformedError
from asylia.rehearsal.stamp_authority import StampAuthority
from asylia.rehearsal.team import Team
from asylia.tlog.checkpoint import NoteKey, NotePublic, with_cosignatures
from asylia.tlog.policy import LogParty, Policy, WitnessParty, encode_policy
from asylia.tlog.witness import cosign

WITNESS = "witness.invented.example"


def hand_over(
    place: Place, team: Team, request: Request, folder: Path, stamps: Path
) -> tuple[Path, str]:
    """Build the dossier in ``folder``, with the policy beside it; its path and the verdict."""
    log = NotePublic(team.log_origin, b64decode(team.log_key))
    witness = NoteKey.generate(WITNESS)

    def cosigned(note: bytes) -> bytes:
        return with_cosignatures(note, cosign(note, log, None, (), witness).lines)

    with StampAuthority(stamps) as authority, httpx.Client(trust_env=False) as client:
        policy = Policy(
            root_hash=place.ledger.root_hash,
            log=LogParty(origin=log.name, key=log.ed25519),
            witnesses=(WitnessParty(name=WITNESS, key=witness.public.ed25519),),
            threshold=1,
            stamp_roots=(authority.root_pem,),
        )
        built = export(
            place.record(),
            request,
            folder / "bundle",
            ledger=place.ledger,
            courier=place.courier,
            policy=policy,
            cosign=cosigned,
            stampers=[StampService(authority.url, policy.stamp_roots, client)],
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
