"""The named linker: opens sealed lists in memory, links them, answers each with its own and counts.

Upholds: no name, and nothing made of one, is in an answer; each organisation gets the ids of its
own file, numbered anew for it, and counts by list; that these files are opened together is in the
ledger before they are linked.  Refuses: a file that is not this linker's, was altered, is signed by
nobody certified, whose consents have ended, that was opened in another round; a list of few records
or persons; counts that would say of each person of one list that another list has them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from asylia.casework.partnering import check_member, check_round, open_round
from asylia.casework.place import Place
from asylia.counts.histories import Histories
from asylia.counts.linking import told
from asylia.counts.linking.link import Linked, link
from asylia.counts.linking.table import Records
from asylia.counts.partitions.posterior import Posterior
from asylia.counts.words import N_, Said, said, spoken, whole
from asylia.crypto import age, random
from asylia.crypto.padding import pad, unpad
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import verify_certificate
from asylia.envelope.signed import SignedBytes
from asylia.errors import ForgedError, MalformedError, NotFoundError, RefusedError
from asylia.exchange.partners import formats, voice
from asylia.values import Day
from asylia.wire import encode, unframe

_UNDRAWN = said(N_("none were drawn"))
_KEPT = "linker"  # in this device's vault alone: no other device can open what is sealed to it


@dataclass(frozen=True)
class Opened:
    """One list, and the hash of the file that it came in."""

    sha256: bytes
    records: formats.LinkageRecords = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """For the file of this hash: the answer, sealed."""

    file: bytes
    sealed: bytes = field(repr=False)


def card(place: Place, *, anew: bool = False) -> bytes:
    """The card of this device; ``anew`` destroys what opens whatever was sealed to the last."""
    check_member(place)
    kept = place.vault.secret(_KEPT)
    if kept is None or anew:
        identity = age.Identity.generate(place.randomness)
        made = formats.make_card(place.ledger.signing_key(), identity.recipient, place.today)
        kept = identity.seed + made
        place.vault.put_secret(_KEPT, kept)
    return kept[age.SEED :]


def open_files(place: Place, untrusted: Sequence[bytes], heard: Sequence[str]) -> list[Opened]:
    """The lists in these files, of as many organisations; ``heard``: each one's words."""
    check_member(place)
    kept = place.vault.secret(_KEPT)
    if kept is None:
        raise NotFoundError("this device is no linker", hint="Begin with: asylia partners card.")
    if not 2 <= len(untrusted) <= formats.MOST_LISTS or len(untrusted) != len(heard):
        raise MalformedError(
            spoken(
                N_("expected the files of 2 to %(most)s lists, and the words for each"),
                most=formats.MOST_LISTS,
            )
        )
    for at, (content, words) in enumerate(zip(untrusted, heard, strict=True), 1):
        voice.check_heard(content, words, said(N_("file %(number)s"), number=at))
    hashes = [sha256(one).digest() for one in untrusted]
    check_round(place, hashes)
    identity = age.Identity.from_seed(kept[: age.SEED])
    found = [open_list(one, identity, kept[age.SEED :], place.today) for one in untrusted]
    if len({one.records.list for one in found}) < len(found):
        raise RefusedError("two files hold a list of one name", hint="Each list needs its own.")
    open_round(place, hashes)
    return found


def open_list(untrusted: bytes, identity: age.Identity, card: bytes, today: Day) -> Opened:
    """One sealed list, whole and signed; ``MalformedError``, ``ForgedError``, ``RefusedError``."""
    if len(untrusted) > formats.MOST_BYTES:
        raise MalformedError("a sealed list is too long to be one")
    plain = unpad(age.decrypt(untrusted, [identity]))
    signed, certificate = unframe(plain, formats.FILE, 2, limit=formats.MOST_BYTES)
    parsed = SignedBytes.parse(signed, limit=formats.MOST_BYTES)
    records = formats.parse_records(parsed.body)
    device = verify_certificate(certificate, records.root)
    device.device.verify(formats.RECORDS_USE, parsed.body, signatures=parsed.signatures)
    if device.not_before > records.made_on:
        raise ForgedError("the device that signed a list was not certified by then")
    if records.card != sha256(card).digest():
        raise ForgedError("a list was sealed for another card than this device's")
    if records.made_on > today + 1 or today > records.until:  # a clock may be a little ahead
        raise RefusedError(
            "a consent to this list has ended, or it is dated after today",
            hint="Ask that organisation for a new file.",
        )
    return Opened(sha256(untrusted).digest(), records)


