"""A browser writes the state of a form to its session file, unless the form forbids it.

The seizure check found a worker's reply there, in UTF-16, after one form had lacked the attribute.
"""

import re
from pathlib import Path

import pytest

_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
_TYPED = re.compile(r"<textarea|<input(?![^>]*type=\"(hidden|radio|checkbox|submit)\")|{% include")


def templates() -> list[Path]:
    folder = Path(__file__).parents[2] / "src" / "asylia"
    return sorted(folder.glob("*/templates/*.html"))


def forgetful(text: str) -> list[str]:
    """The opening tags of forms that take text and let the browser remember it."""
    return [
        form[: form.index(">") + 1]
        for form in _FORM.findall(text)
        if _TYPED.search(form) and 'autocomplete="off"' not in form[: form.index(">") + 1]
    ]


@pytest.mark.parametrize("template", templates(), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_browser_is_to_remember_what_is_typed(template: Path) -> None:
    assert forgetful(template.read_text("utf-8")) == []


def test_a_form_without_the_attribute_would_be_seen() -> None:
    assert forgetful('<form method="post"><textarea name="a"></textarea></form>')
    assert len(templates()) > 20
