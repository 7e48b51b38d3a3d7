"""The published vectors hold, and the makers still make them."""

import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from asylia.crypto import age, kdf, layer, merkle, padding
from asylia.crypto.signing import Signature, SigningKey, VerifyingKey
from asylia.errors import AsyliaError, ForgedError, MalformedError
from asylia.wire import frame

from . import make_vectors
from .vectorkit import Json, stored

ERRORS: dict[str, type[AsyliaError]] = {"malformed": MalformedError, "forged": ForgedError}
RANDOM_PART = {"signing": "signatures"}


def cases(name: str, key: str = "cases") -> Any:
    found = stored(name)[key]
    assert found
    return pytest.mark.parametrize("case", found, ids=[case.get("name") for case in found])


def outcome(case: Json, act: Callable[[], Any]) -> Any:
    """What ``act`` gives where the case says ok; None once it was refused as the case says."""
    if case["expect"] == "ok":
        return act()
    with pytest.raises(AsyliaError) as caught:
        act()
    assert type(caught.value) is ERRORS[case["expect"]]
    return None


@pytest.mark.parametrize("name", sorted(make_vectors.MAKERS))
def test_the_makers_make_what_is_published(name: str) -> None:
    assert make_vectors.MAKERS[name]() == stored(name)


@cases("signing")
def test_signing(case: Json) -> None:
    published = stored("signing")
    key = published["keys"][case["key"]]
    public = VerifyingKey(
        ed25519=bytes.fromhex(key["ed25519"]),
        ml_dsa_44=bytes.fromhex(key["ml_dsa_44"]) if key["ml_dsa_44"] else None,
    )
    assert public == SigningKey(bytes.fromhex(key["seed"]), key["suite"]).public
    assert public.fingerprint.hex() == key["fingerprint"]
    listed = [published["signatures"][name] for name in case["signatures"]]
    signatures = tuple(
        Signature(
            algorithm=one["algorithm"],
            key=bytes.fromhex(one["key"]),
            signature=bytes.fromhex(one["signature"]),
        )
        for one in listed
    )
    parts = [bytes.fromhex(part) for part in case["parts"]]
    outcome(case, lambda: public.verify(case["label"], *parts, signatures=signatures))


@cases("layer")
def test_layer(case: Json) -> None:
    key, sealed = bytes.fromhex(case["key"]), bytes.fromhex(case["sealed"])
    plaintext = outcome(case, lambda: layer.open_layer(key, case["label"], sealed))
    assert plaintext is None or plaintext.hex() == case["plaintext"]


@cases("padding")
def test_padding(case: Json) -> None:
    head = bytes.fromhex(case["head"])
    padded = head + bytes(case["zeros"])
    content = outcome(case, lambda: padding.unpad(padded))
    if content is not None:
        assert content == head[4:]
        assert padding.pad(content) == padded


@pytest.mark.parametrize("case", stored("padding")["lengths"])
def test_padded_lengths(case: Json) -> None:
    assert padding.padded_length(case["length"]) == case["padded"]


def test_merkle_roots() -> None:
    published = stored("merkle")
    leaves = [merkle.leaf_hash(bytes.fromhex(data)) for data in published["leaves"]]
    made = [merkle.root(leaves[:size]).hex() for size in range(len(leaves) + 1)]
    assert made == published["roots"]


@cases("merkle", "inclusion")
def test_inclusion(case: Json) -> None:
    leaf, root = bytes.fromhex(case["leaf"]), bytes.fromhex(case["root"])
    path = [bytes.fromhex(step) for step in case["path"]]
    outcome(case, lambda: merkle.verify_inclusion(leaf, case["index"], case["size"], path, root))


@cases("merkle", "consistency")
def test_consistency(case: Json) -> None:
    old, new = bytes.fromhex(case["old_root"]), bytes.fromhex(case["new_root"])
    path = [bytes.fromhex(step) for step in case["path"]]
    sizes = case["old_size"], case["new_size"]
    outcome(case, lambda: merkle.verify_consistency(*sizes, old, new, path))


def test_derived_keys() -> None:
    for case in stored("kdf")["hkdf"]:
        secret, salt = bytes.fromhex(case["secret"]), bytes.fromhex(case["salt"])
        out = kdf.hkdf(secret, case["label"], salt=salt, length=case["length"])
        assert out.hex() == case["out"]
    for case in stored("kdf")["mac"]:
        key, parts = bytes.fromhex(case["key"]), [bytes.fromhex(p) for p in case["parts"]]
        assert kdf.mac(key, case["label"], *parts).hex() == case["out"]
        direct = hmac.digest(key, frame(case["label"], *parts), sha256)
        assert direct.hex() == case["out"]


@cases("age", "recipients")
def test_recipients(case: Json) -> None:
    recipient = outcome(case, lambda: age.Recipient.parse(case["text"]))
    assert recipient is None or str(recipient) == case["text"]


@cases("age", "identities")
def test_identities(case: Json) -> None:
    identity = outcome(case, lambda: age.Identity.parse(case["text"]))
    if identity is not None:
        assert identity.reveal() == case["text"]
        assert identity.seed.hex() == stored("age")["seed"]
        assert str(identity.recipient) == stored("age")["recipient"]


@cases("age", "files")
def test_files(case: Json) -> None:
    published, content = stored("age"), bytes.fromhex(case["content"])
    identity = age.Identity.parse(published["identity"])
    opened = outcome(case, lambda: age.decrypt(content, [identity]))
    if opened is not None:
        assert opened.hex() == published["plaintext"]
        assert age.file_key(content, [identity]).hex() == published["file_key"]
