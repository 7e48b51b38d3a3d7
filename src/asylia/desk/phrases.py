"""Templates compiled with their set phrases in place: what never changes is looked up once.

Upholds: a sentence of ours and an icon are what they would be if asked for while the page is drawn;
each language compiles its own templates, so no sentence stands in another language's page.
Refuses: sentences that are not written out in the template; these are asked for as before.
"""

from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

_SAY, _ICON, _ICONS = "_", "icon", "macros.html"


class Phrasebook(Environment):
    """An environment of one language."""

    def __init__(self, catalogue: NullTranslations, **options: Any) -> None:
        super().__init__(extensions=["jinja2.ext.i18n"], **options)
        self.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
        self.catalogue = catalogue

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        """Jinja's own hook between reading a template and compiling it."""
        icons = _has_icons(source, name)
        _Setting(self, icons=icons).visit(source)
        if icons:
            _without_icons(source)
        return super()._generate(source, name, filename, defer_init)

    def icon(self, name: str) -> Markup:
        """An icon as its macro draws it."""
        drawn: Markup = self.get_template(_ICONS).module.icon(name)  # type: ignore[attr-defined]
        return drawn


class _Setting(NodeTransformer):
    """Puts phrases in the place of the calls for them."""

    def __init__(self, book: Phrasebook, *, icons: bool) -> None:
        self._book, self._icons = book, icons

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - by the node's name
        """``_("…")``, ``_("… %(n)s", n=…)`` and ``icon("…")``; any other call stays."""
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name=str(called)),
                args=[nodes.Const(value=str(text))],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                return self._set(node, called, text)
            case _:
                return node

    def _set(self, node: nodes.Call, called: str, text: str) -> nodes.Node:
        if called == _SAY:
            said = Markup(self._book.catalogue.gettext(text))  # noqa: S704 - our own sentence
            if not node.kwargs:
                return nodes.Const(said % {}, lineno=node.lineno)
            values = [
                nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno)
                for one in node.kwargs
            ]
            return nodes.Mod(
                nodes.Const(said), nodes.Dict(values), lineno=node.lineno, environment=self._book
            )
        if called == _ICON and self._icons and not node.kwargs:
            return nodes.Const(self._book.icon(text), lineno=node.lineno)
        return node


def _has_icons(source: nodes.Template, name: str | None) -> bool:
    """Whether ``icon`` is the macro of that name here."""
    return name != _ICONS and any(
        one.template == nodes.Const(_ICONS) and _ICON in one.names
        for one in source.find_all(nodes.FromImport)
    )


def _without_icons(source: nodes.Template) -> None:
    """Where each icon was drawn, the macro is not asked for again with each page."""
    if any(one.name == _ICON for one in source.find_all(nodes.Name)):
        return
    for found in source.find_all(nodes.FromImport):
        if found.template == nodes.Const(_ICONS):
            found.names = [one for one in found.names if one != _ICON]
    source.body = [
        one for one in source.body if not (isinstance(one, nodes.FromImport) and not one.names)
    ]
