"""A made-up team: its relay and its page as real servers, and the desk's side of it."""

import base64
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx

from asylia.crypto import age
from asylia.crypto.age import Identity
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify, root_hash
from asylia.envelope.bundle import Compartment, IntakeBundle, sign_bundle
from asylia.envelope.control import Control
from asylia.envelope.drop import NO_PREVIOUS, Drop, drop_id, seal_drop
from asylia.envelope.envelope import OpenedEnvelope, open_envelope
from asylia.intake.rootfile import write_root
from asylia.relay.serve import init
from asylia.tlog.checkpoint import NoteKey
from asylia.values import Day, day_of, system_clock

ROOT = SigningKey(bytes(31) + b"1", "pair")
DEVICES = (SigningKey(bytes(31) + b"2", "pair"), SigningKey(bytes(31) + b"3", "pair"))
INTAKE = (Identity(bytes(31) + b"5"), Identity(bytes(31) + b"6"))
REPLY = SigningKey(bytes(31) + b"7", "ed25519")
ROOT_HASH = root_hash(ROOT.public)
SECRET = bytes(31) + b"9"
_SERVE = "from asylia.cli import main; main()"


def compartment(number: int) -> Compartment:
    return Compartment(
        id=("casework", "legal")[number],
        intake_recipient=str(INTAKE[number].recipient),
        labels=({"en": "Help line", "ru": "Линия помощи"}, {"en": "Lawyers", "ru": "Юристы"})[
            number
        ],
        reply_key=REPLY.public,
    )


def signed_bundle(groups: int = 1, *, first: Day | None = None, root: SigningKey = ROOT) -> bytes:
    """A bundle that is valid for a week around today, by two devices."""
    start = Day(day_of(system_clock()) - 3) if first is None else first
    certificates = tuple(
        certify(root, device.public, not_before=start, alone=False) for device in DEVICES
    )
    bundle = IntakeBundle(
        certificates=certificates,
        compartments=tuple(compartment(number) for number in range(groups)),
        epoch=0,
        not_after=Day(start + 7),
        not_before=start,
        root_hash=root_hash(root.public),
        version=1,
    )
    return sign_bundle(bundle, DEVICES)


@dataclass(frozen=True)
class World:
    """Where the servers are, and what the team knows."""

    relay: str
    page: str
    folder: Path
    temporary: Path
    processes: tuple[subprocess.Popen[bytes], ...]

    @property
    def desk(self) -> httpx.Client:
        shown = base64.urlsafe_b64encode(SECRET).decode()
        return httpx.Client(
            base_url=self.relay, headers={"Authorization": f"Asylia {shown}"}, trust_env=False
        )

    def publish(self, bundle: bytes) -> None:
        with self.desk as desk:
            desk.put("/v1/bundle", content=bundle).raise_for_status()

    def take_in(self) -> list[OpenedEnvelope]:
        """Every envelope at the relay, opened and deleted there."""
        opened = []
        with self.desk as desk:
            ids = desk.get("/v1/envelopes").content
            for at in range(0, len(ids), 16):
                path = f"/v1/envelopes/{ids[at : at + 16].hex()}"
                opened.append(open_envelope(desk.get(path).content, INTAKE, ROOT_HASH))
                desk.delete(path).raise_for_status()
        return opened

    def piece(self, piece_id: bytes) -> bytes:
        with self.desk as desk:
            return desk.get(f"/v1/pieces/{piece_id.hex()}").content

    def reply(self, to: Control, *bodies: str, key: SigningKey = REPLY) -> None:
        """A receipt and one reply a body, chained, as a desk leaves them."""
        before = NO_PREVIOUS
        with self.desk as desk:
            for n, body in enumerate(("", *bodies)):
                drop = Drop(
                    body=body,
                    kind="reply" if n else "receipt",
                    n=n,
                    previous=before,
                    thread=to.thread,
                )
                sealed = seal_drop(drop, age.Recipient.parse(to.recipient), key, ROOT_HASH)
                before = sha256(sealed).digest()  # type: ignore[assignment]
                path = f"/v1/drops/{drop_id(to.drop_secret, n).hex()}"
                desk.put(path, content=sealed).raise_for_status()

    def states(self, of: Control) -> list[int]:
        """What the relay says of the first eight drops: 0 absent, 1 present, 2 gone."""
        ids = b"".join(drop_id(of.drop_secret, n) for n in range(8))
        with self.desk as desk:
            answer = desk.post("/v1/drops/window", content=ids).content
        states, at = [], 0
        while at < len(answer):
            states.append(answer[at])
            at += 5 + int.from_bytes(answer[at + 1 : at + 5], "big")
        return states


@contextmanager
def running(folder: Path) -> Iterator[World]:
    """Relay and page as processes of their own, through the commands that a team runs."""
    temporary = folder / "tmp"
    temporary.mkdir()
    init(folder / "relay", access=sha256(SECRET).digest(), key=NoteKey.generate("test/log"))
    (folder / "root.key").write_bytes(write_root(ROOT.public))
    ports = free_port(), free_port()
    relay, page = (f"http://127.0.0.1:{port}" for port in ports)
    commands = (
        ["relay", "serve", str(folder / "relay"), "--port", str(ports[0])],
        [
            *("intake", "serve", "--relay", relay, "--root", str(folder / "root.key")),
            *("--port", str(ports[1])),
        ],
    )
    environment = os.environ | {"TMPDIR": str(temporary)}
    processes = tuple(
        subprocess.Popen([sys.executable, "-c", _SERVE, *command], env=environment)
        for command in commands
    )
    try:
        for port in ports:
            wait_for(port)
        world = World(relay, page, folder, temporary, processes)
        world.publish(signed_bundle())
        yield world
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("a server did not start")
