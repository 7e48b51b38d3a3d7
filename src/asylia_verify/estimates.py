"""Estimates: every number that arithmetic alone can find again is found again from the table.

``spec/estimate.md``.  What is said of them is said in English and Russian.  Upholds: totals, the
rules of refusal, Chao's lower bound (of the table, of it without each list, of each list's own
persons, and with links missed), the span and the verdict are computed here and compared; a table
and plots beside the file are just those of the file.  Refuses to call checked what is not: models
that rest on chance or on chains are listed, with the command that runs them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from asylia_verify.drawing import check_drawing
from asylia_verify.errors import WrongError
from asylia_verify.estimate_shape import (
    ESTIMATE,
    FEWEST_ANSWERS,
    MOST_BYTES,
    can_head_a_column,
    is_doubled,
)
from asylia_verify.estimate_told import checked, not_checked
from asylia_verify.overlaps import Bound, Said, Table, bound, unbearable
from asylia_verify.strict import message

FOLDER = "data/estimates/"
MOST_APART = 100  # times the least end of the span that the highest may be
MOST_RHAT = "1.01"
CHAINS = "lcmcr"  # the model that runs them
MOST_FILES = 8


@dataclass(frozen=True)
class Found:
    """What is told of one estimate: in English, then in Russian."""

    checked: Said
    not_checked: Said


def check_estimates(files: Mapping[str, bytes]) -> list[Found]:
    """Each estimate of the bundle, in order; ``WrongError`` at the first thing that is not so."""
    numbers = sorted({name.split("/")[2] for name in files if name.startswith(FOLDER)})
    if numbers != [str(number) for number in range(1, len(numbers) + 1)][:MOST_FILES]:
        raise _wrong("are not numbered from 1", "пронумерованы не с 1", FOLDER)
    return [_estimate(files, f"{FOLDER}{number}/") for number in numbers]


def _estimate(files: Mapping[str, bytes], folder: str) -> Found:
    file = f"{folder}estimate.json"
    if file not in files:
        raise _wrong("is missing", "нет этого файла", file)
    if len(files[file]) > MOST_BYTES:
        raise _wrong("is too long to be one", "слишком длинный файл", file)
    said = message(files[file], "asylia/estimate/1", ESTIMATE, file)
    table = _table(said, file)
    _check_beside(files, folder, said)
    why = unbearable(table)
    answered = _check_models(said, table, why, file)
    recomputed = _check_moved(said, table, file)
    _check_verdict(said, why, answered, file)
    return Found(checked(said, table, why, folder, recomputed), not_checked(said, why, folder))


def _table(said: dict[str, Any], file: str) -> Table:
    """The table, of which every total that the file gives follows."""
    wide, rows = len(said["lists"]), {one["lists"]: one["count"] for one in said["patterns"]}
    if len(set(said["lists"])) != wide:
        raise _wrong("names a list twice", "называет список дважды", file)
    if not all(map(can_head_a_column, said["lists"])):
        raise _wrong("has a list of a name that none can have", "недопустимое имя списка", file)
    if len(rows) != len(said["patterns"]) or any(len(r) != wide or "1" not in r for r in rows):
        raise _wrong(
            "has a pattern twice, of other lists, or of none",
            "сочетание списков повторено, других списков или пустое",
            file,
        )
    table = Table(wide, rows)
    totals = (table.observed, table.recaptured, [table.size(at) for at in range(wide)])
    if totals != (said["observed"], said["recaptured"], said["sizes"]):
        raise _wrong(
            "gives totals that do not follow from its table",
            "итоги не следуют из таблицы",
            file,
        )
    return table


def _check_beside(files: Mapping[str, bytes], folder: str, said: dict[str, Any]) -> None:
    """The table as CSV, and just the plots that the file names."""
    names = [one["name"] for one in said["plots"]]
    if len(set(names)) != len(names):
        raise _wrong("names a plot twice", "называет рисунок дважды", f"{folder}estimate.json")
    expected = {"estimate.json", "counts.csv", *(f"{name}.svg" for name in names)}
    held = {name.removeprefix(folder) for name in files if name.startswith(folder)}
    for name in sorted(expected ^ held):
        if name in held:
            raise _wrong("is named by no estimate", "не назван ни в одной оценке", folder + name)
        raise _wrong("is missing", "нет этого файла", folder + name)
    quoted = ('"' + name.replace('"', '""') + '"' for name in said["lists"])
    rows = (f"{','.join(one['lists'])},{one['count']}" for one in said["patterns"])
    if (
        files[f"{folder}counts.csv"]
        != "\n".join([",".join([*quoted, "count"]), *rows, ""]).encode()
    ):
        raise _wrong(
            "is not the table of the estimate", "не та таблица, что в оценке", f"{folder}counts.csv"
        )
    for one in said["plots"]:
        name = f"{folder}{one['name']}.svg"
        if (sha256(files[name]).digest(), len(files[name])) != (one["sha256"], one["size"]):
            raise _wrong("is not the plot of the estimate", "не тот рисунок, что в оценке", name)
        try:
            check_drawing(files[name])
        except WrongError as error:
            raise WrongError(error.message, name) from None


def _check_models(
    said: dict[str, Any], table: Table, why: Said | None, file: str
) -> list[dict[str, Any]]:
    """Each model answers or refuses, as the table lets it; those that answered."""
    models = said["models"]
    if len({one["model"] for one in models}) != len(models):
        raise _wrong("has a model twice", "модель повторена", file)
    answered = [one for one in models if _answers(one, file)]
    if why and answered:
        raise _wrong(
            f"gives a number for a table that can bear none: {why[0]}",
            f"даёт число по таблице, которая его не допускает: {why[1]}",
            file,
        )
    for one in answered:
        if one["interval"]["low"] < table.observed or not one["assumptions"]:
            raise _wrong(
                f"{one['model']} says fewer than were seen, or assumes nothing",
                f"{one['model']}: меньше, чем видели, или без допущений",
                file,
            )
        if (one["model"] == CHAINS and not one["rhat"]) or _above(one["rhat"] or "0", MOST_RHAT):
            raise _wrong(
                f"{one['model']} answers though chains disagree, or tells no R-hat ({MOST_RHAT})",
                f"{one['model']} отвечает, хотя цепи расходятся или R-hat не назван ({MOST_RHAT})",
                file,
            )
    if not why:
        _check_bound(models, table, file, "")
    return answered


def _check_moved(said: dict[str, Any], table: Table, file: str) -> int:
    """Each refusal and each lower bound of the tables that follow from this; how many tables."""
    if is_doubled(said):
        raise _wrong("answers twice for one table", "дважды отвечает об одной таблице", file)
    used = [at for at in range(table.wide) if at not in table.copied()]
    telling, tables = table.telling(), list[tuple[str, Table, list[dict[str, Any]]]]()
    for kind, of in (("left_out", Table.without), ("known", Table.inside)):
        for one in said[kind]:
            if one["list"] not in used:
                raise _wrong(f"{kind} names no list used", f"{kind}: нет такого списка", file)
            tables.append((kind, of(telling, used.index(one["list"])), one["answers"]))
    tables += [
        ("missed", telling.put_back(one["percent"]), one["answers"]) for one in said["missed"]
    ]
    for kind, other, answers in tables:
        why = unbearable(other)
        answered = [one for one in answers if _answers(one, file)]
        if why and answered:
            raise _wrong(
                f"{kind}: gives a number for a table that can bear none: {why[0]}",
                f"{kind}: число по таблице, которая его не допускает: {why[1]}",
                file,
            )
        if not why:
            _check_bound(answers, other, file, f"{kind}: ")
    for point in said["curve"]:
        if not point["interval"]["low"] <= point["median"] <= point["interval"]["high"]:
            raise _wrong(
                "curve: a median outside its interval", "curve: медиана вне интервала", file
            )
    return len(tables)


def _check_bound(models: list[dict[str, Any]], table: Table, file: str, where: str) -> None:
    expected = bound(table)
    if all(one["model"] != "chao" for one in models):
        raise _wrong(f"{where}lacks Chao's lower bound", f"{where}нет нижней границы Чао", file)
    for one in models:
        if one["model"] != "chao":
            continue
        held = one["refused"] is not None
        if isinstance(expected, Bound) and not held:
            span = one["interval"]
            held = (
                one["median"] in expected.median
                and span["low"] in expected.low
                and span["high"] in expected.high
            )
        elif isinstance(expected, Bound):
            held = False
        if not held:
            raise _wrong(
                f"{where}Chao's lower bound is another by this table",
                f"{where}нижняя граница Чао по этой таблице другая",
                file,
            )


def _check_verdict(
    said: dict[str, Any], why: Said | None, answered: list[dict[str, Any]], file: str
) -> None:
    low = min((one["interval"]["low"] for one in answered), default=0)
    high = max((one["interval"]["high"] for one in answered), default=0)
    must_refuse = why or len(answered) < FEWEST_ANSWERS or high > MOST_APART * max(low, 1)
    if must_refuse and (said["refused"] is None or said["span"] is not None):
        raise _wrong(
            "gives a span where it has to be refused", "даёт размах там, где нужен отказ", file
        )
    if not must_refuse and (said["refused"] or said["span"] != {"high": high, "low": low}):
        raise _wrong(
            "gives another span than from the lowest to the highest end of its intervals",
            "размах не от наименьшего до наибольшего конца интервалов",
            file,
        )


def _answers(one: dict[str, Any], file: str) -> bool:
    """Whether it gives a number; it gives one whole, or refuses."""
    span, median = one["interval"], one["median"]
    if (span is None) != (median is None) or (span is None) != (one["refused"] is not None):
        raise _wrong(
            f"{one['model']} both answers and refuses, or does neither",
            f"{one['model']} и отвечает, и отказывает, или ни то ни другое",
            file,
        )
    if span and not span["low"] <= median <= span["high"]:
        raise _wrong(
            f"{one['model']} has its median outside its interval",
            f"{one['model']}: медиана вне интервала",
            file,
        )
    return span is not None


def _above(fraction: str, most: str) -> bool:
    return float(fraction) > float(most)


def _wrong(english: str, russian: str, file: str) -> WrongError:
    return WrongError(f"{english} · {russian}", file)
