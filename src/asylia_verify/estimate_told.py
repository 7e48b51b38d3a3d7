"""What is said of an estimate that was checked: what was computed anew, and what was not.

Upholds: each sentence in English and in Russian; nothing is called checked that rests on chance, on
chains or on what somebody stated.  Refuses nothing: ``estimates`` has.
"""

from dataclasses import dataclass
from typing import Any

from asylia_verify.errors import in_quotes
from asylia_verify.estimate_shape import COUNTED
from asylia_verify.overlaps import Said, Table


@dataclass(frozen=True)
class Found:
    """What is told of one estimate: in English, then in Russian."""

    checked: Said
    not_checked: Said


def checked(
    said: dict[str, Any], table: Table, why: Said | None, folder: str, recomputed: int
) -> Said:
    """What was computed anew, in English and Russian."""
    title, many = in_quotes(said["title"]), (table.wide, table.observed, table.recaptured)
    english = (
        f"estimate {number(folder)} ({title}; as of {said['as_of']}): {many[0]} lists, {many[1]}"
        f" persons, {many[2]} of them in more than one, as the table has them; "
    )
    russian = (
        f"оценка {number(folder)} ({title}; по состоянию на {said['as_of']}): списков {many[0]},"
        f" человек {many[1]}, из них более чем в одном {many[2]}, как в таблице; "
    )
    ends = _ends(said["span"], why, recomputed)
    return english + ends[0], russian + ends[1]


def _ends(given: dict[str, int] | None, why: Said | None, recomputed: int) -> Said:
    if why:
        return f"refused, as it must be: {why[0]}", f"отказ, как и должно быть: {why[1]}"
    english = (
        f"Chao's lower bound and its interval computed anew, of {recomputed} tables beside it too; "
    )
    russian = f"нижняя граница Чао и её интервал вычислены заново, и ещё для {recomputed} таблиц; "
    told = span(given)
    return english + told[0], russian + told[1]


def span(given: dict[str, int] | None) -> Said:
    """The span that holds, or that it has to be refused."""
    if given is None:
        return (
            "refused, as it must be by the models' answers",
            "отказ, как и должно быть по ответам моделей",
        )
    ends = f"{given['low']}-{given['high']}"
    return (
        f"span {ends}, from the lowest to the highest end of the models' intervals",
        f"размах {ends} — от наименьшего до наибольшего конца интервалов моделей",
    )


def not_checked(said: dict[str, Any], why: Said | None, folder: str) -> Said:
    """What nobody can compute from the table alone, and how it is run again."""
    counted = who_counts(said["counted"])
    left = ("in what words models refuse; ", "какими словами модели отказывают; ")
    if not why:
        models = ", ".join(one["model"] for one in said["models"] if one["model"] != "chao")
        again = f"asylia estimate {folder}counts.csv --seed {said['seed']}"
        by = in_quotes(said["software"])
        left = (
            f"numbers, R-hat and reasons of {models} (again: {again}; made with {by}); ",
            f"числа, R-hat и причины отказов {models} (повторить: {again}; сделано: {by}); ",
        )
    english = (
        f"estimate {number(folder)}: {left[0]}what plots show; that the lists are what they are"
        f" called, and made apart from each other; {counted[0]}"
    )
    russian = (
        f"оценка {number(folder)}: {left[1]}что показывают рисунки; что списки — те, какими"
        f" названы, и составлены независимо; {counted[1]}"
    )
    return english, russian


def who_counts(why: str) -> Said:
    """Who was counted, as somebody states."""
    english, russian = COUNTED[why]
    return (
        f"who was counted: the signer states that {english}",
        f"кто учтён: подписавший заявляет, что {russian}",
    )


def number(folder: str) -> str:
    """Which of its kind it is."""
    return folder.removesuffix("/").rpartition("/")[2]
