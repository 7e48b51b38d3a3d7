"""Filters that a worker keeps by a name: sealed in the vault of this device, told to nobody.

Upholds: a name means one filter; what can't be read any more is left out.  Refuses: more than
``MOST``, a name without letters.
"""

import msgspec

from asylia.errors import UsageError
from asylia.record.views.filters import Filter
from asylia.vault.vault import Vault

_SECRET = "desk/filters"  # noqa: S105 - the name under which the vault keeps them
MOST = 100
_LONGEST = 80


class Saved(msgspec.Struct, frozen=True):
    """A filter by its name; ``where``: the list that it is for."""

    name: str
    where: str
    filter: Filter


def saved(vault: Vault) -> tuple[Saved, ...]:
    """Every kept filter, by name."""
    kept = vault.secret(_SECRET)
    if kept is None:
        return ()
    out = []
    for raw in msgspec.json.decode(kept, type=list[msgspec.Raw]):
        try:
            out.append(msgspec.json.decode(raw, type=Saved))
        except msgspec.DecodeError:
            continue  # of a later version, or its term is none any more
    return tuple(sorted(out, key=lambda one: one.name.casefold()))


def keep(vault: Vault, one: Saved) -> None:
    """Keep it; one of the same name makes room."""
    name = " ".join(one.name.split())
    if not name or len(name) > _LONGEST:
        raise UsageError("Give the filter a name of at most 80 letters.", hint="Nothing was saved.")
    others = [other for other in saved(vault) if other.name != name]
    if len(others) >= MOST:
        raise UsageError("A hundred filters are kept already.", hint="Let one go first.")
    _write(vault, [*others, Saved(name, one.where, one.filter)])


def let_go(vault: Vault, name: str) -> None:
    """Keep it no longer."""
    _write(vault, [one for one in saved(vault) if one.name != name])


def _write(vault: Vault, ones: list[Saved]) -> None:
    vault.put_secret(_SECRET, msgspec.json.encode(ones))
