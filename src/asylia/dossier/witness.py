"""Asking witnesses to cosign the log's checkpoint, before a dossier stands on it.

Upholds: a proof that leaves was checked by the reader against the log's signed root; only lines
under names that the policy knows are kept, and the whole is verified under the policy afterwards.
Refuses: an answer that is too long, a witness that says it has seen more than there is.  What a
witness learns is the checkpoint, which is public, and when it was asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from asylia.errors import (
    AsyliaError,
    ConflictError,
    ForgedError,
    MalformedError,
    RefusedError,
    UnavailableError,
)
from asylia.tlog.addcheckpoint import PATH, AddCheckpoint, parse_size
from asylia.tlog.checkpoint import with_cosignatures
from asylia.tlog.note import LIMIT, NoteSignature, parse_signatures
from asylia.tlog.policy import Policy, verify
from asylia.tlog.reader import LogReader

Witness = Callable[[LogReader], tuple[NoteSignature, ...]]
_CONFLICT = 409
_TRIES = 4  # other desks may ask the same witness meanwhile, with a newer tree


class OvertakenError(ConflictError):
    """The witness has seen more of the log than the reader has fetched, or just saw more.

    Another desk may have asked it meanwhile: fetched anew, the log must show as much.
    """

    def __init__(self) -> None:
        super().__init__(
            "a witness has seen more of this log than it shows here",
            hint="Build nothing on it. Tell the team by voice: it may be shown another line.",
        )


@dataclass(frozen=True)
class WitnessService:
    """One witness: where it answers, by C2SP tlog-witness."""

    url: str
    client: httpx.Client

    def __call__(self, reader: LogReader) -> tuple[NoteSignature, ...]:
        """Its lines for the checkpoint that the reader fetched last.

        Raises ``UnavailableError`` where nobody answers, ``MalformedError`` where the answer is
        none, ``ConflictError`` where the witness holds a tree that this log does not grow from,
        ``OvertakenError`` where the checkpoint must be fetched anew before that is known.
        """
        status, answer = self._ask(AddCheckpoint(0, (), reader.note))
        if status == _CONFLICT:
            held = parse_size(answer)
            if held > reader.size:
                raise OvertakenError
            proof = reader.growth(held)
            status, answer = self._ask(AddCheckpoint(held, proof, reader.note))
            if status == _CONFLICT and parse_size(answer) > held:
                raise OvertakenError
        if status == httpx.codes.OK:
            return parse_signatures(answer.decode("utf-8", "replace"))
        if status in (_CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY):
            raise ConflictError(
                "a witness holds another tree of this log",
                hint="Build nothing on it. Tell the team by voice: it may be shown another line.",
            )
        raise UnavailableError("a witness did not cosign the log's checkpoint")

    def _ask(self, request: AddCheckpoint) -> tuple[int, bytes]:
        address = f"{self.url.rstrip('/')}/{PATH}"
        try:
            with self.client.stream("POST", address, content=request.encode()) as answer:
                body = b""
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > LIMIT:
                        raise MalformedError("a witness's answer is too long")
                return answer.status_code, body
        except (httpx.HTTPError, httpx.InvalidURL):
            raise UnavailableError("a witness does not answer") from None


def check_enough(policy: Policy, witnesses: Sequence[Witness]) -> None:
    """Raise ``RefusedError`` where fewer are asked than the recipient's policy wants."""
    if len(witnesses) < policy.threshold:
        raise RefusedError(
            "The recipient trusts a dossier only with witnesses’ signatures, and too few witnesses"
            " are asked here.",
            hint="Nothing was built. Whoever sets the machines up names the witnesses’ addresses"
            " (--witness).",
        )


def cosigned(reader: LogReader, policy: Policy, witnesses: Sequence[Witness]) -> bytes:
    """The reader's note with the witnesses' lines, as the recipient's policy asks for them.

    One that does not answer is passed over, if enough others do; else ``UnavailableError``.  Where
    one was asked by another desk meanwhile, the reader fetches the log anew, and all are asked
    again: proofs are to be drawn after this.
    """
    for _ in range(_TRIES - 1):
        try:
            return _cosigned(reader, policy, witnesses)
        except OvertakenError:
            reader.checkpoint()
    return _cosigned(reader, policy, witnesses)


def _cosigned(reader: LogReader, policy: Policy, witnesses: Sequence[Witness]) -> bytes:
    known = {one.name for one in policy.witnesses}
    note, silent = reader.note, False
    for witness in witnesses:
        try:
            lines = witness(reader)
        except ConflictError:
            raise
        except AsyliaError:
            silent = True
            continue
        note = with_cosignatures(note, tuple(one for one in lines if one.name in known))
    try:
        verify(note, policy)
    except ForgedError:
        if silent:
            raise UnavailableError(
                "Too few witnesses answered, so the recipient would not trust this dossier.",
                hint="Nothing was built; try again in some minutes.",
            ) from None
        raise
    return note
