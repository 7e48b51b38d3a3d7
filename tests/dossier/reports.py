"""A report as a desk took it in: sealed, opened, committed to in the world's log; its bundle."""

from dataclasses import dataclass, replace
from pathlib import Path

from tests.dossier import exhibits
from tests.dossier.world import (
    INQUIRY,
    TODAY,
    World,
    claim,
    clock,
    consent,
    counter,
    record,
    service,
    unheard,
)
from tests.envelope import world as envelopes

from asylia.casework.contents import Arrival, Submission
from asylia.casework.documenting import source_id
from asylia.dossier.arrival import submissions
from asylia.dossier.build import BuiltBundle, build
from asylia.dossier.exhibit import carried
from asylia.dossier.naming import pseudonyms
from asylia.dossier.selection import Selection, select
from asylia.envelope.envelope import OpenedEnvelope, open_envelope, seal_envelope
from asylia.envelope.statement import Answer, Statement
from asylia.record.contents import Concerned, Source
from asylia.record.reading import Record
from asylia.tlog.leaf import arrival_commitment, cover_leaf

SAID = "Меня держали восемь дней.\nThey took my phone, and asked for every name in it."
ANSWERS = (Answer(question="Who was it?", text="Men in uniform; I saw no badge."),)
STATEMENT = Statement(language="ru", text=SAID, answers=ANSWERS)


def taken_in(world: World, statement: Statement = STATEMENT, start: int = 1 << 20) -> Submission:
    """What casework keeps of it; its leaf stands among cover leaves in the world's log."""
    letter = replace(envelopes.LETTER, statement=statement)
    envelope = seal_envelope(letter, envelopes.KEYS, envelopes.bundle(), "casework")
    opened = open_envelope(envelope, [envelopes.INTAKE], envelopes.ROOT_HASH)
    return committed(world, opened, counter(start))


def committed(world: World, opened: OpenedEnvelope, drawn) -> Submission:
    """With a leaf of its own, whatever was opened."""
    salt = drawn(32)
    leaf = arrival_commitment(salt, opened.arrival_digest)
    batch = sorted([leaf, *(cover_leaf(drawn) for _ in range(7))])
    arrival = Arrival(
        blob=drawn(16),
        compartment="casework",
        control_sha256=opened.control_sha256,
        envelope_sha256=opened.envelope_sha256,
        leaf_index=world.post(batch) + batch.index(leaf),
        salt=salt,
        statement_file_key=opened.statement_file_key,
    )
    return Submission(arrival, opened.control, opened.statement_age, opened.statement)


@dataclass
class Reported:
    """A report in the record: its source, one claim of it, a consent to both."""

    submission: Submission

    @property
    def source(self) -> str:
        return source_id(self.submission.arrival.envelope_sha256)

    def contents(self, *also: str, persons: tuple[Concerned, ...] = ()) -> tuple[object, ...]:
        source = Source(
            id=self.source,
            kind="report_to_line",
            title="Report to the line",
            language="ru",
            said_on="2026-11-20",
            report="t-9",
        )
        speaker = Concerned(person="p-one", role="speaker")
        told = claim("c-rep", source=self.source, report="t-9", persons=(speaker, *persons))
        return source, told, consent("k-rep", items=(self.source, "c-rep", *also))

    def record(self, *more: object) -> Record:
        return record(*self.contents(), *more)

    def select(self, *items: str, of: Record | None = None) -> Selection:
        return select(of or self.record(), "inquiry", INQUIRY, (self.source, *items), TODAY)

    def build(
        self, world: World, authority, out: Path, *items: str, of: tuple[object, ...] = ()
    ) -> BuiltBundle:
        known = self.record(*of)
        selection = self.select(*items, of=known)
        held = submissions(known, selection, [self.submission.encode()])
        shown = carried(
            selection.files, [(b"one", one) for one in exhibits.PIECES], pseudonyms(known)
        )
        evidence = world.evidence(selection, reports=held)
        return build(
            selection, evidence, world.exporter, [service(authority)], out, unheard,
            held=shown, clock=clock,
        )  # fmt: skip
