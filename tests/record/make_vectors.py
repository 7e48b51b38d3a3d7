"""Makes ``spec/vectors/record.json``: contents as bytes, with what must come of each.

``cd tests && python -m record.make_vectors`` writes the file; a test makes it again and compares.
``expect`` is ``ok`` (with the fields that a dossier proves), ``malformed``, or ``other`` (the
label of another part, which is left alone).
"""

import base64
import json
import re
from pathlib import Path
from typing import Any

from asylia import wire
from asylia.record import contents as c
from asylia.record.fields import fields

from .samples import SAMPLES

FILE = Path(__file__).resolve().parents[2] / "spec" / "vectors" / "record.json"


def vectors() -> list[dict[str, Any]]:
    good = [
        {"name": type(one).LABEL, **_input(wire.encode(one)), "expect": "ok", "fields": fields(one)}
        for one in SAMPLES
    ]
    claim = next(wire.encode(one) for one in SAMPLES if isinstance(one, c.Claim))
    person = wire.encode(c.Person(id="p1", pseudonym="Wren"))
    judgement = next(
        wire.encode(one)
        for one in SAMPLES
        if isinstance(one, c.Judgement) and isinstance(one.decision, c.Choice)
    )
    place = next(wire.encode(one) for one in SAMPLES if isinstance(one, c.Place))
    bad = {
        "a key that no person has": person.replace(b'"id"', b'"faith":"x","id"'),
        "keys not in order": person.replace(
            b'{"id":"p1","pseudonym":"Wren"}', b'{"pseudonym":"Wren","id":"p1"}'
        ),
        "white space": person.replace(b":", b": "),
        "a key twice": person.replace(b'"id":"p1"', b'"id":"p1","id":"p1"'),
        "cut off": person[:-1],
        "bytes after the end": person + b"\n",
        "another version": person.replace(b"person/1", b"person/2"),
        "an id with a slash": person.replace(b"p1", b"p/1"),
        "an id ending in a line feed": person.replace(b"p1", b"p1\\n"),
        "no words": claim.replace(b'"words":"at least three"', b'"words":""'),
        "nobody tells it": claim.replace(
            b'"tellers":[{"as_given":"","who":"o1"}]', b'"tellers":[]'
        ),
        "a count below nothing": claim.replace(b'"min":3', b'"min":-3'),
        "a count that is not whole": claim.replace(b'"min":3', b'"min":3.5'),
        "a place north of the pole": place.replace(b"43300000", b"90000001"),
        "degrees that are not whole millionths": place.replace(b"43300000", b"43.3"),
        "a place without a name": place.replace(
            b'"names":[{"language":"en","text":"Nowhere"}]', b'"names":[]'
        ),
        "a look at others of no kind": claim.replace(b'"others":""', b'"others":"perhaps"'),
        "a missing key": claim.replace(b'"certainty":"confirms",', b""),
        "a decision of no kind": judgement.replace(b',"kind":"choice"', b""),
        "a decision of another kind": judgement.replace(b'"kind":"choice"', b'"kind":"grade"'),
    }
    interview = next(wire.encode(one) for one in SAMPLES if isinstance(one, c.Interview))
    account = next(wire.encode(one) for one in SAMPLES if isinstance(one, c.Account))
    found = next(wire.encode(one) for one in SAMPLES if isinstance(one, c.Credentials))
    bad |= {
        "nobody in the room": re.sub(rb'"present":\[.*?\]', b'"present":[]', interview),
        "a register with the words in it": interview.replace(b'"id"', b'"account":"x","id"'),
        "an account without words": account.replace(b"I was at home. They came.", b""),
        "a break of no length": account.replace(b'"minutes":10', b'"minutes":0'),
        "credentials of no state": found.replace(b'"state":"trusted"', b'"state":"true"'),
    }
    other = {"a label of another part": b'asylia/thread/1\n{"id":"t1"}', "no label": b"{}"}
    return (
        good
        + [{"name": name, **_input(bad[name]), "expect": _expected(name)} for name in bad]
        + [{"name": name, **_input(other[name]), "expect": "other"} for name in other]
    )


def _expected(name: str) -> str:
    return "other" if name == "another version" else "malformed"


def _input(content: bytes) -> dict[str, str]:
    return {"input": base64.b64encode(content).decode()}


def text() -> str:
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
