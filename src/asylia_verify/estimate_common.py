"""What files of one table and of several have in common, each held against itself.

``spec/estimate.md``.  Upholds: totals follow from a table; a model answers whole or refuses; an
answer assumes something, is not below what was seen, and its chains agreed; the span goes from the
lowest end of all intervals to the highest; table and plots beside the file are just those of the
file.  Each wrong is said in English and in Russian.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from asylia_verify.drawing import check_drawing
from asylia_verify.errors import WrongError
from asylia_verify.estimate_shape import (
    FEWEST_ANSWERS,
    MOST_BYTES,
    as_seen,
    can_head_a_column,
)
from asylia_verify.overlaps import Bound, Table, bound
from asylia_verify.strict import Shape, message
from asylia_verify.words import Line

MOST_FILES = 8
MOST_APART = 100  # times the least end of the span that the highest may be
MOST_RHAT = "1.01"
CHAINS = "lcmcr"  # the model that runs them
TABLE = "counts.csv"


def folders(files: Mapping[str, bytes], inside: str) -> list[str]:
    """The numbered folders inside this one, in order."""
    numbers = sorted({name.split("/")[2] for name in files if name.startswith(inside)})
    if numbers != [str(number) for number in range(1, len(numbers) + 1)][:MOST_FILES]:
        raise wrong("are not numbered from 1", "пронумерованы не с 1", inside)
    return [f"{inside}{number}/" for number in numbers]


def read(files: Mapping[str, bytes], file: str, label: str, shape: Shape) -> dict[str, Any]:
    """The message in this file."""
    if file not in files:
        raise wrong("is missing", "нет этого файла", file)
    if len(files[file]) > MOST_BYTES:
        raise wrong("is too long to be one", "слишком длинный файл", file)
    said: dict[str, Any] = message(files[file], label, shape, file)
    return said


def check_lists(said: dict[str, Any], file: str) -> None:
    """Names that each can head a column, none twice."""
    if len(set(map(as_seen, said["lists"]))) != len(said["lists"]):
        raise wrong("names a list twice", "называет список дважды", file)
    if not all(map(can_head_a_column, said["lists"])):
        raise wrong("has a list of a name that none can have", "недопустимое имя списка", file)


def table_of(said: dict[str, Any], wide: int, file: str, where: str = "") -> Table:
    """A table, of which every total that stands beside it follows."""
    rows = {one["lists"]: one["count"] for one in said["patterns"]}
    if len(rows) != len(said["patterns"]) or any(len(r) != wide or "1" not in r for r in rows):
        raise wrong(
            f"{where}has a pattern twice, of other lists, or of none",
            f"{where}сочетание списков повторено, других списков или пустое",
            file,
        )
    table = Table(wide, rows)
    totals = (table.observed, table.recaptured, [table.size(at) for at in range(wide)])
    if totals != (said["observed"], said["recaptured"], said["sizes"]):
        raise wrong(
            f"{where}gives totals that do not follow from its table",
            f"{where}итоги не следуют из таблицы",
            file,
        )
    return table


def quoted(name: str) -> str:
    """A cell in quotes."""
    return '"' + name.replace('"', '""') + '"'


def rows_of(said: dict[str, Any], before: str) -> list[str]:
    """The rows of a table as CSV, each behind these cells."""
    return [f"{before}{','.join(one['lists'])},{one['count']}" for one in said["patterns"]]


def check_beside(
    files: Mapping[str, bytes], file: str, said: dict[str, Any], rows: list[str], by: str = ""
) -> None:
    """The table as CSV, and just the plots that the file names."""
    folder, _, own = file.rpartition("/")
    names = [one["name"] for one in said["plots"]]
    if len(set(names)) != len(names):
        raise wrong("names a plot twice", "называет рисунок дважды", file)
    expected = {own, TABLE, *(f"{name}.svg" for name in names)}
    held = {name.removeprefix(f"{folder}/") for name in files if name.startswith(f"{folder}/")}
    for name in sorted(expected ^ held):
        if name in held:
            raise wrong(
                "is named by no estimate", "не назван ни в одной оценке", f"{folder}/{name}"
            )
        raise wrong("is missing", "нет этого файла", f"{folder}/{name}")
    head = ",".join([*([by] if by else []), *map(quoted, said["lists"]), "count"])
    if files[f"{folder}/{TABLE}"] != "\n".join([head, *rows, ""]).encode():
        raise wrong(
            "is not the table of the estimate", "не та таблица, что в оценке", f"{folder}/{TABLE}"
        )
    for one in said["plots"]:
        name = f"{folder}/{one['name']}.svg"
        if (sha256(files[name]).digest(), len(files[name])) != (one["sha256"], one["size"]):
            raise wrong("is not the plot of the estimate", "не тот рисунок, что в оценке", name)
        try:
            check_drawing(files[name])
        except WrongError as error:
            raise WrongError(error.told, name) from None


def gives_number(one: dict[str, Any], file: str, where: str = "") -> bool:
    """Whether it gives a number; it gives one whole, or refuses."""
    span, median = one["interval"], one["median"]
    if (span is None) != (median is None) or (span is None) != (one["refused"] is not None):
        raise wrong(
            f"{where}{one['model']} both answers and refuses, or does neither",
            f"{where}{one['model']} и отвечает, и отказывает, или ни то ни другое",
            file,
        )
    if span and not span["low"] <= median <= span["high"]:
        raise wrong(
            f"{where}{one['model']} has its median outside its interval",
            f"{where}{one['model']}: медиана вне интервала",
            file,
        )
    return span is not None


def check_answer(one: dict[str, Any], observed: int, file: str, where: str = "") -> None:
    """A number that is given is not below what was seen, assumes something, and its chains agreed.

    ``assumptions`` and ``rhat`` are asked for where the answer has them.
    """
    if one["interval"]["low"] < observed or not one.get("assumptions", True):
        raise wrong(
            f"{where}{one['model']} says fewer than were seen, or assumes nothing",
            f"{where}{one['model']}: меньше, чем видели, или без допущений",
            file,
        )
    if "rhat" not in one:
        return
    if (one["model"] == CHAINS and not one["rhat"]) or _above(one["rhat"] or "0", MOST_RHAT):
        raise wrong(
            f"{where}{one['model']} answers though chains disagree, or tells no R-hat"
            f" ({MOST_RHAT})",
            f"{where}{one['model']} отвечает, хотя цепи расходятся или R-hat не назван"
            f" ({MOST_RHAT})",
            file,
        )


def check_bound(models: list[dict[str, Any]], table: Table, file: str, where: str) -> None:
    """Chao's lower bound of a table that can bear one is among them, and is that of the table."""
    expected = bound(table)
    if all(one["model"] != "chao" for one in models):
        raise wrong(f"{where}lacks Chao's lower bound", f"{where}нет нижней границы Чао", file)
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
            raise wrong(
                f"{where}Chao's lower bound is another by this table",
                f"{where}нижняя граница Чао по этой таблице другая",
                file,
            )


def check_verdict(
    said: dict[str, Any], answered: list[dict[str, Any]], file: str, *, bears: bool
) -> None:
    """The span of those that answered, or a refusal where there has to be one."""
    low = min((one["interval"]["low"] for one in answered), default=0)
    high = max((one["interval"]["high"] for one in answered), default=0)
    must_refuse = not bears or len(answered) < FEWEST_ANSWERS or high > MOST_APART * max(low, 1)
    if must_refuse and (said["refused"] is None or said["span"] is not None):
        raise wrong(
            "gives a span where it has to be refused", "даёт размах там, где нужен отказ", file
        )
    if not must_refuse and (said["refused"] or said["span"] != {"high": high, "low": low}):
        raise wrong(
            "gives another span than from the lowest to the highest end of its intervals",
            "размах не от наименьшего до наибольшего конца интервалов",
            file,
        )


def _above(fraction: str, most: str) -> bool:
    return float(fraction) > float(most)


def wrong(english: str, russian: str, file: str) -> WrongError:
    """What is wrong, in both languages."""
    return WrongError(Line(english, russian), file)
