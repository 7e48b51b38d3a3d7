"""The verdict in Russian: nothing of it stays in English, and no sentence lacks its other half."""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest

from asylia_verify import promises
from asylia_verify.__main__ import main
from asylia_verify.russian import RUSSIAN
from asylia_verify.words import LANGUAGES, line

SOURCE = Path(__file__).parents[2] / "src" / "asylia_verify"
SAYING = {"WrongError", "UsageError", "line", "held", "left_out"}
# What has no Russian: names of formats, files, keys, commands; and what the bundle says itself.
NAMES = re.compile(
    r"https?://\S+|\S*data/\S*|\S+\.(?:json|txt|age|cert|zip)\b|--\w+|asylia[\w/-]*|openssl|BagIt"
    r"|SHA-256|ML-DSA-44|Ed25519|PDF|UTC|inquiry|Example commission|Python"
)


def constants(tree):
    return {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}


def test_every_sentence_stands_in_russian_and_nothing_is_left_over():
    said, written = set(), set()
    for path in SOURCE.glob("*.py"):
        if path.stem.startswith("russian"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        written |= constants(tree)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in SAYING and call.args:
                said |= {call.args[0].value} if isinstance(call.args[0], ast.Constant) else set()
                assert not isinstance(call.args[0], ast.JoinedStr), ast.unparse(call)
    said |= set(promises._STATED.values())
    assert said - set(RUSSIAN) == set()
    assert set(RUSSIAN) - {one for one in written if isinstance(one, str)} == set()


def test_both_halves_have_the_same_values_and_the_other_is_russian():
    for english, russian in RUSSIAN.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(
            re.findall(r"%\(\w+\)s", russian)
        )
        assert re.search("[а-яё]", russian)
        assert re.search("%(?!\\(\\w+\\)s)", english + russian) is None


def test_a_value_that_is_a_sentence_is_told_in_the_same_language():
    told = line("custody log, line %(number)s: %(why)s", number=3, why=line("is cut off"))
    assert [told.within(one) for one in LANGUAGES] == [
        "custody log, line 3: is cut off", "журнал хранения, строка 3: оборван",
    ]  # fmt: skip


def in_russian(capsys, *arguments):
    code = main([*map(str, arguments), "--language", "ru"])
    said = capsys.readouterr()
    return code, said.out + said.err


@pytest.mark.parametrize("policy", [True, False])
def test_a_verdict_in_russian_says_nothing_in_english(folder, policy_path, capsys, policy):
    given = ["--policy", policy_path] if policy else []
    code, told = in_russian(capsys, folder, *given)
    assert code == (0 if policy else 3)
    assert told.startswith("ВЕРНО по вашему" if policy else "ЦЕЛО, ПОДПИСАВШИЙ НЕИЗВЕСТЕН")
    for text in ("Проверено и верно:", "Не проверено:", "Чего это не доказывает"):
        assert text in told
    assert re.findall(r"[A-Za-z]{3,}", NAMES.sub("", told)) == []


def test_what_is_wrong_or_stops_the_check_is_told_in_russian(folder, policy_path, tmp_path, capsys):
    broken = shutil.copytree(folder, tmp_path / "b")
    (broken / "data/method.txt").write_bytes(b"other words")
    code, told = in_russian(capsys, broken, "--policy", policy_path)
    assert code == 1
    assert told.startswith("НЕВЕРНО. Не полагайтесь на этот пакет.\nПервое, что неверно: data/meth")
    assert "не тот файл, что назван в manifest-sha256.txt: одно из двух изменено" in told
    code, told = in_russian(capsys, broken, "--policy", policy_path, "--json")
    assert json.loads(told)["verdict"] == "wrong"  # a word for programs, in any language
    assert "одно из двух изменено" in json.loads(told)["wrong"]
    for missing in ([tmp_path / "none"], [folder, "--policy", tmp_path / "none"]):
        code, told = in_russian(capsys, *missing)
        assert code == 2
        assert re.fullmatch(r"asylia-verify: [а-яё ]+\n", told), told


def test_in_english_one_line_says_how_to_read_it_in_russian(folder, capsys):
    assert main([str(folder)]) == 3
    told = capsys.readouterr().out
    assert re.findall("[А-яё-]*[А-яё]", told) == ["По-русски"]
    assert told.endswith("По-русски: --language ru\n")
