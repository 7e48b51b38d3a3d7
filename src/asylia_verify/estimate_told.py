"""What is said of an estimate that was checked: what was computed anew, and what was not.

Upholds: each sentence in English and in Russian; nothing is called checked that rests on chance, on
chains or on what somebody stated.  Refuses nothing: ``estimates`` has.
"""

from typing import Any

from asylia_verify.errors import shown
from asylia_verify.estimate_shape import COUNTED
from asylia_verify.overlaps import Said, Table


def checked(
    said: dict[str, Any], table: Table, why: Said | None, folder: str, recomputed: int
) -> Said:
    """What was computed anew, in English and Russian."""
    title, many = shown(said["title"]), (table.wide, table.observed, table.recaptured)
    english = (
        f"estimate {_number(folder)} ({title}; as of {said['as_of']}): {many[0]} lists, {many[1]}"
        f" persons, {many[2]} of them in more than one, as the table has them; "
    )
    russian = (
        f"оценка {_number(folder)} ({title}; по состоянию на {said['as_of']}): списков {many[0]},"
        f" человек {many[1]}, из них более чем в одном {many[2]}, как в таблице; "
    )
    ends = _ends(said["span"], why, recomputed)
    return english + ends[0], russian + ends[1]


def _ends(span: dict[str, int] | None, why: Said | None, recomputed: int) -> Said:
    if why:
        return f"refused, as it must be: {why[0]}", f"отказ, как и должно быть: {why[1]}"
    english = (
        f"Chao's lower bound and its interval computed anew, of {recomputed} tables beside it too; "
    )
    russian = f"нижняя граница Чао и её интервал вычислены заново, и ещё для {recomputed} таблиц; "
    if span is None:
        english += "refused, as it must be by the models' answers"
        return english, f"{russian}отказ, как и должно быть по ответам моделей"
    ends = f"{span['low']}-{span['high']}"
    english += f"span {ends}, from the lowest to the highest end of the models' intervals"
    russian += f"размах {ends} — от наименьшего до наибольшего конца интервалов моделей"
    return english, russian


def not_checked(said: dict[str, Any], why: Said | None, folder: str) -> Said:
    """What nobody can compute from the table alone, and how it is run again."""
    counted = COUNTED[said["counted"]]
    left = ("in what words models refuse; ", "какими словами модели отказывают; ")
    if not why:
        models = ", ".join(one["model"] for one in said["models"] if one["model"] != "chao")
        again = f"asylia estimate {folder}counts.csv --seed {said['seed']}"
        by = shown(said["software"])
        left = (
            f"numbers, R-hat and reasons of {models} (again: {again}; made with {by}); ",
            f"числа, R-hat и причины отказов {models} (повторить: {again}; сделано: {by}); ",
        )
    english = (
        f"estimate {_number(folder)}: {left[0]}what plots show; that the lists are what they are"
        " called, and made apart from each other; who was counted: the signer states that"
        f" {counted[0]}"
    )
    russian = (
        f"оценка {_number(folder)}: {left[1]}что показывают рисунки; что списки — те, какими"
        " названы, и составлены независимо; кто учтён: подписавший заявляет, что"
        f" {counted[1]}"
    )
    return english, russian


def _number(folder: str) -> str:
    return folder.removesuffix("/").rpartition("/")[2]
