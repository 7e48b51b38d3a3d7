"""A lean HTTP client: many keep-alive connections driven by one loop over non-blocking sockets.

It shares two cores with what it measures, so it parses no more of an answer than its status.
"""

import contextlib
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Burst:
    """What a burst came to: seconds, answers by status, seconds each answer took."""

    seconds: float
    statuses: dict[int, int]
    latencies: list[float]


def put_request(path: str, body: bytes) -> bytes:
    """One HTTP/1.1 PUT."""
    head = f"PUT {path} HTTP/1.1\r\nHost: relay\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def burst(host: str, port: int, requests: Sequence[bytes], clients: int) -> Burst:
    """Send all requests over ``clients`` connections, one at a time on each."""
    statuses: dict[int, int] = {}
    latencies: list[float] = []
    work = iter(requests)
    selector = selectors.DefaultSelector()
    begun = time.perf_counter()
    for _ in range(clients):
        connection = _Connection(host, port, selector)
        connection.next(work)
    while selector.get_map():
        for key, _ in selector.select():
            connection = key.data
            status = connection.ready()
            if status is not None:
                latencies.append(time.perf_counter() - connection.sent)
                statuses[status] = statuses.get(status, 0) + 1
                connection.next(work)
    return Burst(time.perf_counter() - begun, statuses, latencies)


class _Connection:
    def __init__(self, host: str, port: int, selector: selectors.BaseSelector) -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._selector, self._rest, self.sent = selector, memoryview(b""), 0.0
        selector.register(self._socket, selectors.EVENT_READ, self)

    def next(self, work: Iterator[bytes]) -> None:
        request = next(work, None)
        if request is None:
            self._selector.unregister(self._socket)
            self._socket.close()
            return
        self.sent = time.perf_counter()
        self._rest = memoryview(request)
        self._send()

    def ready(self) -> int | None:
        """The status, once an answer is there."""
        if self._rest:
            self._send()
            return None
        answer = self._socket.recv(4096)
        return int(answer[9:12]) if answer else 0

    def _send(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._rest = self._rest[self._socket.send(self._rest) :]
        events = selectors.EVENT_WRITE if self._rest else selectors.EVENT_READ
        self._selector.modify(self._socket, events, self)
