"""Python and npm ``age-encryption`` open what the other seals; the browser runs the latter."""

import json
import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from asylia.crypto import age
from asylia.crypto._stream import CHUNK

SCRIPT = Path(__file__).with_name("age_interop.mjs")
SIZES = [0, 1, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]


def node(*requests: dict[str, Any]) -> list[dict[str, Any]]:
    command = shutil.which("node")
    assert command, "node is part of the set-up"
    done = subprocess.run(
        [command, SCRIPT], input=json.dumps(requests).encode(), capture_output=True, check=True
    )
    answers = json.loads(done.stdout)
    assert len(answers) == len(requests)
    return list(answers)


def text(content: bytes) -> str:
    return b64encode(content).decode()


def content_of(size: int) -> bytes:
    return bytes(at * 7 % 251 for at in range(size))


@pytest.mark.parametrize("armor", [False, True])
def test_npm_opens_what_python_seals(armor: bool) -> None:
    other, identity = age.Identity.generate(), age.Identity.generate()
    sealed = [
        age.encrypt(content_of(size), [other.recipient, identity.recipient], armor=armor)
        for size in SIZES
    ]
    answers = node(
        *(
            {"do": "open", "identity": identity.reveal(), "sealed": text(one), "armor": armor}
            for one in sealed
        )
    )
    assert [b64decode(answer["ok"]) for answer in answers] == [content_of(s) for s in SIZES]


@pytest.mark.parametrize("armor", [False, True])
def test_python_opens_what_npm_seals(armor: bool) -> None:
    other, identity = age.Identity.generate(), age.Identity.generate()
    recipients = [str(other.recipient), str(identity.recipient)]
    answers = node(
        *(
            {
                "do": "seal",
                "recipients": recipients,
                "plaintext": text(content_of(size)),
                "armor": armor,
            }
            for size in SIZES
        )
    )
    opened = [age.decrypt(b64decode(answer["ok"]), [identity]) for answer in answers]
    assert opened == [content_of(size) for size in SIZES]


def test_both_grow_the_same_recipient_from_an_identity() -> None:
    made = node({"do": "generate"}, {"do": "generate"})
    identities = [age.Identity.parse(answer["ok"]) for answer in made]
    identities.append(age.Identity.from_seed(bytes(range(32))))
    answers = node(*({"do": "recipient", "identity": i.reveal()} for i in identities))
    assert [answer["ok"] for answer in answers] == [str(i.recipient) for i in identities]
    parsed = [age.Recipient.parse(answer["ok"]) for answer in answers]
    assert parsed == [identity.recipient for identity in identities]


def test_npm_refuses_what_was_altered_after_sealing() -> None:
    identity = age.Identity.generate()
    sealed = bytearray(age.encrypt(b"words", [identity.recipient]))
    whole = bytes(sealed)
    sealed[-1] ^= 1
    ask = {"do": "open", "identity": identity.reveal(), "armor": False}
    answers = node({**ask, "sealed": text(whole)}, {**ask, "sealed": text(bytes(sealed))})
    assert "ok" in answers[0]
    assert answers[1] == {"refused": True}
