"""What no import keeps: columns on what a person is, who it is, how to reach them, where they hide.

Upholds: a column is known by its name, in English, Russian, Russian in Latin letters, or letters
that only look alike; its values are passed over before a row is made of them, and nothing maps to
it.  The names are data (``never_kept.yaml``), beside the stems of ``record.redline``.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from asylia.errors import RefusedError
from asylia.exchange.report import shown
from asylia.record import redline
from asylia.record.yamlfile import read

_FILE = Path(__file__).parent / "never_kept.yaml"
WHY = {
    "person": "the record has no field for anybody's orientation, identity, faith or ethnicity",
    "identity": "who somebody is lives in a compartment of its own and comes from no list",
    "contact": "the record keeps no contacts, devices or positions of people",
    "shelter": "shelters, routes, travel documents and helpers never enter the record",
}


class _Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stems: tuple[str, ...]
    words: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    reason: str
    stems: tuple[str, ...]
    words: frozenset[str]
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def _known() -> tuple[_Known, ...]:
    data = read(_FILE, lambda _key, _where: None).data
    named = msgspec.convert(data["reasons"], dict[str, _Names])
    return tuple(
        _Known(reason, tuple(_letters(s) for s in n.stems), frozenset(n.words), n.codes)
        for reason, n in named.items()
    )


@lru_cache(maxsize=4096)
def reason(untrusted_name: str) -> str:
    """Why a column of this name is never kept, a key of ``WHY``; empty where it may be mapped."""
    if redline.crosses(untrusted_name):
        return "person"
    for name in redline.readings(untrusted_name):
        letters, words = _letters(name), redline.words(name)
        coded = " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
        for known in _known():
            if (
                any(stem in letters for stem in known.stems)
                or known.words & words
                or any(code in coded for code in known.codes)
            ):
                return known.reason
        if redline.is_secret(name):
            return "shelter"
    return ""


def check_name(untrusted_name: str, where: str) -> None:
    """Raise ``RefusedError`` for a name that nothing may be mapped to or from."""
    if found := reason(untrusted_name):
        raise RefusedError(
            f"{where}: “{shown(untrusted_name)}” can't be mapped: {WHY[found]}",
            hint="Leave this column out of the mapping: it is passed over and counted.",
        )


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalpha())
