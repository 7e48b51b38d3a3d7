"""Places of detention page by page, that which was told of first before the others, with claims.

Upholds: of each site the claims that were told first, and how many there are; after the sites, on
the last page, what was counted and not named.  A page costs what it shows, and one look along the
index at the sites' claims.  Refuses nothing: a page behind the last is empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import json

from asylia.record.contents import Claim, Group, Site
from asylia.record.views.projection import NEVER, told
from asylia.record.views.shelf import UNDONE, Shelf
from asylia.vault.projection import Connection

PAGE = 20
MOST = 50  # claims of each
_IDS = (
    f"SELECT id FROM record_content c WHERE label = ? AND NOT {UNDONE} "  # noqa: S608 - ours
    "ORDER BY entered_on, author, compartment, sequence"
)
_FIRST = (
    "SELECT c.subject, min(c.told), count(*) "
    "FROM views_claim c INDEXED BY views_claim_subject "
    "WHERE c.subject IN (SELECT value FROM json_each(?)) AND c.gone_on = ? GROUP BY c.subject"
)
_UNTOLD = told("")
_TOLD = (
    "SELECT c.id FROM views_claim c INDEXED BY views_claim_subject "
    "WHERE c.subject = ? AND c.gone_on = ? "
    "ORDER BY c.told, c.entered_on, c.author, c.compartment, c.sequence LIMIT ?"
)


@dataclass(frozen=True)
class Told:
    """A site, or a group of sites, with the claims about it that were told first."""

    subject: Site | Group
    claims: tuple[Claim, ...]
    total: int


@dataclass(frozen=True)
class Places:
    """One page; ``total``: of sites."""

    sites: tuple[Told, ...]
    groups: tuple[Told, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages can be asked for."""
        return max(1, -(-self.total // PAGE))


def page(connection: Connection, shelf: Shelf, number: int = 1) -> Places:
    """One page of the sites; with the last of them, groups of sites."""
    ids = list(dict.fromkeys(one for (one,) in connection.execute(_IDS, (Site.LABEL,))))
    asked = (json.encode(ids).decode(), NEVER)
    first = {row[0]: row[1] for row in connection.execute(_FIRST, asked).fetchall()}
    ids.sort(key=lambda one: first.get(one, _UNTOLD))
    shown = ids[PAGE * (number - 1) :][:PAGE]
    sites = _with_claims(connection, shelf, shown)
    found = Places(
        tuple(one for one in sites if isinstance(one.subject, Site)), (), len(ids), number
    )
    if number != found.pages:
        return found
    groups = [one.id for one in shelf.all(Group) if one.what == "sites"]
    counted = tuple(one for one in _with_claims(connection, shelf, groups) if one.claims)
    return Places(found.sites, counted, len(ids), number)


def _with_claims(connection: Connection, shelf: Shelf, ids: Sequence[str]) -> list[Told]:
    names = {
        one: [name for (name,) in connection.execute(_TOLD, (one, NEVER, MOST))] for one in ids
    }
    asked = (json.encode(list(ids)).decode(), NEVER)
    total = {row[0]: row[2] for row in connection.execute(_FIRST, asked).fetchall()}
    shelf.bring((*ids, *(name for some in names.values() for name in some)))
    out = []
    for one in ids:
        subject = shelf.find(one)
        if isinstance(subject, Site | Group):
            claims = (shelf.find(name) for name in names[one])
            about = tuple(claim for claim in claims if isinstance(claim, Claim))
            out.append(Told(subject, about, total.get(one, 0)))
    return out
