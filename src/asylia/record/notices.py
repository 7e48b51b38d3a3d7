"""After a withdrawal: what went out, to whom, and the notice that each of them is sent.

Upholds: everything handed over that concerns the person is listed, with those whom its recipient
tells, also what another device handed over before it heard; a notice is in the recipient's
language, English if none was written down, and names nobody: it speaks of items by the names that
they have in what was handed over.  Refuses nothing: one notice too many is better than one missing.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from asylia.record.concerns import concerned
from asylia.record.contents import Consent, HandedOver, Notice, Recipient, Withdrawal
from asylia.record.reading import Record
from asylia.record.vocabulary import LANGUAGES, any_key
from asylia.record.withdrawals import withdrawn
from asylia.record.yamlfile import read
from asylia.values import Day, date_of


def went_out(record: Record, person: str) -> tuple[HandedOver, ...]:
    """Everything handed over of which an item concerns this person, in order of entry."""
    return tuple(
        one
        for one in record.all(HandedOver)
        if any(_concerns(record, item, person) for item in one.items)
    )


def stopped_by(record: Record, withdrawal: Withdrawal) -> tuple[HandedOver, ...]:
    """What went out on what this withdrawal takes back; all of the person's, if it names none."""
    named = [record.find(one) for one in withdrawal.consents]
    given = [(one.purpose, one.recipient) for one in named if isinstance(one, Consent)]
    return tuple(
        one
        for one in went_out(record, withdrawal.person)
        if not withdrawal.consents or (one.purpose, one.recipient) in given
        if not _on_consent_given_anew(record, withdrawal, one)
    )


def _on_consent_given_anew(record: Record, withdrawal: Withdrawal, one: HandedOver) -> bool:
    if one.on <= record.entry(withdrawal.id).entered_on:
        return False
    stopped = withdrawn(record)
    return any(
        (given.person, given.purpose, given.recipient)
        == (withdrawal.person, one.purpose, one.recipient)
        and given.id not in stopped
        for given in record.all(Consent)
    )


def notices(
    record: Record, withdrawal: Withdrawal, on: Day, draw_id: Callable[[], str]
) -> tuple[Notice, ...]:
    """A notice for each recipient of what is stopped, and for each whom one of them told.

    What a notice tells of already is left out, so that asking again adds what is new alone.
    """
    told = {
        (one.recipient, handed)
        for one in record.all(Notice)
        if one.withdrawal == withdrawal.id
        for handed in one.handed_over
    }
    out: dict[str, list[HandedOver]] = {}
    for one in stopped_by(record, withdrawal):
        for recipient in (one.recipient, *one.onward):
            if (recipient, one.id) not in told:
                out.setdefault(recipient, []).append(one)
    return tuple(
        _notice(record, withdrawal, recipient, handed, on, draw_id())
        for recipient, handed in out.items()
    )


def name_of(record: Record, recipient: str) -> str:
    """A recipient's name; the public's is its id."""
    found = record.find(recipient)
    return found.name if isinstance(found, Recipient) else recipient


def _concerns(record: Record, item: str, person: str) -> bool:
    content = record.find(item)
    persons = concerned(record, content) if content is not None else ()
    return any(one.person == person for one in persons or ())


def _notice(
    record: Record,
    withdrawal: Withdrawal,
    recipient: str,
    handed: list[HandedOver],
    on: Day,
    notice_id: str,
) -> Notice:
    found = record.find(recipient)
    language = found.language if isinstance(found, Recipient) else ""
    language = language if language in LANGUAGES else LANGUAGES[0]
    lines = [_line(record, one, withdrawal.person, language) for one in handed]
    text = _texts()[language].format(day=date_of(on).isoformat())
    return Notice(
        id=notice_id,
        recipient=recipient,
        withdrawal=withdrawal.id,
        handed_over=tuple(one.id for one in handed),
        language=language,
        text="\n\n".join((text, *lines)),
    )


def _line(record: Record, one: HandedOver, person: str, language: str) -> str:
    texts = _texts()
    items = ", ".join(sorted(_names(record, one, person))) or texts[f"all_{language}"]
    return texts[f"line_{language}"].format(
        day=date_of(one.on).isoformat(),
        form=texts[f"{one.form}_{language}"],
        sha256=one.sha256.hex(),
        items=items,
    )


def _names(record: Record, one: HandedOver, person: str) -> Iterator[str]:
    """The names, in what was handed over, of the items that concern the person."""
    for item, name in zip(one.items, one.names, strict=False):
        if name and _concerns(record, item, person):
            yield name


@lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    texts: dict[str, str] = read(Path(__file__).with_name("notice_texts.yaml"), any_key).data
    return texts
