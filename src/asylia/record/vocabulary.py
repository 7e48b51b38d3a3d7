"""The vocabularies: data in ``vocabulary/*.yaml``, one commented file a concept.

Upholds: every term has a label in every language of ours; crosswalks only to what we know.
Refuses: an unknown key, a term without a label, a term whose name crosses a red line, and, through
``Vocabulary.check``, every term that is not in its file.  Format: ``spec/vocabulary.md``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from asylia.errors import MalformedError
from asylia.record import redline
from asylia.record.forms import Term as TermName
from asylia.record.yamlfile import YamlFile, read

FOLDER = Path(__file__).parent / "vocabulary"
LANGUAGES = ("en", "ru")
CROSSWALKS = frozenset({"huridocs", "rome_statute", "iccpr", "echr", "ftm"})
TAKES = frozenset({"count", "date", "text", "term", "id", "none"})
OF_ACTS = frozenset({"violations", "methods", "motives"})  # what was done; never of a person


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One term; ``under`` names a wider one; ``takes`` to ``role`` are for properties."""

    labels: dict[str, str]
    crosswalks: dict[str, str] = {}
    takes: str = ""
    vocabulary: str = ""
    act: str = ""
    role: str = ""
    under: str = ""
    retired: bool = False  # a team's own, not offered any more


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    concept: TermName
    terms: dict[TermName, Any]
    crosswalks: dict[str, str] = {}
    under: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The terms of one concept, in the order of its file.

    ``under``: the concept in which each term's ``under`` stands; empty where terms have none.
    """

    concept: str
    terms: Mapping[str, Term]
    crosswalks: Mapping[str, str] = field(default_factory=dict)
    under: str = ""

    def __contains__(self, term: object) -> bool:
        return term in self.terms

    def label(self, term: str, language: str = "en") -> str:
        """The label of a term; of one that a newer version wrote, the term itself."""
        known = self.terms.get(term)
        return known.labels.get(language, known.labels["en"]) if known else term

    @property
    def offered(self) -> tuple[str, ...]:
        """The terms that people choose from."""
        return tuple(name for name, term in self.terms.items() if not term.retired)

    def within(self, term: str, wider: Collection[str]) -> bool:
        """Whether a term is one of ``wider``, or stands under one of them, at any depth."""
        seen: set[str] = set()
        while term not in seen:
            if term in wider:
                return True
            seen.add(term)
            known = self.terms.get(term)
            term = known.under if known else ""
        return False

    def by_code(self, system: str, untrusted_code: str) -> str:
        """The term that has this code there; empty where none has.

        A code of HURIDOCS may have the number of its list behind it, as OpenEvSys keeps it.
        """
        number = self.crosswalks.get(system, "").removeprefix("list ")
        codes = {term.crosswalks.get(system): name for name, term in self.terms.items()}
        found = codes.get(untrusted_code) or codes.get(untrusted_code.removesuffix(number))
        return found or ""

    def expected(self) -> str:
        """What may stand where a term of this concept is expected, for an error."""
        return self._expected

    @cached_property
    def _expected(self) -> str:
        """One text for however many rows are refused by it."""
        return f"a term of {self.concept} ({', '.join(self.offered)})"


@lru_cache(maxsize=1)
def vocabularies() -> Mapping[str, Vocabulary]:
    """Every vocabulary that ships with Asylia, by concept."""
    return load(FOLDER)


def vocabulary(concept: str) -> Vocabulary:
    """The vocabulary of one concept."""
    return vocabularies()[concept]


def load(folder: Path) -> Mapping[str, Vocabulary]:
    """Every vocabulary of a folder; ``MalformedError`` naming file and line."""
    files = sorted(folder.glob("*.yaml"))
    found = {one.concept: one for one in (_vocabulary(read(path, any_key)) for path in files)}
    for one in found.values():
        for name, term in one.terms.items():
            if term.vocabulary and term.vocabulary not in found:
                raise MalformedError(f"{one.concept}: {name} takes terms of a vocabulary not there")
            for key, concept in (("act", "violations"), ("role", "perpetrator_roles")):
                if (named := getattr(term, key)) and named not in found.get(concept, ()):
                    raise MalformedError(f"{one.concept}: {name} names an {key} not in {concept}")
            if term.under and term.under not in found.get(one.under, ()):
                raise MalformedError(f"{one.concept}: {name} is under nothing that is there")
    return MappingProxyType(found)


def any_key(_key: str, _where: str) -> None:
    """Keys are names of terms here; they are held to the red line one by one, but for acts."""


def _vocabulary(file: YamlFile) -> Vocabulary:
    try:
        parsed = msgspec.convert(file.data, _File)
    except msgspec.ValidationError:
        raise file.wrong((), "expected concept, terms, and perhaps crosswalks") from None
    if f"{parsed.concept}.yaml" != file.name:
        raise file.wrong(("concept",), "expected the name of the file")
    _check_crosswalks(file, ("crosswalks",), parsed.crosswalks)
    terms = {name: _term(file, parsed.concept, name) for name in parsed.terms}
    return Vocabulary(
        parsed.concept,
        MappingProxyType(terms),
        MappingProxyType(parsed.crosswalks),
        parsed.under,
    )


def _term(file: YamlFile, concept: str, name: str) -> Term:
    trail = ("terms", name)
    try:
        term = msgspec.convert(file.data["terms"][name], Term)
    except msgspec.ValidationError:
        raise file.wrong(trail, "expected labels, and perhaps crosswalks") from None
    if concept not in OF_ACTS:
        redline.check_name(name, file.where(trail))
    if set(term.labels) != set(LANGUAGES) or not all(term.labels.values()):
        raise file.wrong((*trail, "labels"), f"expected a label in each of {', '.join(LANGUAGES)}")
    if (term.takes in TAKES) != (concept == "properties"):
        raise file.wrong(trail, "expected `takes` on each property, and nowhere else")
    if bool(term.vocabulary) != (term.takes == "term"):
        raise file.wrong(trail, "expected `vocabulary` where a property takes a term")
    if term.retired:
        raise file.wrong(trail, "expected no term that is retired: what ships is offered")
    _check_crosswalks(file, (*trail, "crosswalks"), term.crosswalks)
    return term


def _check_crosswalks(file: YamlFile, trail: tuple[str | int, ...], known: dict[str, str]) -> None:
    if not CROSSWALKS.issuperset(known):
        raise file.wrong(trail, f"expected crosswalks to {', '.join(sorted(CROSSWALKS))} only")
