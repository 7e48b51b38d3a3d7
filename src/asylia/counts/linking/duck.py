"""DuckDB, inside this process.

Upholds: all in memory (``temp_directory`` is empty), and nothing is fetched from anybody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from splink import DuckDBAPI

from asylia.counts.linking.backend import Backend
from asylia.counts.linking.comparing import FIELDS, levels
from asylia.counts.linking.encoding import Encoded

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "temp_directory": "",
    "threads": 2,
    # By default it fetches what it lacks from a server of its makers'.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@contextmanager
def _opened(encoded: Encoded) -> Iterator[DuckDBAPI]:
    with duckdb.connect(":memory:", config=_CONFIG) as connection:
        connection.execute("SET lambda_syntax='ENABLE_SINGLE_ARROW'")
        # A spawned process is taken for one at a prompt, and would get bars among its output.
        connection.execute("SET enable_progress_bar=false")
        for at, name in enumerate(FIELDS):
            if name in encoded.fields:
                connection.create_function(
                    f"{name}_level",
                    _compiled(encoded, at),
                    ["BIGINT", "BIGINT"],
                    "BIGINT",
                    type="arrow",
                )
        yield DuckDBAPI(connection=connection)


def _compiled(encoded: Encoded, field: int) -> Callable[[pa.Array, pa.Array], pa.Array]:
    def of(left: pa.Array, right: pa.Array) -> pa.Array:
        return pa.array(levels(encoded.numbers, field, left.to_numpy(), right.to_numpy()))

    return of


DUCKDB: Backend = _opened
