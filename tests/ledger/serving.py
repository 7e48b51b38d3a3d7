"""The real relay on loopback, in a thread."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import uvicorn

from asylia.relay.app import create_app
from asylia.relay.sqlite import SQLiteStore
from asylia.tlog.checkpoint import NoteKey
from asylia.tlog.log import Log
from asylia.values import Day


@contextmanager
def serving(store_file: Path, secret: bytes) -> Iterator[httpx.Client]:
    """A relay over its own store that ``secret`` opens; gives a client at its address."""
    log = Log(NoteKey.generate("relay.test/log"))

    async def begin(store: SQLiteStore) -> None:
        await store.replace_access(sha256(secret).digest(), Day(0))
        await store.write_log(log.begin)

    with SQLiteStore(store_file) as store, socket.create_server(("127.0.0.1", 0)) as listener:
        asyncio.run(begin(store))
        config = uvicorn.Config(create_app(store, log), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with httpx.Client(trust_env=False, base_url=url) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
