"""Group commit on PostgreSQL: what arrives while one transaction commits goes into the next.

One session in one thread writes for this process; one advisory lock, held from the first statement
to the commit, lets one process write at a time (``docs/decisions/0044``).

Upholds: a job's answer leaves only after the commit it was in returned; positions are dense and
seen in order, since whoever counts them holds the lock.  Refuses: to guess what became of a commit
whose answer was lost: its jobs fail, and sending them again is harmless.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg

from asylia.errors import UnavailableError
from asylia.relay.pgdatabase import LOCK, Connection, connect, discard
from asylia.relay.store import Put, Room
from asylia.values import Day

T = TypeVar("T")
GROUP = 256  # jobs in one transaction at most
GROUP_BYTES = 16 << 20  # and bytes of their blobs, about
_USED = "SELECT value FROM setting WHERE name = 'used'"
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({LOCK}); {_USED}"
_LOST = "the relay's database went away; send this again"


def cost(size: int) -> int:
    """Bytes that a blob of this size is charged with: itself, its chunks' and its rows' heads."""
    return size + size // 32 + 256


@dataclass
class Turn:
    """One process's turn to write: its session, and how many bytes are in use so far."""

    db: Connection
    used: int
    room: Room

    def fits(self, kind: str, size: int) -> bool:
        """Whether there is room; if so, it is taken."""
        if not self.room.takes(kind, self.used, cost(size)):
            return False
        self.used += cost(size)
        return True

    def freed(self, size: int) -> None:
        """Give a blob's room back."""
        self.used = max(0, self.used - cost(size))


@dataclass(frozen=True)
class Insert:
    """A blob to be stored under an id, if the id is free; several go into one statement."""

    table: str
    key: bytes
    blob: bytes
    day: Day


@dataclass(frozen=True)
class _Job(Generic[T]):
    step: Insert | Callable[[Turn], T]
    future: asyncio.Future[T]
    alone: bool = False

    @property
    def size(self) -> int:
        return len(self.step.blob) if isinstance(self.step, Insert) else 0


