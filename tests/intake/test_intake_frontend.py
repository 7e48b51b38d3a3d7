"""page.js's own modules agree with Python: on every vector, and on what each of them seals."""

import json
import subprocess
from base64 import b64decode, b64encode
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.envelope import world
from tests.envelope.make_vectors import edited

from asylia.crypto.signing import VerifyingKey
from asylia.envelope.attachment import open_attachment
from asylia.envelope.control import check_follow_up
from asylia.envelope.envelope import OpenedEnvelope, open_envelope
from asylia.envelope.phrase import LANGUAGES, Phrase, word_list
from asylia.errors import ForgedError
from asylia.intake import armor, draft

HERE = Path(__file__).parent
VECTORS = HERE.parents[1] / "spec" / "vectors"
REASONS = {"old": "refused", "not_today": "refused"}
LISTS = {code: "".join(f"{word}\n" for word in word_list(code)) for code in LANGUAGES}


def node(tasks: list[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        ["node", str(HERE / "interop.mjs")],
        input=json.dumps(tasks).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return list(json.loads(done.stdout))


def stored(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def expected(case: dict[str, Any], result: dict[str, Any]) -> bool:
    """Whether the outcome is the published one: ok, or refused for the same reason."""
    if "ok" in result:
        return bool(case["expect"] == "ok")
    reason = result["refused"]
    return bool(REASONS.get(reason, reason) == case["expect"])


def wrong(cases: list[dict[str, Any]], results: list[Any]) -> list[str]:
    assert len(cases) == len(results) > 0
    return [
        case["name"] for case, got in zip(cases, results, strict=True) if not expected(case, got)
    ]


def public(key: VerifyingKey) -> dict[str, str | None]:
    later = key.ml_dsa_44
    return {
        "ed25519": b64encode(key.ed25519).decode(),
        "ml_dsa_44": b64encode(later).decode() if later else None,
    }


def test_phrases_are_written_and_read_as_published() -> None:
    vectors = stored("phrase")
    rows = vectors["phrases"]
    written = node(
        [{"do": "words", "entropy": row["entropy"], "list": LISTS[row["language"]]} for row in rows]
    )
    assert [each["ok"] for each in written] == [row["words"] for row in rows]
    cases = vectors["cases"]
    read = node(
        [{"do": "parse", "text": case["text"], "list": LISTS[case["language"]]} for case in cases]
    )
    for case, got in zip(cases, read, strict=True):
        if case["expect"] == "ok":
            assert got == {"ok": case["entropy"]}, case["name"]
        else:
            assert got == {"refused": case["reason"], "position": case["position"]}, case["name"]


def test_thread_keys_and_drop_ids_are_the_published_ones() -> None:
    rows = stored("threadkeys")["cases"]
    asked = [
        {
            "do": "keys",
            "entropy": row["entropy"],
            "root_hash": row["root_hash"],
            "numbers": list(row["drop_ids"]),
        }
        for row in rows
    ]
    for row, got in zip(rows, node(asked), strict=True):
        assert got["ok"] == {name: row[name] for name in got["ok"]}


def test_key_derivation_and_padding_are_the_published_ones() -> None:
    kdf, padding = stored("kdf"), stored("padding")
    plain = [row for row in kdf["hkdf"] if not row["salt"]]
    rows = [("hkdf", row, row["out"]) for row in plain]
    rows += [("mac", row, row["out"]) for row in kdf["mac"]]
    rows += [("pbkdf2", row, row["out"]) for row in kdf["pbkdf2"] if row["length"] == 32]
    rows += [("padded", row, row["padded"]) for row in padding["lengths"]]
    results = node([{"do": name} | row for name, row, _ in rows])
    assert [each["ok"] for each in results] == [out for _, _, out in rows]
    cases = padding["cases"]
    contents = [{"do": "unpad", "content": c["head"] + "00" * c["zeros"]} for c in cases]
    assert wrong(cases, node(contents)) == []


def test_signatures_are_judged_as_published() -> None:
    vectors = stored("signing")

    def text64(published: Any) -> Any:
        return b64encode(bytes.fromhex(published)).decode() if published else None

    keys = {
        name: {each: text64(key[each]) for each in ("ed25519", "ml_dsa_44")}
        for name, key in vectors["keys"].items()
    }
    signatures = {
        name: one | {each: text64(one[each]) for each in ("key", "signature")}
        for name, one in vectors["signatures"].items()
    }
    tasks = [
        {
            "do": "verify",
            "key": keys[case["key"]],
            "label": case["label"],
            "parts": case["parts"],
            "signatures": [signatures[name] for name in case["signatures"]],
        }
        for case in vectors["cases"]
    ]
    assert wrong(vectors["cases"], node(tasks)) == []


def test_bundles_are_judged_as_published() -> None:
    vectors = stored("intake-bundle")
    tasks = [
        {
            "do": "bundle",
            "content": edited(b64decode(vectors["files"][case["of"]]), case["edit"]).hex(),
            "root": vectors[case["root"]],
            "today": case["today"],
        }
        for case in vectors["cases"]
    ]
    assert wrong(vectors["cases"], node(tasks)) == []


def test_windows_of_drops_are_judged_as_published() -> None:
    vectors = stored("drop")

    def blob(slot: dict[str, Any]) -> str:
        present = slot["state"] == "present"
        return (
            edited(b64decode(vectors["files"][slot["of"]]), slot["edit"]).hex() if present else ""
        )

    tasks = [
        {
            "do": "window",
            "entropy": vectors["entropy"],
            "root_hash": vectors["root_hash"],
            "reply_keys": vectors["reply_keys"],
            "first": case["first"],
            "slots": [{"state": slot["state"], "blob": blob(slot)} for slot in case["slots"]],
        }
        for case in vectors["cases"]
    ]
    for case, got in zip(vectors["cases"], node(tasks), strict=True):
        shown = {name: got["ok"][name] for name in case["expect"]}
        assert shown == case["expect"], case["name"]


UNSEEN = ["", " \n\t\u00a0", "\u200b\u200d\ufeff", "\u2800", "\u3164\ufe0f", "\u202e\u034f"]
SEEN = ["x", "\u200b.\u200b", "🍂", "и\u0306", "\u4e00", "-"]


def test_what_cannot_be_seen_is_nothing_with_scripts_as_without() -> None:
    cases = [(typed, True) for typed in UNSEEN] + [(typed, False) for typed in SEEN]
    told = node([{"do": "blank", "text": typed} for typed, _ in cases])
    for (typed, expected), said in zip(cases, told, strict=True):
        assert said["ok"] is draft.blank(typed) is expected, ascii(typed)


def sealed(**changed: Any) -> dict[str, Any]:
    message = {
        "kind": "report",
        "text": "Придуманное: «осень» 🍂\u2028\u007f\u0001\ttwice\\",
        "urgency": "now",
        "safeContact": {"may_contact": True, "how": "made-up", "when": "never at night"},
        "onBehalf": "another",
        "language": "ru",
    }
    return {
        "do": "seal",
        "entropy": world.PHRASE.entropy.hex(),
        "content": world.signed_bundle().hex(),
        "root": public(world.ROOT.public),
        "today": world.FIRST_DAY,
        "compartment": "casework",
        "message": message | changed,
    }


def opened(result: Any) -> OpenedEnvelope:
    return open_envelope(bytes.fromhex(result["ok"]["envelope"]), [world.INTAKE], world.ROOT_HASH)


@pytest.fixture(scope="module")
def one() -> Any:
    """One report, as the page sealed it."""
    return node([sealed()])[0]


def test_the_desk_opens_what_the_page_sealed() -> None:
    content = bytes(range(256)) * 4200  # two pieces
    file = {"name": "../a\u202eb.jpg", "mediaType": "IMAGE/jpeg", "content": content.hex()}
    task = sealed() | {"file": file}
    as_before = {"urgency": "as_before", "safeContact": None, "onBehalf": "not_said"}
    first, later = node([task, sealed(kind="follow_up", text="More.", **as_before)])
    report, follow_up = opened(first), opened(later)
    assert report.statement.text == task["message"]["text"]
    control = report.control
    assert (control.kind, control.urgency, control.on_behalf) == ("report", "now", "another")
    assert control.safe_contact
    assert control.safe_contact.may_contact
    assert control.safe_contact.when == "never at night"
    assert control.thread == world.KEYS.thread
    check_follow_up(control, follow_up.control)
    assert (follow_up.control.urgency, follow_up.control.safe_contact) == ("as_before", None)
    assert follow_up.control.on_behalf == "not_said"
    [attachment] = control.attachments
    assert (attachment.name, attachment.media_type) == (".._a_b.jpg", "application/octet-stream")
    pieces, target = first["ok"]["pieces"], BytesIO()
    assert len(pieces) == 2
    open_attachment(attachment, lambda piece: bytes.fromhex(pieces[piece.hex()]), target)
    assert sha256(target.getvalue()).digest() == sha256(content).digest() == attachment.sha256


def test_an_armored_envelope_is_read_back_whatever_a_messenger_did_to_its_lines(one: Any) -> None:
    envelope, armored = bytes.fromhex(one["ok"]["envelope"]), one["ok"]["armored"]
    assert armored == armor.write("ENVELOPE", envelope)
    assert armor.read_envelope("Hello,\r\n" + armored.replace("\n", " \r\n ")) == envelope


def test_one_altered_byte_is_noticed_by_the_desk(one: Any) -> None:
    envelope = bytearray.fromhex(one["ok"]["envelope"])
    envelope[-1] ^= 1
    with pytest.raises(ForgedError):
        open_envelope(bytes(envelope), [world.INTAKE], world.ROOT_HASH)


def test_the_page_refuses_a_bundle_of_another_root() -> None:
    task = sealed() | {"root": public(world.OTHER_ROOT.public)}
    assert node([task]) == [{"refused": "forged", "position": None}]


def test_what_python_writes_the_page_reads_letter_by_letter() -> None:
    drop = world.make_drop(0, body="Ёлка “\u2029” \u007f\u0000\n🍂")
    task = {
        "do": "window",
        "entropy": world.PHRASE.entropy.hex(),
        "root_hash": world.ROOT_HASH.hex(),
        "reply_keys": [public(world.REPLY.public)],
        "first": 0,
        "slots": [{"state": "present", "blob": world.sealed(drop).hex()}]
        + [{"state": "absent", "blob": ""}] * 7,
    }
    [got] = node([task])
    assert got["ok"]["bodies"] == [drop.body]


@pytest.mark.parametrize(
    "content",
    [
        b'test/1\n{"text":"a" }',
        b'test/1\n{"text":"a","text":"a"}',
        b'test/1\n{"text":"a","more":1}',
        b'test/1\n{"text":"\\u0061"}',
        b'test/1\n{"text":1}',
        b"test/1\n{}",
        b"test/1\n[]",
        b"test/1\nnull",
        b'test/2\n{"text":"a"}',
        b'test/1\n{"text":"\xff"}',
        b'\xef\xbb\xbftest/1\n{"text":"a"}',
        b"",
    ],
)
def test_a_message_has_one_form(content: bytes) -> None:
    good = b'test/1\n{"text":"a"}'
    results = node([{"do": "message", "content": each.hex()} for each in (good, content)])
    assert results == [{"ok": good.decode()}, {"refused": "malformed", "position": None}]


def test_phrases_drawn_by_python_are_read_by_the_page() -> None:
    phrases = [Phrase(sha256(bytes([n])).digest()[:12]) for n in range(40)]
    rows = [(phrase, code) for phrase in phrases for code in LANGUAGES]
    tasks = [
        {"do": "parse", "text": " ".join(phrase.words(code)), "list": LISTS[code]}
        for phrase, code in rows
    ]
    assert [each["ok"] for each in node(tasks)] == [phrase.entropy.hex() for phrase, _ in rows]
