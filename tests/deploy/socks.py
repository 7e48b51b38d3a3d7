"""A SOCKS5 server (RFC 1928, 1929) that writes down what it was asked; it leads to one port."""

import asyncio
import threading
from contextlib import contextmanager


class Socks:
    """``asked``: (user name, address type, host, port) of each request; type 3 is a name."""

    def __init__(self, target):
        self.target, self.asked, self.port = target, [], 0

    async def serve(self, reader, writer):
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x02")  # user name and password
        _, size = await reader.readexactly(2)
        user = (await reader.readexactly(size)).decode()
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x01\x00")
        _, _, _, kind = await reader.readexactly(4)
        size = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(size)
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append((user, kind, host.decode("latin-1"), port))
        there, onward = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await asyncio.gather(pump(reader, onward), pump(there, writer))


async def pump(source, target):
    try:
        while some := await source.read(65536):
            target.write(some)
            await target.drain()
    except OSError:
        pass
    target.close()


@contextmanager
def socks(target):
    server, started, loop = Socks(target), threading.Event(), asyncio.new_event_loop()

    async def begin():
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        server.port = listening.sockets[0].getsockname()[1]
        started.set()
        return listening

    def run():
        listening = loop.run_until_complete(begin())
        loop.run_forever()
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
