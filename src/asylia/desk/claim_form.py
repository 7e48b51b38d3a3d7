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
from asylia.desk.typed_names import TypedNames
from asylia.errors import AsyliaError, UsageError
from asylia.record.claims import Overlap, PartsTold, Recants
from asylia.record.contents import (
    Content,
    Count,
    Demand,
    Event,
    Group,
    Name,
    Place,
    Site,
    Statement,
)
from asylia.record.contents import Response as Answer
from asylia.record.forms import NOT_STATED, Complete, Relation
from asylia.record.likeness import Entering
from asylia.record.reading import Record
from asylia.record.typed_counts import typed_count
from asylia.record.typed_dates import typed_date

T = TypeVar("T")
NEW = "new"
_COMPLETE: dict[str, Complete] = {"yes": "yes", "no": "no", "not_stated": "not_stated"}
_RELATIONS: dict[str, Relation] = {
    "same": "same", "distinct": "distinct", "part": "part", "not_known": "not_known",
}  # fmt: skip


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

    def __post_init__(self) -> None:
        """The names that the record knows; new actors are made there, the rest here."""
        self.names = TypedNames(self.record, self.form, self.draw_id, self.made)

    def read(self) -> tuple[PublicSaid, tuple[Content, ...]]:
        """The claim; ``UnknownNamesError`` where names have to be told of first."""
        form = self.form
        prop = form.needed("property", "Say what the words tell.")
        shape = shape_of(self.record.words, prop)
        tellers = self.names.tellers()
        event = self._event()
        subject, value = self._about(shape, event)
        count = self._count(shape)
        self.names.check()
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

    def _words(self) -> str:
        return self.found or self.form.text("words")

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
            value = self.names.actor(form.needed("who", "Say who is meant."))
        elif shape == "actors":
            value = self.names.actor(form.needed("unit", "Say which unit is meant."))
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
            return self.names.actor(self.form.needed("who", "Say who is meant."))
        return self.form.text("subject") or event

    def _said(self, shape: Shape, event: str) -> Content:
        form = self.form
        by = tuple(self.names.actor(one.strip()) for one in form.texts("by") if one.strip())
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


def _or(read: Callable[[], T], otherwise: T) -> T:
    """What is read, or the other thing where it can't be read yet."""
    try:
        return read()
    except AsyliaError:
        return otherwise
