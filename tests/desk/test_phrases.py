"""What is compiled into a page is what would have been asked for while it is drawn."""

from functools import cache
from gettext import NullTranslations

import pytest
from jinja2 import DictLoader, Environment, nodes

from asylia.desk.pages import Compiled, Pages
from asylia.desk.phrases import Phrasebook
from asylia.languages import LANGUAGES, translator


class Told(NullTranslations):
    """Says which sentences it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def gettext(self, message: str) -> str:
        self.asked.append(message)
        return f"«{message}»"


TEMPLATES = {
    "macros.html": '{% macro icon(name) %}<i class="{{ name }}"></i>{% endmacro %}',
    "page.html": '{% from "macros.html" import icon %}{{ icon("lock") }} '
    '{{ _("100%% <b>sure</b>") }} {{ _("%(who)s, %(n)s times", who=who, n=2) }} '
    "{{ _(who) }} {{ icon(who) }}",
    "drawn.html": '{% from "macros.html" import icon %}{{ icon("lock") }}{{ who }}',
    "own.html": '{% macro icon(name) %}mine: {{ name }}{% endmacro %}{{ icon("lock") }}',
}


def both(name: str, **shown: object) -> tuple[str, str, list[str]]:
    """A template as plain Jinja draws it, as ours does, and what ours asked for while drawing."""
    loader = DictLoader(TEMPLATES)
    plain = Environment(autoescape=True, extensions=["jinja2.ext.i18n"], loader=loader)
    plain.install_gettext_translations(Told(), newstyle=True)  # type: ignore[attr-defined]
    told = Told()
    ours = Phrasebook(told, autoescape=True, loader=loader).get_template(name)
    told.asked.clear()
    return plain.get_template(name).render(shown), ours.render(shown), told.asked


def test_a_page_reads_the_same_and_asks_only_for_what_it_could_not_know() -> None:
    plain, ours, asked = both("page.html", who="<Grozny>")
    assert ours == plain
    assert "«100% <b>sure</b>»" in ours
    assert "«&lt;Grozny&gt;, 2 times»" in ours
    assert asked == ["<Grozny>"]


def test_icons_that_are_all_drawn_are_not_asked_for_again() -> None:
    plain, ours, _ = both("drawn.html", who="x")
    assert ours == plain == '<i class="lock"></i>x'
    book = Phrasebook(Told(), autoescape=True, loader=DictLoader(TEMPLATES))

    def compiled(name: str) -> str:
        return str(book.compile(TEMPLATES[name], name, raw=True))

    assert "macros.html" not in compiled("drawn.html")
    assert "macros.html" in compiled("page.html")


def test_another_macro_of_that_name_is_left_alone() -> None:
    plain, ours, _ = both("own.html")
    assert ours == plain == "mine: lock"


def test_what_was_compiled_once_is_used_again_for_the_same_source_alone() -> None:
    asked = Told()
    sources = {"page.html": '{{ _("one") }}'}
    kept = Compiled()

    def drawn() -> str:
        loader = DictLoader(sources)
        book = Phrasebook(asked, autoescape=True, loader=loader, bytecode_cache=kept)
        return book.get_template("page.html").render()

    assert [drawn(), drawn()] == ["«one»", "«one»"]
    assert asked.asked == ["one"]
    sources["page.html"] = '{{ _("two") }}'
    assert drawn() == "«two»"
    assert asked.asked == ["one", "two"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_every_template_is_in_its_own_language(language: str) -> None:
    book = Pages().book(language)
    sentences = {text for source in parsed().values() for text in said_in(source)}
    assert len(sentences) > 500
    every = "|".join(f"{{{{ _({text!r}) }}}}" for text in sorted(sentences))
    plain = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    plain.install_gettext_translations(translator(language, "desk"), newstyle=True)  # type: ignore[attr-defined]
    expected = plain.from_string(every).render()
    assert book.from_string(every).render() == expected
    other = next(one for one in LANGUAGES if one != language)
    assert Pages().book(other).from_string(every).render() != expected


@cache
def parsed() -> dict[str, nodes.Template]:
    """Every template, before anything is set into it."""
    book = Pages().book("en")
    assert book.loader is not None
    names = book.list_templates(["html"])
    return {name: book.parse(book.loader.get_source(book, name)[0]) for name in names}


def said_in(source: nodes.Template) -> list[str]:
    """The sentences without a variable in a template."""
    calls = source.find_all(nodes.Call)
    return [
        one.args[0].value
        for one in calls
        if one.node == nodes.Name("_", "load")
        and not one.kwargs
        and isinstance(one.args[0], nodes.Const)
    ]


def test_each_template_asks_for_the_icons_that_it_draws() -> None:
    drawn = 0
    for name, source in parsed().items():
        if name != "macros.html" and any(one.name == "icon" for one in source.find_all(nodes.Name)):
            names = [one for found in source.find_all(nodes.FromImport) for one in found.names]
            assert "icon" in names, name
            drawn += 1
    assert drawn > 20
