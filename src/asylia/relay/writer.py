"""Group commit: one thread writes; what waits while it commits goes into the next transaction.

Upholds: a job's answer leaves only after the transaction it was in is durable.  Refuses: to let one
job's failure undo another's: if a group fails, each of its jobs runs again in a transaction of its
own.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from asylia.errors import UnavailableError

T = TypeVar("T")
GROUP = 256  # jobs in one transaction at most, so that the first does not wait for ever


@dataclass(frozen=True)
class _Job(Generic[T]):
    step: Callable[[sqlite3.Connection], T]
    future: asyncio.Future[T]
    alone: bool  # outside any transaction: for what SQLite refuses inside one


@dataclass(frozen=True)
class _Answer:
    future: asyncio.Future[Any]
    value: Any = None
    error: Exception | None = None


class GroupWriter:
    """The one writer on a connection that nobody else uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="relay-writer", daemon=True)
        self._thread.start()

    async def submit(self, step: Callable[[sqlite3.Connection], T], *, alone: bool = False) -> T:
        """Run ``step`` in the next group; return its answer once that group is durable."""
        if self._closed:
            raise UnavailableError("the store is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(_Job(step, future, alone))
        return await future

    def close(self) -> None:
        """Finish what was accepted, then close the connection."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        more = True
        while more:
            group, more = self._gather()
            while group:
                size = 1 if group[0].alone else _until_alone(group)
                self._answer(self._write(group[:size]))
                group = group[size:]
        self._connection.close()

    def _gather(self) -> tuple[list[_Job[Any]], bool]:
        """Wait for one job, then take what else is there; False once closed."""
        job, group = self._queue.get(), []
        while job is not None:
            group.append(job)
            if len(group) == GROUP:
                return group, True
            try:
                job = self._queue.get_nowait()
            except Empty:
                return group, True
        return group, False

    def _write(self, group: list[_Job[Any]]) -> list[_Answer]:
        if group[0].alone:
            return [self._attempt(group[0])]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            answers = [_Answer(job.future, job.step(self._connection)) for job in group]
            self._commit()
        except Exception as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            if len(group) == 1:
                return [_Answer(group[0].future, error=error)]
            return [answer for job in group for answer in self._write([job])]
        return answers

    def _commit(self) -> None:
        self._connection.execute("COMMIT")

    def _attempt(self, job: _Job[Any]) -> _Answer:
        try:
            return _Answer(job.future, job.step(self._connection))
        except Exception as error:
            return _Answer(job.future, error=error)

    def _answer(self, answers: list[_Answer]) -> None:
        """Wake each event loop once for all of its answers."""
        loops: dict[asyncio.AbstractEventLoop, list[_Answer]] = {}
        for answer in answers:
            loops.setdefault(answer.future.get_loop(), []).append(answer)
        for loop, mine in loops.items():
            with contextlib.suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(_deliver, mine)


def _until_alone(group: list[_Job[Any]]) -> int:
    return next((at for at, job in enumerate(group) if job.alone), len(group))


def _deliver(answers: list[_Answer]) -> None:
    for answer in answers:
        if answer.future.done():  # whoever asked went away
            continue
        if answer.error is None:
            answer.future.set_result(answer.value)
        else:
            answer.future.set_exception(answer.error)
