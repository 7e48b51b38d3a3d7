"""Estimates over strata or linkages: what arithmetic can find again of tables taken together.

``spec/estimate.md``, "Several tables".  Upholds: each table's totals, whether it can bear an
estimate and Chao's lower bound are computed here; so is which model answers for all, Chao's bound
mixed over linkages, and where its sum over strata lies.  Refuses to call checked what is not: how
the other models' draws are added or mixed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from asylia_verify.combined import added, mixed
from asylia_verify.errors import shown
from asylia_verify.estimate_common import (
    MOST_FILES,
    check_answer,
    check_beside,
    check_bound,
    check_lists,
    check_verdict,
    folders,
    gives_number,
    quoted,
    read,
    rows_of,
    table_of,
    wrong,
)
from asylia_verify.estimate_shape import MOST_PATTERNS_IN_ALL, SEVERAL, as_seen, can_be_shown
from asylia_verify.estimate_told import Found
from asylia_verify.estimates import FOLDER as ALONE
from asylia_verify.overlaps import Said, Spread, Table, spread, unbearable
from asylia_verify.several_told import checked, not_checked

FOLDER = "data/several/"
LINKAGE = "linkage"
_BOUND = "chao"
_NOT_QUANTILES = 0.02  # of draws read off twice, an end may be another by so much
_NOT_OF_DRAWS = "loglinear"  # its number is of the table, its interval of tables resampled
Row = dict[str, Any]


def check_several(files: Mapping[str, bytes]) -> list[Found]:
    """Each estimate of several tables, in order; ``WrongError`` at the first thing not so."""
    own = folders(files, FOLDER)
    if len(own) + len(folders(files, ALONE)) > MOST_FILES:
        raise wrong(
            "are more than eight, with those of one table",
            "вместе с оценками по одной таблице их больше восьми",
            FOLDER,
        )
    return [_estimate(files, folder) for folder in own]


def _estimate(files: Mapping[str, bytes], folder: str) -> Found:
    file = f"{folder}several.json"
    said = read(files, file, "asylia/estimate-several/1", SEVERAL)
    check_lists(said, file)
    tables = _tables(said, file)
    rows = [row for one in said["tables"] for row in rows_of(one, quoted(one["name"]) + ",")]
    check_beside(files, file, said, rows, said["by"])
    borne = [_check_table(said, one, tables[one["name"]], file) for one in said["tables"]]
    _check_alike(said, tables, file)
    _check_seen(said, tables, file)
    answered = list(_check_models(said, tables, file))
    check_verdict(said, answered, file, bears=True)
    return Found(checked(said, folder, sum(borne)), not_checked(said, folder))


def _tables(said: Row, file: str) -> dict[str, Table]:
    names = [one["name"] for one in said["tables"]]
    if len(set(map(as_seen, names))) != len(names):
        raise wrong("names a table twice", "называет таблицу дважды", file)
    if not all(map(can_be_shown, names)):
        raise wrong("has a table of a name that none can have", "недопустимое имя таблицы", file)
    if sum(len(one["patterns"]) for one in said["tables"]) > MOST_PATTERNS_IN_ALL:
        raise wrong("has too many patterns", "слишком много сочетаний", file)
    return {
        one["name"]: table_of(one, len(said["lists"]), file, f"{shown(one['name'])}: ")
        for one in said["tables"]
    }


def _check_table(said: Row, one: Row, table: Table, file: str) -> bool:
    """What is said of one table alone; whether it can bear an estimate."""
    where, models = f"{shown(one['name'])}: ", [each["model"] for each in said["models"]]
    if len(set(models)) != len(models):
        raise wrong("has a model twice", "модель повторена", file)
    if [each["model"] for each in one["answers"]] != models:
        raise wrong(
            f"{where}other models than those over all tables",
            f"{where}не те модели, что по всем таблицам",
            file,
        )
    why = unbearable(table)
    answered = [each for each in one["answers"] if gives_number(each, file, where)]
    if why and answered:
        raise wrong(
            f"{where}gives a number for a table that can bear none: {why[0]}",
            f"{where}число по таблице, которая его не допускает: {why[1]}",
            file,
        )
    for each in answered:
        check_answer(each, table.observed, file, where)
    if not why:
        check_bound(one["answers"], table, file, where)
    return why is None


def _check_alike(said: Row, tables: Mapping[str, Table], file: str) -> None:
    """What is said of tables of the same counts is the same."""
    known: dict[frozenset[tuple[str, int]], Row] = {}
    for one in said["tables"]:
        before = known.setdefault(frozenset(tables[one["name"]].rows.items()), one)
        if before["answers"] != one["answers"]:
            names = f"{shown(before['name'])}, {shown(one['name'])}"
            raise wrong(
                f"{names}: tables that are alike have other answers",
                f"{names}: одинаковые таблицы, а ответы разные",
                file,
            )


def _check_seen(said: Row, tables: Mapping[str, Table], file: str) -> None:
    """Persons in at least one list, over all tables."""
    each = sorted(table.observed for table in tables.values())
    half = len(each) // 2
    middle = each[half] if len(each) % 2 else round((each[half - 1] + each[half]) / 2)
    seen = (each[0], middle, each[-1]) if said["by"] == LINKAGE else (sum(each),) * 3
    if seen != tuple(said["seen"][name] for name in ("least", "middle", "most")):
        raise wrong(
            "gives totals that do not follow from its tables", "итоги не следуют из таблиц", file
        )


def _check_models(said: Row, tables: Mapping[str, Table], file: str) -> Iterator[Row]:
    """Each model over all tables answers or refuses, as its answers to each let it."""
    over = "mixture" if said["by"] == LINKAGE else "sum"
    for at, one in enumerate(said["models"]):
        alone = [each["answers"][at] for each in said["tables"]]
        held = [each for each in alone if each["refused"] is None]
        must = len(held) * 2 > len(alone) if over == "mixture" else len(held) == len(alone)
        if gives_number(one, file) != must:
            raise wrong(
                f"{one['model']}: answers over all tables where it has to refuse, or refuses where"
                " it has to answer",
                f"{one['model']}: отвечает по всем таблицам, где должна отказать, или наоборот",
                file,
            )
        if not must:
            continue
        seen = said["seen"]["least" if over == "mixture" else "most"]
        check_answer(one, seen, file)
        if one["model"] == _BOUND:
            _check_combined(one, list(tables.values()), over, file)
        elif over == "mixture":
            _check_among(one, held, file)
        else:
            _check_above(one, held, said["tables"], file)
        yield one


def _check_combined(one: Row, tables: Sequence[Table], over: str, file: str) -> None:
    """Chao's bound over all tables: computed, or where chance may put it."""
    each = [spread(table) for table in tables if not unbearable(table)]
    spreads = [found for found in each if isinstance(found, Spread)]
    expected = mixed(spreads) if over == "mixture" else added(spreads)
    span, words = one["interval"], _WORDS[over]
    if (
        one["median"] not in expected.median
        or span["low"] not in expected.low
        or span["high"] not in expected.high
    ):
        raise wrong(words[0], words[1], file)


