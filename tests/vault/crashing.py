"""Kills a change of a vault at each of its steps, and tells what opens it then.

Run as a program: ``python -m tests.vault.crashing KIND FOLDER RELAY SHARE``; prints one JSON list
a crash.  Each try runs in a fork over a copy of the folder; right before its n-th call of what
reaches disk or relay it kills itself with SIGKILL.
"""

import json
import os
import shutil
import signal
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from tests.vault.oracles import oracles
from tests.vault.shares import DURESS, OTHER, SECRET
from tests.vault.world import PASSPHRASE

from asylia.errors import AsyliaError, LockedError, MalformedError
from asylia.ledger.courier import TeamCourier
from asylia.vault import files
from asylia.vault.change import Change, changing
from asylia.vault.unlocking import unlock
from asylia.vault.vault import read_header

ssl.create_default_context = cache(ssl.create_default_context)  # a tenth of a second each
STEPS: list[tuple[Any, str]] = [
    (os, "fsync"),
    (os, "open"),
    (Path, "replace"),
    (Path, "unlink"),
    (TeamCourier, "_ask"),
    (files, "_write_over"),
]


def change(kind: str, opened: Change, courier: TeamCourier, url: str) -> None:
    match kind:
        case "passphrase":
            opened.renew_passphrase(OTHER, courier)
        case "duress":
            opened.set_duress(OTHER)
        case "on":
            opened.switch_share_on(courier, url)
        case "careless":  # as if the header were written in place
            files.write_whole = carelessly
            opened.renew_passphrase(OTHER)
        case "off":
            opened.switch_share_off(courier)


def carelessly(path: Path, content: bytes, **_: Any) -> None:
    path.write_bytes(b"")
    os.fsync(os.open(path, os.O_RDWR))
    path.write_bytes(content)


def run(kind: str, folder: Path, url: str, at: int) -> None:
    """One change that is killed right before its ``at``-th step."""
    count = 0

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return step

    if kind == "typed":  # the duress words, at unlocking
        arm(wrapped)
        with suppress(LockedError):
            unlock(folder, DURESS)
        return
    with httpx.Client(trust_env=False) as client, changing(folder, PASSPHRASE) as opened:
        arm(wrapped)
        change(kind, opened, TeamCourier(url, SECRET, client), url)


def arm(wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    for place, name in STEPS:
        setattr(place, name, wrapped(getattr(place, name)))


def opens(folder: Path, words: str) -> bool:
    try:
        unlock(folder, words)
    except AsyliaError:
        return False
    return True


def told(folder: Path) -> dict[str, Any]:
    try:
        header = read_header(folder)
    except MalformedError:
        return {"broken": True}
    names = {"old": PASSPHRASE, "new": OTHER}
    duress = [
        name
        for name, words in {"old": DURESS, "new": OTHER}.items()
        if header.is_duress(header.stretch(words.encode()))
    ]
    return {
        "duress": duress,
        "share": any(header.share_id),
        "oracle": "ordinary slot" in oracles(header, PASSPHRASE) + oracles(header, OTHER),
        "opens": [
            name
            for name, words in names.items()
            if (name, duress) != ("new", ["new"]) and opens(folder, words)
        ],
    }


def main(kind: str, folder: Path, url: str, kept: str) -> None:
    work = folder.with_name("work")
    for at in range(1, 200):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(folder, work)
        with httpx.Client(trust_env=False) as client:
            if kept:
                share_id = read_header(folder).share_id
                TeamCourier(url, SECRET, client).put_share(share_id, bytes.fromhex(kept))
        child = os.fork()
        if child == 0:
            try:
                run(kind, work, url, at)
            except BaseException:
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"killed": killed, "status": status, **told(work)}), flush=True)
        if not killed:
            return


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4])
