"""Each public set beside what was published of it: inside, or the disagreement, or the refusal.

The figures and where they come from stand in ``lists/*/SOURCE.txt`` beside the checkout.  Of the
tables among the examples: the Netherlands' is six times the "about 6,250 victims per year" on the
National Rapporteur's page of 28 September 2017, and no interval was read; the United Kingdom's is
in the abstract of Silverman 2020; what was published of New Orleans was not read.
"""

from typing import Any

from asylia.counts.estimate import EstimateRefusedError
from asylia.counts.histories import Histories
from asylia.counts.linkages import over
from asylia.counts.table import read_tables
from asylia.counts.verdict import assess
from bench.totals import EXAMPLES, FOLDER, read

KHARTOUM = EXAMPLES / "khartoum-2023-24.csv"
# What somebody published: (lowest, middle or none, highest), by whom and how
PUBLISHED: dict[str, dict[str, tuple[int, int | None, int]]] = {
    "kosovo": {
        "Ball and others 2002, log-linear": (9_002, 10_356, 12_122),
        "LCMCR 0.4.14": (9_066, 10_443, 13_865),
        "Silverman, Chan and Vincent 2024, all models": (6_900, None, 18_000),
    },
    "uk_2013_5lists": {
        "Silverman 2020, thresholds": (10_652, 12_188, 13_947),
        "Silverman, Chan and Vincent 2024, all models of pairs": (11_456, None, 43_894),
    },
    "philippines_manila_police": {"HRDAG 2019, LCMCR": (534, 575, 639)},
    "korea_palembang": {
        "Ball, Shin and Yang 2018": (124, None, 198),
        "Silverman, Chan and Vincent 2024, all models": (128, None, 349),
    },
    "hepatitis_a_taiwan": {"a later screen of all students": (545, 545, 545)},
    "colombia_recruitment_men_1999_R1": {"HRDAG, LCMCR, one chain": (1_396, 2_068, 3_062)},
    "artificial_3": {},
    "netherlands-2010-15": {
        "Dutch National Rapporteur 2017, about 6,250 in each of six years": (37_500, 37_500, 37_500)
    },
    "uk-2013-six-lists": {"Silverman 2020, stepwise": (10_000, None, 13_000)},
    "new-orleans": {},
}
LINKAGES = {"Checchi and others, 1,000 linkages": (22_286, 61_202, 209_152)}


def run() -> dict[str, Any]:
    """For each set: what every model says, the verdict, and whether it meets what was published."""
    if not FOLDER.is_dir():
        return {"skipped": "the data sets do not lie beside the checkout"}
    return {name: one(read(name), found) for name, found in PUBLISHED.items()} | {
        "khartoum_2023_24": khartoum()
    }


def one(histories: Histories, published: dict[str, tuple[int, int | None, int]]) -> dict[str, Any]:
    """A set of one table."""
    verdict = assess(histories, seed=1, moved=False)
    models = {
        name: [one.estimate.low, one.estimate.middle, one.estimate.high]
        if one.estimate
        else one.refused and one.refused.reason
        for name, one in verdict.answers.items()
    }
    return {
        "models": models,
        "verdict": verdict.span if not verdict.refused else verdict.refused.reason,
        "intervals_that_do_not_meet": verdict.disagreeing,
        "published": {
            who: {"interval": told, **meeting(told, verdict.span, models)}
            for who, told in published.items()
        },
    }


def meeting(
    told: tuple[int, int | None, int], span: tuple[int, int] | None, models: dict[str, Any]
) -> dict[str, Any]:
    """Which models' intervals meet the published one, and whose middle lies inside it."""
    low, middle, high = told
    answered = {name: said for name, said in models.items() if isinstance(said, list)}
    return {
        "within_the_span": None if middle is None or not span else span[0] <= middle <= span[1],
        "meets": [name for name, said in answered.items() if said[0] <= high and low <= said[2]],
        "middle_inside": [name for name, said in answered.items() if low <= said[1] <= high],
    }


def khartoum() -> dict[str, Any]:
    """All deaths in Khartoum State under 25 linkages, and which of them each model refuses."""
    tables = read_tables(KHARTOUM).tables
    found = over(tables, seed=1)
    models = {
        name: [one.mixed.low, one.mixed.middle, one.mixed.high]
        if one.mixed
        else one.refused and one.refused.reason
        for name, one in found.mixtures.items()
    }
    return {
        "models": models,
        "linkages_refused": {
            name: {
                linkage: said.reason
                for linkage, said in one.alone.items()
                if isinstance(said, EstimateRefusedError)
            }
            for name, one in found.mixtures.items()
        },
        "documented": found.documented,
        "verdict": found.span if not found.refused else found.refused.reason,
        "published": {
            who: {"interval": told, **meeting(told, found.span, models)}
            for who, told in LINKAGES.items()
        },
    }