_WORDS: dict[str, Said] = {
    "mixture": (
        "Chao's lower bound over all linkages is another by these tables",
        "нижняя граница Чао по всем способам соединения по этим таблицам другая",
    ),
    "sum": (
        "Chao's lower bound over all strata is not where adding those of these tables puts it",
        "нижняя граница Чао по всем стратам не там, где её даёт сложение по этим таблицам",
    ),
}


def _check_among(one: Row, held: Sequence[Row], file: str) -> None:
    """What is read off a mixture lies among what the linkages that it is mixed of say."""
    for each, own in zip(zip(*map(_points, held), strict=True), _points(one), strict=True):
        least, most = min(each) * (1 - _NOT_QUANTILES) - 1, max(each) * (1 + _NOT_QUANTILES) + 1
        if not least <= own <= most:
            raise wrong(
                f"{one['model']}: its interval or median over all linkages is not among theirs",
                f"{one['model']}: интервал или медиана по всем способам соединения не среди их"
                " интервалов и медиан",
                file,
            )


def _check_above(one: Row, held: Sequence[Row], tables: Sequence[Row], file: str) -> None:
    """A sum is not below what one stratum says with those who were seen in the others."""
    seen = sum(table["observed"] for table in tables)
    for alone, table in zip(held, tables, strict=True):
        others = seen - table["observed"]
        for least, own in zip(_points(alone), _points(one), strict=True):
            if own < (least + others) * (1 - _NOT_QUANTILES) - 1:
                raise wrong(
                    f"{one['model']}: its sum over all strata is below what one of them says with"
                    " those seen in the others",
                    f"{one['model']}: сумма по всем стратам меньше, чем по одной из них вместе с"
                    " учтёнными в других",
                    file,
                )


def _points(one: Row) -> list[int]:
    """The ends of its interval; and its median, where that is one of draws."""
    ends: list[int] = [one["interval"]["low"], one["interval"]["high"]]
    return ends if one["model"] == _NOT_OF_DRAWS else [*ends, one["median"]]