class PostgresWriter:
    """The one writer of this process."""

    def __init__(self, conninfo: str, room: Room) -> None:
        self._conninfo, self._room = conninfo, room
        self._db: Connection | None = None
        self._waiting: deque[_Job[Any]] = deque()
        self._busy = self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="relay-writer")

    async def insert(self, blob: Insert) -> Put:
        """Store a blob with the next group."""
        return await self._queue(_Job(blob, asyncio.get_running_loop().create_future()))

    async def submit(self, step: Callable[[Turn], T], *, alone: bool = False) -> T:
        """Run ``step`` in the next group; return its answer once that group is durable."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        return await self._queue(_Job(step, future, alone))

    def close(self) -> None:
        """Let the transaction under way end, then close the session."""
        self._closed = True
        self._thread.shutdown()
        if self._db is not None:
            discard(self._db)

    async def _queue(self, job: _Job[T]) -> T:
        if self._closed:
            raise UnavailableError("the store is closed")
        self._waiting.append(job)
        if not self._busy:
            self._busy = True
            loop = asyncio.get_running_loop()
            loop.call_soon(self._next, loop)
        return await job.future

    def _next(self, loop: asyncio.AbstractEventLoop) -> None:
        group = self._group()
        if not group or self._closed:
            self._busy = False
            return

        def done(ended: asyncio.Future[list[Any]]) -> None:
            error = ended.exception()
            answers = [error] * len(group) if error else ended.result()
            for job, answer in zip(group, answers, strict=True):
                _deliver(job, answer)
            self._next(loop)

        loop.run_in_executor(self._thread, self._answers, group).add_done_callback(done)

    def _group(self) -> list[_Job[Any]]:
        group: list[_Job[Any]] = []
        size = 0
        while self._waiting and len(group) < GROUP and size < GROUP_BYTES:
            if group and self._waiting[0].alone:
                break
            group.append(self._waiting.popleft())
            size += group[-1].size
            if group[-1].alone:
                break
        return group

    def _answers(self, group: list[_Job[Any]]) -> list[Any]:
        """An answer or an error for each job; one that fails does not undo its neighbours."""
        try:
            return self._commit(group)
        except UnavailableError:
            raise
        except Exception as error:
            return [error] if len(group) == 1 else [self._single(job) for job in group]

    def _single(self, job: _Job[Any]) -> Any:
        try:
            return self._commit([job])[0]
        except Exception as error:
            return error

    def _commit(self, group: list[_Job[Any]]) -> list[Any]:
        turn = self._begin()
        before = turn.used
        try:
            answers = [answer for steps in _runs(group) for answer in _run(turn, steps)]
            self._finish(turn, changed=turn.used != before)
        except psycopg.errors.DiskFull:
            self._undo(turn.db)
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self._undo(turn.db)
            raise UnavailableError(_LOST) from None
        except BaseException:
            self._undo(turn.db)
            raise
        return answers

    def _begin(self) -> Turn:
        """A transaction with the lock; on a new session where the old one was cut off meanwhile."""
        for last in (self._db is None, True):
            if self._db is None:
                self._db = connect(self._conninfo)
            try:
                cursor = self._db.execute(_BEGIN)
                while cursor.nextset():
                    pass
                row = cursor.fetchone()
            except psycopg.Error:
                discard(self._db)
                self._db = None
                if last:
                    break
            else:
                return Turn(self._db, int(row[0]) if row else 0, self._room)
        raise UnavailableError("the relay's database is busy or away; nothing was stored")

    def _finish(self, turn: Turn, *, changed: bool) -> None:
        used = str(turn.used).encode().hex()
        update = f"UPDATE setting SET value = '\\x{used}' WHERE name = 'used';"  # noqa: S608
        cursor = turn.db.execute(update + "COMMIT" if changed else "COMMIT")
        while cursor.nextset():
            pass
        if cursor.statusmessage != "COMMIT":  # what PostgreSQL says of a transaction that failed
            raise UnavailableError(_LOST)

    def _undo(self, db: Connection) -> None:
        try:
            db.rollback()
        except psycopg.Error:
            discard(db)
            self._db = None


def _deliver(job: _Job[Any], answer: Any) -> None:
    if job.future.done():
        return
    if isinstance(answer, BaseException):
        job.future.set_exception(answer)
    else:
        job.future.set_result(answer)


def _runs(group: Sequence[_Job[Any]]) -> list[list[Insert] | Callable[[Turn], Any]]:
    """The steps in their order, with inserts that may share a statement put together."""
    runs: list[list[Insert] | Callable[[Turn], Any]] = []
    for job in group:
        step, last = job.step, runs[-1] if runs else None
        if not isinstance(step, Insert):
            runs.append(step)
        elif isinstance(last, list) and _joins(last, step):
            last.append(step)
        else:
            runs.append([step])
    return runs


def _joins(run: list[Insert], step: Insert) -> bool:
    same = run[0].table == step.table and run[0].day == step.day
    return same and all(one.key != step.key for one in run)


def _run(turn: Turn, steps: list[Insert] | Callable[[Turn], Any]) -> list[Any]:
    return _insert(turn, steps) if isinstance(steps, list) else [steps(turn)]


def _insert(turn: Turn, run: list[Insert]) -> list[Put]:
    table, day, before = run[0].table, run[0].day, turn.used
    fitting = [one for one in run if turn.fits(table, len(one.blob))]
    turn.used = before
    new: set[bytes] = set()
    if fitting:
        query = (
            f"INSERT INTO {table} SELECT id, %s, blob FROM unnest(%b::bytea[], %b::bytea[])"  # noqa: S608
            " AS fresh (id, blob) ON CONFLICT (id) DO NOTHING RETURNING id"
        )
        values = (day, [one.key for one in fitting], [one.blob for one in fitting])
        new = {row[0] for row in turn.db.execute(query, values, binary=True)}
    turn.used += sum(cost(len(one.blob)) for one in fitting if one.key in new)
    rest = [one.key for one in run if one.key not in new]
    held: dict[bytes, bytes | None] = {}
    if rest:
        query = f"SELECT id, blob FROM {table} WHERE id = ANY(%b::bytea[])"  # noqa: S608
        held = dict(turn.db.execute(query, (rest,), binary=True).fetchall())
    return [Put.STORED if one.key in new else _held(held, one) for one in run]


def _held(held: dict[bytes, bytes | None], one: Insert) -> Put:
    if one.key not in held:
        return Put.FULL
    return Put.SAME if held[one.key] == one.blob else Put.TAKEN
