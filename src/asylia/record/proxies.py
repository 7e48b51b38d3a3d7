"""Who may consent in the stead of a person who can't be asked, and who never may.

Upholds: a proxy is somebody whom no claim names and none can mean.  Refuses, with the reason: one
whom any claim names or describes, one of a kind that a claim about the person suspects, a parent or
other relative where asking could tell them about the person, and everybody once the person has
spoken: who can consent, refuse or withdraw can be asked.  Rules: ``spec/record.md``, "Proxies".
"""

from collections.abc import Iterator

from asylia.errors import Sentence
from asylia.record.concerns import concerned, persons_in
from asylia.record.contents import Act, Claim, Consent, Person, Proxy, Refusal, Withdrawal
from asylia.record.reading import Record

_RELATIVES = frozenset({"relatives"})
_LEAST_LETTERS = 3  # a shorter name would be found in any word


def lacks(record: Record, proxy: Proxy) -> Iterator[str]:
    """Every reason why this one can't stand in for that person."""
    if proxy.given_by == proxy.person:
        yield Sentence("who can consent is asked, and stands in for nobody")
    kin = record.vocabulary("perpetrators").within(_kind(record, proxy), _RELATIVES)
    if kin and proxy.reveals != "no":
        yield Sentence("a relative never stands in where asking could tell them about the person")
    for claim in record.all(Claim):
        if _names(record, claim, proxy.given_by):
            yield Sentence("the one who stands in is named in %(item)s", item=claim.id)
        elif _suspects(record, claim, proxy):
            yield Sentence("%(item)s suspects such people as the one who stands in", item=claim.id)
    acts = [one.content for one in record.everything if isinstance(one.content, Act)]
    for act in acts:  # those taken back with their import too
        if act.victim == proxy.person and any(
            _alike(record, one.kind, proxy) for one in act.perpetrators
        ):
            yield Sentence("%(item)s suspects such people as the one who stands in", item=act.id)
    if any(one.person == proxy.person for one in record.all(Withdrawal)):
        yield Sentence("the person withdrew, so nobody stands in")
    if _has_spoken(record, proxy):
        yield Sentence("the person has spoken since, and so can be asked")


def _names(record: Record, claim: Claim, proxy: str) -> bool:
    """Whether the words are about this one in any role but that of the one who tells."""
    listed = any(one.person == proxy and one.role != "speaker" for one in persons_in(record, claim))
    found = record.find(claim.subject)
    victim = isinstance(found, Act) and found.victim == proxy
    return listed or victim or claim.subject == proxy or _is_written(record, claim, proxy)


def _is_written(record: Record, claim: Claim, proxy: str) -> bool:
    person = record.find(proxy)
    name = person.pseudonym if isinstance(person, Person) else proxy
    words = f"{claim.perpetrator_words}\n{claim.words}".casefold()
    return len(name) >= _LEAST_LETTERS and name.casefold() in words


def _suspects(record: Record, claim: Claim, proxy: Proxy) -> bool:
    if not _alike(record, claim.perpetrator, proxy):
        return False
    concerns = concerned(record, claim)
    return concerns is None or any(one.person == proxy.person for one in concerns)


def _alike(record: Record, perpetrator: str, proxy: Proxy) -> bool:
    """Whether somebody of the proxy's standing can be meant by this kind of perpetrator."""
    kinds = record.vocabulary("perpetrators")
    kind = _kind(record, proxy)
    return bool(kind) and (
        kinds.within(perpetrator, frozenset({kind})) or kinds.within(kind, frozenset({perpetrator}))
    )


def _kind(record: Record, proxy: Proxy) -> str:
    standing = record.vocabulary("standings").terms.get(proxy.standing)
    return standing.under if standing else "relatives"  # of a newer version: the strictest


def _has_spoken(record: Record, proxy: Proxy) -> bool:
    since = record.entry(proxy.id).entered_on
    return any(
        one.content.person == proxy.person and one.entered_on >= since
        for one in record.entered
        if isinstance(one.content, Consent | Refusal | Withdrawal)
    )
