"""The team's side of the relay: carries sealed bytes, opens none.

Upholds: an answer is read up to its limit and no further; no redirect is followed; the secret goes
in a header and nowhere else.  Refuses: to name, in an error, what was sent, where, or what the
relay said.
"""

import base64
import logging
from collections.abc import Sequence
from hashlib import sha256
from typing import NoReturn

import httpx

from asylia.errors import (
    ConflictError,
    MalformedError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from asylia.values import BlobId

_MIB = 1 << 20
_TEXT = 4096
_PAGE = 8 * _MIB  # the relay gives 4 MiB at once, or a single blob
_IDS = 64 * _MIB
_TRY_LATER = "Nothing was lost; try again later."

# They log the path of every request, which names blobs; no level set elsewhere may bring that back.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class TeamCourier:
    """The relay's API with the team's secret (32 bytes)."""

    def __init__(self, base_url: str, secret: bytes, client: httpx.Client) -> None:
        self._base, self._client = base_url.rstrip("/"), client
        self.use(secret)

    def use(self, secret: bytes) -> None:
        """Show this secret from now on."""
        shown = base64.urlsafe_b64encode(secret).decode().rstrip("=")
        self._headers = {"Authorization": f"Asylia {shown}", "Accept-Encoding": "identity"}

    def envelope_ids(self) -> tuple[BlobId, ...]:
        """The ids of all envelopes that lie at the relay."""
        return tuple(BlobId(one) for one in _split(self._ask("GET", "/v1/envelopes", _IDS), 16))

    def envelope(self, envelope_id: BlobId) -> bytes:
        """An envelope; ``NotFoundError``."""
        return self._ask("GET", f"/v1/envelopes/{envelope_id.hex()}", 2 * _MIB)

    def delete_envelope(self, envelope_id: BlobId) -> None:
        """Have an envelope deleted; only after two devices hold it."""
        self._ask("DELETE", f"/v1/envelopes/{envelope_id.hex()}", _TEXT)

    def piece(self, piece_id: BlobId) -> bytes:
        """A piece of an attachment; ``NotFoundError``."""
        return self._ask("GET", f"/v1/pieces/{piece_id.hex()}", 2 * _MIB)

    def delete_piece(self, piece_id: BlobId) -> None:
        """Have a piece deleted."""
        self._ask("DELETE", f"/v1/pieces/{piece_id.hex()}", _TEXT)

    def put_drop(self, drop_id: bytes, drop: bytes) -> None:
        """Leave a drop; ``ConflictError`` where one is or was: sign anew for the next number."""
        self._ask("PUT", f"/v1/drops/{drop_id.hex()}", _TEXT, drop)

    def put_ledger(self, blob: bytes) -> int:
        """Append a blob to the line, once; its place."""
        path = f"/v1/ledger/{sha256(blob).hexdigest()}"
        return _number(self._ask("PUT", path, _TEXT, blob))

    def ledger_page(self, start: int) -> tuple[bytes, ...]:
        """Blobs of the line from ``start``, as many as the relay gives at once; none at its end."""
        return parse_page(self._ask("GET", f"/v1/ledger?from={start}", _PAGE))

    def put_bundle(self, bundle: bytes) -> None:
        """Publish the intake bundle."""
        self._ask("PUT", "/v1/bundle", _TEXT, bundle)

    def bundle(self) -> bytes:
        """What the relay gives out as intake bundle: nothing is checked here."""
        return self._ask("GET", "/v1/bundle", _MIB)

    def post_leaves(self, leaves: Sequence[bytes]) -> int:
        """Log leaves (32 bytes each); the index of the first, in a published checkpoint already."""
        return _number(self._ask("POST", "/v1/log/leaves", _TEXT, b"".join(leaves)))

    def checkpoint(self) -> bytes:
        """The log's newest signed checkpoint: nothing is checked here."""
        return self.get("/v1/log/checkpoint")

    def get(self, path: str) -> bytes:
        """Any other resource, for ``tlog.reader``; ``path`` begins with a slash."""
        return self._ask("GET", path, _MIB)

    def put_access(self, secret: bytes) -> None:
        """From now on ``secret`` opens the relay, and the one in use no more."""
        self._ask("PUT", "/v1/access", _TEXT, sha256(secret).digest())

    def put_share(self, share_id: bytes, kept: bytes) -> None:
        """Leave a device's share: the SHA-256 of its token, then the share (``spec/vault.md``)."""
        self._ask("PUT", f"/v1/shares/{share_id.hex()}", _TEXT, kept)

    def share_state(self, share_id: bytes) -> str:
        """``open``, ``spent`` or ``stopped``; ``NotFoundError``."""
        return (
            self._ask("GET", f"/v1/shares/{share_id.hex()}", _TEXT)
            .decode("ascii", "replace")
            .strip()
        )

    def stop_share(self, share_id: bytes) -> None:
        """Shut a device out; ``NotFoundError``."""
        self._ask("POST", f"/v1/shares/{share_id.hex()}/stop", _TEXT)

    def allow_share(self, share_id: bytes) -> None:
        """Allow ten more tries; ``NotFoundError``, ``RefusedError`` where it was stopped."""
        self._ask("POST", f"/v1/shares/{share_id.hex()}/allow", _TEXT)

    def delete_share(self, share_id: bytes) -> None:
        """Have a share deleted."""
        self._ask("DELETE", f"/v1/shares/{share_id.hex()}", _TEXT)

    def _ask(self, method: str, path: str, limit: int, body: bytes | None = None) -> bytes:
        url = self._base + path
        try:
            with self._client.stream(
                method, url, content=body, headers=self._headers, follow_redirects=False
            ) as response:
                if response.status_code not in (200, 201, 204):
                    _refuse(response.status_code)
                return _read(response, limit)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise UnavailableError("the relay does not answer", hint=_TRY_LATER) from None


def parse_page(untrusted: bytes) -> tuple[bytes, ...]:
    """Blobs, each behind its length (four bytes, big-endian); ``MalformedError``."""
    blobs, at, end = [], 0, len(untrusted)
    while at + 4 <= end:
        start = at + 4
        at = start + int.from_bytes(untrusted[at:start], "big")
        blobs.append(untrusted[start:at])
    if at != end:
        raise MalformedError("the relay's answer is cut off", hint=_TRY_LATER)
    return tuple(blobs)


def _split(untrusted: bytes, size: int) -> list[bytes]:
    if len(untrusted) % size:
        raise MalformedError("the relay's answer is cut off", hint=_TRY_LATER)
    return [untrusted[at : at + size] for at in range(0, len(untrusted), size)]


def _number(untrusted: bytes) -> int:
    text = untrusted.strip()
    if not text.isdigit() or len(text) > 15:
        raise MalformedError("the relay's answer is not a number")
    return int(text)


def _read(response: httpx.Response, limit: int) -> bytes:
    held = bytearray()
    for some in response.iter_raw():  # never unpacked: a small answer stays small
        held += some
        if len(held) > limit:
            raise MalformedError("the relay's answer is too long")
    return bytes(held)


def _refuse(status: int) -> NoReturn:
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise RefusedError(
            "the relay does not know this team's secret",
            hint="The team may have changed it, or this device was taken out: ask an admin.",
        )
    if status == httpx.codes.LOCKED:
        raise RefusedError(
            "this device was stopped", hint="It comes back by an invitation, as a new device."
        )
    if status == httpx.codes.NOT_FOUND:
        raise NotFoundError("the relay has nothing there")
    if status == httpx.codes.CONFLICT:
        raise ConflictError("the relay holds something else in that place")
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise MalformedError("this is more than the relay takes")
    if status == httpx.codes.INSUFFICIENT_STORAGE:
        raise UnavailableError(
            "the relay is full", hint="Ask who runs it; what waits here is kept."
        )
    raise UnavailableError("the relay could not do this", hint=_TRY_LATER)
