"""Spark, on this machine: the same model, trained there; pairs are chosen and merged here.

Upholds: whatever Spark writes lies in one folder in memory, which goes when the session does; it
listens on loopback only, asks for a secret, and shows no page; it reads no settings of this
machine's.  Refuses to start where no folder in memory can be had, or without Java and pyspark.
Spark's workers get numbers of tokens and days, as DuckDB's functions do; texts of names stay here.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlglot

from asylia import scratch
from asylia.counts.linking.backend import Backend
from asylia.counts.linking.comparing import FIELDS, levels
from asylia.counts.linking.duck import DUCKDB
from asylia.counts.linking.encoding import Encoded
from asylia.errors import RefusedError, UnavailableError

_SMALL = 20_000  # records for which compiling Java code well costs more than it gains
_OURS = ("SPARK_LOCAL_DIRS", "SPARK_CONF_DIR", "SPARK_LOCAL_IP", "PYSPARK_PYTHON", "TMPDIR")


def local(folder: Path | None = None, cores: int | None = None) -> Backend:
    """A backend on this machine, below ``folder`` or the system's memory, on all cores or some."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        raise UnavailableError(
            "Spark needs Java and the package pyspark, which are not both installed",
            hint="Install Java (Debian: default-jre-headless) and pip install 'asylia[spark]'.",
        )
    within = scratch.base() if folder is None else folder
    if within is None or not scratch.in_memory(within):
        raise RefusedError(
            "Spark writes files, and there is no folder in memory for them",
            hint="Mount a tmpfs at /dev/shm, or link without Spark.",
        )

    @contextmanager
    def opened(encoded: Encoded) -> Iterator[Any]:
        with (
            scratch.scratch(within) as room,
            _session(room, cores or os.cpu_count() or 1, encoded.size) as session,
            DUCKDB(encoded) as here,
        ):
            yield _api(session, encoded, here)

    return opened


@contextmanager
def _session(room: Path, cores: int, size: int) -> Iterator[Any]:
    from pyspark import SparkContext  # noqa: PLC0415 - an extra of its own
    from pyspark.sql import SparkSession  # noqa: PLC0415

    if SparkContext._active_spark_context is not None:
        raise RefusedError("Spark runs in this process already, with settings of its own")
    before = {name: os.environ.get(name) for name in _OURS}
    told = (room, room, "127.0.0.1", sys.executable, room)
    os.environ.update(zip(_OURS, map(str, told), strict=True))
    builder = SparkSession.builder.master(f"local[{cores}]").appName("linkage")
    for name, value in _settings(room, cores, size).items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            session.stop()
            _end_java(SparkContext)
    finally:
        for name, was in before.items():
            os.environ.pop(name, None)
            if was is not None:
                os.environ[name] = was


def _settings(room: Path, cores: int, size: int) -> dict[str, str]:
    java = f"-Djava.io.tmpdir={room} -XX:-UsePerfData -XX:ErrorFile={room}/error"
    if size < _SMALL:
        java += " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    return {
        "spark.local.dir": str(room),
        "spark.sql.warehouse.dir": str(room / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.eventLog.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.authenticate": "true",
        "spark.driver.memory": "1g" if size < _SMALL else "6g",
        "spark.driver.extraJavaOptions": java,
        "spark.log.level": "OFF",
        "spark.sql.shuffle.partitions": "1" if size < _SMALL else str(4 * cores),
        "spark.sql.codegen.wholeStage": str(size >= _SMALL).lower(),
        "spark.sql.adaptive.enabled": str(size >= _SMALL).lower(),
    }


def _end_java(context: Any) -> None:
    """End the Java process, which PySpark would keep until this one ends."""
    gateway = context._gateway
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(60)
    context._gateway = context._jvm = None


def _api(session: Any, encoded: Encoded, here: Any) -> Any:
    from pyspark.sql import functions  # noqa: PLC0415
    from splink.internals.spark.database_api import SparkAPI  # noqa: PLC0415

    class Trained(SparkAPI):  # type: ignore[misc]
        """Spark counts patterns of agreement; training reads the counts, again and again, here.

        The counts are a small table, and planning a query over it costs Spark half a second.
        """

        def _cleanup_for_execute_sql(self, table: Any, templated: str, physical: str) -> Any:
            if templated == "__splink__agreement_pattern_counts":
                here.register(table.toArrow(), table_name=physical)
            return super()._cleanup_for_execute_sql(table, templated, physical)

        def sql_pipeline_to_splink_dataframe(self, pipeline: Any) -> Any:
            read = {one.templated_name for one in pipeline.input_dataframes}
            if read != {"__splink__agreement_pattern_counts"}:
                return super().sql_pipeline_to_splink_dataframe(pipeline)
            sql = pipeline.generate_cte_pipeline_sql()
            (said,) = sqlglot.transpile(sql, read="spark", write="duckdb")
            return here._execute_sql(said, pipeline.output_table_name)

    shared = session.sparkContext.broadcast(encoded.numbers)
    for at, name in enumerate(FIELDS):
        if name in encoded.fields:
            called = functions.arrow_udf(_compiled(shared, at), "bigint")
            session.udf.register(f"{name}_level", called)
    return Trained(
        spark_session=session, break_lineage_method="persist", register_udfs_automatically=False
    )


def _compiled(shared: Any, field: int) -> Callable[[pa.Array, pa.Array], pa.Array]:
    def of(left: pa.Array, right: pa.Array) -> pa.Array:
        rows = left.to_numpy(zero_copy_only=False), right.to_numpy(zero_copy_only=False)
        return pa.array(levels(shared.value, field, *rows))

    of.__annotations__ = {"left": pa.Array, "right": pa.Array, "return": pa.Array}
    return of
