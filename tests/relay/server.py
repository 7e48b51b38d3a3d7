"""One PostgreSQL server a test process, started when first needed; a database for each test."""

import atexit
from contextlib import contextmanager
from functools import cache

from bench.cluster import Cluster


@cache
def cluster():
    server = Cluster()
    atexit.register(server.stop)
    return server


@contextmanager
def fresh_database():
    """The connection string of a new database; dropped in the end."""
    conninfo = cluster().database()
    try:
        yield conninfo
    finally:
        cluster().drop(conninfo)
