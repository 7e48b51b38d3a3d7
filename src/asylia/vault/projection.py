"""Projections: tables that grow from the ledger's entries, and can be dropped and grown again.

Upholds: the same entries give the same rows, in any order that keeps each author's entries in
theirs; one transaction a batch, the position reached inside it.  Refuses: rows that hold an
entry's ``position``, the time, or anything else that differs between two devices.
"""

from typing import Any, Protocol

from asylia.ledger.values import OpenEntry

Connection = Any  # sqlcipher3 has no types; a DB-API connection as in ``sqlite3.Connection``


class Projection(Protocol):
    """What ``record`` and ``casework`` bring to the vault."""

    @property
    def name(self) -> str:
        """Its name, ``[a-z_]+``."""

    @property
    def schema(self) -> str:
        """The DDL of its own tables; when it changes, the vault grows them anew."""

    def apply(self, connection: Connection, entry: OpenEntry) -> None:
        """Write what this entry means; skip a content whose label it does not know."""
