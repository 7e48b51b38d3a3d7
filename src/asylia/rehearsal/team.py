"""An invented team: two devices founded in one ceremony, and each at its own place of work.

Upholds: passphrases pass through a tmpfs only and stay in memory.  Refuses: a team on a relay other
than the rehearsal's own.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from asylia.casework.place import Place
from asylia.errors import UnavailableError
from asylia.ledger.courier import TeamCourier
from asylia.rehearsal.world import ASYLIA, World
from asylia.vault.vault import Vault

NAMES = ("first", "second")


@dataclass(frozen=True)
class Team:
    """What the ceremony handed out."""

    relay_url: str
    root: Path
    log_origin: str
    log_key: str
    passphrases: dict[str, str] = field(repr=False)
    access: str = field(repr=False)
    store: tuple[str, ...] = ()


def found_team(world: World, relay_port: int, postgres_file: Path | None = None) -> Team:
    """Make the relay, start it, and found a team of two devices on it."""
    store = ("--postgres-file", str(postgres_file)) if postgres_file else ()
    made = json.loads(asylia(world, "relay", "init", str(world.relay), "--json", *store))
    serve_relay(world, relay_port, store)
    url = f"http://127.0.0.1:{relay_port}"
    with memory_folder() as scratch:
        files = {name: scratch / name for name in NAMES}
        root = world.folder / "root.pub"
        shares = [part for at in (1, 2, 3) for part in ("--share", str(scratch / f"share-{at}"))]
        arguments = [
            part
            for name in NAMES
            for part in (
                *("--vault", str(world.vault(name)), "--name", f"worker-{name}"),
                *("--passphrase-file", str(files[name])),
            )
        ]
        asylia(
            world,
            *("team", "init", "--relay", url, "--access-file=-", "--json"),
            *("--root", str(root), *shares, *arguments),
            typed=made["access"],
        )
        passphrases = {name: file.read_text("utf-8").strip() for name, file in files.items()}
    return Team(
        url, root, made["origin"], made["log_key"], passphrases, made["access"], tuple(store)
    )


def serve_relay(
    world: World,
    port: int,
    store: Sequence[str] = (),
    *,
    program: Sequence[str] = ASYLIA,
    within: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start the relay of this world.  ``store``: the options that say where its store is."""
    serve = ("relay", "serve", str(world.relay), "--port", str(port), *store)
    return world.start(*serve, port=port, program=program, within=within)


@contextmanager
def at_work(world: World, team: Team, name: str) -> Iterator[Place]:
    """One device, unlocked."""
    with (
        Vault.open(world.vault(name), team.passphrases[name]) as vault,
        httpx.Client(trust_env=False, timeout=60) as client,
    ):
        ledger = vault.ledger()
        yield Place(vault, ledger, TeamCourier(team.relay_url, ledger.relay.secret, client))


@contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder that lies in memory where the machine has such a place; gone at the end."""
    shared = Path("/dev/shm")  # noqa: S108  a tmpfs, not a disk
    folder = Path(tempfile.mkdtemp(prefix="asylia-", dir=shared if shared.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def asylia(world: World, *arguments: str, typed: str = "") -> str:
    """Run one command of ``asylia`` to its end; what it printed."""
    done = subprocess.run(  # noqa: S603  our own command
        [*ASYLIA, *arguments],
        env=world.environment,
        cwd=world.folder,
        input=typed + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UnavailableError(
            f"`asylia {arguments[0]} {arguments[1]}` failed", hint=done.stderr.strip()
        )
    return done.stdout
