"""Cards, lists and answers, good and spoiled, for ``spec/vectors/partners.json``."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from asylia.crypto import age
from asylia.crypto.padding import pad
from asylia.crypto.signing import SigningKey
from asylia.envelope.authority import certify
from asylia.envelope.signed import SignedBytes
from asylia.errors import AsyliaError
from asylia.exchange.partners import formats
from asylia.values import Day, day_of, system_clock
from asylia.wire import encode, frame

FILE = Path(__file__).parents[2] / "spec" / "vectors" / "partners.json"
PARSERS = {
    "card": formats.parse_card,
    "records": formats.parse_records,
    "answer": formats.parse_answer,
}


@dataclass(frozen=True)
class Cast:
    """A linker with its card, a team's root and its device, a stranger, a list of 21."""

    linker: age.Identity
    card: bytes
    root: SigningKey
    device: SigningKey
    stranger: SigningKey
    records: formats.LinkageRecords

    def sealed(self, records: formats.LinkageRecords) -> bytes:
        body = encode(records)
        signed = SignedBytes(body, self.device.sign(formats.RECORDS_USE, body)).encode()
        certified = SigningKey(b"d" * 32, "pair").public
        certificate = certify(self.root, certified, not_before=Day(1))
        plain = frame(formats.FILE, signed, certificate)
        return age.encrypt(pad(plain), [self.linker.recipient])


def cast(today: Day | None = None) -> Cast:
    today = day_of(system_clock()) if today is None else today
    linker = age.Identity.from_seed(b"l" * 32)
    signing = SigningKey(b"s" * 32, "pair")
    card = formats.make_card(signing, linker.recipient, today)
    root = SigningKey(b"r" * 32, "pair")
    rows = tuple((f"{at:032x}", f"Invented {at}", str(1970 + at)) for at in range(21))
    records = formats.LinkageRecords(
        card=sha256(card).digest(), fields=("name", "born"), list="List A", made_on=today,
        reply=str(age.Identity.from_seed(b"a" * 32).recipient), root=root.public, rows=rows,
        until=Day(today + 30),
    )  # fmt: skip
    device, stranger = (SigningKey(seed * 32, "pair") for seed in (b"d", b"x"))
    return Cast(linker, card, root, device, stranger, records)


def judged(kind: str, untrusted: bytes) -> str:
    try:
        PARSERS[kind](untrusted)
    except AsyliaError as error:
        return type(error).__name__.removesuffix("Error").lower()
    return "ok"


def make() -> list[dict[str, str]]:
    """Each once as it should be, and spoiled in each way that a reader must notice."""
    made = cast(Day(20_786))
    card, records = made.card, encode(made.records)
    answer = encode(formats.LinkageAnswer(
        clusters=tuple((f"{at:032x}", max(at, 1)) for at in range(21)), file=bytes(32),
        lists=("List A", "List B"),
        made_on=Day(20_787), own=0,
        persons=formats.PersonsTold(high=40, low=36, median=38, minimum=36),
        tables=((("01", 18), ("10", 19), ("11", 1)),),
    ))  # fmt: skip
    told = [
        ("card", "as it should be", card, "ok"),
        ("card", "of another day than was signed",
         card.replace(b'"made_on":20786', b'"made_on":20787'), "forged"),
        ("card", "of another version", card.replace(b"linker/1", b"linker/2", 1), "malformed"),
        ("card", "cut off", card[:-1], "malformed"),
        ("records", "as they should be", records, "ok"),
        ("records", "with a field that linkage has not",
         records.replace(b'["name","born"]', b'["name","clan"]'), "malformed"),
        ("records", "with fields in another order",
         records.replace(b'["name","born"]', b'["born","name"]'), "malformed"),
        ("records", "with a list's name that a spreadsheet runs",
         records.replace(b'"List A"', b'"=ist A"'), "malformed"),
        ("records", "with a key more", records.replace(b'{"card"', b'{"a":1,"card"'), "malformed"),
        ("records", "with an id that is no id of a file",
         records.replace(b"0" * 32, b"A-1", 1), "malformed"),
        ("answer", "as it should be", answer, "ok"),
        ("answer", "with a pattern of three lists", answer.replace(b'"11"', b'"111"'), "malformed"),
        ("answer", "with persons in no list", answer.replace(b'"11"', b'"00"'), "malformed"),
        ("answer", "of a list that it has not",
         answer.replace(b'"own":0', b'"own":2'), "malformed"),
        ("answer", "with a name for an id",
         answer.replace(b"0" * 30 + b"10", b"Aslan", 1), "malformed"),
        ("answer", "with numbers that are not counted up",
         answer.replace(b'10",16]', b'10",61]'), "malformed"),
        ("answer", "with more persons of a list than it has records",
         answer.replace(b'["10",19]', b'["10",91]'), "malformed"),
        ("answer", "with a list's name that a spreadsheet runs",
         answer.replace(b'"List B"', b'"=ist B"'), "malformed"),
        ("answer", "with a fraction", answer.replace(b'"low":36', b'"low":36.5'), "malformed"),
    ]  # fmt: skip
    return [{"kind": k, "name": f"{k} {n}", "input": i.hex(), "expect": e} for k, n, i, e in told]


if __name__ == "__main__":
    FILE.write_text(json.dumps({"format": "partners", "vectors": make()}, indent=1) + "\n", "utf-8")
