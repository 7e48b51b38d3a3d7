"""Listening where only this machine can ask, and on all of it.

Upholds: browsers resolve ``*.localhost`` to both addresses and try ``[::1]`` before
``127.0.0.1``, so whoever held that port there would be handed the desk's link: both are taken, or
none.
Refuses: any other address.
"""

import errno
import socket
import sys

from asylia.errors import RefusedError

LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"
_DRAWS = 16  # of a free port, before giving up


def listen_on_loopback(port: int = 0) -> tuple[socket.socket, ...]:
    """Listen on one port of every loopback address that this machine has.

    Raises ``RefusedError`` where another program has the port on one of them.
    """
    for _ in range(1 if port else _DRAWS):
        first = listen(port)
        try:
            return first, *_listen_on_six(first.getsockname()[1])
        except OSError:  # another program has it there: the browser would ask that one first
            first.close()
    raise RefusedError(
        "Another program listens where a browser would look for the desk first.",
        hint="Start the desk on another port.",
    )


def _listen_on_six(port: int) -> tuple[socket.socket, ...]:
    """The same port on ``::1``; none where the machine speaks no IPv6, so that nobody has it."""
    missing = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}
    try:
        listening = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    except OSError:
        return ()
    try:
        listening.bind((LOOPBACK_6, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno in missing:
            return ()
        raise
    return (listening,)


def listen(port: int = 0) -> socket.socket:
    """Listen on 127.0.0.1, on a free port if none is given.

    The protocol is named, since asyncio sets TCP_NODELAY only where it is; without, each answer
    would wait 40 ms for an acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":  # there it would let two desks listen on one port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, port))
    listening.listen()
    return listening
