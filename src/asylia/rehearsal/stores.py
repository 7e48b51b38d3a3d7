"""What a seized relay shows: its store on SQLite, and the whole data folder of PostgreSQL.

Upholds: each is looked into while the relay serves, with what the database has not yet written back
from its log, and after it stopped.  Refuses: to call a store seen where there was no write-ahead
log to see.
"""

import sqlite3
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg

from asylia.rehearsal.cluster import Cluster, MissingServerError
from asylia.rehearsal.play import Rehearsal
from asylia.rehearsal.seizure import Looked
from asylia.rehearsal.stage import PLANTED, Stage
from asylia.rehearsal.team import serve_relay
from asylia.rehearsal.world import World
from asylia.relay.serve import STORE

SQLITE = "the relay's folder: database, write-ahead log"
POSTGRES = "PostgreSQL's data folder: tables, write-ahead log, server log"


def look_at_sqlite(stage: Stage, *, plant: bool = False) -> Looked:
    """The relay's folder while it runs and after it stopped; relay and page run again then."""
    folder = stage.world.relay
    if plant:
        with closing(sqlite3.connect(folder / STORE)) as connection, connection:
            connection.execute("CREATE TABLE IF NOT EXISTS planted (text TEXT)")
            connection.execute("INSERT INTO planted VALUES (?)", (PLANTED.text,))
    log = folder / f"{STORE}-wal"
    seen = log.is_file() and log.stat().st_size > 0
    missing = () if seen else ("the relay's write-ahead log: it was empty while we looked",)
    running = stage.searcher().folders(SQLITE, [folder], in_use=True)
    stage.world.stop()
    stopped = stage.searcher().folders(SQLITE, [folder])
    serve_relay(stage.world, stage.rehearsal.relay_port, stage.team.store)
    stage.rehearsal.open_page(stage.team)
    return running + stopped + Looked(SQLITE, not_covered=missing)


def look_at_postgres(stage: Stage, *, plant: bool = False) -> Looked:
    """Play the report's way to its answer on PostgreSQL; look into all that the server keeps."""
    try:
        cluster = Cluster(within=stage.outside)
    except MissingServerError as error:
        return Looked(POSTGRES, not_covered=(f"PostgreSQL: {error.message}",))
    with ExitStack() as stack:
        stack.callback(cluster.stop)
        stage.watch.add(cluster.pid)
        world = World(Path(tempfile.mkdtemp(prefix="on-postgres-", dir=stage.world.folder)))
        stack.callback(world.stop)
        conninfo = cluster.database()
        file = world.folder / "database"
        file.touch(mode=0o600)
        file.write_text(conninfo, "utf-8")
        rehearsal = Rehearsal(world, None, _tell_nothing, postgres_file=file)
        team, _ = rehearsal.correspond()
        other = Stage(rehearsal, team, stage.watch, stage.outside, stage.canaries)
        other.know_phrase("phrase of the report on PostgreSQL", rehearsal.phrase)
        other.know_team(team, "on PostgreSQL,")
        if plant:
            _plant(conninfo)
        running = stage.searcher().folders(POSTGRES, [cluster.folder], in_use=True)
        world.stop()
        cluster.ctl("stop", "-m", "fast")
        stopped = stage.searcher().folders(POSTGRES, [cluster.folder])
        cluster.ctl("start")
    stage.rehearsal.tell("The same was played with a relay on PostgreSQL.")
    return running + stopped


def _plant(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE planted (text text)")
        connection.execute("INSERT INTO planted VALUES (%s)", (PLANTED.text,))


def _tell_nothing(_: str) -> None:
    """One line tells of this play, in the end."""
