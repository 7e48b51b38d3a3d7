"""Before somebody is asked: what was told before, and what has to be so that one may begin.

Upholds: whoever is about to ask learns that there are earlier accounts (when, to whom, on what) and
gets no word of them: the accounts themselves are never read here.  Refuses a repeat without a
written reason, any repeat where only a first account is wanted, an interview before support was
offered or where help was to come first, and a minor or sexual violence without a specialist.
Why: ``spec/record.md``, "Interviews".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from asylia.errors import Sentence
from asylia.record.contents import FirstAccountOnly, Interview, SupportOffered, ToldElsewhere
from asylia.record.reading import Record
from asylia.record.wordbook import Words
from asylia.record.yamlfile import Trail
from asylia.values import date_of

K = TypeVar("K", FirstAccountOnly, SupportOffered)
HELP_FIRST = "first_the_help"
FIRST = "first_account"
NOTHING_TO_GIVE = "none_to_give"
# All that this module may see of a record; accounts are not among them.
READS = (Interview, SupportOffered, ToldElsewhere, FirstAccountOnly)


@dataclass(frozen=True)
class Earlier:
    """That this person told something before: on which day (EDTF), to whom, on what."""

    on: str
    whom: str
    about: str
    elsewhere: bool


@dataclass(frozen=True)
class Before:
    """What is known before a person is asked; ``rule``: whoever wants one account only, and why."""

    earlier: tuple[Earlier, ...]
    rule: FirstAccountOnly | None
    support: SupportOffered | None

    @property
    def is_shut(self) -> bool:
        """Whether nobody may ask again."""
        return self.rule is not None and bool(self.earlier)


def before(record: Record, person: str) -> Before:
    """What a person told before, without a word of it, and the last support that was offered."""
    own = [
        Earlier(date_of(one.on).isoformat(), _askers(one), one.about, elsewhere=False)
        for one in record.all(Interview)
        if one.person == person
    ]
    others = [
        Earlier(one.on, one.whom, one.about, elsewhere=True)
        for one in record.all(ToldElsewhere)
        if one.person == person
    ]
    rules = _newest(record, [o for o in record.all(FirstAccountOnly) if o.person == person])
    offered = _newest(record, [o for o in record.all(SupportOffered) if o.person == person])
    earlier = tuple(sorted((*own, *others), key=lambda one: one.on))
    rule = next((one for one in rules if one.holds), None)
    first = next((one for one in offered if one.answer == HELP_FIRST), None)
    return Before(earlier, rule, first or (offered[-1] if offered else None))


def _newest(record: Record, told: Sequence[K]) -> list[K]:
    """What was entered last: of the last day, by each device the last.

    Two devices' entries of one day have no order of their own, so all of these stand, and whichever
    spares the person is the one that counts.
    """
    entries = [(record.entry(one.id), one) for one in told]
    last = max((entry.entered_on for entry, _ in entries), default=None)
    by_device = {entry.author: one for entry, one in entries if entry.entered_on == last}
    return list(by_device.values())


def lacks(known: Before, interview: Interview) -> Iterator[str]:
    """Each reason why this interview may not be entered, after what is known before it."""
    support = known.support
    if support is None or support.id != interview.support:
        yield Sentence("support was not offered before")
    elif support.answer == HELP_FIRST:
        yield Sentence("the person wanted help first, and nothing asked that day")
    elif support.on > interview.on:
        yield Sentence("support was offered only after the interview")
    if known.is_shut:
        yield Sentence("only a first account is wanted of this person, and there is one")
    elif known.rule is not None and interview.mode != FIRST:
        yield Sentence("only a first account is wanted of this person")
    elif known.earlier and not interview.repeat_because.strip():
        yield Sentence("there are earlier accounts, and no reason is written for asking again")


def interview_problems(interview: Interview, words: Words) -> Iterator[tuple[Trail, str]]:
    """What can't be so in the register's line itself; see ``record.check``."""
    for at, one in enumerate(interview.present):
        if one.role not in words["present"]:
            yield ("present", at, "role"), "expected a term of present"
    if not _with(interview, "interviewer"):
        yield ("present",), "expected who asked among those present"
    interpreters = _with(interview, "interpreter")
    if bool(interpreters) != bool(interview.interpreted_from):
        yield ("interpreted_from",), "expected the language spoken, where somebody interpreted"
    if interview.flags and not interview.specialist:
        yield (
            ("specialist",),
            "expected the name of a specialist: a minor, or sexual violence, needs one in the room",
        )
    if interview.specialist and interview.specialist not in _with(interview, "specialist"):
        yield ("specialist",), "expected the specialist among those present, by the same name"


def support_problems(offered: SupportOffered, _words: Words) -> Iterator[tuple[Trail, str]]:
    """Nothing to offer stands alone."""
    if NOTHING_TO_GIVE in offered.kinds and len(offered.kinds) > 1:
        yield ("kinds",), "expected either help of some kind, or none to give"


def _with(interview: Interview, role: str) -> frozenset[str]:
    return frozenset(one.who for one in interview.present if one.role == role)


def _askers(interview: Interview) -> str:
    return ", ".join(one.who for one in interview.present if one.role == "interviewer")
