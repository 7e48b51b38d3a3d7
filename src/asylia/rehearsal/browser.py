"""A browser without scripts: pages, their forms, and what a person types into them.

Upholds: a form is sent as it stands on the page, with its hidden fields and its default choices, as
``multipart/form-data``.  Refuses: a field or a form that the page does not have, a cookie.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from asylia.errors import MalformedError, NotFoundError, UnavailableError


@dataclass
class Form:
    """One form of a page: where it goes, and its fields with what they hold unless changed."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects forms, and the text inside elements that a caller may ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._skipped = 0
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._skipped += 1
        if self._skipped:
            return
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif self.forms and (name := given.get("name")):
            self._field(tag, name, given)
        elif tag == "option" and self._select and self.forms:
            fields = self.forms[-1].fields
            if "selected" in given or self._select not in fields:
                fields[self._select] = given.get("value", "")
        if tag in {"li", "article", "h1"}:
            self._open.append(tag)
            self.texts.append((tag, ""))

    def _field(self, tag: str, name: str, given: dict[str, str]) -> None:
        fields, kind = self.forms[-1].fields, given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            fields[name] = ""
        elif tag == "input" and kind in {"radio", "checkbox"}:
            if "checked" in given:
                fields[name] = given.get("value", "on")
        elif tag == "input" and kind != "file":
            fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._skipped -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        elif self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms and not self._skipped:
            self.forms[-1].fields[self._textarea] += data
        elif self._open and not self._skipped:
            tag, text = self.texts[-1]
            self.texts[-1] = (tag, text + data)


@dataclass(frozen=True)
class Page:
    """A page as a person without scripts meets it."""

    forms: tuple[Form, ...]
    _texts: tuple[tuple[str, str], ...] = field(repr=False)

    def texts(self, tag: str) -> tuple[str, ...]:
        """What stands in each element of this kind: ``li``, ``article`` or ``h1``."""
        return tuple(text.strip() for found, text in self._texts if found == tag)

    def form(self, action: str) -> Form:
        """The form that is sent to ``action``."""
        found = next((form for form in self.forms if form.action == action), None)
        if found is None:
            raise NotFoundError("the page has no such form")
        return found


class PlainBrowser:
    """Keeps nothing between two pages."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=60, trust_env=False)

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._page(self._client.get(path))

    def send(
        self,
        form: Form,
        typed: dict[str, str],
        *,
        file: tuple[str, bytes, str] | None = None,
    ) -> Page:
        """Type into a form of the page and send it; ``file`` is name, content, media type."""
        parts: list[tuple[str, tuple[str | None, bytes] | tuple[str, bytes, str]]] = [
            (name, (None, value.encode())) for name, value in {**form.fields, **typed}.items()
        ]
        if file is not None:
            parts.append(("file", file))
        return self._page(self._client.post(form.action, files=parts))

    def close(self) -> None:
        """Close the window."""
        self._client.close()

    def _page(self, answer: httpx.Response) -> Page:
        if answer.status_code >= 500:
            raise UnavailableError(f"the page answered {answer.status_code}")
        if answer.status_code >= 400 or self._client.cookies:
            raise MalformedError(f"the page did not take that (status {answer.status_code})")
        reader = _Reader()
        reader.feed(answer.text)
        return Page(tuple(reader.forms), tuple(reader.texts))
