"""Running the page: one listener in this process.

Upholds: SIGTERM and SIGINT let what was accepted finish.  Refuses: to log a request, to keep an
address.
"""

from asylia import listener
from asylia.crypto.signing import VerifyingKey
from asylia.intake.app import create_app


def serve(relay_url: str, root: VerifyingKey, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    with listener.listen(host, port) as listening:
        listener.run(listener.serve(create_app(relay_url, root), listening, lifespan="on"))
