"""``asylia intake``: the public page, served or built as files."""

import json as json_text
from pathlib import Path

from cyclopts import App
from rich.console import Console

from asylia import peers
from asylia.cli._ports import Port
from asylia.crypto.signing import VerifyingKey
from asylia.given import read_given
from asylia.intake import serve as page
from asylia.intake import static_build
from asylia.intake.rootfile import read_root
from asylia.vault.process import harden

app = App(name="intake", help="The public page that people in danger write to.")


@app.command
def serve(
    *,
    relay: str,
    root: Path,
    host: str = "127.0.0.1",
    port: Port = 8080,
) -> None:
    """Serve the page over the team's relay, until Ctrl-C.

    Put it behind an onion service or a proxy that speaks TLS and keeps no log.

    Parameters
    ----------
    relay
        The relay's address, as in http://127.0.0.1:8090.
    root
        The team's root public key, as `asylia team init` wrote it.
    host
        The address to listen on.
    port
        The port to listen on.

    """
    harden()  # without scripts, words and phrases are in this process's memory
    page.serve(peers.relay_address(relay), _root(root), host, port)


@app.command
def build(folder: Path, /, *, root: Path, bundle: Path | None = None, json: bool = False) -> None:
    """Write the page's files and their SHA-256 to a new folder, the same bytes at each build.

    Publish the hashes; anyone can then tell whether a page they were served was altered.

    Parameters
    ----------
    folder
        A folder that is empty or not there yet.
    root
        The team's root public key, as `asylia team init` wrote it.
    bundle
        A signed intake bundle; needed where the team has several groups to write to.
    json
        Print the hashes as one JSON object.

    """
    key = _root(root)
    groups = static_build.groups_in(read_given(bundle, what="the bundle"), key) if bundle else None
    hashes = static_build.build(folder, key, groups)
    if json:
        print(json_text.dumps({"files": hashes}, indent=2))
        return
    console = Console(highlight=False)
    for name, value in hashes.items():
        console.print(f"[dim]{value}[/]  {name}", soft_wrap=True)
    console.print(f"{len(hashes)} files; SHA256SUMS lists them for `sha256sum -c`.")


def _root(path: Path) -> VerifyingKey:
    return read_root(read_given(path, what="the root's key"))
