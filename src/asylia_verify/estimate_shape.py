"""The shape of ``asylia/estimate/1``, strict and with limits; ``spec/estimate.md``."""

import unicodedata
from typing import Any

from asylia_verify.drawing import MOST_BYTES as MOST_DRAWN
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
FEWEST_ANSWERS = 3
MOST_LISTS, MOST_PATTERNS, MOST_MISSED = 24, 2_000, 8
MOST_BYTES = 1 << 20
_NUMBER, _PERSONS = whole(0, 10**12), whole(0, 10**9)
_TOLD = record({"en": text(r"[^\0\n]{1,4000}"), "ru": text(r"[^\0\n]{1,4000}")})
_REFUSAL = optional(record({"helps": optional(_TOLD), "why": _TOLD}))
_SPAN = record({"high": _NUMBER, "low": _NUMBER})
_FRACTION = text(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
_SPOKEN: dict[str, Shape] = {
    "interval": optional(_SPAN),
    "median": optional(_NUMBER),
    "model": one_of(*MODELS),
    "refused": _REFUSAL,
}
_PLACE, _ROW = whole(0, MOST_LISTS - 1), many(record(_SPOKEN), 0, len(MODELS))
_OF_LIST = many(record({"answers": _ROW, "list": _PLACE}), 0, MOST_LISTS)
ESTIMATE = record(
    {
        "as_of": day,
        "counted": one_of(*COUNTED),
        "curve": many(record({"factor": _FRACTION, "interval": _SPAN, "median": _NUMBER}), 0, 32),
        "known": _OF_LIST,
        "left_out": _OF_LIST,
        "lists": many(text(r"[^\n\r\t\0=+@-][^\n\r\0]{0,99}"), 1, MOST_LISTS),
        "missed": many(record({"answers": _ROW, "percent": whole(1, 99)}), 0, MOST_MISSED),
        "models": many(
            record(
                {
                    **_SPOKEN,
                    "assumptions": many(_TOLD, 0, 16),
                    "ess": optional(_NUMBER),
                    "rhat": optional(_FRACTION),
                }
            ),
            FEWEST_ANSWERS,
            len(MODELS),
        ),
        "observed": _PERSONS,
        "patterns": many(
            record({"count": whole(1, 10**9), "lists": text("[01]{1,24}")}), 1, MOST_PATTERNS
        ),
        "plots": many(
            record(
                {"name": one_of(*PLOTS), "sha256": octets(32), "size": whole(1, MOST_DRAWN)}
            ),
            0,
            len(PLOTS),
        ),
        "recaptured": _PERSONS,
        "refused": _REFUSAL,
        "seed": whole(0, (1 << 53) - 1),
        "sizes": many(_PERSONS, 1, MOST_LISTS),
        "software": LINE,
        "span": optional(_SPAN),
        "title": LINE,
    }
)  # fmt: skip


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
    hidden = any(unicodedata.category(letter).startswith("C") for letter in name)
    return bool(name.strip()) and not hidden and name not in ("count", "linkage", "stratum")
