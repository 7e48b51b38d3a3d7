"""A team, its record, its log with a witness: everything real, in one process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import shake_256
from pathlib import Path
from types import MappingProxyType

import httpx
from tests.tlog.memorylog import MemoryLog

from asylia.casework.contents import Submission
from asylia.crypto.signing import SigningKey
from asylia.dossier.build import BuiltBundle, Exporter, build
from asylia.dossier.disclosure import LogEvidence, gather
from asylia.dossier.selection import Selection, select
from asylia.dossier.stamp import StampService
from asylia.dossier.versions import Versions, encoded, log_versions, uses_for
from asylia.envelope.authority import certify
from asylia.record.contents import (
    Claim,
    Concerned,
    Consent,
    Count,
    Event,
    Masking,
    Official,
    Organisation,
    Person,
    Recipient,
    Risks,
    Source,
    Statement,
    Teller,
)
from asylia.record.reading import Entered, Record
from asylia.rehearsal.stamp_authority import StampAuthority
from asylia.tlog.checkpoint import NoteKey, with_cosignatures
from asylia.tlog.log import Log
from asylia.tlog.note import NoteSignature
from asylia.tlog.policy import LogParty, Policy, WitnessParty, encode_policy
from asylia.tlog.reader import LogReader
from asylia.tlog.witness import cosign
from asylia.values import Day, day_of

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
INQUIRY, COURT = "r-inquiry", "r-court"


def clock() -> datetime:
    return NOW


def counter(start: int = 0):
    """Bytes that are the same in each run and never twice the same within one."""
    state = {"n": start}

    def randomness(length: int) -> bytes:
        state["n"] += 1
        return shake_256(state["n"].to_bytes(8, "big")).digest(length)

    return randomness


def claim(name: str, **changes: object) -> Claim:
    told = {
        "id": name,
        "source": "s-line",
        "words": "Меня держали восемь дней. They took my phone.",
        "tellers": (Teller(who="p-one"),),
        "subject": "e-winter",
        "property": "account",
        "event": "e-winter",
        "said_on": "2026-11-20",
        "value": "held for eight days",
        "language": "ru",
        "certainty": "saw",
        "perpetrator": "police",
        "persons": (Concerned(person="p-one", role="speaker"),),
        "others": "named" if changes.get("persons") else "none",
        "report": "t-1",
    }
    return Claim(**{**told, **changes})


def public(name: str, **changes: object) -> Claim:
    told = {
        "source": "s-press",
        "words": "more than 100 detained",
        "tellers": (Teller(who="o-paper"), Teller(who="o-network")),
        "property": "detained",
        "count": Count(min=101),
        "value": "",
        "language": "en",
        "certainty": "reports",
        "persons": (),
        "report": "",
        "perpetrator": "state_authorities",
    }
    return claim(name, **{**told, **changes})


def consent(name: str = "k-1", **changes: object) -> Consent:
    given = {
        "id": name,
        "person": "p-one",
        "given_by": "p-one",
        "purpose": "inquiry",
        "recipient": INQUIRY,
        "onward": (COURT,),
        "items": ("c-one", "c-third"),
        "risks": Risks(explained="what may happen", by="Heron", language="en", on=Day(TODAY - 2)),
        "given_on": Day(TODAY - 1),
        "expires_on": Day(TODAY + 90),
        "forget_after_days": 30,
    }
    return Consent(**{**given, **changes})


THIRD = (Concerned(person="p-one", role="speaker"), Concerned(person="p-two", role="third"))
CONTENTS = (
    Recipient(id=INQUIRY, name="Example commission of inquiry", tells=(COURT,)),
    Recipient(id=COURT, name="Example court"),
    Recipient(id="r-other", name="Another example body"),
    Person(id="p-one", pseudonym="Plover"),
    Person(id="p-two", pseudonym="Wagtail"),
    Event(id="e-winter", name="Example wave of arrests", kind="wave"),
    Organisation(id="o-paper", name="Example Gazette", kind="press"),
    Organisation(id="o-network", name="Example Network", kind="ngo"),
    Official(id="f-spokesman", name="Имярек Примеров", office="пресс-секретарь"),
    Source(
        id="s-line",
        kind="report_to_line",
        title="Report of Plover",
        language="ru",
        said_on="2026-11-20",
    ),
    Source(
        id="s-press", kind="article", title="An example article", language="en", said_on="2026-11"
    ),
    Statement(id="d-denial", by="f-spokesman", kind="denial", event="e-winter", on="2026-11-02"),
    claim("c-one"),
    claim("c-third", persons=THIRD, words="My neighbour’s son was there too.", language="en"),
    public("c-press"),
    public("c-again", tellers=(Teller(who=""),), locator="paragraph 3"),
    public(
        "c-denial",
        words="«Это абсолютная ложь»",
        language="ru",
        subject="d-denial",
        property="statement_made",
        count=None,
        tellers=(Teller(who="o-paper"), Teller(who="f-spokesman")),
        perpetrator="not_stated",
    ),
    consent(),
)
MASKING = Masking(
    id="m-1",
    claim="c-third",
    persons=("p-two",),
    fields={
        "words": "Another person was there too.",
        "tellers": "a person known to the team",
        "value": "held for eight days",
    },
    author="Heron",
)
ITEMS = ("c-one", "c-press", "c-again", "c-denial")


def unheard(sha256: bytes, names: Mapping[str, str]) -> None:
    """Where nobody keeps what goes out."""


def record(*more: object, without: str = "") -> Record:
    contents = [one for one in (*CONTENTS, *more) if one.id != without]
    return Record.of(Entered(one, Day(TODAY - 1)) for one in contents)


@dataclass
class World:
    """Keys by number; two worlds of different numbers are two teams."""

    number: int = 0

    @cached_property
    def root(self) -> SigningKey:
        return SigningKey(bytes([1 + self.number]) * 32, "pair")

    @cached_property
    def device(self) -> SigningKey:
        return SigningKey(bytes([64 + self.number]) * 32, "pair")

    @cached_property
    def exporter(self) -> Exporter:
        certificate = certify(self.root, self.device.public, not_before=Day(TODAY - 100))
        return Exporter(self.device, certificate, self.root.public)

    @cached_property
    def log_key(self) -> NoteKey:
        return NoteKey("example.org/log", bytes([128 + self.number]) * 32)

    @cached_property
    def witness(self) -> NoteKey:
        return NoteKey("witness.example", bytes([192 + self.number]) * 32)

    @cached_property
    def storage(self) -> MemoryLog:
        storage = MemoryLog()
        Log(self.log_key).begin(storage)
        return storage

    def post(self, leaves) -> int:
        return Log(self.log_key).append(self.storage, leaves).first

    def reader(self) -> LogReader:
        return LogReader(self.storage.fetch, self.log_key.public)

    def cosign(self, note: bytes) -> bytes:
        lines = cosign(note, self.log_key.public, None, (), self.witness, clock=clock).lines
        return with_cosignatures(note, lines)

    def lines(self, reader: LogReader) -> tuple[NoteSignature, ...]:
        return cosign(reader.note, self.log_key.public, None, (), self.witness, clock=clock).lines

    def evidence(
        self,
        selection: Selection,
        cosigned: bool = True,
        reports: Mapping[str, Submission] = MappingProxyType({}),
    ) -> LogEvidence:
        made = log_versions(selection.versions, self.post, randomness=counter(self.number << 32))
        versions = Versions.of(encoded(made))
        uses, missing = uses_for(versions, selection.versions, selection.recipient)
        assert not missing
        versions = versions.with_uses(uses)
        keep = self.cosign if cosigned else lambda note: note
        return gather(selection, versions, self.reader(), keep, reports)

    def select(self, *items: str, of: Record | None = None) -> Selection:
        return select(of or record(), "inquiry", INQUIRY, items or ITEMS, TODAY)

    def build(self, authority, out: Path, *items: str) -> BuiltBundle:
        selection = self.select(*items)
        stamps = [service(authority)]
        return build(
            selection, self.evidence(selection), self.exporter, stamps, out, unheard, clock=clock
        )

    def policy(self, authority, **changes: object) -> bytes:
        said = {
            "root_hash": self.root.public.fingerprint,
            "log": LogParty(origin=self.log_key.name, key=self.log_key.public.ed25519),
            "witnesses": (WitnessParty(name=self.witness.name, key=self.witness.public.ed25519),),
            "threshold": 1,
            "stamp_roots": (authority.root_pem,),
        }
        return encode_policy(Policy(**{**said, **changes}))


def service(authority) -> StampService:
    return StampService(authority.url, (authority.root_pem,), httpx.Client(trust_env=False))


def stamps_in(folder: Path, name: str = "Example stamp authority") -> StampAuthority:
    return StampAuthority(folder, name)
