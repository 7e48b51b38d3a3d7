"""The reporter's side of the relay: carries sealed bytes, opens none.

Asynchronous, since the intake page is; elsewhere ``anyio.run`` drives it.  Upholds: an answer is
read up to its limit and no further; no redirect is followed.  Refuses: to name, in an error, what
was sent, where, or what the relay said.
"""

import logging
from collections.abc import Sequence
from typing import Final

import httpx

from asylia.envelope import bundle, drop
from asylia.envelope.drop import Slot, State
from asylia.errors import AsyliaError, ConflictError, MalformedError, UnavailableError
from asylia.values import BlobId

_HEAD = 5  # a slot's state and its length
_STATES: Final[dict[int, State]] = {0: "absent", 1: "present", 2: "gone"}
_WINDOW_LIMIT = drop.WINDOW * (_HEAD + drop.LIMIT)
_ERROR_LIMIT = 4096
_TRY_LATER = "Nothing was lost; try again later."

# They log the path of every request, which names blobs; no level set elsewhere may bring that back.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class ReporterCourier:
    """What needs no secret of the team's: to send, to look for drops, to fetch the bundle."""

    def __init__(self, base_url: str, client: httpx.AsyncClient) -> None:
        self._base, self._client = base_url.rstrip("/"), client

    async def send_envelope(self, envelope_id: BlobId, envelope: bytes) -> None:
        """Returns once it is stored durably; the same again is no error."""
        await self._ask("PUT", f"/v1/envelopes/{envelope_id.hex()}", envelope, _ERROR_LIMIT)

    async def send_piece(self, piece_id: BlobId, piece: bytes) -> None:
        """Send one piece of an attachment; before the envelope that names it."""
        await self._ask("PUT", f"/v1/pieces/{piece_id.hex()}", piece, _ERROR_LIMIT)

    async def window(self, ids: Sequence[bytes]) -> tuple[Slot, ...]:
        """What lies under eight ids, in their order."""
        if len(ids) != drop.WINDOW:
            raise MalformedError("a window has eight ids")
        return parse_window(
            await self._ask("POST", "/v1/drops/window", b"".join(ids), _WINDOW_LIMIT)
        )

    async def mark_read(self, ids: Sequence[bytes]) -> None:
        """Have up to eight drops deleted; only after their words were handed over."""
        if ids:
            await self._ask("POST", "/v1/drops/read", b"".join(ids), _ERROR_LIMIT)

    async def bundle(self) -> bytes:
        """The intake bundle as signed bytes, for ``verify_bundle``: nothing is checked here."""
        return await self._ask("GET", "/v1/bundle", None, bundle.LIMIT)

    async def _ask(self, method: str, path: str, body: bytes | None, limit: int) -> bytes:
        try:
            async with self._client.stream(
                method,
                self._base + path,
                content=body,
                headers={"Accept-Encoding": "identity"},
                follow_redirects=False,
            ) as response:
                if response.status_code not in (200, 201, 204):
                    raise _refusal(response.status_code)
                return await _read(response, limit)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise UnavailableError("the relay does not answer", hint=_TRY_LATER) from None


def parse_window(untrusted: bytes) -> tuple[Slot, ...]:
    """Eight times: state (one byte), length (four, big-endian), blob; ``MalformedError``."""
    slots, at = [], 0
    for _ in range(drop.WINDOW):
        start = at + _HEAD
        head = untrusted[at:start]
        state = _STATES.get(head[0]) if len(head) == _HEAD else None
        size = int.from_bytes(head[1:], "big")
        at = start + size
        if state is None or (size > 0) != (state == "present"):
            raise MalformedError("the relay's answer is not eight slots")
        slots.append(Slot(state, untrusted[start:at]))
    if at != len(untrusted):
        raise MalformedError("the relay's answer is not eight slots")
    return tuple(slots)


async def _read(response: httpx.Response, limit: int) -> bytes:
    held = bytearray()
    async for some in response.aiter_raw():  # never unpacked: a small answer stays small
        held += some
        if len(held) > limit:
            raise MalformedError("the relay's answer is too long")
    return bytes(held)


def _refusal(status: int) -> AsyliaError:
    if status == httpx.codes.CONFLICT:
        return ConflictError("the relay holds something else in that place")
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return MalformedError("this is more than the relay takes", hint="Send it in two parts.")
    if status == httpx.codes.INSUFFICIENT_STORAGE:
        return UnavailableError(
            "the relay is full and takes no more just now",
            hint="A short message without a file may still get through; else try again later.",
        )
    return UnavailableError("the relay could not do this", hint=_TRY_LATER)
