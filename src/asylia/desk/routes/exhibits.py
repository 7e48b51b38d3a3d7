"""Exhibits: taking a file in, what was made of it, and claims from its words."""

from starlette.responses import Response

from asylia.casework import exhibits, words
from asylia.casework.documenting import draw_pseudonym
from asylia.casework.exhibits import Intake
from asylia.casework.files import Shown
from asylia.casework.looking import looks_at
from asylia.casework.quoting import Told, of_exhibit, quote, record_teller, source_id
from asylia.casework.threads import ThreadRow
from asylia.desk.evidence import (
    address_of,
    content_of,
    day_typed,
    exhibit_in,
    range_asked,
    text_shown,
)
from asylia.desk.forms import Form
from asylia.desk.marking import as_written, mark_words
from asylia.desk.routes.claims import choices, said_in
from asylia.desk.screen import Visit, screen, status_of
from asylia.desk.terms import Options, name_of, options
from asylia.errors import AsyliaError, NotFoundError, UsageError
from asylia.record.chain import chain, is_broken
from asylia.record.concerns import concerned
from asylia.record.contents import (
    Claim,
    Concerned,
    Credentials,
    Exhibit,
    Group,
    Official,
    Organisation,
    Person,
    Source,
)
from asylia.record.mediatypes import Kind, kind_of
from asylia.record.reading import Record

_LANGUAGES = ("en", "ru")


def show_all(visit: Visit) -> Response:
    """Every original, with its log in one word and how many copies were made."""
    record = visit.workspace.record
    rows = [
        (one, record.entry(one.id).entered_on, is_broken(chain(record, one)),
         len(exhibits.derived(record, one)))
        for one in record.all(Exhibit)
        if exhibits.original_of(record, one) is None
    ]  # fmt: skip
    return visit.page("exhibits.html", rows=rows[::-1])


def ask(visit: Visit) -> Response:
    """The form for a file."""
    return _ask(visit)


def _ask(visit: Visit, refused: AsyliaError | None = None) -> Response:
    """The form, with what was typed where the file was not taken; the file is chosen anew."""
    return visit.page(
        "exhibit_new.html",
        status=status_of(refused) if refused else 200,
        kinds=options(visit.workspace.place.words(), "source_kinds", visit.desk.language),
        cases=_cases(visit),
        typed=visit.form if refused else Form({}),
        refused=refused,
    )


def take(visit: Visit) -> Response:
    """Take the file: hashed, cut and entered in one go, from memory."""
    if visit.is_repeated:
        return visit.go("/exhibits")
    try:
        name = _take(visit)
    except AsyliaError as refused:
        return _ask(visit, refused)
    return visit.go(address_of(visit, name), visit.translate("Taken in. Its hash is in the log."))


def _take(visit: Visit) -> str:
    form = visit.form
    if visit.not_taken is not None:
        raise visit.not_taken
    if visit.upload is None:
        raise UsageError("Choose a file.", hint="Nothing was kept.")
    row = next((one for one in _cases(visit) if one.pseudonym == form.text("case")), None)
    if row is None and form.text("case"):
        raise NotFoundError("There is no such case.")
    address = form.text("address")
    intake = Intake(
        kind=form.needed("kind", "Say what it is."),
        description=form.needed("description", "Describe it in a line."),
        given_by=form.needed("given_by", "Say from whom it comes."),
        taken_by=visit.workspace.own_name(),
        purpose=form.needed("purpose", "Say what it is kept for."),
        place=form.text("place"),
        condition=form.text("condition"),
        report=row.record.hex() if row else "",
        persons=(Concerned(person=row.pseudonym, role="speaker"),) if row else (),
        address=address,
        saved_on=day_typed(form.text("saved_on")) if address else None,
        tool=form.text("tool"),
    )
    return exhibits.take_in(visit.workspace.place, bytes(visit.upload.content), intake)


def show(visit: Visit) -> Response:
    """One exhibit whole; opening it checks its bytes against the hash."""
    return _show(visit)


def _show(visit: Visit, *, refused: AsyliaError | None = None, status: int = 200) -> Response:
    one, record = exhibit_in(visit), visit.workspace.record
    content, wrong = content_of(visit, one)
    kind = kind_of(content) if content is not None else Kind(one.media_type)
    original = exhibits.original_of(record, one)
    claims, links = _claims(record, original or one), chain(record, one)
    text = text_shown(content, kind)
    return visit.page(
        "exhibit.html",
        status=status,
        exhibit=one,
        kind=kind,
        whole=content is not None,
        wrong=wrong,
        refused=refused,
        record=record,
        original=original,
        links=links,
        broken=is_broken(links),
        copies=exhibits.derived(record, one),
        capture=words.capture_of(record, original or one),
        credentials=[c for c in record.all(Credentials) if c.exhibit == one.id],
        claims=claims,
        text=mark_words(text, [claim.words for claim in claims]),
        can_carry=kind.media_type not in words.NO_CREDENTIALS,
        trust=visit.workspace.trust,
        looks=looks_at(record, one),
        concerns=concerned(record, one),
        another=draw_pseudonym(visit.workspace.place),
    )


def read(visit: Visit) -> Response:
    """Have the words read by a confined process, and keep them as a derived copy."""
    one = exhibit_in(visit)
    if visit.is_repeated:
        return visit.go(address_of(visit, one.id))
    languages = [code for code in _LANGUAGES if visit.form.text(f"in_{code}")]
    try:
        pages = words.read_words(visit.workspace.place, one, languages)
    except AsyliaError as refused:
        return _show(visit, refused=refused, status=400)
    if pages.broken:
        note = visit.plural(
            "%(num)s digest that the archive itself states does not hold.",
            "%(num)s digests that the archive itself states do not hold.",
            pages.broken,
        )
    elif pages.other_day:
        note = visit.translate("The archive names another day than the one that was written down.")
    else:
        note = visit.translate("The text is kept beside the original.")
    return visit.go(address_of(visit, pages.exhibit), note)


