"""Group commit: what arrives while one transaction is made durable goes into the next.

Statements run in the event loop (memory speed); the commit of a group, which waits for the disk,
runs in a thread.  So a group costs one change of thread, not one a statement
(``docs/decisions/0041``).

Upholds: a job's answer leaves only after the transaction it was in is durable.  Refuses: to let one
job's failure undo another's: if a group fails, each of its jobs runs again in a transaction of its
own.  Serves one event loop at a time.
"""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any, Generic, Literal, TypeVar

from asylia.errors import UnavailableError

T = TypeVar("T")
GROUP = 256  # jobs in one transaction at most, so that the first does not wait for ever


@dataclass(frozen=True)
class Job(Generic[T]):
    """A step to run, and who waits for its answer.

    ``manner``: in a transaction with others, in one of its own, or outside any, in the thread.
    """

    step: Callable[[sqlite3.Connection], T]
    future: asyncio.Future[T]
    manner: Literal["together", "single", "outside"] = "together"


class GroupWriter:
    """The one writer, on a connection that nobody else uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._waiting: deque[Job[Any]] = deque()
        self._busy = False
        self._closed = False
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._commit, name="relay-commit", daemon=True)
        self._thread.start()

    async def submit(self, step: Callable[[sqlite3.Connection], T], *, outside: bool = False) -> T:
        """Run ``step`` in the next group; return its answer once that group is durable."""
        if self._closed:
            raise UnavailableError("the store is closed")
        loop = asyncio.get_running_loop()
        job: Job[T] = Job(step, loop.create_future(), "outside" if outside else "together")
        self._waiting.append(job)
        if not self._busy:
            self._busy = True
            loop.call_soon(self._begin, loop)
        return await job.future

    def close(self) -> None:
        """Let the transaction under way end, then close the connection."""
        self._closed = True
        self._work.put(None)
        self._thread.join()
        if self.connection.in_transaction:
            self.connection.rollback()
        self.connection.close()

    def _commit(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        group = self._next_group()
        if not group or self._closed:
            self._busy = False
            return
        try:
            answers, last = self.run(group)
        except Exception as error:
            self._failed(group, error)
            loop.call_soon(self._begin, loop)
            return
        self.finish(loop, group, answers, last)

    def _next_group(self) -> list[Job[Any]]:
        group: list[Job[Any]] = []
        while self._waiting and len(group) < GROUP:
            if group and self._waiting[0].manner != "together":
                break
            group.append(self._waiting.popleft())
            if group[0].manner != "together":
                break
        return group

    def run(self, group: list[Job[Any]]) -> tuple[list[Any], Callable[[], Any]]:
        """Run a group's steps; return their answers, and what the thread is still to do."""
        if group[0].manner == "outside":
            return [None], lambda: group[0].step(self.connection)
        self.connection.execute("BEGIN IMMEDIATE")
        return [job.step(self.connection) for job in group], self.connection.commit

    def finish(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[Job[Any]],
        answers: list[Any],
        last: Callable[[], Any],
    ) -> None:
        """Do the last of it; only then answer, and begin the next group.

        A lone job is committed right here: two changes of thread cost it more than they give.
        """
        if len(group) == 1 and group[0].manner != "outside" and not self._waiting:
            self._ended(group, answers, attempt(last))
            loop.call_soon(self._begin, loop)
            return

        def work() -> None:
            error = attempt(last)
            with suppress(RuntimeError):  # the loop is gone, and with it whoever asked
                loop.call_soon_threadsafe(self._next, loop, group, answers, error)

        self._work.put(work)

    def _next(
        self,
        loop: asyncio.AbstractEventLoop,
        group: list[Job[Any]],
        answers: list[Any],
        error: Exception | None,
    ) -> None:
        """Begin the next group before the answers leave: they leave while it is made durable."""
        self._ended(group, answers, error)
        self._begin(loop)

    def _ended(self, group: list[Job[Any]], answers: list[Any], error: Exception | None) -> None:
        if error is None:
            deliver(group, answers)
        else:
            self._failed(group, error)

    def _failed(self, group: list[Job[Any]], error: Exception) -> None:
        if self.connection.in_transaction:
            self.connection.rollback()
        if len(group) > 1:
            self._waiting.extendleft(replace(job, manner="single") for job in reversed(group))
        elif not group[0].future.done():
            group[0].future.set_exception(error)


def attempt(last: Callable[[], object]) -> Exception | None:
    """How it failed, if it did."""
    try:
        last()
    except Exception as error:
        return error
    return None


def deliver(group: list[Job[Any]], answers: list[Any]) -> None:
    """Hand each answer to whoever still waits for it."""
    for job, answer in zip(group, answers, strict=True):
        if not job.future.done():
            job.future.set_result(answer)
