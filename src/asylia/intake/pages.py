"""The pages as HTML: templates of ours, sentences from the catalogue, nothing of anyone else's.

Upholds: what does not depend on a visitor is rendered once, the same bytes for everyone.  Refuses:
inline script and style (but in the one file that is opened without a network), anything fetched
from elsewhere.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from asylia.crypto.signing import VerifyingKey
from asylia.languages import LANGUAGES, NAMES, translator

EXIT_URL = "https://www.wikipedia.org/"
WORD_LANGUAGES = MappingProxyType(
    {"en": "English", "ru": "Русский", "fr": "Français", "tr": "Türkçe"}
)
ASKED = (2, 6, 7)  # one word from each line of three
_DOMAIN = "intake"
_STATIC = {"": "start", "write": "write", "return": "return", "sealed": "sealed"}


@dataclass(frozen=True)
class Group:
    """A compartment that a reporter can write to, by the name shown in one language."""

    id: str
    label: str


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a form: the sentence, and the field to go to (or none)."""

    text: str
    field: str = ""


def messages(language: str) -> dict[str, str]:
    """The sentences for what can go wrong, by reason; page.js uses the same ones."""
    _ = translator(language, _DOMAIN).gettext
    forged = _("The keys behind this page do not hold. Do not write here: it may not be ours.")
    stale = _("Our keys are out of date at this moment. Try again in some hours.")
    return {
        "text": _("Write something first."),
        "how": _("Say how we may reach you, or choose “No”."),
        "file": _("The file is larger than 20 MB. Choose a smaller one, or send without it."),
        "file_again": _("Choose the file again: a page cannot keep it."),
        "long": _("That is too long. Make it shorter, or send it in two parts."),
        "count": _("There must be nine words."),
        "word": _("Word {n} is not in the list. Look for a slip, or choose another language."),
        "check": _("One of the words is wrong, or in the wrong place."),
        "unreachable": _("We cannot be reached right now. Try again in some minutes."),
        "unreachable_file": _(
            "This cannot be sent right now. Try again later, or without the file."
        ),
        "sealed": _("This sealed text is not whole. Copy all of it once more."),
        "pass": _("Too much time has passed. Type your nine words once more."),
        "keys": _("Choose the key file first."),
        "fault": _("Something went wrong here, and nothing was sent. Try once more."),
        "forged": forged,
        "malformed": forged,
        "old": stale,
        "not_today": stale,
    }


def problem(language: str, status: int) -> tuple[str, str]:
    """Heading and sentence for an answer that is no page of the flow, by HTTP status."""
    _ = translator(language, _DOMAIN).gettext
    if status == 404:
        return _("There is no such page"), _("Look at the address once more, or start again.")
    if status == 413:
        return _("That was too large"), _(
            "Nothing was sent. Make it shorter, or leave the file out."
        )
    if status < 500:
        return _("That did not work"), _("Nothing was sent. Start again from the first page.")
    return _("Something is wrong on our side"), _("Nothing was sent. Try again in some minutes.")


class Pages:
    """Renders each page in each language for one team's root."""

    def __init__(self, root: VerifyingKey) -> None:
        self._root = b64encode(root.ed25519 + (root.ml_dsa_44 or b"")).decode()

    def render(self, name: str, language: str, **context: object) -> bytes:
        """One page; ``context`` holds what the visitor typed or is shown."""
        template = _environment(language).get_template(f"{name}.html")
        needs_root = name in ("write", "return", "offline")
        filled = {**_DEFAULTS, "root": self._root if needs_root else "", **context}
        for name_of_typed in ("typed", "tried"):
            filled[name_of_typed] = defaultdict(str, cast(dict[object, str], filled[name_of_typed]))
        return template.render(
            filled,
            language=language,
            exit_url=EXIT_URL,
            messages=messages(language),
            word_languages=WORD_LANGUAGES.items(),
            asked=ASKED,
        ).encode()

    def static(
        self, lists: Mapping[str, str], groups: Mapping[str, Sequence[Group]] | None = None
    ) -> dict[str, bytes]:
        """Every file that is the same for everyone, by its path.

        ``lists``: word lists by language, a line a word.  ``groups``: by page language, where
        the team has several.
        """
        out = {"style.css": asset("style.css"), "page.js": asset("built/page.js")}
        out |= {f"words/{code}.txt": text.encode() for code, text in lists.items()}
        for language in LANGUAGES:
            shown = {"groups": (groups or {}).get(language, ())}
            for path, name in _STATIC.items():
                out[f"{language}/{path or 'index'}.html"] = self.render(
                    name, language, languages=NAMES.items(), path=path, **shown
                )
            out[f"{language}/offline.html"] = self._offline(language, lists, shown)
        return out

    def _offline(
        self, language: str, lists: Mapping[str, str], shown: Mapping[str, object]
    ) -> bytes:
        style, script = asset("style.css").decode(), asset("built/page.js").decode()
        policy = (
            f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; "
            "base-uri 'none'; form-action 'none'"
        )
        return self.render(
            "offline",
            language,
            csp=policy,
            style=Markup(style),  # noqa: S704  our own file, named by its hash in the policy
            script=Markup(script),  # noqa: S704  the same
            lists=lists,
            offline=True,
            **shown,
        )


_DEFAULTS: Mapping[str, object] = MappingProxyType(
    {
        "again": False,
        "ask_words": False,
        "csp": "",
        "languages": (),
        "groups": (),
        "lists": {},
        "offline": False,
        "path": "",
        "problems": (),
        "finding": False,
        "token": "",
        "tried": {},
        "typed": {},
        "visit": None,
        "words": (),
        "words_language": "",
        "wrong": (),
    }
)


def asset(name: str) -> bytes:
    """A file under ``static/``."""
    return (files("asylia.intake") / "static" / name).read_bytes()


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("asylia.intake"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(translator(language, _DOMAIN), newstyle=True)
    return environment


def _source(inline: str) -> str:
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"
