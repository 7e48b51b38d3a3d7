"""The record's vocabularies and names, as the forms and pages show them."""

from collections.abc import Callable

from asylia.record.contents import (
    Claim,
    Content,
    Event,
    Exhibit,
    Group,
    Official,
    Organisation,
    Person,
    Place,
    Recipient,
    Site,
    Source,
    Statement,
    Translation,
)
from asylia.record.reading import Record
from asylia.record.views.shelf import Known
from asylia.record.wordbook import Words

_SHORT = 60  # letters of the words of a claim, where they stand for it
Options = list[tuple[str, str]]


def options(words: Words, concept: str, language: str) -> Options:
    """Terms of a concept that are offered, with their labels, in the order of its file."""
    known = words[concept]
    return [(term, known.label(term, language)) for term in known.offered]


class Labels:
    """Labels of terms in one language; ``words`` is asked once, and only if a label is."""

    def __init__(self, words: Callable[[], Words], language: str) -> None:
        self._words = words
        self._language = language
        self._known: Words | None = None
        self._told: dict[tuple[str, str], str] = {}

    def __call__(self, concept: str, term: str) -> str:
        """One term's label; of one that nobody knows, the term itself."""
        if not term:
            return ""
        if (concept, term) not in self._told:
            self._known = self._known or self._words()
            self._told[concept, term] = self._known[concept].label(term, self._language)
        return self._told[concept, term]


def name_of(record: Known, content_id: str, language: str = "") -> str:
    """What people call the thing under an id; the id itself where nothing is known of it.

    ``language``: that in which a place is named, if it has a name in it.
    """
    found = record.find(content_id)
    if isinstance(found, Statement):
        return name_of(record, found.by)
    if isinstance(found, Place):
        named = (one.text for one in found.names if one.language == language)
        return next(named, found.names[0].text)
    if isinstance(found, Official):
        return f"{found.name}, {found.office}" if found.name else found.office
    return _own_name(found) or content_id


class Called:
    """As ``name_of``, but words are called by their beginning, a source by its title.

    The record is asked for once, and only if a name is.
    """

    def __init__(self, record: Callable[[], Record]) -> None:
        self._record = record
        self._known: Record | None = None

    def __call__(self, content_id: str) -> str:
        """What people call the thing under an id."""
        if self._known is None:
            self._known = self._record()
        found = self._known.find(content_id)
        if isinstance(found, Claim | Translation):
            return _quoted(found.words)
        if isinstance(found, Exhibit) and found.description:
            return _quoted(found.description)
        return found.title if isinstance(found, Source) else name_of(self._known, content_id)


def _quoted(words: str) -> str:
    return f"“{words}”" if len(words) <= _SHORT else f"“{words[:_SHORT]}…”"


def _own_name(found: Content | None) -> str:
    match found:
        case Event(name=name) | Organisation(name=name) | Recipient(name=name):
            return name
        case Site(name=name, place=place):
            return name or place
        case Person(pseudonym=pseudonym):
            return pseudonym
        case Group(description=description):
            return description
        case _:
            return ""


def subjects(record: Record) -> Options:
    """What a claim can be about, besides the person of its case."""
    kinds = (Event, Group, Site, Person)
    return [(one.id, name_of(record, one.id)) for kind in kinds for one in record.all(kind)]
