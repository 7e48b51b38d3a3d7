"""The PostgreSQL server that the tests and the bench start; the seizure check starts the same."""

from asylia.rehearsal.cluster import Cluster, MissingServerError, program

__all__ = ["Cluster", "MissingServerError", "program"]
