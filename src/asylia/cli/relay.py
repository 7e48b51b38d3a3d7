"""``asylia relay``: make and run a relay."""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from asylia.cli import relay_care
from asylia.cli._ports import Port
from asylia.crypto import random
from asylia.relay import serve as relay
from asylia.tlog.checkpoint import NoteKey
from asylia.vault.process import harden

app = App(name="relay", help="Blind store-and-forward: what reporters and the team meet at.")
app.update(relay_care.app)


@app.command
def init(
    folder: Path,
    *,
    origin: str = "",
    postgres_file: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Make a relay in FOLDER, and show once what the team needs to use it.

    Parameters
    ----------
    folder
        Where the relay keeps its store and its log's key.
    origin
        The name of the relay's transparency log, such as `relay.example/log`. Without one, a random
        name is drawn.
    postgres_file
        A file that only you can read, with the connection string of an empty PostgreSQL database:
        the store is there then, and several processes may serve it. Without one, the store is a
        file in FOLDER.
    as_json
        Print one JSON object.

    """
    secret = random.system(32)
    name = origin or f"asylia-log-{random.system(8).hex()}"
    public = relay.init(
        folder,
        access=sha256(secret).digest(),
        key=NoteKey.generate(name),
        postgres_file=postgres_file,
    )
    shown = {
        "access": base64.urlsafe_b64encode(secret).decode().rstrip("="),
        "origin": public.name,
        "log_key": base64.b64encode(public.ed25519).decode(),
    }
    if as_json:
        print(json.dumps(shown))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]Access secret, shown once:[/] {shown['access']}")
    console.print(f"The log's name: {shown['origin']}")
    console.print(f"The log's key:  {shown['log_key']}")
    console.print("[dim]Take the secret to the founding of the team, which replaces it.[/]")


@app.command
def access(
    folder: Path,
    *,
    postgres_file: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
) -> None:
    """Draw another access secret, for a team that lost every device that knew the one in use.

    Stop the relay first, and start it again after. Take what is shown to `asylia recovery recover`.

    Parameters
    ----------
    folder
        The relay's folder.
    postgres_file
        The file that `asylia relay init` was given, where the store is in PostgreSQL.
    as_json
        Print one JSON object.

    """
    secret = random.system(32)
    relay.reset_access(folder, sha256(secret).digest(), postgres_file=postgres_file)
    shown = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    if as_json:
        print(json.dumps({"access": shown}))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]Access secret, shown once:[/] {shown}")
    console.print("[dim]Next: start the relay, then `asylia recovery recover`.[/]")


@app.command
def serve(
    folder: Path,
    *,
    postgres_file: Path | None = None,
    host: str = "127.0.0.1",
    port: Port = 8480,
    gib: int = 8,
) -> None:
    """Serve the relay in FOLDER until it is told to stop (Ctrl-C or SIGTERM).

    Parameters
    ----------
    folder
        A folder that `asylia relay init` made.
    postgres_file
        The file that `asylia relay init` was given, where the store is in PostgreSQL. Any number of
        processes may serve one database, each with this folder or a copy of it.
    host
        The address to listen on. Keep loopback, behind an onion service or a reverse proxy.
    port
        The port to listen on.
    gib
        How many GiB the store may come to use. When it gets full, attachments are refused first,
        then long reports; what was stored stays.

    """
    harden()  # the log's key and the hash of the access secret are in this process's memory
    relay.serve(folder, host, port, postgres_file=postgres_file, limit=gib << 30)
