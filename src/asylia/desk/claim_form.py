"""The form of a claim from a public source, as typed, and what it becomes.

Upholds: names, numbers and dates are read as people write them; a name that the record does not
know is asked about and never guessed; nothing is carried over from one claim to the next but who
tells and the event.  Refuses, with what to write: whatever can't be read.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from asylia.casework.public import PublicSaid
from asylia.desk.forms import Form
from asylia.desk.shapes import Shape, shape_of
from asylia.errors import AsyliaError, UsageError
from asylia.record.claims import Overlap, PartsTold, Recants, Teller
from asylia.record.contents import (
    Content,
    Count,
    Demand,
    Event,
    Group,
    Name,
    Official,
    Organisation,
    Place,
    Site,
    Statement,
)
from asylia.record.contents import Response as Answer
from asylia.record.forms import NOT_STATED, UNKNOWN, Complete, Relation
from asylia.record.likeness import Entering
from asylia.record.naming import Names, folded
from asylia.record.reading import Record
from asylia.record.typed_counts import typed_count
from asylia.record.typed_dates import typed_date

T = TypeVar("T")
OFFICIAL = "official"  # in place of a kind of organisation
NEW = "new"
_QUOTES = "\"“”„«»'‘’"
_COMPLETE: dict[str, Complete] = {"yes": "yes", "no": "no", "not_stated": "not_stated"}
_RELATIONS: dict[str, Relation] = {
    "same": "same", "distinct": "distinct", "part": "part", "not_known": "not_known",
}  # fmt: skip


class UnknownNamesError(UsageError):
    """Names that nobody in the record has; ``names``: as typed."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            "These names are not in the record yet: say below what each of them is.",
            hint="Nothing was saved, and what you typed is kept.",
        )
        self.names = names


