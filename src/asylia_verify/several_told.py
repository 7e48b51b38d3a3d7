"""What is said of an estimate over strata or linkages that was checked, and what was not.

Upholds: each sentence in English and in Russian; what comes out of draws that are in no file is not
called checked.  Refuses nothing: ``several`` has.
"""

from typing import Any

from asylia_verify.errors import in_quotes
from asylia_verify.estimate_told import number, span, who_counts
from asylia_verify.overlaps import Said

_OVER: dict[str, Said] = {
    "linkage": ("linkages", "способов соединения"),
    "stratum": ("strata", "страт"),
}
_COMBINED: dict[str, Said] = {
    "linkage": ("its mixture over all of them too", "и смешанная по ним всем тоже"),
    "stratum": (
        "its sum over all of them lies where adding draws of the checker's own puts it",
        "сумма по ним всем там, где её даёт сложение собственных выборок программы проверки",
    ),
}
_NOT_COMBINED: Said = ("it is refused over all of them", "по всем вместе она не даётся")


def checked(said: dict[str, Any], folder: str, borne: int) -> Said:
    """What was computed anew, in English and Russian; ``borne``: tables that can bear one."""
    title, over = in_quotes(said["title"]), _OVER[said["by"]]
    many, lists = len(said["tables"]), len(said["lists"])
    given = any(one["model"] == "chao" and one["median"] is not None for one in said["models"])
    combined = _COMBINED[said["by"]] if given else _NOT_COMBINED
    ends, persons = span(said["span"]), _persons(said)
    english = (
        f"estimate {number(folder)} of several tables ({title}; as of {said['as_of']}): {many}"
        f" {over[0]}, {lists} lists, {persons[0]}, as the tables have them; Chao's lower bound and"
        f" its interval computed anew of the {borne} that can bear an estimate, {combined[0]};"
        f" {ends[0]}"
    )
    russian = (
        f"оценка {number(folder)} по нескольким таблицам ({title}; по состоянию на"
        f" {said['as_of']}): {over[1]} {many}, списков {lists}, {persons[1]}, как в таблицах;"
        " нижняя граница Чао и её интервал вычислены заново по таблицам, допускающим оценку"
        f" ({borne}), {combined[1]}; {ends[1]}"
    )
    return english, russian


def not_checked(said: dict[str, Any], folder: str) -> Said:
    """What nobody can compute from the tables alone, and how it is run again."""
    models = ", ".join(one["model"] for one in said["models"] if one["model"] != "chao")
    again = f"asylia estimate {folder}counts.csv --seed {said['seed']}"
    by = in_quotes(said["software"])
    counted = who_counts(said["counted"])
    mixed, all_there = _LEFT[said["by"]]
    english = (
        f"estimate {number(folder)} of several tables: numbers, R-hat and reasons of {models}, and"
        f" how their draws {mixed[0]} (again: {again}; made with {by}); what plots show;"
        f" {all_there[0]}; that the lists are what they are called, and made apart from each"
        f" other; {counted[0]}"
    )
    russian = (
        f"оценка {number(folder)} по нескольким таблицам: числа, R-hat и причины отказов {models}"
        f" и то, как {mixed[1]} их выборки (повторить: {again}; сделано: {by}); что показывают"
        f" рисунки; {all_there[1]}; что списки — те, какими названы, и составлены независимо;"
        f" {counted[1]}"
    )
    return english, russian


_LEFT: dict[str, tuple[Said, Said]] = {
    "linkage": (
        ("are mixed", "смешаны"),
        (
            "whether these are all linkages that are plausible, and each as likely",
            "все ли правдоподобные способы соединения здесь и равновероятны ли они",
        ),
    ),
    "stratum": (
        ("add up", "сложены"),
        (
            "whether these are all strata, and nobody is in two",
            "все ли страты здесь и нет ли кого-либо сразу в двух",
        ),
    ),
}


def _persons(said: dict[str, Any]) -> Said:
    seen = said["seen"]
    if said["by"] == "stratum":
        return f"{seen['most']} persons", f"человек {seen['most']}"
    least, middle, most = seen["least"], seen["middle"], seen["most"]
    return (
        f"{least} to {most} persons by one linkage or another, {middle} in the middle",
        f"человек от {least} до {most} в зависимости от соединения, посередине {middle}",
    )