def linked(
    opened: Sequence[Opened],
    *,
    without: Collection[str] = (),
    distinct_in_list: bool = False,
    seed: int = 1,
    tell: Callable[[Said], None] = lambda _: None,
) -> tuple[Records, Linked]:
    """Who is who in all lists; ``without``: ids of rows whose persons have withdrawn."""
    kinds = formats.in_order(tuple(one for its in opened for one in its.records.fields))
    ids: list[str] = []
    lists: list[str] = []
    columns: dict[str, list[str]] = {kind: [] for kind in kinds}
    for one in opened:
        for row in one.records.rows:
            if row[0] in without:
                continue
            ids.append(row[0])
            lists.append(one.records.list)
            cells = dict(zip(one.records.fields, row[1:], strict=True))
            for kind in kinds:
                columns[kind].append(cells.get(kind, ""))
    if any(lists.count(one.records.list) < formats.FEWEST for one in opened):
        raise formats.too_few()
    if missing := set(without) - {row[0] for one in opened for row in one.records.rows}:
        raise NotFoundError(
            spoken(
                N_("ids to leave out that are in none of these files: %(many)s"),
                many=whole(len(missing)),
            )
        )
    table = Records(ids, columns, lists)
    found = link(
        table, distinct_in_list=distinct_in_list, posterior=True, seed=seed, tell=tell
    )  # fmt: skip
    return table, found


def answers(
    opened: Sequence[Opened],
    table: Records,
    found: Linked,
    signing: SigningKey,
    made_on: Day,
    randomness: random.Randomness = random.system,
) -> tuple[Answer, ...]:
    """One for each file, sealed to whoever made it; ``RefusedError`` where it would betray."""
    drawn = found.plausible
    if drawn is None or drawn.refused:
        why = drawn.refused if drawn else None
        raise RefusedError(
            spoken(
                N_("how many persons these lists hold is not told: %(why)s"), why=why or _UNDRAWN
            ),
            hint="Link more fields, or more records.",
        )
    counted = told.tables(table.lists, drawn)
    check_betrays_nobody(counted)
    made = []
    for one in opened:
        body = encode(_answer(one, found, counted, drawn, made_on))
        formats.parse_answer(body)
        signed = SignedBytes(body, signing.sign(formats.ANSWER_USE, body)).encode()
        reply = age.Recipient.parse(one.records.reply)
        sealed = age.encrypt(pad(signed), [reply], randomness=randomness)
        made.append(Answer(one.sha256, sealed))
    return tuple(made)


def check_betrays_nobody(counted: Sequence[Histories]) -> None:
    """``RefusedError`` where, in every table, each person of one list is on another too.

    And where a table has few persons of one list, however many records: its overlap tells of each.
    """
    for own in range(len(counted[0].lists)):
        if min(one.size(own) for one in counted) < formats.FEWEST:
            raise RefusedError(
                spoken(
                    N_(
                        "one list is of fewer than %(fewest)s persons: what it shares would tell "
                        "of single persons"
                    ),
                    fewest=formats.FEWEST,
                ),
                hint="Count without this list.",
            )
        if not any(_alone(one, own) for one in counted):
            raise RefusedError(
                "one list is wholly within the others: the counts would say of each of its "
                "persons that another list has them",
                hint="Tell the organisations so, and nothing else; no answer was written.",
            )


def _alone(counted: Histories, own: int) -> int:
    return sum(many for row, many in counted.patterns.items() if row[own] and sum(row) == 1)


def _answer(
    one: Opened, found: Linked, counted: Sequence[Histories], drawn: Posterior, made_on: Day
) -> formats.LinkageAnswer:
    own = {row[0] for row in one.records.rows}
    of = {
        id_: cluster for id_, cluster in zip(found.ids, found.clusters, strict=True) if id_ in own
    }
    anew: dict[int, int] = {}
    for id_ in sorted(of):  # drawn at random: the order says nothing, and so the numbers do not
        anew.setdefault(of[id_], len(anew) + 1)
    low, high = drawn.interval95
    return formats.LinkageAnswer(
        clusters=tuple((id_, anew[of[id_]]) for id_ in sorted(of)),
        file=one.sha256,
        lists=counted[0].lists,
        made_on=made_on,
        own=counted[0].lists.index(one.records.list),
        persons=formats.PersonsTold(high=high, low=low, median=drawn.median, minimum=drawn.minimum),
        tables=tuple(_table(its.patterns) for its in counted),
    )


def _table(patterns: Mapping[tuple[bool, ...], int]) -> formats.Table:
    return tuple(
        ("".join("01"[here] for here in row), many) for row, many in sorted(patterns.items())
    )
