"""Counting with partners: the whole road on real vaults, and each attack on it, named."""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.exchange.partner_world import (
    LINKER,
    TODAY,
    UNASKED,
    Round,
    Team,
    consent,
    listed,
    three,
)
from tests.opened import opened_to_write

from asylia.cli import run
from asylia.counts.table import read_tables
from asylia.record import contents as c


@dataclass
class Played:
    """The round as it was played, and what was said of each step."""

    at: Round
    opened: list[str]
    linked: dict[str, Any]
    given: dict[str, dict[str, Any]]


class Voice:
    """Commands with what they said, read back."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder = capsys, folder

    def said(self, code: int) -> dict[str, Any]:
        told = self.capsys.readouterr()
        assert code == 0, told.err
        found: dict[str, Any] = json.loads(told.out)
        return found

    def heard(self, *words: list[str]) -> Path:
        path = self.folder / "heard"
        path.write_text("\n".join(" ".join(one) for one in words))
        return path


def asked(team: Team, name: str) -> list[str | Path]:
    return [team.folder / "list.csv", "--recipient", LINKER.id, "--list", f"List {name}"]


def handed(voice: Voice, team: Team, name: str, card: Path, words: list[str], out: Path) -> Any:
    look = voice.said(team.run("hand-over", *asked(team, name), "--look"))
    given = ["--card", card, "--words-file", voice.heard(words), "--out", out]
    return voice.said(team.run("hand-over", *asked(team, name), "--read", look["read"], *given))


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    with three(tmp_path_factory.mktemp("partners")) as made:
        yield made


def test_the_road(round_: Round, capsys: pytest.CaptureFixture[str]) -> None:
    at, voice = round_.folder, Voice(capsys, round_.folder)
    card = voice.said(round_.linker.run("card", "--out", at / "card"))
    teams = {"A": round_.heron, "B": round_.stork}
    given = {
        name: handed(voice, one, name, at / "card", card["words"], at / f"{name}.age")
        for name, one in teams.items()
    }
    heard = voice.heard(given["A"]["words"], given["B"]["words"])
    with opened_to_write() as found:
        linked = round_.linker.run(
            "link",
            at / "A.age",
            at / "B.age",
            "--words-file",
            heard,
            "--distinct-in-list",
            "--out",
            at / "answers",
        )
    print(voice.said(linked))
    print([one for one in found if "__pycache__" not in one])
    for number, (name, one) in enumerate(teams.items(), 1):
        code = one.run(
            "take-back",
            at / "answers" / f"answer-{number}.age",
            "--out",
            at / f"{name}.csv",
            "--histories",
            at / f"{name}-h.csv",
        )
        print(voice.said(code))
    print((at / "A-h.csv").read_text()[:300])
