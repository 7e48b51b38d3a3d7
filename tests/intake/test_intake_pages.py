"""What every page is like: its language, its labels, its way out, and nobody else's files."""

import re
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from asylia.cli import run
from asylia.crypto.signing import SigningKey
from asylia.errors import ConflictError
from asylia.intake.app import word_files
from asylia.intake.keyring import Groups
from asylia.intake.pages import EXIT_URL, Group, Pages, Problem, asset
from asylia.intake.rootfile import write_root
from asylia.intake.static_build import MANIFEST, build, groups_in
from asylia.languages import LANGUAGES

from .world import ROOT, signed_bundle

PAGES = Pages(ROOT.public)
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
GROUPS: Groups = {
    language: (Group("casework", "Help line"), Group("legal", "Lawyers")) for language in LANGUAGES
}
WRONG = (Problem("A sentence.", "text"), Problem("Another."))
SHOWN: dict[str, dict[str, Any]] = {
    "start": {},
    "write": {"problems": WRONG, "groups": GROUPS["en"]},
    "words": {"words": WORDS, "words_language": "fr", "token": "pass"},
    "practice": {"token": "pass", "wrong": (6,), "tried": {6: "x"}},
    "done": {},
    "return": {"problems": (Problem("A sentence.", "words"),)},
    "more": {"problems": WRONG, "ask_words": True},
    "withdraw": {"token": "pass"},
    "withdrawn": {},
    "sent": {},
    "sealed": {},
    "passed": {},
    "problem": {"heading": "Heading", "text": "Text."},
}


