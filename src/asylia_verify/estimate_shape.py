"""The shapes of ``asylia/estimate/1`` and ``asylia/estimate-several/1``, strict and with limits.

``spec/estimate.md``.
"""

import unicodedata
from typing import Any

from asylia_verify.drawing import MOST_BYTES as MOST_DRAWN
from asylia_verify.errors import UNSEEN
from asylia_verify.statement import LINE
from asylia_verify.strict import Shape, day, many, octets, one_of, optional, record, text, whole

MODELS = ("lcmcr", "graphs", "loglinear", "chao", "nhoi")
PLOTS = ("overlap", "posterior", "sensitivity", "trace")
COUNTED = {
    "published": ("all lists are published", "все списки опубликованы"),
    "agreed": ("everybody counted agreed to it", "все учтённые на это согласились"),
    "record": (
        "everybody counted consented, as the team's record has it",
        "все учтённые дали согласие, по записям команды",
    ),
}
BY = ("stratum", "linkage")
FEWEST_ANSWERS = 3
MOST_LISTS, MOST_PATTERNS, MOST_MISSED = 24, 2_000, 8
MOST_TABLES, MOST_PATTERNS_IN_ALL = 100, 10_000
MOST_BYTES = 1 << 20
_NUMBER, _PERSONS = whole(0, 10**12), whole(0, 10**9)
_TOLD = record({"en": text(r"[^\0\n]{1,4000}"), "ru": text(r"[^\0\n]{1,4000}")})
_REFUSAL = optional(record({"helps": optional(_TOLD), "why": _TOLD}))
_SPAN = record({"high": _NUMBER, "low": _NUMBER})
_NAME = r"[^\n\r\t\0=+@|%＝＋－＠-][^\n\r\0]{0,99}"
_IN_ALL = whole(0, 10**9 * MOST_TABLES)
_FRACTION = text(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
_SPOKEN: dict[str, Shape] = {
    "interval": optional(_SPAN),
    "median": optional(_NUMBER),
    "model": one_of(*MODELS),
    "refused": _REFUSAL,
}
_PLACE, _ROW = whole(0, MOST_LISTS - 1), many(record(_SPOKEN), 0, len(MODELS))
_OF_LIST = many(record({"answers": _ROW, "list": _PLACE}), 0, MOST_LISTS)
_LISTS = many(text(_NAME), 1, MOST_LISTS)
_PATTERNS = many(
    record({"count": whole(1, 10**9), "lists": text("[01]{1,24}")}), 1, MOST_PATTERNS
)  # fmt: skip
_SIZES = many(_PERSONS, 1, MOST_LISTS)
_CHAINS: dict[str, Shape] = {"ess": optional(_NUMBER), "rhat": optional(_FRACTION)}
_ASSUMED: dict[str, Shape] = {"assumptions": many(_TOLD, 0, 16)}


def _plots(*names: str) -> Shape:
    facts = {"name": one_of(*names), "sha256": octets(32), "size": whole(1, MOST_DRAWN)}
    return many(record(facts), 0, len(names))


def _models(more: dict[str, Shape]) -> Shape:
    return many(record({**_SPOKEN, **more}), FEWEST_ANSWERS, len(MODELS))


# Of one table and of several.
_EVERY: dict[str, Shape] = {
    "as_of": day,
    "lists": _LISTS,
    "refused": _REFUSAL,
    "seed": whole(0, (1 << 53) - 1),
    "software": LINE,
    "span": optional(_SPAN),
    "title": LINE,
}
# Of each table.
_TOTALS: dict[str, Shape] = {
    "observed": _PERSONS,
    "patterns": _PATTERNS,
    "recaptured": _PERSONS,
    "sizes": _SIZES,
}
ESTIMATE = record(
    {
        **_EVERY,
        **_TOTALS,
        "counted": one_of(*COUNTED),
        "curve": many(record({"factor": _FRACTION, "interval": _SPAN, "median": _NUMBER}), 0, 32),
        "known": _OF_LIST,
        "left_out": _OF_LIST,
        "missed": many(record({"answers": _ROW, "percent": whole(1, 99)}), 0, MOST_MISSED),
        "models": _models({**_ASSUMED, **_CHAINS}),
        "plots": _plots(*PLOTS),
    }
)
SEVERAL = record(
    {
        **_EVERY,
        "by": one_of(*BY),
        "counted": one_of("published", "agreed"),
        "models": _models(_ASSUMED),
        "plots": _plots(*PLOTS[:3]),
        "seen": record({"least": _IN_ALL, "middle": _IN_ALL, "most": _IN_ALL}),
        "tables": many(
            record({**_TOTALS, "answers": _models(_CHAINS), "name": text(_NAME)}), 1, MOST_TABLES
        ),
    }
)


def is_doubled(said: dict[str, Any]) -> bool:
    """Whether a table beside the estimate, or a model's answer of one, stands there twice."""
    beside = [*said["left_out"], *said["known"], *said["missed"]]
    keys = [
        *([one["list"] for one in said[kind]] for kind in ("left_out", "known")),
        [one["percent"] for one in said["missed"]],
        *([each["model"] for each in one["answers"]] for one in beside),
    ]
    return any(len(set(one)) != len(one) for one in keys)


def can_head_a_column(name: str) -> bool:
    """Whether the table beside the file, with a list of this name, is read as this table again."""
    return can_be_shown(name) and name not in ("count", *BY)


def can_be_shown(name: str) -> bool:
    """Whether a name is no blank, and all of it is seen."""
    hidden = any(unicodedata.category(letter).startswith("C") for letter in name)
    return bool(name.strip()) and not hidden and not UNSEEN.search(name)


def as_seen(name: str) -> str:
    """What two names have in common that nobody can tell apart by their spaces or forms."""
    return " ".join(unicodedata.normalize("NFKC", name).split())
