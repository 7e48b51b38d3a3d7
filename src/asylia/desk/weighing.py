"""A table that is being weighed for review, in a process beside the desk's, in memory.

Upholds: pages answer meanwhile; the records go to the process and the weighed pairs come back by a
pipe; it holds no key, writes nothing, and is ended with the desk, however that ends, and when the
table is let go of.  Refuses what the model can't learn from, once it is asked for.
"""

import multiprocessing
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from asylia.casework.review import Reviews
from asylia.counts.linking.table import Records
from asylia.counts.linking.weighing import Weighed, weigh
from asylia.desk.leash import die_with_parent
from asylia.desk.reviewing import Reviewing
from asylia.errors import AsyliaError, RefusedError
from asylia.vault.process import harden

Answer = Weighed | tuple[str, str] | None  # pairs; a refusal's message and hint; neither


@dataclass
class Weighing:
    """One table, until its pairs are weighed."""

    name: str
    me: str
    left_out: int
    records: Records = field(repr=False)
    _process: SpawnProcess | None = field(default=None, repr=False)
    _answer: Connection | None = field(default=None, repr=False)

    def begin(self) -> None:
        """Start the process."""
        context = multiprocessing.get_context("spawn")
        self._answer, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=run_weighing, args=(theirs, self.records))
        self._process.start()
        theirs.close()

    @property
    def runs(self) -> bool:
        """Whether there is no answer yet; a process that died has given one."""
        return self._answer is not None and not self._answer.poll()

    def taken(self, reviews: Reviews) -> Reviewing:
        """The review of what was weighed, entered as begun; raises what stopped it."""
        answer: Answer = None
        if self._answer is not None:
            with suppress(EOFError, OSError):
                answer = self._answer.recv()
        self.close()
        if isinstance(answer, tuple):
            raise RefusedError(answer[0], hint=answer[1])
        if answer is None:
            raise RefusedError(
                "The weighing stopped by itself.",
                hint="Nothing was kept. Try it with fewer records, or with more memory.",
            )
        return Reviewing.begin(reviews, self.name, self.me, self.records, self.left_out, answer)

    def close(self) -> None:
        """End the process now."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.join()
            process.close()
        if self._answer is not None:
            self._answer.close()
            self._answer = None


def run_weighing(answer: Connection, records: Records) -> None:
    """What the process does; a fault's text reaches no terminal."""
    harden()
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid:
        die_with_parent(parent.pid)
    with suppress(BrokenPipeError):
        answer.send(_weighed(records))


def _weighed(records: Records) -> Answer:
    try:
        return weigh(records)
    except AsyliaError as error:
        return error.message, error.hint
    except Exception:  # whatever it was, its text may quote a cell
        return None