def credentials(visit: Visit) -> Response:
    """Verify what the file itself carries, offline."""
    one = exhibit_in(visit)
    if visit.is_repeated:
        return visit.go(address_of(visit, one.id))
    try:
        words.check_credentials(visit.workspace.place, one, visit.workspace.trust)
    except AsyliaError as refused:
        return _show(visit, refused=refused, status=400)
    return visit.go(address_of(visit, one.id))


def transcript(visit: Visit) -> Response:
    """Keep what was typed beside the player."""
    one, form = exhibit_in(visit), visit.form
    if visit.is_repeated:
        return visit.go(address_of(visit, one.id))
    name = words.transcribe(
        visit.workspace.place,
        one,
        form.needed("text", "Nothing was typed."),
        visit.workspace.own_name(),
        form.needed("language", "Say in which language the words are."),
    )
    return visit.go(address_of(visit, name), visit.translate("The transcript is kept."))


def content(visit: Visit) -> Response:
    """The bytes for a player or an image: only kinds that run nothing, and only if unchanged."""
    one = exhibit_in(visit)
    whole = visit.workspace.played(one)
    kind = kind_of(whole)
    if kind.shows not in ("image", "audio", "video"):
        raise NotFoundError("This kind of file is not shown here.")
    headers = {"content-security-policy": "default-src 'none'; sandbox", "accept-ranges": "bytes"}
    asked = range_asked(visit.untrusted_range, len(whole))
    if asked is None:
        return Response(whole, media_type=kind.media_type, headers=headers)
    first, last = asked
    headers["content-range"] = f"bytes {first}-{last}/{len(whole)}"
    return Response(whole[first : last + 1], 206, headers, kind.media_type)


def ask_claim(visit: Visit) -> Response:
    """The claim form, with the words that were selected in a text."""
    one, record = exhibit_in(visit), visit.workspace.record
    passage = of_exhibit(visit.workspace.place, one, Told())
    original = exhibits.original_of(record, one) or one
    capture = words.capture_of(record, original)
    return visit.page(
        "quote_text.html",
        back=address_of(visit, one.id),
        action=f"{address_of(visit, one.id)}/claim",
        quoted_from=original.description,
        thread=passage.thread,
        words=visit.form.text("words"),
        source=record.find(source_id(original.id)),
        saved_on=capture.on if capture else None,
        tellers=_tellers(record),
        organisations=options(record.words, "organisations", visit.desk.language),
        typed=Form({}),
        earlier=(),
        **choices(visit),
    )


def record_claim(visit: Visit) -> Response:
    """Take the form: the claim goes into the record, anchored in the text."""
    one, form, place = exhibit_in(visit), visit.form, visit.workspace.place
    address = address_of(visit, one.id)
    if visit.is_repeated:
        return visit.go(address)
    text = words.text_of(place, one)
    quoted = as_written([text], form.needed("words", "Quote the words of the text."))
    if quoted not in text:
        raise UsageError(
            "These words are not in the text as it is kept.",
            hint="Copy them from it; a claim quotes letter for letter.",
        )
    thread = of_exhibit(place, one, Told()).thread
    said = said_in(visit, thread.row.pseudonym if thread else "")
    told = Told(
        who="" if thread else form.text("teller") or _new_teller(visit),
        said_on=form.text("said_on"),
        language=form.text("language"),
    )
    quote(place, of_exhibit(place, one, told), quoted, said, told)
    return visit.go(address, visit.translate("The claim is recorded."))


def keep(visit: Visit, row: ThreadRow, shown: Shown) -> Response:
    """Take an attachment of a report in as an exhibit of its case."""
    intake = Intake(
        kind="photograph" if shown.kind == "image" else "document",
        description=shown.name[:500] or "attachment",
        given_by=row.pseudonym,
        taken_by=visit.workspace.own_name(),
        purpose="attached to a report",
        report=row.record.hex(),
        persons=(Concerned(person=row.pseudonym, role="speaker"),),
    )
    name = exhibits.take_in(visit.workspace.place, shown.content, intake)
    return visit.go(address_of(visit, name), visit.translate("Taken in. Its hash is in the log."))


def _new_teller(visit: Visit) -> str:
    name = visit.form.needed("new_teller", "Say who tells it.")
    return record_teller(visit.workspace.place, name, visit.form.text("new_teller_kind"))


def _tellers(record: Record) -> Options:
    kinds = (Organisation, Official, Group, Person)
    return [(one.id, name_of(record, one.id)) for kind in kinds for one in record.all(kind)]


def _claims(record: Record, original: Exhibit) -> list[Claim]:
    own = {one.id for one in record.all(Source) if one.exhibit == original.id}
    return [claim for claim in record.claims if claim.source in own]


def _cases(visit: Visit) -> list[ThreadRow]:
    return list(visit.workspace.casework.cases())


ROUTES = [
    screen("/exhibits", get=show_all),
    screen("/exhibits/new", get=ask, post=take, keeps_typed=True),
    screen("/exhibit/{exhibit}", get=show),
    screen("/exhibit/{exhibit}/read", post=read),
    screen("/exhibit/{exhibit}/credentials", post=credentials),
    screen("/exhibit/{exhibit}/transcript", post=transcript),
    screen("/exhibit/{exhibit}/content", get=content),
    screen("/exhibit/{exhibit}/quote", post=ask_claim),
    screen("/exhibit/{exhibit}/claim", post=record_claim),
]
