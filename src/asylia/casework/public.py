"""From a public source to the record: the source, its text as it was pasted, claims that quote it.

Upholds: the words of a claim are found in the text of the source, letter for letter, and the claim
says where; a source without a text is quoted with a place that somebody typed; a claim and what it
is about enter together or not at all.  Refuses: kinds of source that are somebody's own (a report,
an interview, a medical document), which have consent and a case behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from asylia.casework.place import Place
from asylia.errors import UsageError
from asylia.record.anchors import anchor
from asylia.record.check import check
from asylia.record.claims import Overlap, PartsTold, Recants, Teller
from asylia.record.contents import Claim, Content, Count, Source, SourceText, Translation, Undo
from asylia.record.forms import NOT_STATED
from asylia.record.reading import Record
from asylia.record.references import missing
from asylia.record.wordbook import Words
from asylia.values import RecordId

_OF_SOMEBODY = frozenset({"interview", "medical_document", "report_to_line"})


@dataclass(frozen=True)
class NewSource:
    """What somebody writes down of a source; ``said_on`` in EDTF."""

    kind: str
    title: str
    language: str
    said_on: str
    address: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class PublicSaid:
    """What a worker reads in the words; ids and terms as in ``spec/record.md``.

    ``words`` as typed (``record.anchors``); ``where``: a place in the source that was typed.
    """

    words: str = field(repr=False)
    tellers: tuple[Teller, ...]
    subject: str
    property: str
    event: str
    value: str = field(default="", repr=False)
    count: Count | None = None
    polarity: str = "asserts"
    certainty: str = "reports"
    perpetrator: str = NOT_STATED
    perpetrator_words: str = field(default="", repr=False)
    motive: str = NOT_STATED
    said_on: str = ""  # empty: as the source
    facts: str = ""
    place: str = ""
    where: str = ""
    part_of: str = ""
    parts: PartsTold | None = None
    series: str = ""
    overlaps: tuple[Overlap, ...] = ()
    recants: Recants | None = None


def public_kinds(words: Words) -> tuple[str, ...]:
    """The kinds of source that are nobody's own words to the team."""
    known = words["source_kinds"]
    return tuple(one for one in known.offered if not known.within(one, _OF_SOMEBODY))


def enter_source(place: Place, new: NewSource) -> str:
    """A public source and its text, in a ledger record of their own; returns the source's id."""
    if new.kind not in public_kinds(place.words()):
        raise UsageError(
            "This kind of source is somebody's own words to the team.",
            hint="A report is recorded from its thread, an interview from its own page.",
        )
    source = Source(
        id=draw_id(place),
        kind=new.kind,
        title=new.title,
        language=new.language,
        said_on=new.said_on,
        address=new.address,
    )
    check(source, place.words())
    where = place.ledger.new_record(place.ledger.home())
    with place.vault.store.transaction():
        place.append(where, source)
        if new.text:
            place.append(where, _text(place, source.id, new.text))
    return source.id


def add_text(place: Place, source: str, text: str) -> None:
    """A further part of what the source says, behind what is there."""
    where = _record_of(place, place.record(), source)
    place.append(where, _text(place, source, text))


def text_of(record: Record, source: str) -> str:
    """The whole text that was pasted, in order of entry; empty where there is none."""
    return "\n\n".join(one.words for one in record.all(SourceText) if one.source == source)


def enter_claim(
    place: Place, source_id: str, said: PublicSaid, subjects: Sequence[Content] = ()
) -> str:
    """A claim quoted from a public source, with what it is about; returns the claim's id."""
    record = place.record()
    source = record.get(source_id, Source)
    if source.kind not in public_kinds(record.words):
        raise UsageError("This source is somebody's own words; quote them where they came in.")
    claim = _claim(place, record, source, said)
    new: dict[str, Content] = {one.id: one for one in (*subjects, claim)}
    for one in new.values():
        check(one, record.words)
        if any(missing(one, lambda it: new.get(it) or record.held(it), record.words)):
            raise UsageError("What is chosen does not fit what the words tell of.")
    where = _record_of(place, record, source_id)
    own = place.ledger.new_record(place.ledger.home()) if subjects else where
    with place.vault.store.transaction():
        for one in subjects:
            place.append(own, one)
        place.append(where, claim)
    return claim.id


def translate(place: Place, of: str, language: str, words: str, by: str) -> None:
    """The words of a claim in another language, beside them."""
    record = place.record()
    claim = record.get(of, Claim)
    content = Translation(id=draw_id(place), of=claim.id, language=language, words=words, by=by)
    check(content, record.words)
    place.append(_record_of(place, record, of), content)


def take_back(place: Place, of: str, reason: str, by: str) -> None:
    """Take a claim, judgement or translation back; it stays readable, with the reason."""
    record = place.record()
    if of in record.taken_back:
        raise UsageError("This was taken back already.")
    undo = Undo(id=draw_id(place), of=of, reason=reason, author=by)
    check(undo, record.words)
    for _ in missing(undo, record.held, record.words):
        raise UsageError(
            "Only a claim, a judgement, a masking, a translation or a look is taken back."
        )
    place.append(_record_of(place, record, of), undo)


def draw_id(place: Place) -> str:
    """16 random bytes in hex."""
    return place.randomness(16).hex()


def _claim(place: Place, record: Record, source: Source, said: PublicSaid) -> Claim:
    words, locator = said.words.strip(), said.where
    text = text_of(record, source.id)
    if text:
        found = anchor(text, said.words)
        words, locator = found.words, "; ".join(one for one in (said.where, found.locator) if one)
    elif not said.where:
        raise UsageError(
            "This source has no text here: say where in it the words stand.",
            hint="Nothing was saved. Paste the text, or write the page, minute or paragraph.",
        )
    return Claim(
        id=draw_id(place),
        source=source.id,
        words=words,
        tellers=said.tellers,
        subject=said.subject,
        property=said.property,
        event=said.event,
        said_on=said.said_on or source.said_on,
        value=said.value,
        count=said.count,
        polarity=said.polarity,
        certainty=said.certainty,
        perpetrator=said.perpetrator,
        perpetrator_words=said.perpetrator_words,
        motive=said.motive,
        facts=said.facts,
        place=said.place,
        locator=locator,
        language=source.language,
        part_of=said.part_of,
        parts=said.parts,
        series=said.series,
        overlaps=said.overlaps,
        recants=said.recants,
    )


def _text(place: Place, source: str, text: str) -> SourceText:
    by = next((one.name for one in place.ledger.members() if one.own), "")
    content = SourceText(id=draw_id(place), source=source, words=text, by=by)
    check(content)
    return content


def _record_of(place: Place, record: Record, content: str) -> RecordId:
    where = record.entry(content).record
    return where if where is not None else place.ledger.new_record(place.ledger.home())