@dataclass
class ClaimForm:
    """One form; ``read`` gives the claim and the new things that it is about.

    ``found``: the words as they stand in the source's text; empty where it has none.
    """

    record: Record
    form: Form
    draw_id: Callable[[], str]
    found: str = ""
    made: list[Content] = field(default_factory=list)
    _unknown: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The names that the record knows."""
        self._names = Names.of(self.record)
        self._new = {
            folded(name): (name, kind, office.strip())
            for name, kind, office in zip(
                self.form.texts("new_name"),
                self.form.texts("new_kind"),
                self.form.texts("new_office"),
                strict=False,
            )
        }

    def read(self) -> tuple[PublicSaid, tuple[Content, ...]]:
        """The claim; ``UnknownNamesError`` where names have to be told of first."""
        form = self.form
        prop = form.needed("property", "Say what the words tell.")
        shape = shape_of(self.record.words, prop)
        tellers = self._tellers()
        event = self._event()
        subject, value = self._about(shape, event)
        count = self._count(shape)
        if self._unknown:
            raise UnknownNamesError(tuple(dict.fromkeys(self._unknown)))
        said = PublicSaid(
            words=form.needed("words", "Quote the words: they are needed."),
            tellers=tellers,
            subject=subject,
            property=prop,
            event=event,
            value=value,
            count=count,
            polarity=form.text("polarity") or "asserts",
            certainty=form.text("certainty") or "reports",
            perpetrator=form.text("perpetrator") or NOT_STATED,
            perpetrator_words=form.text("perpetrator_words"),
            motive=form.text("motive") or NOT_STATED,
            said_on=typed_date(form.text("said_on")),
            facts=typed_date(form.text("facts")),
            place=self._place(),
            where=form.text("where"),
            part_of=form.text("part_of"),
            parts=self._parts(),
            series=form.text("series"),
            overlaps=self._overlaps(),
            recants=self._recants(),
        )
        return said, tuple(self.made)

    def entering(self, source: str) -> Entering:
        """As much as is typed, for likeness; what can't be read yet is not there yet."""
        form = self.form
        subject = form.text("same_subject") or form.text("site")
        return Entering(
            source=source,
            words=self._words(),
            property=form.text("property"),
            event=form.text("event"),
            subject="" if subject == NEW else subject,
            value=form.text("value") or form.text("value_term"),
            count=_or(lambda: typed_count(form.text("count")), None),
            facts=_or(lambda: typed_date(form.text("facts")), ""),
            place="" if form.text("place") == NEW else form.text("place"),
        )

    def unknown(self) -> tuple[str, ...]:
        """Names typed so far that the record does not know, nor this form tells of."""
        typed = [*self.form.texts("teller"), *self.form.texts("by")]
        typed += [self.form.text("who"), self.form.text("unit")]
        names = [name.strip() for name in typed if name.strip() and not _is_unnamed(name.strip())]
        return tuple(dict.fromkeys(name for name in names if self._is_unknown(name)))

    def _is_unknown(self, name: str) -> bool:
        try:
            return self._names.find(name) is None
        except UsageError:
            return False  # known, and more than once

    def lineage(self) -> str:
        """Whose the claim would be counted as; ``unknown`` where nobody is named."""
        named = [one.strip() for one in self.form.texts("teller") if one.strip()]
        return next((one for one in reversed(named) if not _is_unnamed(one)), UNKNOWN)

    def _words(self) -> str:
        return self.found or self.form.text("words")

    def _tellers(self) -> tuple[Teller, ...]:
        chain = [one.strip() for one in self.form.texts("teller") if one.strip()]
        if not chain:
            raise UsageError(
                "Say who tells this, in quotation marks if the source names nobody.",
                hint="Nothing was saved. A dash means: somebody, and no more is said.",
            )
        return tuple(
            Teller(who="", as_given=one.strip(_QUOTES + "–—- "))
            if _is_unnamed(one)
            else Teller(who=self._actor(one))
            for one in chain
        )

    def _actor(self, typed: str) -> str:
        """The id of who is meant; a new one is made where the form tells what it is."""
        known = self._names.find(typed)
        if known:
            return known
        for one in self.made:
            if isinstance(one, Organisation | Official) and folded(typed) == folded(
                one.name or getattr(one, "office", "")
            ):
                return one.id
        name, kind, office = self._new.get(folded(typed), (typed, "", ""))
        if not kind or (kind == OFFICIAL and not office):
            self._unknown.append(typed)
            return self.draw_id()
        new = (
            Official(id=self.draw_id(), name=_unless_office(name, office), office=office)
            if kind == OFFICIAL
            else Organisation(id=self.draw_id(), name=name, kind=kind)
        )
        self.made.append(new)
        return new.id

    def _event(self) -> str:
        chosen = self.form.text("event")
        if chosen and chosen != NEW:
            return chosen
        name = self.form.needed("new_event", "Say which event this is told about.")
        return self._make(
            Event(id=self.draw_id(), name=name, kind=self.form.text("new_kind_event"))
        )

    def _about(self, shape: Shape, event: str) -> tuple[str, str]:
        """Subject and value."""
        form = self.form
        value = ""
        if shape == "date":
            value = typed_date(form.needed("value", "Write the date as it is told."))
        elif shape in ("text", "site_text"):
            value = form.text("value") or self._words()
        elif shape in ("term", "site_term"):
            value = form.needed("value_term", "Choose what the words say.")
        elif shape == "by_actor":
            value = self._actor(form.needed("who", "Say who is meant."))
        elif shape == "actors":
            value = self._actor(form.needed("unit", "Say which unit is meant."))
        elif shape == "at_place":
            value = self._place() or form.needed("new_place", "Say where.")
        return self._subject(shape, event), value

    def _subject(self, shape: Shape, event: str) -> str:
        if shape in ("statement", "demand", "response"):
            return self.form.text("same_subject") or self._make(self._said(shape, event))
        if shape in ("site", "site_text", "site_term"):
            return self._site()
        if shape == "sites":
            return self._group()
        if shape == "actors":
            return self._actor(self.form.needed("who", "Say who is meant."))
        return self.form.text("subject") or event

    def _said(self, shape: Shape, event: str) -> Content:
        form = self.form
        by = tuple(self._actor(one.strip()) for one in form.texts("by") if one.strip())
        if not by:
            raise UsageError("Say who stated, demanded or answered it.", hint="Nothing was saved.")
        on = typed_date(form.text("on"))
        if shape == "statement":
            kind = form.needed("statement_kind", "Say what kind of statement it is.")
            return Statement(id=self.draw_id(), by=by[0], kind=kind, event=event, on=on)
        if shape == "response":
            kind = form.needed("response_kind", "Say what kind of answer it is.")
            reply = form.text("in_reply_to")
            return Answer(
                id=self.draw_id(), by=by, kind=kind, event=event, on=on, in_reply_to=reply
            )
        return Demand(
            id=self.draw_id(),
            by=by,
            to=tuple(one.strip() for one in form.text("to").split(";") if one.strip()),
            must_act=form.needed("must_act", "Say who must act."),
            what=form.text("what") or self._words(),
            event=event,
        )

    def _site(self) -> str:
        chosen = self.form.text("site")
        if chosen and chosen != NEW:
            return chosen
        one_of = self._group() if self.form.text("group") else ""
        name = self.form.text("new_site")
        return self._make(Site(id=self.draw_id(), name=name, place=self._place(), one_of=one_of))

    def _group(self) -> str:
        chosen = self.form.text("group")
        if chosen and chosen != NEW:
            return chosen
        what = self.form.needed("new_group", "Say how the source calls these places together.")
        return self._make(Group(id=self.draw_id(), what="sites", description=what, extent="all"))

    def _place(self) -> str:
        chosen = self.form.text("place")
        if chosen != NEW:
            return chosen
        earlier = next((one.id for one in self.made if isinstance(one, Place)), None)
        if earlier:
            return earlier
        name = Name(text=self.form.needed("new_place", "Say where."), language="")
        precision = self.form.text("new_precision") or "settlement"
        return self._make(Place(id=self.draw_id(), names=(name,), precision=precision))

    def _make(self, content: Content) -> str:
        self.made.append(content)
        return content.id

    def _count(self, shape: Shape) -> Count | None:
        if shape not in ("count", "sites"):
            return None
        count = typed_count(self.form.text("count"))
        if count is None:
            raise UsageError(
                "Write how many, as told, or a question mark where no number is stated.",
                hint="Nothing was saved.",
            )
        return count

    def _parts(self) -> PartsTold | None:
        complete = _COMPLETE.get(self.form.text("complete"))
        words = self.form.text("complete_words")
        return None if complete is None else PartsTold(complete=complete, words=words)

    def _overlaps(self) -> tuple[Overlap, ...]:
        other, relation = self.form.text("overlaps"), _RELATIONS.get(self.form.text("relation"))
        return (Overlap(other=other, relation=relation or "not_known"),) if other else ()

    def _recants(self) -> Recants | None:
        claim, told = self.form.text("recants"), self.form.text("circumstances")
        return Recants(claim=claim, circumstances=told) if claim else None


def _is_unnamed(typed: str) -> bool:
    return typed[0] in _QUOTES or typed in ("-", "–", "—")


def _unless_office(name: str, office: str) -> str:
    """An official whom the source calls by the office alone has no name."""
    return "" if folded(name) == folded(office) else name


def _or(read: Callable[[], T], otherwise: T) -> T:
    """What is read, or the other thing where it can't be read yet."""
    try:
        return read()
    except AsyliaError:
        return otherwise