class Outline(HTMLParser):
    """What a screen reader would go by."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.in_labels: set[int] = set()
        self._labels = self._templates = 0
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "template":
            self._templates += 1
        if self._templates:  # shown later, in the place of what is there now
            return
        if tag == "label":
            self._labels += 1
        if self._labels:
            self.in_labels.add(len(self.tags))
        self.tags.append((tag, dict(attrs)))
        self.ids += [str(value) for name, value in attrs if name == "id"]

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        self._labels -= tag == "label" and not self._templates

    def all(self, *names: str) -> Iterator[tuple[int, dict[str, str | None]]]:
        return ((at, attrs) for at, (tag, attrs) in enumerate(self.tags) if tag in names)


def every_page() -> Iterator[Any]:
    for language in LANGUAGES:
        for name, context in SHOWN.items():
            yield pytest.param(
                PAGES.render(name, language, **context), language, id=f"{name}-{language}"
            )
        for name, content in PAGES.static(word_files(), GROUPS).items():
            if name.startswith(f"{language}/"):
                yield pytest.param(content, language, id=name)


@pytest.mark.parametrize(("page", "language"), list(every_page()))
def test_a_page_can_be_read_aloud_and_left(page: bytes, language: str) -> None:
    outline = Outline(page)
    [(_, html)] = outline.all("html")
    assert html["lang"] == language
    assert len(list(outline.all("h1"))) == len(list(outline.all("main"))) == 1
    assert len(list(outline.all("title"))) == 1
    leaving = [attrs for _, attrs in outline.all("a") if "data-leave" in attrs]
    assert [(each["href"], each["rel"]) for each in leaving] == [(EXIT_URL, "noreferrer")]
    assert len(outline.ids) == len(set(outline.ids))
    labels = {attrs.get("for") for _, attrs in outline.all("label")}
    for at, control in outline.all("input", "textarea", "select"):
        if control.get("type") == "hidden" or "hidden" in control:
            continue
        named = control.get("aria-label") or control.get("id") in labels or at in outline.in_labels
        assert named, control
        described = (control.get("aria-describedby") or "").split()
        assert set(described) <= set(outline.ids)
    assert len(list(outline.all("fieldset"))) == len(list(outline.all("legend")))
    links = [
        attrs["href"] for _, attrs in outline.all("a") if (attrs["href"] or "").startswith("#")
    ]
    for link in links:
        assert str(link)[1:] in outline.ids


@pytest.mark.parametrize(("page", "language"), list(every_page()))
def test_a_page_takes_nothing_from_elsewhere_and_keeps_nothing(page: bytes, language: str) -> None:
    text = page.decode()
    outline = Outline(page)
    addresses = [
        attrs[name]
        for _, attrs in outline.tags
        for name in ("href", "src", "action")
        if attrs.get(name)
    ]
    assert all(str(each).startswith(("/", "#")) for each in addresses if each != EXIT_URL), (
        addresses
    )
    assert not list(outline.all("img", "iframe", "object", "video", "audio", "font"))
    assert not [attrs for _, attrs in outline.tags if any(a.startswith("on") for a in attrs)]
    assert not [attrs for _, attrs in outline.tags if "style" in attrs]
    for form in (attrs for _, attrs in outline.all("form") if "action" in attrs):
        assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")
    inline = "http-equiv" in text
    assert inline == ("offline" in text and "sha256-" in text)
    if not inline:
        assert "<style" not in text
        assert len(re.findall("<script", text)) == 1


@pytest.mark.parametrize(("page", "language"), list(every_page()))
def test_every_posted_form_holds_the_field_that_keeps_it_off_the_disk(
    page: bytes, language: str
) -> None:
    for form in re.findall(r'<form method="post".*?</form>', page.decode(), re.DOTALL):
        [field] = re.findall(r'<input type="password"[^>]*>', form)
        assert 'value="x" hidden readonly' in field
        assert "name=" not in field
        assert f'action="/{language}/' in form


def test_the_words_stand_in_the_page_once_and_never_in_a_field_or_an_address() -> None:
    page = PAGES.render("words", "en", words=WORDS, words_language="en", token="pass").decode()
    for word in WORDS:
        assert page.count(f">{word}<") == 1
    assert not re.search(r'(value|href|action)="[^"]*(three|seven|eight)', page)


def test_what_was_typed_is_escaped_and_kept() -> None:
    typed = {"text": '</textarea><script>"', "how": '"><b>', "contact": "yes", "urgency": "now"}
    page = PAGES.render("write", "en", typed=typed).decode()
    assert "&lt;/textarea&gt;&lt;script&gt;&#34;" in page
    assert 'value="&#34;&gt;&lt;b&gt;"' in page
    assert re.search(r'value="now" checked', page)
    assert re.search(r'value="yes" id="contact" checked', page)


def test_the_script_stores_nothing_and_speaks_to_its_own_origin_only() -> None:
    script = asset("built/page.js").decode()
    for word in ("localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker",
                 "sendBeacon", "XMLHttpRequest", "WebSocket", "eval(", "new Function", "innerHTML",
                 "Math.random", "http://"):  # fmt: skip
        assert word not in script, word
    assert set(re.findall(r"https://[a-z.]+", script)) <= set()
    assert len(re.findall(r"\bfetch\(", script)) == 1


def test_two_builds_give_the_same_bytes_and_the_manifest_names_them(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    hashes = build(first, ROOT.public)
    assert build(second, ROOT.public) == hashes
    files = {path.relative_to(first).as_posix(): path for path in first.rglob("*.*")}
    assert set(files) == set(hashes)
    for name, path in files.items():
        content = path.read_bytes()
        assert content == (second / name).read_bytes()
        assert sha256(content).hexdigest() == hashes[name]
    manifest = (first / MANIFEST).read_text()
    assert manifest == "".join(
        f"{value}  {name}\n"
        for name, value in sorted((name, value) for name, value in hashes.items())
    )
    with pytest.raises(ConflictError):
        build(first, ROOT.public)


def test_another_root_gives_other_bytes_where_the_root_is_and_nowhere_else() -> None:
    ours = PAGES.static(word_files())
    theirs = Pages(SigningKey(bytes(32), "pair").public).static(word_files())
    changed = {name for name in ours if ours[name] != theirs[name]}
    assert {name.split("/")[1] for name in changed} == {"write.html", "return.html", "offline.html"}


def test_groups_are_offered_only_where_there_are_several(tmp_path: Path) -> None:
    assert groups_in(signed_bundle(1), ROOT.public) == {}
    groups = groups_in(signed_bundle(2), ROOT.public)
    assert [group.label for group in groups["ru"]] == ["Линия помощи", "Юристы"]
    plain, offered = (
        PAGES.static(word_files(), each)["ru/write.html"].decode() for each in ({}, groups)
    )
    assert "Юристы" in offered
    assert "Юристы" not in plain


def test_the_command_builds_the_page_and_prints_its_hashes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "root.key").write_bytes(write_root(ROOT.public))
    (tmp_path / "bundle").write_bytes(signed_bundle(2))
    command = ["intake", "build", str(tmp_path / "page"), "--root", str(tmp_path / "root.key")]
    assert run([*command, "--bundle", str(tmp_path / "bundle"), "--json"]) == 0
    assert '"en/write.html"' in capsys.readouterr().out
    assert run(command) == ConflictError.exit_code
    assert run([*command[:-1], str(tmp_path / "none")]) == 66


def test_a_file_is_no_folder_to_build_into(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(ConflictError):
        build(tmp_path / "file", ROOT.public)
    assert (tmp_path / "file").read_bytes() == b"kept"
