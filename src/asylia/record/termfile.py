"""A folder of a team's own terms, as files of the form in which the vocabularies ship.

Upholds: all or nothing; every error names file, line and what is expected; what comes out are
contents with the ids that follow from concept and term.  Refuses what ``record.wordbook`` refuses.
Format: ``spec/vocabulary.md``, "A team's own terms".
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from asylia.errors import NotFoundError
from asylia.record.own_terms import OwnTerm
from asylia.record.vocabulary import any_key
from asylia.record.wordbook import Words, problems, term_id, words_of
from asylia.record.yamlfile import YamlFile, read

_FORM = (
    "expected `concept` and `terms`, each term with labels, perhaps under, takes, vocabulary, act"
)


def own_terms(folder: Path, words: Words | None = None) -> tuple[OwnTerm, ...]:
    """The terms in a folder's ``*.yaml``; ``words``: what is there already, if anything is."""
    if not folder.is_dir():
        raise NotFoundError("there is no such folder", hint="Name a folder of YAML files.")
    files = [read(path, any_key) for path in sorted(folder.glob("*.yaml"))]
    found = [(file, one) for file in files for one in _terms(file)]
    known = words_of(one for _, one in found) if words is None else words
    for file, one in found:
        for name, expected in problems(one, known):
            raise file.wrong(("terms", one.term, name), f"{name}: {expected}")
    return tuple(one for _, one in found)


def _terms(file: YamlFile) -> Iterator[OwnTerm]:
    data = file.data
    if not isinstance(data, dict) or set(data) != {"concept", "terms"}:
        raise file.wrong((), _FORM)
    concept, terms = data["concept"], data["terms"]
    if f"{concept}.yaml" != file.name or not isinstance(terms, dict):
        raise file.wrong(("concept",), "expected the name of the file, and a mapping of terms")
    for name, said in terms.items():
        try:
            whole = {**said, "concept": concept, "term": name, "id": term_id(concept, name)}
            yield msgspec.convert(whole, OwnTerm)
        except (msgspec.ValidationError, TypeError):
            raise file.wrong(("terms", name), _FORM) from None
