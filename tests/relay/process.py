"""The real relay in a process of its own, and a lean client that records what was acknowledged."""

import base64
import http.client
import socket
import subprocess
import sys
import threading
import time
from hashlib import sha256

from asylia.relay.serve import init
from asylia.tlog.checkpoint import NoteKey

SECRET = b"team's access secret for a test."
AUTHORIZATION = {"Authorization": "Asylia " + base64.urlsafe_b64encode(SECRET).decode()}
SERVE = "import sys; from pathlib import Path; from asylia.relay.serve import serve;"
SERVE += "serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]))"


def found(folder):
    init(folder, access=sha256(SECRET).digest(), key=NoteKey("log.example/test", bytes(32)))
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RelayProcess:
    """``code`` serves the folder in its first argument at the port in its second."""

    def __init__(self, folder, code=SERVE):
        self.port = free_port()
        command = [sys.executable, "-c", code, str(folder), str(self.port)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the relay did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        return self.process.stdout.read()

    def request(self, method, path, body=None, headers=AUTHORIZATION):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get_all(self, paths):
        """The bodies of many GETs over one connection; None where the status is not 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        out = []
        for path in paths:
            connection.request("GET", path, headers=AUTHORIZATION)
            answer = connection.getresponse()
            body = answer.read()
            out.append(body if answer.status == 200 else None)
        connection.close()
        return out


def burst(port, blobs, clients, enough=None):
    """PUT all blobs from several threads; returns the ids that were acknowledged.

    ``enough``: called once that many were, as the burst goes on.
    """
    work, acknowledged, lock = list(blobs.items()), [], threading.Lock()
    at, then = enough or (len(work) + 1, None)

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while True:
            with lock:
                if not work:
                    break
                one, blob = work.pop()
            try:
                connection.request("PUT", f"/v1/envelopes/{one.hex()}", blob)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                break
            if answer.status in (200, 201):
                with lock:
                    acknowledged.append(one)
                    now = len(acknowledged) == at
                if now:
                    then()
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acknowledged
