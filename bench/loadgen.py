"""A lean HTTP client: many keep-alive connections driven by one loop over non-blocking sockets.

It shares two cores with what it measures, so it makes three calls of the system for a request that
fits the socket's buffer, and parses no more of an answer than its status.
"""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

END = b"\r\n\r\n"


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
    open_ones = {one.number: one for one in (_Connection(host, port) for _ in range(clients))}
    poll = select.epoll()
    for number in open_ones:
        poll.register(number, select.EPOLLIN)
    begun = time.perf_counter()
    for one in list(open_ones.values()):
        if not one.send(work):
            del open_ones[one.number]
    while open_ones:
        for number, _ in poll.poll():
            one = open_ones[number]
            status = one.answer()
            if status is None:
                continue
            latencies.append(time.perf_counter() - one.sent)
            statuses[status] = statuses.get(status, 0) + 1
            if not one.send(work):
                del open_ones[number]
    seconds = time.perf_counter() - begun
    poll.close()
    return Burst(seconds, statuses, latencies)


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number, self.sent, self._got = self._socket.fileno(), 0.0, b""

    def send(self, work: Iterator[bytes]) -> bool:
        """Send the next request whole; False where there is none."""
        request = next(work, None)
        if request is None:
            self._socket.close()  # and so it leaves the poll
            return False
        self.sent, self._got = time.perf_counter(), b""
        self._socket.sendall(request)
        return True

    def answer(self) -> int | None:
        """The status once the answer is there, 0 where the connection was closed."""
        got = self._socket.recv(4096)
        self._got += got
        head, _, body = self._got.partition(END)
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if got and (not length or len(body) < int(length)):
            return None
        return int(self._got[9:12] or 0)
