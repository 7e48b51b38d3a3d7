"""Estimates: every number that arithmetic alone can find again is found again from the table.

``spec/estimate.md``.  What is said of them is said in English and Russian.  Upholds: totals, the
rules of refusal, Chao's lower bound (of the table, of it without each list, of each list's own
persons, and with links missed), the span and the verdict are computed here and compared; a table
and plots beside the file are just those of the file.  Refuses to call checked what is not: models
that rest on chance or on chains are listed, with the command that runs them again.
"""

from collections.abc import Mapping
from typing import Any

from asylia_verify.estimate_common import (
    check_answer,
    check_beside,
    check_bound,
    check_lists,
    check_verdict,
    folders,
    gives_number,
    read,
    rows_of,
    table_of,
    wrong,
)
from asylia_verify.estimate_shape import ESTIMATE, is_doubled
from asylia_verify.estimate_told import Found, checked, not_checked
from asylia_verify.overlaps import Said, Table, unbearable

FOLDER = "data/estimates/"


def check_estimates(files: Mapping[str, bytes]) -> list[Found]:
    """Each estimate of the bundle, in order; ``WrongError`` at the first thing that is not so."""
    return [_estimate(files, folder) for folder in folders(files, FOLDER)]


def _estimate(files: Mapping[str, bytes], folder: str) -> Found:
    file = f"{folder}estimate.json"
    said = read(files, file, "asylia/estimate/1", ESTIMATE)
    check_lists(said, file)
    table = table_of(said, len(said["lists"]), file)
    check_beside(files, file, said, rows_of(said, ""))
    why = unbearable(table)
    answered = _check_models(said, table, why, file)
    recomputed = _check_moved(said, table, file)
    check_verdict(said, answered, file, bears=why is None)
    return Found(checked(said, table, why, folder, recomputed), not_checked(said, why, folder))


def _check_models(
    said: dict[str, Any], table: Table, why: Said | None, file: str
) -> list[dict[str, Any]]:
    """Each model answers or refuses, as the table lets it; those that answered."""
    models = said["models"]
    if len({one["model"] for one in models}) != len(models):
        raise wrong("has a model twice", "модель повторена", file)
    answered = [one for one in models if gives_number(one, file)]
    if why and answered:
        raise wrong(
            f"gives a number for a table that can bear none: {why[0]}",
            f"даёт число по таблице, которая его не допускает: {why[1]}",
            file,
        )
    for one in answered:
        check_answer(one, table.observed, file)
    if not why:
        check_bound(models, table, file, "")
    return answered


def _check_moved(said: dict[str, Any], table: Table, file: str) -> int:
    """Each refusal and each lower bound of the tables that follow from this; how many tables."""
    if is_doubled(said):
        raise wrong("answers twice for one table", "дважды отвечает об одной таблице", file)
    used = [at for at in range(table.wide) if at not in table.copied()]
    telling, tables = table.telling(), list[tuple[str, Table, list[dict[str, Any]]]]()
    for kind, of in (("left_out", Table.without), ("known", Table.inside)):
        for one in said[kind]:
            if one["list"] not in used:
                raise wrong(f"{kind} names no list used", f"{kind}: нет такого списка", file)
            tables.append((kind, of(telling, used.index(one["list"])), one["answers"]))
    tables += [
        ("missed", telling.put_back(one["percent"]), one["answers"]) for one in said["missed"]
    ]
    for kind, other, answers in tables:
        why = unbearable(other)
        answered = [one for one in answers if gives_number(one, file)]
        if why and answered:
            raise wrong(
                f"{kind}: gives a number for a table that can bear none: {why[0]}",
                f"{kind}: число по таблице, которая его не допускает: {why[1]}",
                file,
            )
        if not why:
            check_bound(answers, other, file, f"{kind}: ")
    for point in said["curve"]:
        if not point["interval"]["low"] <= point["median"] <= point["interval"]["high"]:
            raise wrong(
                "curve: a median outside its interval", "curve: медиана вне интервала", file
            )
    return len(tables)
