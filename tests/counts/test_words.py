"""Every sentence about estimates is there in every language, and takes what its source takes."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from asylia.cli._language import within
from asylia.counts.codes import CODES, code
from asylia.counts.words import DOMAIN, Said, fraction, numbered, said, spoken, whole
from asylia.languages import LANGUAGES, SOURCE

SRC = Path(__file__).resolve().parents[2] / "src" / "asylia"
OTHERS = [language for language in LANGUAGES if language != SOURCE]
COMMANDS = [
    *(SRC / "cli").glob("estimate*.py"), *(SRC / "cli").glob("documented*.py"),
    SRC / "cli" / "_language.py", SRC / "cli" / "link.py", SRC / "cli" / "incidents.py",
    SRC / "cli" / "_labels.py", SRC / "cli" / "_linkage.py", *(SRC / "cli").glob("partners*.py"),
    SRC / "cli" / "passphrases.py",
]  # fmt: skip
PARTNERS = [*(SRC / "exchange" / "partners").glob("*.py")]
# Whose errors are plain texts, looked up where they are shown.
PLAINLY = [
    *COMMANDS, SRC / "cli" / "figures.py",
    *((SRC / "counts" / "linking" / f"{name}.py")
      for name in ("labels", "labels_reading", "link", "model", "reading", "spark", "told")),
    *(SRC / "counts" / "incidents").glob("*.py"), *PARTNERS,
    # What a command meets before and beside the counting.
    SRC / "vault" / "files.py", SRC / "vault" / "process.py", SRC / "vault" / "unlocking.py",
    SRC / "ledger" / "courier.py", SRC / "exchange" / "sealed_out.py",
]  # fmt: skip
# Whose every sentence is a reason, advice or an assumption, and has a code.
REASONING = [
    *((SRC / "counts" / f"{name}.py") for name in (
        "averaging", "chao", "combining", "covaried", "estimate", "lcmcr", "loglinear", "nhoi",
        "robust", "tables", "verdict",
    )),
    *(SRC / "counts" / "latent").glob("*.py"), *(SRC / "counts" / "partitions").glob("*.py"),
]  # fmt: skip
Message = str | tuple[str, str]


def marked(text: str) -> set[Message]:
    """Sentences that are marked, and pairs of one and several."""
    found: set[Message] = set()
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("N_", "NN_"):
            told = [one.value for one in call.args if isinstance(one, ast.Constant)]
            found.add(told[0] if len(told) == 1 else (told[0], told[1]))
    return found


def erring(text: str) -> set[Message]:
    """Messages and hints of errors that are plain texts, or the module's constants."""
    tree = ast.parse(text)
    named = {
        one.targets[0].id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    }
    found: set[Message] = set()
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "").endswith("Error"):
            hints = [word.value for word in call.keywords if word.arg == "hint"]
            told = [named.get(getattr(one, "id", ""), one) for one in (*call.args[:1], *hints)]
            found |= {str(one.value) for one in told if isinstance(one, ast.Constant)}
    return found


def sources() -> set[Message]:
    paths = [*(SRC / "counts").rglob("*.py"), *COMMANDS, *PARTNERS, SRC / "cli" / "figures.py"]
    told = [marked(path.read_text("utf-8")) for path in paths]
    return set().union(*told, *(erring(path.read_text("utf-8")) for path in PLAINLY))


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_nothing_left_over_and_places_are_the_same(language: str) -> None:
    with (SRC / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        known = {
            one.id if isinstance(one.id, str) else tuple(one.id): one.string
            for one in read_po(file) if one.id
        }  # fmt: skip
    assert set(known) == sources()
    for source, string in known.items():
        for told in (string,) if isinstance(string, str) else string:
            assert told
            assert places(source if isinstance(source, str) else source[1]) == places(told)


def places(text: str) -> set[str]:
    return set(re.findall(r"%(?:\(\w+\)s|%)", text))


def test_every_reason_advice_and_assumption_has_a_code_of_its_own() -> None:
    told = set().union(*(marked(path.read_text("utf-8")) for path in REASONING))
    told -= {
        "An estimate is refused: %(reason)s.",
        "Show what sources say and what is documented; both stand without an estimate.",
        "counting needs the package %(package)s, which is not installed",
        "Install what counting needs: pip install 'asylia[counting]'.",
    }
    assert {one for one in told if isinstance(one, str) and one not in CODES} == set()
    assert len(set(CODES.values())) == len(CODES)
    assert set(CODES) <= sources()
    reason = said(
        "in stratum %(name)s %(why)s", name="a", why=said("nobody stands in exactly two lists")
    )
    assert code(reason) == "stratum_refused.nobody_in_two_lists"
    assert code(None) is None
    with pytest.raises(KeyError):
        code(said("Nobody knows."))


def test_a_number_bends_the_sentence_in_each_language() -> None:
    forms = ("%(num)s list", "%(num)s lists")
    [strata] = (one for one in sources() if isinstance(one, tuple) and "strata" in one[1])
    assert [str(numbered(forms, many)) for many in (0, 1, 2, 21)] == [
        "0 lists", "1 list", "2 lists", "21 lists",
    ]  # fmt: skip
    at = [numbered(strata, many, observed=9, recaptured=2).within("ru") for many in (1, 2, 5, 21)]
    assert ["страте" in one for one in at] == [True, False, False, True]
    assert [whole(many).within("ru") for many in (9999, 61202)] == ["9999", "61\u00a0202"]
    assert str(whole(61202)) == "61,202"
    assert [fraction(0.25).within(one) for one in ("en", "ru")] == ["0.25", "0,25"]
    assert fraction(1.2, ".2f").within("ru") == "1,20"


def test_an_error_is_told_in_the_language_asked_for_or_stays_english() -> None:
    message = spoken("the table of counts can't be read: %(why)s", why=said("it has no list"))
    assert message == "the table of counts can't be read: it has no list"
    assert within(message, "ru") == "таблицу нельзя прочесть: в ней нет ни одного списка"
    assert within("Check its path and rights.", "ru") == "Проверьте путь и права."
    assert within("records have no name", "ru") != "records have no name"  # in the desk's catalogue
    assert within("nobody wrote this", "ru") == "nobody wrote this"
    assert within(message, "en") == message


def test_a_sentence_that_nobody_translated_would_be_found() -> None:
    assert marked('said(N_("Nobody" " knows."))') == {"Nobody knows."}
    assert marked('NN_("%(num)s list", "%(num)s lists")') == {("%(num)s list", "%(num)s lists")}
    assert erring('LATER = "later"\nraise AnError("no", hint=LATER)') == {"no", "later"}
    assert erring('raise AnError("no", hint="yes")') == {"no", "yes"}
    assert "this device is no linker" in sources()
    assert "there are no overlapping lists of persons" in sources()


def test_a_sentence_within_a_sentence_is_told_in_the_same_language() -> None:
    inner = said("nobody stands in exactly two lists")
    outer = Said("No estimate: %(reason)s.", {"reason": inner})
    assert str(outer) == "No estimate: nobody stands in exactly two lists."
    assert outer.within("ru") == "Оценки нет: ровно в двух списках нет никого."
